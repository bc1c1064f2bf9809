import type { Segment } from '../packet/segment.ts';
import { FIN, RST } from '../packet/segment.ts';
import { serialDistance } from '../units/serial.ts';
import { i32 } from '../units/table.ts';
import { ANSWERED } from './answer.ts';
import {
  ATTEMPT_CONNECTED,
  ATTEMPT_DATA,
  ATTEMPT_FROM_1,
  ATTEMPT_OPEN,
  ATTEMPT_TSVAL,
  CONNECTION,
  CONNECTION_TIME,
  ESTABLISHED,
  FIN_SENT,
  NO_TIMESTAMPS,
  REQUEST_OPEN,
  RESET,
  TIME_WAIT,
  TIME_WAIT_REARMED,
  TIME_WAIT_SIDE_1,
  TRANSLATED,
} from './connections.ts';
import { COUNT, HIGHEST_KNOWN } from './counters.ts';
import type { TrackingEvents } from './events.ts';
import type { Settlement } from './settlement.ts';
import { HORIZONS, INVALID_RATELIMIT, LONGEST_RECYCLED_TIME_WAIT, SHORTEST_TIME_WAIT } from './limits.ts';
import type { TrackingState } from './state.ts';
import {
  CHAIN,
  ROW,
  ROW_TIME,
  SYN_AFTER_ANSWER,
  SYN_AFTER_CHALLENGE,
  SYN_DECIDED,
  SYN_ODD,
  SYN_ON_LATE_TIME_WAIT,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
  SYN_ON_SURE_TIME_WAIT,
  SYN_ON_TIME_WAIT,
  SYN_REPLY_LOST,
  SYN_RETRANSMISSION,
  SYN_SENT_AGAIN,
  SYN_STEP_BACK,
} from './syn-ring.ts';

/** A SYN that crosses its SYN-ACK on the way is no sign of loss; one this much later is. */
const REPLY_LOST_AFTER = 0.2;
/** A request is given up 63 s after its first SYN-ACK (five retransmissions from 1 s on, tcp_synack_retries). */
const REQUEST_SECONDS = 60;

/**
 * Attempts: a 4-tuple and an ISN, and the SYN packets that share them. What was sent before on the 4-tuple decides
 * whom the target's kernel hands a SYN to: its listener, a request, a connection, or TIME-WAIT.
 */
export class AttemptTracker {
  private readonly state: TrackingState;
  private readonly events: TrackingEvents;
  private readonly settlement: Settlement;

  constructor(state: TrackingState, settlement: Settlement, events: TrackingEvents) {
    this.state = state;
    this.settlement = settlement;
    this.events = events;
  }

