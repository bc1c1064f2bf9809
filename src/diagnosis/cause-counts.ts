import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import type { ByTarget } from './by-target.ts';
import type { Cells } from './cells.ts';
import { CELL } from './cells.ts';
import type { RowVerdict } from './causes.ts';
import type { Cause } from './codes.ts';
import type { GradeFacts } from './grades.ts';
import type { Ledger } from './ledger.ts';
import { agreementOfPeer } from './peer-agreement.ts';

/** Silences without another explanation that show a filter rather than an accident. */
const FILTERED_AT_RANDOM = 10;
/** Above this p-value silence has nothing to do with timestamps. */
const INDEPENDENT = 0.05;
/** Silences that the model lets pass which an effect on top of the timestamps must show. */
const UNPREDICTED = 3;

/** A target whose grade is known and whose silences are about to be put down to causes. */
export interface JudgedTarget {
  readonly slot: number;
  readonly variant: number;
  readonly assumed: boolean;
  readonly replies: boolean;
  readonly accused: boolean;
  /** It may make the check, for all that is known. */
  readonly mayCheck: boolean;
  readonly rejected: number;
  /** Of these, silent in the first minute and put down to a stamp from before the capture. */
  readonly early: number;
  /** The same by pair (slot). */
  readonly earlyByPair: ReadonlyMap<number, number>;
  readonly facts: GradeFacts;
  readonly cells: Cells;
}

/** What `causeOf` needs for the rows of a target, and the exact number of its SYN packets by cause. */
export interface TargetCauses extends Pick<RowVerdict, 'restCause' | 'filteredPairs' | 'queue'> {
  readonly causes: ReadonlyMap<Cause, number>;
  /** Its listeners (slots) that showed a full queue. */
  readonly stuck: readonly number[];
  /** Its unexplained SYN packets that a stamp from before the capture may have met. */
  readonly fromBefore: number;
}

/** Where no silence is known to be one of a queue or a filter. */
const NOTHING_MORE: Omit<TargetCauses, 'causes'> = {
  restCause: 'unexplained',
  filteredPairs: new Map(),
  queue: 'syn-queue-full',
  stuck: [],
  fromBefore: 0,
};

/**
 * Puts the silences of a target down to causes, in sums; row by row `causeOf` comes to the same.
 *
 * @param counted the queue that the target's own counters say was full; null when they do not
 */
export function causesOfTarget(
  state: TrackingState,
  ledger: Ledger,
  target: JudgedTarget,
  byTarget: ByTarget,
  counted: Cause | null,
): TargetCauses {
  const causes = new Map<Cause, number>();
  const add = (cause: Cause, syns: number): void => {
    if (syns > 0) causes.set(cause, (causes.get(cause) ?? 0) + syns);
  };
  const { slot, cells, variant, accused } = target;
  const count = (field: number): number => state.targets.count(slot, field);
  const collisions = ledger.collisions.get(slot, 0, 0);
  const challengedLive = ledger.collisions.get(slot, 0, 1);
  add('tw-recycle-reject', target.rejected);
  add('port-closed', count(COUNT.refused));
  add(
    'time-wait-reject',
    count(COUNT.challenged) - challengedLive + cells.get(slot, variant, CELL.timeWaitSilent),
  );
  add('tuple-collision', collisions);
  add('reply-lost', ledger.repliesLost.get(slot, 0, 0));

  if (target.assumed) {
    add('unexplained', target.facts.unpredicted + (accused ? 0 : target.facts.possible));
    return { causes, ...NOTHING_MORE };
  }
  if (!target.replies) return { causes, ...NOTHING_MORE };

  const stuck = byTarget.stuck.get(slot) ?? [];
  const queue = counted ?? ledger.congestion.queueOf(stuck);
  const full = queueSyns(cells, slot, variant, accused);
  add(queue, full);
  const rest = restOf(cells, slot, variant, accused) - target.early;
  const filtered = filteredPairsOf(state, ledger, byTarget.unheard.get(slot) ?? [], target);
  const { facts } = target;
  // Few SYNs prove no chance wrong: that all of the predicted ones were silent still says that silence minds timestamps.
  const minds = facts.contradicted === 0 && facts.predicted + facts.possible > facts.unpredicted;
  const independent = (facts.pValue > INDEPENDENT && !minds) || facts.contradicted > facts.predicted;
  const atRandom =
    !accused &&
    independent &&
    rest - filtered.syns >= FILTERED_AT_RANDOM &&
    facts.unpredicted >= UNPREDICTED &&
    full === 0;
  const restCause = atRandom ? 'source-filtered' : 'unexplained';
  add('source-filtered', filtered.syns);
  const left = rest - filtered.syns;
  add(restCause, left);
  const unknown =
    cells.get(slot, variant, CELL.unknownSilent) - target.early - (filtered.syns - filtered.unpredicted);
  const fromBefore = target.mayCheck && !atRandom ? Math.max(0, Math.min(left, unknown)) : 0;
  return { causes, restCause, filteredPairs: filtered.pairs, queue, stuck, fromBefore };
}

