import { GAUGES } from './counter-names.ts';
import { columnPresence, groupOf } from './counters.ts';
import type { CounterSet } from './counters.ts';

/** What one counter did between two snapshots. */
export type CounterChange =
  | { readonly kind: 'delta'; readonly delta: number; readonly before: number; readonly after: number }
  /** It went down: the host was restarted in between, or the files are swapped, or from two hosts or namespaces. */
  | { readonly kind: 'reset'; readonly before: number; readonly after: number }
  /** The kernel has no such counter. */
  | { readonly kind: 'absent' }
  /** A value is missing or not exact on one side at least, and the counter may exist. */
  | { readonly kind: 'unknown' };

/** Two snapshots compared. */
export interface CounterDelta {
  /** For each counter seen on either side. */
  readonly changes: ReadonlyMap<string, CounterChange>;
  /** Counters (gauges apart) that went down. One is enough to distrust every other difference. */
  readonly reset: readonly string[];
  /** Some went down and none went up: the two files were most likely swapped. */
  readonly swapped: boolean;
  /** Not one value differs: most likely one snapshot under two names. */
  readonly identical: boolean;
  /** Groups of which every column is on both sides. */
  readonly completeGroups: ReadonlySet<string>;
}

/**
 * Compares snapshots taken before and after. A counter that went down is a reset, never a wrap at 2^32: that would take
 * a 32-bit kernel and four thousand million events, and to assume it would invent them.
 */
export function counterDelta(before: CounterSet, after: CounterSet): CounterDelta {
  const changes = new Map<string, CounterChange>();
  const counters = [...before.values.keys(), ...before.unusable, ...after.values.keys(), ...after.unusable];
  for (const counter of counters) {
    if (!changes.has(counter)) {
      changes.set(counter, changeBetween(counter, before, after));
    }
  }
  const entries = [...changes];
  const reset = entries.filter(([, change]) => change.kind === 'reset').map(([counter]) => counter);
  const rising = entries.some(
    ([counter, change]) => change.kind === 'delta' && change.delta > 0 && !GAUGES.has(counter),
  );
  const compared = entries.filter(([, change]) => change.kind === 'delta');
  return {
    changes,
    reset,
    swapped: reset.length > 0 && !rising,
    identical:
      reset.length === 0 &&
      compared.length > 0 &&
      compared.every(([, change]) => change.kind === 'delta' && change.delta === 0),
    completeGroups: new Set([...before.completeGroups].filter((group) => after.completeGroups.has(group))),
  };
}

/** What `counter` did. One that neither side lists is absent where both list every column, and unknown elsewhere. */
export function changeOf(delta: CounterDelta, counter: string): CounterChange {
  const unlisted = delta.completeGroups.has(groupOf(counter)) ? 'absent' : 'unknown';
  return delta.changes.get(counter) ?? { kind: unlisted };
}

function changeBetween(counter: string, before: CounterSet, after: CounterSet): CounterChange {
  const from = valueOf(before, counter);
  const to = valueOf(after, counter);
  if (from === null || to === null || !Number.isSafeInteger(to - from)) {
    return { kind: 'unknown' };
  }
  if (to < from && !GAUGES.has(counter)) {
    return { kind: 'reset', before: from, after: to };
  }
  return { kind: 'delta', delta: to - from, before: from, after: to };
}

/**
 * The value; 0 where the form leaves zeros out; null where it cannot be known. A column that one complete snapshot has
 * and the other has not means two kernels: not known, too.
 */
function valueOf(set: CounterSet, counter: string): number | null {
  const value = set.values.get(counter);
  if (value !== undefined) {
    return value;
  }
  const leavesZerosOut = set.form === 'netstat-s' || set.form === 'nstat';
  const listed = set.groups.has(groupOf(counter));
  return leavesZerosOut && listed && columnPresence(set, counter) === 'unknown' ? 0 : null;
}
