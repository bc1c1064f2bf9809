/**
 * The per-host rule once more, deliberately naive and sharing nothing with src: whole numbers modulo 2^32, one cache
 * entry as a plain object, and, where the capture cannot know, every possible world side by side.
 */
export interface NaiveStamp {
  readonly tsval: number;
  readonly second: number;
}

const CIRCLE = 2 ** 32;

/** (s32)(a - b) by plain arithmetic. */
export function signedDifference(a: number, b: number): number {
  const forward = (((a - b) % CIRCLE) + CIRCLE) % CIRCLE;
  return forward >= CIRCLE / 2 ? forward - CIRCLE : forward;
}

export function naiveRejects(
  stamp: NaiveStamp | null,
  tsval: number | null,
  second: number,
  kernel: { readonly dropsSynWithoutTimestamps: boolean; readonly futureStampIsFresh: boolean },
): boolean {
  if (stamp === null) return false;
  const age = second - stamp.second;
  const fresh = age < 0 ? kernel.futureStampIsFresh : age < 60;
  if (!fresh) return false;
  if (tsval === null) return kernel.dropsSynWithoutTimestamps;
  return signedDifference(stamp.tsval, tsval) > 1;
}

export function naiveWrite(stamp: NaiveStamp | null, next: NaiveStamp, second: number): NaiveStamp {
  if (stamp === null) return next;
  if (signedDifference(stamp.tsval, next.tsval) <= 0) return next;
  const age = second - stamp.second;
  return (age < 0 || age > 60) && stamp.second <= next.second ? next : stamp;
}

export type NaiveEvent =
  | {
      readonly kind: 'write';
      readonly key: string;
      readonly must: boolean;
      readonly tsval: number;
      /** When ts_recent was set, and when it was written (seconds of capture time). */
      readonly time: number;
      readonly now: number;
    }
  | { readonly kind: 'syn'; readonly key: string; readonly tsval: number | null; readonly now: number };

/** In how many worlds each SYN of `events` is rejected, out of how many. */
export function allWorlds(
  events: readonly NaiveEvent[],
  phases: readonly number[],
  kernel: { readonly dropsSynWithoutTimestamps: boolean; readonly futureStampIsFresh: boolean },
): { readonly rejected: number; readonly worlds: number }[] {
  const doubtful = events.filter((event) => event.kind === 'write' && !event.must).length;
  const syns = events.filter((event) => event.kind === 'syn').length;
  const rejected = Array.from({ length: syns }, () => 0);
  const worlds = phases.length * 2 ** doubtful;
  for (const phase of phases) {
    for (let choice = 0; choice < 2 ** doubtful; choice += 1) {
      const cache = new Map<string, NaiveStamp>();
      let doubt = 0;
      let syn = 0;
      for (const event of events) {
        const second = Math.floor(event.now + phase);
        const held = cache.get(event.key) ?? null;
        if (event.kind === 'syn') {
          if (naiveRejects(held, event.tsval, second, kernel)) rejected[syn] = (rejected[syn] ?? 0) + 1;
          syn += 1;
          continue;
        }
        const happens = event.must || ((choice >> doubt) & 1) === 1;
        if (!event.must) doubt += 1;
        if (!happens) continue;
        const next = { tsval: event.tsval, second: Math.floor(event.time + phase) };
        cache.set(event.key, naiveWrite(held, next, second));
      }
    }
  }
  return rejected.map((count) => ({ rejected: count, worlds }));
}
