import { columnPresence } from './counters.ts';
import type { CounterSet } from './counters.ts';
import type { Evidence } from './evidence.ts';
import { lacksRecycle } from './sysctl.ts';

/** Major and minor number of a mainline release; 2.6.x is [2, 6]. */
export type KernelVersion = readonly [major: number, minor: number];

/** One observation that bounds the kernel's version. Bounds are inclusive, null: none on that side. */
export interface KernelBound {
  readonly reason: KernelBoundReason;
  readonly min: KernelVersion | null;
  readonly max: KernelVersion | null;
}

export type KernelBoundReason =
  | 'recycle-key-present'
  | 'recycle-key-absent'
  | 'stamps-in-tcp-metrics'
  | 'tcp-metrics-by-local-address'
  | `${CounterBound['presence']}:${CounterBound['counter']}`;

/** The versions that all observations together allow. */
export interface KernelRange {
  readonly min: KernelVersion | null;
  readonly max: KernelVersion | null;
  readonly bounds: readonly KernelBound[];
  /** No version fits: the pieces are from different hosts, or one of them was edited. */
  readonly contradictory: boolean;
}

type CounterBound = (typeof COUNTER_BOUNDS)[number];

/**
 * Columns whose presence or absence bounds the version (proc.c of the kernels named in each row). A vendor adds columns
 * to old kernels and never removes one, so a lower bound holds only where no vendor kernel below it has the column:
 * RHEL 7 (3.10.0-327) has the 4.1 column TCPACKSkippedTimeWait. PAWSPassive went with the per-host code itself.
 */
const COUNTER_BOUNDS = [
  { counter: 'TcpExt.PAWSPassive', presence: 'present', min: null, max: [4, 11] },
  { counter: 'TcpExt.PAWSPassive', presence: 'absent', min: [4, 12], max: null },
  { counter: 'TcpExt.TCPReqQFullDrop', presence: 'absent', min: null, max: [3, 1] },
  { counter: 'TcpExt.TCPACKSkippedTimeWait', presence: 'present', min: [3, 10], max: null },
  { counter: 'TcpExt.TCPACKSkippedTimeWait', presence: 'absent', min: null, max: [4, 0] },
  { counter: 'TcpExt.PAWSTimewait', presence: 'absent', min: null, max: [6, 17] },
] as const;

/** What the evidence says about the kernel's version apart from its own name for it. */
export function kernelRangeOf(evidence: Evidence): KernelRange {
  const bounds = [...sysctlBounds(evidence), ...metricsBounds(evidence), ...counterBounds(evidence)];
  const min = bounds.reduce<KernelVersion | null>((best, bound) => tighter(best, bound.min, 1), null);
  const max = bounds.reduce<KernelVersion | null>((best, bound) => tighter(best, bound.max, -1), null);
  return { min, max, bounds, contradictory: min !== null && max !== null && compareVersions(min, max) > 0 };
}

/** Whether some release from `from` to `to` (null: and all later) lies within what the evidence allows. */
export function allowsReleases(
  { min, max, contradictory }: KernelRange,
  from: readonly number[],
  to: readonly number[] | null,
): boolean {
  if (contradictory) return true;
  const [firstMajor = 0, firstMinor = 0] = from;
  const [lastMajor = Number.POSITIVE_INFINITY, lastMinor = 0] = to ?? [];
  return (
    (min === null || compareVersions([lastMajor, lastMinor], min) >= 0) &&
    (max === null || compareVersions([firstMajor, firstMinor], max) <= 0)
  );
}

/** Negative, 0 or positive, as for sort. */
export function compareVersions(a: KernelVersion, b: KernelVersion): number {
  return a[0] - b[0] || a[1] - b[1];
}

function tighter(
  best: KernelVersion | null,
  other: KernelVersion | null,
  sign: 1 | -1,
): KernelVersion | null {
  if (best === null || other === null) {
    return best ?? other;
  }
  return compareVersions(other, best) * sign > 0 ? other : best;
}

/** Only what a running kernel printed: a configuration file may name a key that the kernel has not. */
function sysctlBounds({ sysctl }: Evidence): KernelBound[] {
  if (sysctl === null || sysctl.source !== 'listing') {
    return [];
  }
  if (sysctl.twRecycle !== undefined) {
    return [{ reason: 'recycle-key-present', min: null, max: [4, 11] }];
  }
  return lacksRecycle(sysctl) ? [{ reason: 'recycle-key-absent', min: [4, 12], max: null }] : [];
}

/** tcp_metrics.c: stamps since 3.6, printed since 3.10 at the latest; local address in the key since 3.14 and RHEL 7. */
function metricsBounds({ tcpMetricsBefore, tcpMetricsAfter }: Evidence): KernelBound[] {
  const entries = [...(tcpMetricsBefore?.entries ?? []), ...(tcpMetricsAfter?.entries ?? [])];
  const bounds: KernelBound[] = [];
  if (entries.some((entry) => entry.twTs !== null)) {
    bounds.push({ reason: 'stamps-in-tcp-metrics', min: [3, 6], max: [4, 11] });
  }
  if (entries.some((entry) => entry.source !== null)) {
    bounds.push({ reason: 'tcp-metrics-by-local-address', min: [3, 10], max: null });
  }
  return bounds;
}

function counterBounds({ countersBefore, countersAfter }: Evidence): KernelBound[] {
  const sets = [countersBefore, countersAfter].filter((set): set is CounterSet => set !== null);
  return COUNTER_BOUNDS.filter(({ counter, presence }) =>
    sets.some((set) => columnPresence(set, counter) === presence),
  ).map(({ counter, presence, min, max }) => ({ reason: `${presence}:${counter}`, min, max }));
}
