import type { VerdictReason } from '../diagnosis/findings.ts';
import { verdictOn } from '../diagnosis/verdicts.ts';
import { COUNT } from '../tracking/counters.ts';
import { targetAt } from '../tracking/key-parts.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW } from '../tracking/syn-ring.ts';
import { i32 } from '../units/table.ts';
import type { Findings } from './findings.ts';
import type { Rejection } from './report.ts';
import type { RowSnapshot } from './rows.ts';
import { rejectionOf, stampedElsewhere } from './rows.ts';

/** The rejected SYN packets among the candidates, in capture order, each with the stamp that killed it. */
export function rejectionList({
  candidates,
  verdicts,
  frameOf,
  captureOf,
  captures,
  state,
}: Findings): Rejection[] {
  const list: Rejection[] = [];
  const writers = new Map<string, string | null>();
  for (const row of candidates) {
    const verdict = verdictOn(verdicts, row.target, row.serial);
    if (verdict === undefined) continue;
    const rejection = rejectionOf(row, verdict, frameOf, captureOf, captures[row.capture]?.name ?? '');
    if (rejection === null) continue;
    list.push(stampedElsewhere(row, verdict) ? withWriter(rejection, row, state, writers) : rejection);
  }
  return list;
}

/** Names the address of the target that the stamp was written through; `writers` keeps it by peer and target. */
function withWriter(
  rejection: Rejection,
  row: RowSnapshot,
  state: TrackingState,
  writers: Map<string, string | null>,
): Rejection {
  const key = `${rejection.src} ${rejection.dst}`;
  const known = writers.get(key);
  const through = known === undefined ? otherTarget(state, row) : known;
  writers.set(key, through);
  const { stamp } = rejection;
  return stamp === null ? rejection : { ...rejection, stamp: { ...stamp, through } };
}

/** The only other address at which the peer of a pair had connections that the target closed first; null for several. */
function otherTarget(state: TrackingState, row: RowSnapshot): string | null {
  const { pairs } = state;
  const pair = row.words[ROW.pair] ?? -1;
  if (!state.isOfPair(pair, row.serial)) return null;
  const keys = pairs.words;
  const peer = pairs.keyAt(pair) + 4;
  let found: string | null = null;
  for (let slot = 0; slot < pairs.table.end; slot += 1) {
    if (slot === pair || !pairs.table.isUsed(slot) || pairs.count(slot, COUNT.answered) === 0) continue;
    const other = pairs.keyAt(slot) + 4;
    const same = [0, 1, 2, 3].every((word) => i32(keys, other + word) === i32(keys, peer + word));
    if (!same || pairs.family(slot) !== pairs.family(pair)) continue;
    if (found !== null) return null;
    found = targetAt(pairs, slot);
  }
  return found;
}

/** The reasons, and behind the predictions that stamps were written through another address of the target, if so. */
export function withElsewhere(
  reasons: readonly VerdictReason[],
  rejections: readonly Rejection[],
): VerdictReason[] {
  const at = reasons.findIndex(({ code }) => code === 'predicted-and-silent') + 1;
  return reasons.toSpliced(at, 0, ...elsewhereReason(rejections));
}

function elsewhereReason(rejections: readonly Rejection[]): VerdictReason[] {
  const stamped = rejections.filter(({ stamp }) => stamp !== null);
  const elsewhere = stamped.filter(({ stamp, dst }) => stamp?.through !== dst);
  const [first] = elsewhere;
  if (first === undefined || first.stamp === null) return [];
  const { through } = first.stamp;
  return [
    {
      code: 'stamped-elsewhere',
      through: elsewhere.every(({ stamp }) => stamp?.through === through) ? through : null,
      all: elsewhere.length === stamped.length,
      sampleFrame: first.frame,
    },
  ];
}
