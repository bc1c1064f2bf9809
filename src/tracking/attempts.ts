import type { Segment } from '../packet/segment.ts';
import { ACK, FIN, RST, SYN } from '../packet/segment.ts';
import { serialDistance } from '../units/serial.ts';
import { i32 } from '../units/table.ts';
import { ANSWERED, CHALLENGED, REFUSED, UNKNOWN } from './answer.ts';
import {
  ACK_KNOWN,
  ATTEMPT_CONNECTED,
  ATTEMPT_FROM_1,
  ATTEMPT_OPEN,
  ATTEMPT_TSVAL,
  CONNECTION,
  CONNECTION_TIME,
  ESTABLISHED,
  FIN_SENT,
  NEXT_KNOWN,
  NO_TIMESTAMPS,
  REQUEST_OPEN,
  RESET,
  SIDE,
  sideOf,
  TIME_WAIT,
  TIME_WAIT_REARMED,
  TIME_WAIT_SIDE_1,
  TS_KNOWN,
} from './connections.ts';
import { COUNT, HIGHEST_KNOWN } from './counters.ts';
import type { TrackingEvents } from './events.ts';
import { Settlement } from './settlement.ts';
import { HORIZONS } from './limits.ts';
import type { TrackingState } from './state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_AFTER_ANSWER,
  SYN_ANSWER_NOT_CAPTURED,
  SYN_DECIDED,
  SYN_DUPLICATE,
  SYN_HAS_TSVAL,
  SYN_ODD,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
  SYN_ON_SURE_TIME_WAIT,
  SYN_ON_TIME_WAIT,
  SYN_REPLY_LOST,
  SYN_RETRANSMISSION,
  SYN_SENT_AGAIN,
  SYN_STEP_BACK,
} from './syn-ring.ts';

/** A chain of SYN packets is followed this far back; no client sends more for one attempt. */
const CHAIN = 16;
/** A SYN that crosses its SYN-ACK on the way is no sign of loss; one this much later is. */
const REPLY_LOST_AFTER = 0.2;
/** TIME-WAIT with recycle lasts 3.5 RTO, and RTO is at least 200 ms (kernel tcp_time_wait, TCP_RTO_MIN). */
const SHORTEST_TIME_WAIT = 0.7;

/**
 * Attempts: a 4-tuple and an ISN, the SYN packets that share them, and the answer each packet got.
 *
 * A SYN-ACK belongs to the SYN packet whose TSval it echoes, because a stalled target may answer an earlier packet
 * after a later one; without timestamps it belongs to the latest. RST and bare ACK come at once and belong to the
 * latest undecided packet.
 */
export class AttemptTracker {
  private readonly state: TrackingState;
  private readonly events: TrackingEvents;
  private readonly settlement: Settlement;

  constructor(state: TrackingState, events: TrackingEvents) {
    this.state = state;
    this.events = events;
    this.settlement = new Settlement(state, events);
  }

