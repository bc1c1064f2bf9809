import type { Segment } from '../packet/segment.ts';
import { Connections } from './connections.ts';
import { COUNT, CounterTable } from './counters.ts';
import type { TrackingEvents, TrackingTotals } from './events.ts';
import { noTotals } from './events.ts';
import { TRACKING_LIMITS } from './limits.ts';
import { SynRing } from './syn-ring.ts';

export type TrackingLimits = { readonly [limit in keyof typeof TRACKING_LIMITS]: number };

/** All that the tracking remembers: bounded tables, each with its ceiling, and exact totals. */
export class TrackingState {
  readonly totals: TrackingTotals = noTotals();
  readonly ring: SynRing;
  readonly connections: Connections;
  /** Counters by (target, peer). */
  readonly pairs: CounterTable;
  /** Counters by target. */
  readonly targets: CounterTable;
  /** Capture time of the first and of the latest timed segment, seconds. */
  firstTime = Number.NaN;
  now = Number.NaN;
  /** Index of the capture being read, and the frames of the captures before it. */
  capture = 0;
  ordinalBase = 0;
  attempts = 0;

  constructor(seed: number, limits: TrackingLimits) {
    this.ring = new SynRing(limits.pendingSyns);
    this.connections = new Connections(seed, limits.connections);
    this.pairs = new CounterTable(seed, limits.pairs);
    this.targets = new CounterTable(seed, limits.targets);
  }

  /** Slot of the (target, peer) pair of a SYN. */
  pairOf(s: Segment, now: number, events: TrackingEvents): number {
    const { pairs } = this;
    pairs.setKey(s.family, s.dst0, s.dst1, s.dst2, s.dst3, s.src0, s.src1, s.src2, s.src3);
    let pair = pairs.find();
    if (pair < 0) {
      if (pairs.table.full) {
        const oldest = leastWorth(pairs);
        events.pairForgotten(oldest);
        pairs.evicted += 1;
        pairs.table.remove(oldest);
      }
      pair = pairs.add(now);
      pairs.set(pair, COUNT.target, this.targetOf(s, now));
    }
    pairs.touch(pair, now);
    return pair;
  }

  private targetOf(s: Segment, now: number): number {
    const { targets } = this;
    targets.setKey(s.family, s.dst0, s.dst1, s.dst2, s.dst3, 0, 0, 0, 0);
    let target = targets.find();
    if (target < 0) {
      if (targets.table.full) {
        const oldest = leastWorth(targets);
        targets.evicted += 1;
        targets.table.remove(oldest);
      }
      target = targets.add(now);
    }
    targets.touch(target, now);
    return target;
  }
}

/**
 * The slot to forget: of some candidates the one with the least to tell, the oldest among equals. One with SYNs still
 * undecided is kept: its rows point at it. The ring holds fewer rows than the table slots, so there is always one.
 */
function leastWorth(table: CounterTable): number {
  let least = -1;
  for (let seen = 0; seen < table.table.end && (least < 0 || seen < 16); seen += 1) {
    const slot = table.table.sweep(table.table.end);
    if (table.count(slot, COUNT.pending) > 0) continue;
    if (least < 0 || worth(table, slot) < worth(table, least)) least = slot;
  }
  return least < 0 ? table.table.sweep(table.table.end) : least;
}

function worth(table: CounterTable, slot: number): number {
  if (table.count(slot, COUNT.detail) > 0) return 2e12 + table.lastSeen(slot);
  if (table.count(slot, COUNT.answered) > 0) return 1e12 + table.lastSeen(slot);
  return table.lastSeen(slot);
}