/** Silent with a full queue. */
function queueSyns(cells: Cells, row: number, variant: number, accused: boolean): number {
  return cells.get(row, variant, CELL.queue) + (accused ? 0 : cells.get(row, variant, CELL.queueUnaccused));
}

/** Silent, and neither rejected nor met by a full queue. */
function restOf(cells: Cells, row: number, variant: number, accused: boolean): number {
  const get = (field: number): number => cells.get(row, variant, field);
  const rejected = get(CELL.rejectSilent) + get(CELL.possibleSilent);
  const stuckElsewhere = get(CELL.queue) - get(CELL.contested);
  const unrejected = get(CELL.passSilent) + get(CELL.unknownSilent) - stuckElsewhere;
  return unrejected + (accused ? 0 : rejected - get(CELL.queueUnaccused));
}

/** Peers of a target that something in front of its listeners drops. */
export interface FilteredPairs {
  /** Their slots, each with the serial of the SYN packet that it was made for. */
  readonly pairs: ReadonlyMap<number, number>;
  /** Their silent SYN packets that nothing else explains. */
  readonly syns: number;
  /** Of these, the ones that the model lets pass. */
  readonly unpredicted: number;
}

/**
 * Peers of a target that were never served while others were. One that only sent SYN packets in the first minute may have
 * met a stamp from before the capture, where the target may make the check: that shows no filter.
 */
export function filteredPairsOf(
  state: TrackingState,
  ledger: Ledger,
  unheard: readonly number[],
  target: Pick<JudgedTarget, 'slot' | 'variant' | 'accused' | 'mayCheck' | 'earlyByPair'>,
): FilteredPairs {
  const pairs = new Map<number, number>();
  let syns = 0;
  let unpredicted = 0;
  const { slot, variant, accused } = target;
  if (state.targets.count(slot, COUNT.answered) === 0) return { pairs, syns, unpredicted };
  for (const pair of unheard) {
    const { passSilent } = agreementOfPeer(state.pairs, pair, ledger.peers, variant);
    if (target.mayCheck && passSilent === 0) continue;
    pairs.set(pair, state.pairs.count(pair, COUNT.born));
    const row = state.pairs.count(pair, COUNT.detail) - 1;
    const told = row < 0 ? 0 : explained(ledger.peers, row, variant, accused);
    const early = target.earlyByPair.get(pair) ?? 0;
    const own = Math.max(0, state.pairs.count(pair, COUNT.silent) - told - early);
    syns += own;
    unpredicted += Math.min(own, passSilent);
  }
  return { pairs, syns, unpredicted };
}

/** Silent SYN packets of a row that have another cause than a filter. */
function explained(cells: Cells, row: number, variant: number, accused: boolean): number {
  const get = (field: number): number => cells.get(row, variant, field);
  const rejected = accused ? get(CELL.rejectSilent) + get(CELL.possibleSilent) : get(CELL.queueUnaccused);
  return rejected + get(CELL.queue);
}
