import { addToGroup } from '../../units/group.ts';
import type { Observed, ObservedAttempt } from './attempts.ts';

/** What the replay takes from the capture to tell what did not happen. */
export interface Habits {
  /** Seconds from the first SYN to each retransmission of a client that meets silence. */
  readonly retries: readonly number[];
  /** Median seconds from a served SYN to the target's close, by listener; no entry: its clients close, or nobody. */
  readonly lifetimes: ReadonlyMap<number, number>;
  /** Connections that the lifetimes rest on. */
  readonly closes: number;
}

/** RTO 1 s, doubled, six times (Linux 3.10 to 6.4, tcp_syn_retries). */
const DEFAULT_RETRIES: readonly number[] = [1, 3, 7, 15, 31, 63];
/** A listener closes first when this share of its served connections shows it. */
const MOSTLY = 0.5;

export function habitsOf(observed: Observed): Habits {
  const lifetimes = new Map<number, number>();
  let closes = 0;
  const served = new Map<number, number>();
  const lives = new Map<number, number[]>();
  for (const attempt of observed.attempts) {
    if (attempt.served === null) continue;
    served.set(attempt.listener, (served.get(attempt.listener) ?? 0) + 1);
    const close = attempt.writes.at(-1);
    if (close === undefined) continue;
    addToGroup(lives, attempt.listener, close.time - attempt.served.time);
  }
  for (const [listener, list] of lives) {
    if (list.length < (served.get(listener) ?? 0) * MOSTLY) continue;
    lifetimes.set(listener, Math.max(0, median(list)));
    closes += list.length;
  }
  return { retries: retriesOf(observed.lost), lifetimes, closes };
}

/** The retransmissions of a lost attempt of middling length: neither cut by the end of the capture nor an exception. */
function retriesOf(lost: readonly ObservedAttempt[]): readonly number[] {
  const byLength = lost.toSorted((a, b) => a.syns.length - b.syns.length);
  const typical = byLength[Math.floor(byLength.length / 2)];
  const first = typical?.syns[0];
  if (typical === undefined || first === undefined) return DEFAULT_RETRIES;
  return typical.syns.map((syn) => syn.time - first.time).filter((seconds) => seconds > 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