  /** A SYN arrived on connection slot `slot`, sent by `side`. Returns the serial of its row. */
  syn(s: Segment, slot: number, side: number, now: number): number {
    const { connections, pairs, ring, totals } = this.state;
    this.settlement.makeRoom(now);
    const flags = connections.word(slot, CONNECTION.flags);
    const open = (flags & ATTEMPT_OPEN) !== 0 || (flags & ATTEMPT_CONNECTED) !== 0;
    const sameSide = (flags & ATTEMPT_FROM_1) === (side === 1 ? ATTEMPT_FROM_1 : 0);
    const again = open && sameSide && connections.word(slot, CONNECTION.isn) === s.seq;

    const pair = this.state.pairOf(s, now, this.events);
    const target = pairs.count(pair, COUNT.target);
    const { listeners } = this.state;
    const listener = this.state.listenerOf(s, now, this.events);
    let rowFlags = this.oldConnection(slot, side, now, again);
    const challenged = connections.time(slot, CONNECTION_TIME.challenged);
    if (challenged > 0 && now - challenged < INVALID_RATELIMIT) rowFlags |= SYN_AFTER_CHALLENGE;
    if (again) {
      rowFlags |= SYN_RETRANSMISSION;
      if ((flags & ATTEMPT_CONNECTED) !== 0) rowFlags |= SYN_AFTER_ANSWER | this.request(slot, now);
    } else {
      this.giveUp(slot);
      this.begin(s, slot, side, now);
      totals.attempts += 1;
      pairs.bump(pair, COUNT.attempts);
      this.state.targets.bump(target, COUNT.attempts);
    }
    if ((s.flags & (FIN | RST)) !== 0 || s.malformed) rowFlags |= SYN_ODD;
    rowFlags |= this.steps(s, pair);

    const serial = ring.push(s, now, this.state.ordinalBase + s.frame, this.state.capture);
    const at = ring.row(serial);
    const row = connections.at(slot);
    const { words } = ring;
    const previous = i32(connections.words, row + CONNECTION.lastSyn);
    words[at + ROW.flags] = i32(words, at + ROW.flags) | rowFlags;
    words[at + ROW.attempt] = i32(connections.words, row + CONNECTION.attempt);
    words[at + ROW.previous] = previous;
    words[at + ROW.connection] = slot;
    words[at + ROW.pair] = pair;
    words[at + ROW.target] = target;
    words[at + ROW.listener] = listener;
    words[at + ROW.completions] = listeners.count(listener, COUNT.completions);
    words[at + ROW.requests] = listeners.count(listener, COUNT.requests);
    words[at + ROW.nudges] = listeners.count(listener, COUNT.nudges);
    if (previous >= 0) this.sentAgain(previous, serial, now);
    connections.words[row + CONNECTION.lastSyn] = serial;
    connections.words[row + CONNECTION.synFrame] = s.frame;
    connections.words[row + CONNECTION.pair] = pair;
    connections.words[row + CONNECTION.target] = target;
    connections.words[row + CONNECTION.listener] = listener;

    totals.syns += 1;
    pairs.bump(pair, COUNT.syns);
    pairs.bump(pair, COUNT.pending);
    this.state.targets.bump(target, COUNT.syns);
    this.state.targets.bump(target, COUNT.pending);
    listeners.bump(listener, COUNT.syns);
    listeners.bump(listener, COUNT.pending);
    this.events.syn(serial);
    return serial;
  }

  /** The client sends in row `next` once more what it sent in row `serial`. */
  private sentAgain(serial: number, next: number, now: number): void {
    const { ring } = this.state;
    if (!ring.holds(serial)) return;
    const at = ring.row(serial);
    // In two captures at nearly the same time: one packet, seen twice, and one of the two was damaged.
    const elsewhere = i32(ring.words, at + ROW.capture) !== this.state.capture;
    if (elsewhere && Math.abs(now - ring.time(serial, ROW_TIME.arrived)) < HORIZONS.duplicateSeconds) {
      ring.doubt(serial);
      ring.doubt(next);
    }
    let flags = i32(ring.words, at + ROW.flags) | SYN_SENT_AGAIN;
    const answered = i32(ring.words, at + ROW.answer) === ANSWERED && (flags & SYN_DECIDED) !== 0;
    if (answered && now - ring.time(serial, ROW_TIME.answered) > REPLY_LOST_AFTER) flags |= SYN_REPLY_LOST;
    ring.words[at + ROW.flags] = flags;
  }

