import type { Segment } from '../packet/segment.ts';
import { CONNECTION, Connections } from './connections.ts';
import { COUNT, CounterTable } from './counters.ts';
import type { TrackingEvents, TrackingTotals } from './events.ts';
import { noTotals } from './events.ts';
import type { TRACKING_LIMITS } from './limits.ts';
import { ROW, ROW_TIME, SynRing } from './syn-ring.ts';

export type TrackingLimits = { readonly [limit in keyof typeof TRACKING_LIMITS]: number };

/** Only near a listener that shows signs of being stuck does the exact moment of a completion matter. */
const STUCK_SECONDS = 10;
const LATE_ROWS = 256;
/** Slots of a full table that are compared to find one to forget. */
const CANDIDATES = 4;

/** All that the tracking remembers: bounded tables, each with its ceiling, and exact totals. */
export class TrackingState {
  readonly totals: TrackingTotals = noTotals();
  readonly ring: SynRing;
  readonly connections: Connections;
  /** Counters by (target, peer). */
  readonly pairs: CounterTable;
  /** Counters by target. */
  readonly targets: CounterTable;
  /** Counters by target and port. */
  readonly listeners: CounterTable;
  /** Capture time since which nothing was missed: of the first timed segment, or of the first after a gap. Seconds. */
  firstTime = Number.NaN;
  /** Capture time of the latest timed segment. */
  now = Number.NaN;
  /** Seconds that were captured before the latest gap. */
  private secondsBefore = 0;
  /** Where the clock stepped back since `firstTime`: by how much in all, from what at the latest, to what at the earliest. */
  private steppedBack = 0;
  private latestTime = Number.NEGATIVE_INFINITY;
  private earliestTime = Number.POSITIVE_INFINITY;
  /** Time of the segment at work, seconds: `now`, or 0 before any time was seen. A field, for a double passed on is boxed. */
  time = 0;
  /** The same in microseconds modulo 2^32. */
  micros = 0;
  /** Index of the capture being read, and the frames of the captures before it. */
  capture = 0;
  ordinalBase = 0;
  attempts = 0;

  constructor(seed: number, limits: TrackingLimits) {
    this.ring = new SynRing(limits.pendingSyns);
    this.connections = new Connections(seed, limits.connections);
    this.pairs = new CounterTable(seed, limits.pairs);
    this.targets = new CounterTable(seed, limits.targets);
    this.listeners = new CounterTable(seed, limits.listeners);
  }

  /**
   * Seconds captured, gaps left out. Where times go back, either the clock was set, and what it went forward counts; or
   * packets are out of order, and they are no more seconds than lie between the first and the last.
   */
  get seconds(): number {
    if (Number.isNaN(this.firstTime)) return this.secondsBefore;
    const forward = this.now - this.firstTime + this.steppedBack;
    const between = Math.max(this.now, this.latestTime) - Math.min(this.firstTime, this.earliestTime);
    return this.secondsBefore + Math.min(forward, between);
  }

  /** The next segment is from before the latest one. */
  stepBackTo(time: number): void {
    const { totals, now } = this;
    totals.stepsBackInTime += 1;
    totals.largestStepBackInTime = Math.max(totals.largestStepBackInTime, now - time);
    if (Number.isNaN(this.firstTime)) return;
    this.steppedBack += now - time;
    this.latestTime = Math.max(this.latestTime, now);
    this.earliestTime = Math.min(this.earliestTime, time);
  }

  /** Nothing was captured for a while. */
  gap(): void {
    this.secondsBefore = this.seconds;
    this.firstTime = Number.NaN;
    this.steppedBack = 0;
    this.latestTime = Number.NEGATIVE_INFINITY;
    this.earliestTime = Number.POSITIVE_INFINITY;
  }

  /** Slot of the (target, peer) pair of a SYN. */
  pairOf(s: Segment, now: number, events: TrackingEvents): number {
    const { pairs, ring } = this;
    const { family, src0, src1, src2, src3, dst0, dst1, dst2, dst3 } = s;
    let pair = pairs.lookUp(family, dst0, dst1, dst2, dst3, src0, src1, src2, src3, 0);
    if (pair < 0) pair = obtain(pairs, now, ring.head, (slot) => events.pairForgotten(slot));
    // Looked up each time: a pair may outlive its target's slot.
    pairs.set(pair, COUNT.target, this.targetOf(s, now, events));
    pairs.touch(pair, now);
    return pair;
  }

  /** Slot of the listener that answers in `s`, when it is known; -1 otherwise. */
  listenerBehind(s: Segment): number {
    return this.listeners.lookUp(s.family, s.src0, s.src1, s.src2, s.src3, 0, 0, 0, 0, s.srcPort + 1);
  }

  /** Slot of the listener that `s` goes to, when it is known; -1 otherwise. */
  listenerAhead(s: Segment): number {
    return this.listeners.lookUp(s.family, s.dst0, s.dst1, s.dst2, s.dst3, 0, 0, 0, 0, s.dstPort + 1);
  }