  /** A SYN arrived on connection slot `slot`, sent by `side`. */
  syn(s: Segment, slot: number, side: number, now: number): void {
    const { connections, pairs, ring, totals } = this.state;
    const flags = connections.word(slot, CONNECTION.flags);
    const open = (flags & ATTEMPT_OPEN) !== 0 || (flags & ATTEMPT_CONNECTED) !== 0;
    const sameSide = (flags & ATTEMPT_FROM_1) === (side === 1 ? ATTEMPT_FROM_1 : 0);
    const again = open && sameSide && connections.word(slot, CONNECTION.isn) === s.seq;

    const pair = this.state.pairOf(s, now, this.events);
    const target = pairs.count(pair, COUNT.target);
    const { listeners } = this.state;
    const listener = this.state.listenerOf(s, now, this.events);
    let rowFlags = 0;
    if (again) {
      rowFlags |= SYN_RETRANSMISSION;
      if ((flags & ATTEMPT_CONNECTED) !== 0) rowFlags |= SYN_AFTER_ANSWER | SYN_ON_REQUEST;
    } else {
      this.giveUp(slot);
      this.begin(s, slot, side, now);
      totals.attempts += 1;
      pairs.bump(pair, COUNT.attempts);
      this.state.targets.bump(target, COUNT.attempts);
    }
    rowFlags |= this.oldConnection(slot, side, now, again);
    if ((s.flags & (FIN | RST)) !== 0 || s.malformed) rowFlags |= SYN_ODD;
    rowFlags |= this.steps(s, pair);

    this.settlement.makeRoom(now);
    const serial = ring.push(s, now, this.state.ordinalBase + s.frame, this.state.capture);
    const at = ring.row(serial);
    ring.words[at + ROW.flags] = i32(ring.words, at + ROW.flags) | rowFlags;
    ring.words[at + ROW.attempt] = connections.word(slot, CONNECTION.attempt);
    ring.words[at + ROW.previous] = connections.word(slot, CONNECTION.lastSyn);
    ring.words[at + ROW.connection] = slot;
    ring.words[at + ROW.pair] = pair;
    ring.words[at + ROW.target] = target;
    ring.words[at + ROW.listener] = listener;
    ring.words[at + ROW.completions] = listeners.count(listener, COUNT.completions);
    ring.words[at + ROW.requests] = listeners.count(listener, COUNT.requests);
    ring.words[at + ROW.nudges] = listeners.count(listener, COUNT.nudges);
    this.sentAgain(connections.word(slot, CONNECTION.lastSyn), now);
    connections.set(slot, CONNECTION.lastSyn, serial);
    connections.set(slot, CONNECTION.pair, pair);
    connections.set(slot, CONNECTION.target, target);
    connections.set(slot, CONNECTION.listener, listener);
    connections.set(slot, CONNECTION.synPackets, connections.word(slot, CONNECTION.synPackets) + 1);

    totals.syns += 1;
    pairs.bump(pair, COUNT.syns);
    pairs.bump(pair, COUNT.pending);
    this.state.targets.bump(target, COUNT.syns);
    this.state.targets.bump(target, COUNT.pending);
    listeners.bump(listener, COUNT.syns);
    listeners.bump(listener, COUNT.pending);
    if (!s.hasTsval) pairs.bump(pair, COUNT.withoutTsval);
    this.events.syn(serial);
  }