  /** Ends the attempt on a slot that is about to be reused: what is undecided will not be answered any more. */
  giveUp(slot: number): void {
    const { connections, ring } = this.state;
    if ((connections.word(slot, CONNECTION.flags) & ATTEMPT_OPEN) === 0) return;
    this.state.refresh(slot);
    let serial = connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      if ((ring.word(serial, ROW.flags) & SYN_DECIDED) === 0) this.settlement.decideSilent(serial);
      serial = ring.word(serial, ROW.previous);
    }
    this.settlement.endAttempt(slot);
  }

  /** The captures have ended. */
  finish(): void {
    const { connections } = this.state;
    this.settlement.finish();
    for (let slot = 0; slot < connections.table.end; slot += 1) {
      if (connections.table.isUsed(slot)) this.giveUp(slot);
    }
  }

  private begin(s: Segment, slot: number, side: number, now: number): void {
    const { connections } = this.state;
    this.state.attempts += 1;
    let flags = connections.word(slot, CONNECTION.flags);
    this.closeRequest(slot, flags);
    flags &= ~(REQUEST_OPEN | ATTEMPT_CONNECTED | ATTEMPT_FROM_1 | ATTEMPT_TSVAL | ATTEMPT_DATA | TRANSLATED);
    flags |= ATTEMPT_OPEN | (side === 1 ? ATTEMPT_FROM_1 : 0) | (s.payload > 0 ? ATTEMPT_DATA : 0);
    if (s.hasTsval || s.optionsCut) flags |= ATTEMPT_TSVAL;
    connections.set(slot, CONNECTION.flags, flags);
    connections.set(slot, CONNECTION.attempt, this.state.attempts);
    connections.set(slot, CONNECTION.isn, s.seq);
    connections.set(slot, CONNECTION.lastSyn, -1);
    connections.set(slot, CONNECTION.rejectMask, 0);
    connections.set(slot, CONNECTION.clock, -1);
    connections.setTime(slot, CONNECTION_TIME.firstSyn, now);
  }

  /** The target cannot hold the request any longer, completed or not. */
  closeRequest(slot: number, flags: number): void {
    if ((flags & REQUEST_OPEN) === 0) return;
    this.state.refresh(slot);
    this.state.listeners.drop(this.state.connections.word(slot, CONNECTION.listener), COUNT.requests);
  }

  /** What the 4-tuple may still hold at the target when a SYN comes. */
  private oldConnection(slot: number, side: number, now: number, again: boolean): number {
    const { connections } = this.state;
    const flags = connections.word(slot, CONNECTION.flags);
    if ((flags & TIME_WAIT) !== 0) {
      const atTarget = ((flags & TIME_WAIT_SIDE_1) !== 0 ? 1 : 0) !== side;
      if (!atTarget) return 0;
      const age = now - connections.time(slot, CONNECTION_TIME.timeWaitSince);
      if (age > HORIZONS.timeWaitSeconds) return 0;
      // A segment that came late may have met no TIME-WAIT to arm again.
      const sure = age < SHORTEST_TIME_WAIT && (flags & TIME_WAIT_REARMED) === 0;
      const stamped = (flags & (NO_TIMESTAMPS | TIME_WAIT_REARMED)) === 0;
      const late = stamped && age > LONGEST_RECYCLED_TIME_WAIT;
      return SYN_ON_TIME_WAIT | (sure ? SYN_ON_SURE_TIME_WAIT : 0) | (late ? SYN_ON_LATE_TIME_WAIT : 0);
    }
    const closing = (flags & (FIN_SENT | (FIN_SENT << 1) | RESET)) !== 0;
    if (closing) return 0;
    // Once its own SYN was answered, the connection that lives on the 4-tuple is the attempt's.
    if (again && (flags & ATTEMPT_CONNECTED) !== 0) return 0;
    if ((flags & ESTABLISHED) !== 0) return SYN_ON_LIVE;
    if (again) return 0;
    // A request takes a SYN with another ISN too, and answers it with an ACK or RST (tcp_check_req).
    const sameSide = (flags & ATTEMPT_FROM_1) === (side === 1 ? ATTEMPT_FROM_1 : 0);
    return (flags & REQUEST_OPEN) !== 0 && sameSide && this.request(slot, now) !== 0 ? SYN_ON_LIVE : 0;
  }

  /** SYN_ON_REQUEST while the target holds what it made of this attempt: a connection, or a request not given up. */
  private request(slot: number, now: number): number {
    const { connections } = this.state;
    const established = (connections.word(slot, CONNECTION.flags) & ESTABLISHED) !== 0;
    const age = now - connections.time(slot, CONNECTION_TIME.answered);
    return established || age < REQUEST_SECONDS ? SYN_ON_REQUEST : 0;
  }

  /** TSval against the highest before it, per pair (RFC 7323: it never goes back within one clock). */
  private steps(s: Segment, pair: number): number {
    if (!s.hasTsval) return 0;
    const { pairs } = this.state;
    const flags = pairs.count(pair, COUNT.flags);
    if ((flags & HIGHEST_KNOWN) === 0) {
      pairs.set(pair, COUNT.flags, flags | HIGHEST_KNOWN);
      pairs.set(pair, COUNT.highestTsval, s.tsval);
      return 0;
    }
    const behind = serialDistance(pairs.count(pair, COUNT.highestTsval), s.tsval);
    if (behind <= 0) {
      pairs.set(pair, COUNT.highestTsval, s.tsval);
      return 0;
    }
    pairs.bump(pair, COUNT.stepsBack);
    if (behind > pairs.count(pair, COUNT.largestStepBack)) pairs.set(pair, COUNT.largestStepBack, behind);
    return SYN_STEP_BACK;
  }
}