  /** Slot of the target address and port that a SYN goes to. */
  listenerOf(s: Segment, now: number, events: TrackingEvents): number {
    const { listeners, ring } = this;
    let listener = this.listenerAhead(s);
    if (listener < 0) listener = obtain(listeners, now, ring.head, (slot) => events.listenerForgotten(slot));
    listeners.touch(listener, now);
    return listener;
  }

  /**
   * A listener completed a handshake, on a segment that arrived at `at`; its reply shows it only now. SYNs that came in
   * between met the queue with that room already.
   */
  completed(listener: number, at: number): void {
    const { listeners, ring } = this;
    listeners.drop(listener, COUNT.requests);
    listeners.bump(listener, COUNT.completions);
    if (at - listeners.lastRepeat(listener) > STUCK_SECONDS) return;
    for (let serial = ring.head - 1; serial >= ring.tail && ring.head - serial <= LATE_ROWS; serial -= 1) {
      if (ring.time(serial, ROW_TIME.arrived) <= at) return;
      if (ring.word(serial, ROW.listener) !== listener) continue;
      const row = ring.row(serial);
      ring.words[row + ROW.completions] = listeners.count(listener, COUNT.completions);
    }
  }

  /** Beyond a ceiling slots go to other keys: a connection lets go of those that are not its own any more. */
  refresh(slot: number): void {
    const { connections, listeners, pairs, targets } = this;
    if (pairs.evicted + targets.evicted + listeners.evicted === 0) return;
    const { lastSyn, listener, pair, target } = CONNECTION;
    const syn = connections.word(slot, lastSyn);
    if (!isOlder(pairs, connections.word(slot, pair), syn)) connections.set(slot, pair, -1);
    if (!isOlder(targets, connections.word(slot, target), syn)) connections.set(slot, target, -1);
    if (!isOlder(listeners, connections.word(slot, listener), syn)) connections.set(slot, listener, -1);
  }

  /** Entries of all tables that went at a ceiling. */
  get evicted(): number {
    const { connections, listeners, pairs, targets } = this;
    return connections.evicted + pairs.evicted + targets.evicted + listeners.evicted;
  }

  /** True when the slot of a pair still belongs to the one that SYN packet `serial` was of. */
  isOfPair(pair: number, serial: number): boolean {
    return isOlder(this.pairs, pair, serial);
  }

  /** Slot of the target of a pair; -1 when that was forgotten, and its slot may be another's by now. */
  targetOfPair(pair: number): number {
    const { pairs, targets } = this;
    const target = pairs.count(pair, COUNT.target);
    if (targets.evicted === 0) return target;
    return targets.table.isUsed(target) && targets.hasFirstAddress(target, pairs, pair) ? target : -1;
  }

  private targetOf(s: Segment, now: number, events: TrackingEvents): number {
    const { ring, targets } = this;
    let target = targets.lookUp(s.family, s.dst0, s.dst1, s.dst2, s.dst3, 0, 0, 0, 0, 0);
    if (target < 0) target = obtain(targets, now, ring.head, (slot) => events.targetForgotten(slot));
    targets.touch(target, now);
    return target;
  }
}

/** True when `slot` still belongs to the key that it had when SYN packet `serial` came. */
function isOlder(table: CounterTable, slot: number, serial: number): boolean {
  return slot >= 0 && table.table.isUsed(slot) && table.count(slot, COUNT.born) <= serial;
}

/** A new slot for what was looked up last; at the ceiling the least telling one is forgotten for it. */
function obtain(table: CounterTable, now: number, serial: number, forgotten: (slot: number) => void): number {
  if (table.table.full) {
    const oldest = leastWorth(table);
    forgotten(oldest);
    table.evicted += 1;
    table.table.remove(oldest);
  }
  return table.add(now, serial);
}

/**
 * The slot to forget: of some candidates the one with the least to tell, the oldest among equals. One with SYNs still
 * unsettled is kept: its rows point at it. Rows are settled early rather than hold half of a full table (`makeRoom`).
 */
function leastWorth(table: CounterTable): number {
  let least = -1;
  let lowest = Infinity;
  for (let seen = 0; seen < table.table.end && (least < 0 || seen < CANDIDATES); seen += 1) {
    const slot = table.table.sweep(table.table.end);
    if (table.count(slot, COUNT.pending) > 0) continue;
    const own = worth(table, slot);
    if (own >= lowest) continue;
    least = slot;
    lowest = own;
  }
  return least < 0 ? table.table.sweep(table.table.end) : least;
}

function worth(table: CounterTable, slot: number): number {
  if (table.count(slot, COUNT.detail) > 0) return 2e12 + table.lastSeen(slot);
  if (table.count(slot, COUNT.answered) > 0) return 1e12 + table.lastSeen(slot);
  return table.lastSeen(slot);
}
