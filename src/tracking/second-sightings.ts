import type { Segment } from '../packet/segment.ts';
import { i32 } from '../units/table.ts';
import { UNKNOWN } from './answer.ts';
import { CONNECTION, TRANSLATED } from './connections.ts';
import { COUNT } from './counters.ts';
import { HORIZONS } from './limits.ts';
import type { TrackingEvents } from './events.ts';
import type { Settlement } from './settlement.ts';
import type { TrackingState } from './state.ts';
import {
  CHAIN,
  ROW,
  ROW_TIME,
  SYN_DECIDED,
  SYN_DUPLICATE,
  SYN_HAS_TSVAL,
  SYN_OPTIONS_CUT,
  SYN_RETRANSMISSION,
} from './syn-ring.ts';

/**
 * SYNs that were captured more than once: every sighting has a row, and one of them counts. As a rule that is the first;
 * on a node that translates addresses it is the one behind source NAT, as the target sees it.
 */
export class SecondSightings {
  private readonly state: TrackingState;
  private readonly events: TrackingEvents;
  private readonly settlement: Settlement;

  constructor(state: TrackingState, settlement: Settlement, events: TrackingEvents) {
    this.state = state;
    this.settlement = settlement;
    this.events = events;
  }

  /**
   * True when another capture held this very SYN a while ago: the clocks of captures from several hosts differ. It is too
   * early for the client to have sent it again.
   *
   * @param slot the connection's, negative for an unknown one
   */
  heldElsewhere(s: Segment, slot: number, now: number): boolean {
    const { connections, ring } = this.state;
    let serial = slot < 0 ? -1 : connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      const at = ring.row(serial);
      const hadTsval = (i32(ring.words, at + ROW.flags) & SYN_HAS_TSVAL) !== 0;
      const same =
        i32(ring.words, at + ROW.seq) === s.seq &&
        hadTsval === s.hasTsval &&
        (!hadTsval || i32(ring.words, at + ROW.tsval) === s.tsval);
      const elsewhere = i32(ring.words, at + ROW.capture) !== this.state.capture;
      const apart = Math.abs(now - ring.time(serial, ROW_TIME.arrived));
      if (same && elsewhere && apart < HORIZONS.notYetAgainSeconds) return true;
      serial = i32(ring.words, at + ROW.previous);
    }
    return false;
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
    ring.words[at + ROW.original] = connections.word(slot, CONNECTION.synFrame);
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
   * The SYN in row `serial` comes a second time, behind source NAT: what counts is the second sighting, the target's view.
   * The first is taken back, and its connection will not be followed. Returns false when it is too late for that.
   */
  takeBack(serial: number): boolean {
    const { connections, listeners, pairs, ring, targets, totals } = this.state;
    if (!ring.holds(serial)) return false;
    const at = ring.row(serial);
    const flags = i32(ring.words, at + ROW.flags);
    const slot = i32(ring.words, at + ROW.connection);
    if ((flags & SYN_DUPLICATE) !== 0) return true;
    if ((flags & SYN_DECIDED) !== 0 || connections.word(slot, CONNECTION.lastSyn) !== serial) return false;
    ring.words[at + ROW.flags] = flags | SYN_DUPLICATE | SYN_DECIDED;
    ring.words[at + ROW.answer] = UNKNOWN;
    ring.words[at + ROW.fates] = 0;
    const pair = i32(ring.words, at + ROW.pair);
    const target = i32(ring.words, at + ROW.target);
    const listener = i32(ring.words, at + ROW.listener);
    for (const field of [COUNT.syns, COUNT.pending]) {
      pairs.drop(pair, field);
      targets.drop(target, field);
      listeners.drop(listener, field);
    }
    totals.syns -= 1;
    totals.duplicates += 1;
    totals.segments -= 1;
    if ((flags & SYN_HAS_TSVAL) !== 0) totals.withTsval -= 1;
    if ((flags & SYN_OPTIONS_CUT) !== 0) totals.optionsCut -= 1;
    if ((flags & SYN_RETRANSMISSION) === 0) {
      totals.attempts -= 1;
      pairs.drop(pair, COUNT.attempts);
      targets.drop(target, COUNT.attempts);
      if (this.state.attempts === i32(ring.words, at + ROW.attempt)) this.state.attempts -= 1;
    }
    connections.set(slot, CONNECTION.flags, TRANSLATED);
    connections.set(slot, CONNECTION.attempt, 0);
    if (pairs.count(pair, COUNT.syns) === 0) {
      this.events.pairForgotten(pair);
      pairs.table.remove(pair);
      connections.set(slot, CONNECTION.pair, -1);
    }
    return true;
  }

  /** Row `serial` is a sighting of what row `counted` holds. */
  tie(serial: number, counted: number): void {
    const { ring } = this.state;
    if (!ring.holds(serial)) return;
    const at = ring.row(serial);
    const from = ring.row(counted);
    ring.words[at + ROW.original] = i32(ring.words, from + ROW.frame);
    ring.words[at + ROW.previous] = counted;
    ring.words[at + ROW.attempt] = i32(ring.words, from + ROW.attempt);
    ring.words[at + ROW.flags] =
      i32(ring.words, at + ROW.flags) | (i32(ring.words, from + ROW.flags) & SYN_RETRANSMISSION);
  }

  /** Connection slot on which the latest SYN in front of NAT, on slot `slot`, counts and waits for its answer; -1 for none. */
  behindNat(slot: number): number {
    const { connections, ring } = this.state;
    const serial = connections.word(slot, CONNECTION.lastSyn);
    const counted = ring.holds(serial) ? ring.word(serial, ROW.previous) : -1;
    if (!ring.holds(counted) || (ring.word(counted, ROW.flags) & SYN_DECIDED) !== 0) return -1;
    const behind = ring.word(counted, ROW.connection);
    return connections.word(behind, CONNECTION.lastSyn) === counted ? behind : -1;
  }
}
