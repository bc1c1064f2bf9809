import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import { addToGroup } from '../units/group.ts';

/** SYN packets that must be silent, and attempts, before a peer that was never served counts as filtered. */
const FILTERED_SYNS = 3;
const FILTERED_ATTEMPTS = 2;
/** SYNs of such a peer, to the silent ones, of which it may be unknown whether they were answered. */
const UNDECIDED_SHARE = 0.1;

/** What belongs to each target, gathered in one pass over the tables. */
export interface ByTarget {
  /** Pairs that were never served nor answered in any other way, though they asked more than once. */
  readonly unheard: ReadonlyMap<number, readonly number[]>;
  /** Listeners that sent SYN-ACKs again because handshakes could not be completed. */
  readonly stuck: ReadonlyMap<number, readonly number[]>;
}

/** Groups pairs and listeners (slots) by target (slot). */
export function groupByTarget(state: TrackingState): ByTarget {
  return { unheard: unheardPairs(state), stuck: stuckListeners(state) };
}

function unheardPairs(state: TrackingState): ReadonlyMap<number, readonly number[]> {
  const { pairs } = state;
  const found = new Map<number, number[]>();
  for (let pair = 0; pair < pairs.table.end; pair += 1) {
    if (!pairs.table.isUsed(pair)) continue;
    const count = (field: number): number => pairs.count(pair, field);
    if (count(COUNT.silent) < FILTERED_SYNS || count(COUNT.attempts) < FILTERED_ATTEMPTS) continue;
    // Some SYNs come too near the end of the capture to be called silent.
    if (count(COUNT.unknown) > UNDECIDED_SHARE * count(COUNT.silent)) continue;
    const heard =
      count(COUNT.answered) + count(COUNT.refused) + count(COUNT.challenged) + count(COUNT.oneWay);
    const target = heard === 0 ? state.targetOfPair(pair) : -1;
    if (target >= 0) addToGroup(found, target, pair);
  }
  return found;
}

function stuckListeners({ listeners, targets }: TrackingState): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (let slot = 0; slot < listeners.table.end; slot += 1) {
    if (!listeners.table.isUsed(slot) || listeners.lastRepeat(slot) === Number.NEGATIVE_INFINITY) continue;
    const target = targets.findFirstAddress(listeners, slot);
    if (target >= 0) addToGroup(found, target, slot);
  }
  return found;
}