  /** A second sighting of a SYN: listed, never judged. */
  duplicate(s: Segment, now: number): void {
    const { connections, ring } = this.state;
    connections.setKeyOf(s);
    const slot = connections.find();
    this.settlement.makeRoom(now);
    const serial = ring.push(s, now, this.state.ordinalBase + s.frame, this.state.capture);
    const at = ring.row(serial);
    ring.words[at + ROW.flags] = i32(ring.words, at + ROW.flags) | SYN_DUPLICATE | SYN_DECIDED;
    ring.words[at + ROW.answer] = UNKNOWN;
    if (slot < 0) return;
    ring.words[at + ROW.attempt] = connections.word(slot, CONNECTION.attempt);
    let original = connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(original); i += 1) {
      const from = ring.row(original);
      if (i32(ring.words, from + ROW.tsval) === s.tsval && i32(ring.words, from + ROW.seq) === s.seq) {
        ring.words[at + ROW.original] = i32(ring.words, from + ROW.frame);
        ring.words[at + ROW.previous] = original;
        if ((i32(ring.words, from + ROW.flags) & SYN_RETRANSMISSION) !== 0) {
          ring.words[at + ROW.flags] = i32(ring.words, at + ROW.flags) | SYN_RETRANSMISSION;
        }
        return;
      }
      original = i32(ring.words, from + ROW.previous);
    }
  }

  /**
   * A SYN-ACK whose SYN is not in the capture: sent again for a request from before it, as a rule, so the listener has
   * handshakes that it cannot complete.
   */
  synAckOfUnknown(s: Segment, now: number): void {
    const listener = this.state.listenerBehind(s);
    if (listener >= 0) this.state.listeners.noteRepeat(listener, now);
  }

  /**
   * A SYN-ACK that looks like a second sighting. A request that gets two SYN packets at once (after a stall) sends two
   * SYN-ACKs that differ in nothing; so it still answers a packet that waits for one.
   */
  synAckTwice(s: Segment, now: number): void {
    const { connections } = this.state;
    connections.setKeyOf(s);
    const slot = connections.find();
    if (slot < 0 || (connections.word(slot, CONNECTION.flags) & ATTEMPT_CONNECTED) === 0) return;
    if (s.ack !== ((connections.word(slot, CONNECTION.isn) + 1) | 0)) return;
    const answered = this.echoed(s, slot);
    if (answered >= 0) this.settlement.decide(answered, ANSWERED, now);
  }

  /**
   * A segment other than a SYN on a slot with an attempt. Returns true when it was wholly an answer to a SYN, false
   * when the connection has to see it too.
   */
  reply(s: Segment, slot: number, side: number, now: number): boolean {
    const { connections } = this.state;
    const flags = connections.word(slot, CONNECTION.flags);
    const isn = connections.word(slot, CONNECTION.isn);
    const fromPeer = (flags & ATTEMPT_FROM_1) === (side === 1 ? ATTEMPT_FROM_1 : 0);
    if ((flags & ATTEMPT_CONNECTED) !== 0) {
      if (!fromPeer && (s.flags & (SYN | ACK)) === (SYN | ACK) && s.ack === ((isn + 1) | 0)) {
        this.synAckAgain(s, slot, now);
        return true;
      }
      return false;
    }
    if (fromPeer) {
      // The client goes on as after a handshake: its SYN was answered, the capture does not hold the answer.
      if ((s.flags & (SYN | RST)) === 0 && s.seq === ((isn + 1) | 0) && (s.flags & ACK) !== 0) {
        this.answeredUnseen(slot, side, now);
      }
      return false;
    }
    if ((s.flags & (SYN | ACK)) === (SYN | ACK)) {
      if (s.ack !== ((isn + 1) | 0)) return false;
      this.synAck(s, slot, side, now);
      return true;
    }
    const latest = this.latestUndecided(slot);
    if ((s.flags & RST) !== 0) {
      if (latest >= 0 && (s.flags & ACK) !== 0 && s.ack === ((isn + 1) | 0)) {
        this.settlement.decide(latest, REFUSED, now);
        this.end(slot);
        return true;
      }
      return false;
    }
    if ((s.flags & ACK) === 0) return false;
    if (s.ack === ((isn + 1) | 0)) {
      this.answeredUnseen(slot, 1 - side, now);
      return false;
    }
    if (latest >= 0 && s.payload === 0 && (s.flags & FIN) === 0)
      this.settlement.decide(latest, CHALLENGED, now);
    return false;
  }

  /** The client sends once more what it sent in row `serial`. */
  private sentAgain(serial: number, now: number): void {
    const { ring } = this.state;
    if (!ring.holds(serial)) return;
    const at = ring.row(serial);
    let flags = i32(ring.words, at + ROW.flags) | SYN_SENT_AGAIN;
    const answered = i32(ring.words, at + ROW.answer) === ANSWERED && (flags & SYN_DECIDED) !== 0;
    if (answered && now - ring.time(serial, ROW_TIME.answered) > REPLY_LOST_AFTER) flags |= SYN_REPLY_LOST;
    ring.words[at + ROW.flags] = flags;
  }

  /** Ends the attempt on a slot that is about to be reused: what is undecided will not be answered any more. */
  giveUp(slot: number): void {
    const { connections, ring } = this.state;
    if ((connections.word(slot, CONNECTION.flags) & ATTEMPT_OPEN) === 0) return;
    let serial = connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      if ((ring.word(serial, ROW.flags) & SYN_DECIDED) === 0) this.settlement.decideSilent(serial);
      serial = ring.word(serial, ROW.previous);
    }
    this.end(slot);
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
    flags &= ~(REQUEST_OPEN | ATTEMPT_CONNECTED | ATTEMPT_FROM_1 | ATTEMPT_TSVAL);
    flags |= ATTEMPT_OPEN | (side === 1 ? ATTEMPT_FROM_1 : 0) | (s.hasTsval ? ATTEMPT_TSVAL : 0);
    connections.set(slot, CONNECTION.flags, flags);
    connections.set(slot, CONNECTION.attempt, this.state.attempts);
    connections.set(slot, CONNECTION.isn, s.seq);
    connections.set(slot, CONNECTION.lastSyn, -1);
    connections.set(slot, CONNECTION.synPackets, 0);
    connections.set(slot, CONNECTION.rejectMask, 0);
    connections.set(slot, CONNECTION.clock, -1);
    connections.setTime(slot, CONNECTION_TIME.firstSyn, now);
  }

  /** The target cannot hold the request any longer, completed or not. */
  closeRequest(slot: number, flags: number): void {
    if ((flags & REQUEST_OPEN) === 0) return;
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
      const sure = age < SHORTEST_TIME_WAIT || (flags & TIME_WAIT_REARMED) !== 0;
      return SYN_ON_TIME_WAIT | (sure && age < 59 ? SYN_ON_SURE_TIME_WAIT : 0);
    }
    const closing = (flags & (FIN_SENT | (FIN_SENT << 1) | RESET)) !== 0;
    return (flags & ESTABLISHED) !== 0 && !closing && !again ? SYN_ON_LIVE : 0;
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

  /** The first SYN-ACK of an attempt: the connection starts afresh on its slot. */
  private synAck(s: Segment, slot: number, side: number, now: number): void {
    const { connections, ring, totals } = this.state;
    const answered = this.echoed(s, slot);
    const flags = connections.word(slot, CONNECTION.flags);
    const negotiated = (flags & ATTEMPT_TSVAL) !== 0 && (s.hasTsval || s.optionsCut);
    const kept = flags & (ATTEMPT_OPEN | ATTEMPT_FROM_1 | ATTEMPT_TSVAL);
    connections.set(
      slot,
      CONNECTION.flags,
      kept |
        ATTEMPT_CONNECTED |
        REQUEST_OPEN |
        (negotiated ? 0 : NO_TIMESTAMPS) |
        ((ACK_KNOWN | NEXT_KNOWN) << side),
    );
    this.state.listeners.bump(connections.word(slot, CONNECTION.listener), COUNT.requests);
    connections.setTime(slot, CONNECTION_TIME.peerSpoke, 0);
    connections.setTime(slot, CONNECTION_TIME.answered, now);
    const target = connections.at(slot) + sideOf(side);
    const peer = connections.at(slot) + sideOf(1 - side);
    connections.words[target + SIDE.sndNext] = (s.seq + 1) | 0;
    connections.words[target + SIDE.ackHigh] = s.ack;
    connections.words[peer + SIDE.sndNext] = s.ack;
    if (ring.holds(answered) && negotiated) {
      // The request keeps the SYN's TSval as ts_recent (kernel tcp_openreq_init).
      connections.words[target + SIDE.tsRecent] = ring.word(answered, ROW.tsval);
      connections.words[target + SIDE.tsRecentOrdinal] = ring.word(answered, ROW.ordinal);
      connections.setTime(slot, CONNECTION_TIME.tsRecent + side, ring.time(answered, ROW_TIME.arrived));
      connections.set(
        slot,
        CONNECTION.flags,
        connections.word(slot, CONNECTION.flags) | (TS_KNOWN << side) | (NEXT_KNOWN << (1 - side)),
      );
    }
    totals.connected += 1;
    this.state.pairs.bump(connections.word(slot, CONNECTION.pair), COUNT.connected);
    this.state.targets.bump(connections.word(slot, CONNECTION.target), COUNT.connected);
    if (answered >= 0) this.settlement.decide(answered, ANSWERED, now);
    this.end(slot);
  }

  /** A further SYN-ACK: the answer to a SYN packet that came after the first, or a retransmission. */
  private synAckAgain(s: Segment, slot: number, now: number): void {
    const { connections } = this.state;
    const answered = this.echoed(s, slot);
    if (answered >= 0) this.settlement.decide(answered, ANSWERED, now);
    else {
      const listener = connections.word(slot, CONNECTION.listener);
      this.state.listeners.noteRepeat(listener, now);
      if (connections.time(slot, CONNECTION_TIME.peerSpoke) > 0) {
        this.state.listeners.bump(listener, COUNT.synAckRepeats);
      }
    }
  }

  /** The undecided SYN packet of the attempt that a SYN-ACK echoes; without timestamps the latest; -1 for none. */
  private echoed(s: Segment, slot: number): number {
    const { connections, ring } = this.state;
    let serial = connections.word(slot, CONNECTION.lastSyn);
    if (!s.hasTsecr || s.tsecr === 0) return this.latestUndecided(slot);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      const flags = ring.word(serial, ROW.flags);
      if ((flags & SYN_HAS_TSVAL) !== 0 && ring.word(serial, ROW.tsval) === s.tsecr) {
        // An existing request answers later SYN packets too, and goes on echoing the one that made it.
        return (flags & SYN_DECIDED) === 0 ? serial : this.latestUndecided(slot);
      }
      serial = ring.word(serial, ROW.previous);
    }
    return this.latestUndecided(slot);
  }

  private latestUndecided(slot: number): number {
    const { ring } = this.state;
    const serial = this.state.connections.word(slot, CONNECTION.lastSyn);
    if (!ring.holds(serial) || (ring.word(serial, ROW.flags) & SYN_DECIDED) !== 0) return -1;
    return serial;
  }

  /** The handshake plainly succeeded, but its SYN-ACK is not in the capture: never call those SYNs silent. */
  private answeredUnseen(slot: number, targetSide: number, now: number): void {
    const { connections, ring, totals } = this.state;
    let serial = connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      const at = ring.row(serial) + ROW.flags;
      if ((i32(ring.words, at) & SYN_DECIDED) === 0) {
        ring.words[at] = i32(ring.words, at) | SYN_ANSWER_NOT_CAPTURED;
        this.settlement.decide(serial, UNKNOWN, now);
      }
      serial = ring.word(serial, ROW.previous);
    }
    totals.oneWayHandshakes += 1;
    totals.connected += 1;
    this.state.pairs.bump(connections.word(slot, CONNECTION.pair), COUNT.oneWay);
    this.state.pairs.bump(connections.word(slot, CONNECTION.pair), COUNT.connected);
    this.state.targets.bump(connections.word(slot, CONNECTION.target), COUNT.oneWay);
    this.state.targets.bump(connections.word(slot, CONNECTION.target), COUNT.connected);
    const flags = connections.word(slot, CONNECTION.flags);
    const kept = flags & (ATTEMPT_OPEN | ATTEMPT_FROM_1 | ATTEMPT_TSVAL);
    connections.set(slot, CONNECTION.flags, kept | ATTEMPT_CONNECTED | (ACK_KNOWN << targetSide));
    const target = connections.at(slot) + sideOf(targetSide);
    connections.words[target + SIDE.ackHigh] = (connections.word(slot, CONNECTION.isn) + 1) | 0;
    this.end(slot);
  }

  private end(slot: number): void {
    const { connections } = this.state;
    this.events.attemptEnded(slot);
    connections.set(slot, CONNECTION.flags, connections.word(slot, CONNECTION.flags) & ~ATTEMPT_OPEN);
  }
}
