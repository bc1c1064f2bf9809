/** Tables of the diagnosis by clock, by second and by port: what they tell apart, and where they end. */
import { describe, expect, it } from 'vitest';
import { ClockTracker } from '../../src/clocks/index.ts';
import { clockKey, ClockShares, pairOfClock } from '../../src/diagnosis/clock-shares.ts';
import { SilentSeconds } from '../../src/diagnosis/silent-seconds.ts';
import { UnservedPorts } from '../../src/diagnosis/unserved-ports.ts';
import { MAX_VARIANTS } from '../../src/kernel/fate.ts';
import { COUNT } from '../../src/tracking/counters.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { TrackingState } from '../../src/tracking/state.ts';
import { ROW, ROW_TIME, SYN_HAS_TSVAL, SYN_UNTIMED } from '../../src/tracking/syn-ring.ts';

/** A SYN in the ring, with these columns; gives its serial. */
function syn(
  { ring }: TrackingState,
  columns: Partial<Record<keyof typeof ROW, number>>,
  arrived = 100,
): number {
  const serial = ring.head;
  ring.head += 1;
  const at = ring.row(serial);
  for (const [name, value] of Object.entries(columns)) {
    const field = Object.entries(ROW).find(([column]) => column === name)?.[1] ?? 0;
    ring.words[at + field] = value;
  }
  ring.times[ring.rowTimes(serial) + ROW_TIME.arrived] = arrived;
  return serial;
}

const fresh = (): TrackingState => new TrackingState(1, TRACKING_LIMITS);

describe('clockKey', () => {
  it('names 63 clocks of each pair, and all others by one more', () => {
    const keys = new Set<number>();
    for (const pair of [0, 1, 2, 700]) {
      for (let clock = 0; clock < 63; clock += 1) {
        keys.add(clockKey(pair, clock));
        expect(pairOfClock(clockKey(pair, clock))).toBe(pair);
      }
      const other = clockKey(pair, -1);
      expect([63, 64, 65, 1000].map((clock) => clockKey(pair, clock))).toEqual([other, other, other, other]);
      expect(pairOfClock(other)).toBe(pair);
      keys.add(other);
    }
    expect(keys.size).toBe(4 * 64);
  });
});

describe('ClockShares', () => {
  const shares = (state = fresh()): ClockShares => new ClockShares(state, new ClockTracker());

  it('counts by pair and clock, and what is beyond the 63rd clock together', () => {
    const all = shares();
    all.rejected(3, 0);
    all.rejected(3, 62);
    for (const clock of [63, 64, 500]) all.rejected(3, clock);
    all.rejected(4, 0);
    all.rejected(4, -1);
    const of = (pair: number, clock: number): number => all.of(pair, clock).rejected;
    expect([of(3, 0), of(3, 1), of(3, 62), of(3, 63), of(3, 64), of(3, 9999), of(4, 0)]).toEqual([
      1, 0, 1, 3, 3, 3, 1,
    ]);
    expect(all.of(5, 0)).toEqual({ lost: 0, rejected: 0 });
    expect([...all.starved(0).keys()]).toEqual([clockKey(3, 0), clockKey(3, 62), clockKey(4, 0)]);
    all.pairForgotten(3);
    expect([of(3, 0), of(4, 0)]).toEqual([0, 1]);
  });

  it('counts early silence under the variants that leave it open, of clocks that starve', () => {
    const state = fresh();
    const all = shares(state);
    all.rejected(3, 1);
    all.rejected(3, 2);
    const serial = syn(state, { pair: 3, clock: 1 });
    all.early(serial, 1);
    all.early(serial, 1 | (1 << (MAX_VARIANTS - 1)));
    // A clock that does not starve.
    all.early(syn(state, { pair: 3, clock: 5 }), 1);
    const starved = (variant: number): unknown => Object.fromEntries(all.starved(variant));
    const [victim, other] = [clockKey(3, 1), clockKey(3, 2)];
    expect([starved(0), starved(1), starved(MAX_VARIANTS - 1)]).toEqual([
      { [victim]: 2, [other]: 0 },
      { [victim]: 0, [other]: 0 },
      { [victim]: 1, [other]: 0 },
    ]);
  });

  it('counts for the first 4096 pairs to which something happened', () => {
    const all = shares();
    for (let pair = 0; pair < 5000; pair += 1) all.rejected(pair, -1);
    for (let pair = 10_000; pair < 10_000 + 4097; pair += 1) all.rejected(pair, 0);
    all.rejected(10_000, 0);
    const of = (pair: number): number => all.of(pair, 0).rejected;
    expect([of(10_000), of(10_000 + 4095), of(10_000 + 4096)]).toEqual([2, 1, 0]);
  });

  it('follows the clocks of the first 16384 pairs, and of others once something happened', () => {
    const state = fresh();
    const all = shares(state);
    const clockOf = (pair: number, flags = SYN_HAS_TSVAL): number => {
      const serial = syn(state, { pair, flags, tsval: 5, seconds: 100, clock: -7 });
      all.syn(serial);
      return state.ring.word(serial, ROW.clock);
    };
    expect([clockOf(0), clockOf(16_383), clockOf(16_384)]).toEqual([0, 0, -7]);
    for (let pair = 0; pair <= 16_386; pair += 1) {
      state.pairs.lookUp(4, 0, 0, 0, 200, 0, 0, 0, pair, 0);
      state.pairs.add(0);
    }
    state.pairs.set(16_384, COUNT.silent, 1);
    state.pairs.set(16_385, COUNT.stepsBack, 1);
    expect([clockOf(16_384), clockOf(16_385), clockOf(16_386)]).toEqual([0, 0, -7]);
    // Without a time of its own it is on no clock.
    expect([clockOf(1, SYN_HAS_TSVAL | SYN_UNTIMED), clockOf(1, 0)]).toEqual([-7, -7]);
  });
});

describe('SilentSeconds', () => {
  /** SYNs as (second, pair, silent), to target 2 unless said otherwise. */
  function seen(
    ...syns: readonly (readonly [at: number, pair: number, silent: boolean, target?: number])[]
  ): SilentSeconds {
    const state = fresh();
    const seconds = new SilentSeconds(state);
    for (const [at, pair, silent, target = 2] of syns) {
      seconds.settled(syn(state, { pair }, at), target, silent);
    }
    return seconds;
  }
  const served = (seconds: SilentSeconds, ...pairs: readonly number[]): readonly boolean[] =>
    pairs.map((pair) => seconds.servedMeanwhile(pair));

  it('tells which pairs were served in a second of silence, before it and after', () => {
    const seconds = seen(
      [100, 1, false],
      [100.1, 2, false],
      [100.2, 2, false],
      [100.3, 300, false],
      [100.5, 9, true],
      [100.7, 3, false],
      [100.8, 9, true],
      [101, 4, false],
      [102, 5, true],
    );
    expect(served(seconds, 1, 2, 300, 3)).toEqual([true, true, true, true]);
    expect(served(seconds, 4, 5, 9, 0, 4000)).toEqual([false, false, false, false, false]);
  });

  it.each([63, 64, 65, 127, 128, 129])('tells it of pair %i as of any other', (pair) => {
    const before = seen([100, pair, false], [100.5, 1, true]);
    const after = seen([100, 1, true], [100.5, pair, false]);
    expect([served(before, pair), served(after, pair)]).toEqual([[true], [true]]);
  });

  it.each([15, 16, 17, 31, 32, 33])('counts those of target %i as of any other', (target) => {
    const seconds = seen([100, 1, true, target], [100.5, 2, false, target]);
    expect(seconds.of(target)).toEqual({ served: 1, seconds: 1 });
  });

  it('tells it of a pair that is not known of none, and of the others all the same', () => {
    expect(served(seen([100, 1, false], [100.1, -1, false], [100.2, 9, true]), 1)).toEqual([true]);
  });

  it('keeps the seconds of targets apart', () => {
    const seconds = seen([100, 1, false, 1], [100, 2, false, 2], [100, 3, false, 3], [100.5, 9, true, 2]);
    expect(served(seconds, 1, 2, 3)).toEqual([false, true, false]);
  });

  it('forgets a pair whose slot goes to another', () => {
    const seconds = seen([100, 5, false], [100.1, 6, false], [100.2, 9, true]);
    seconds.pairForgotten(5);
    expect(served(seconds, 5, 6)).toEqual([false, true]);
  });

  it('comes to an end where a slot was given away and times jump back', () => {
    const seconds = seen(
      [100, 1, false],
      [100.1, 2, false],
      [101, 1, false, 7],
      [100.2, 1, false],
      [100.5, 9, true],
    );
    expect(served(seconds, 1, 2)).toEqual([true, true]);
    expect(seconds.of(2)).toEqual({ served: 3, seconds: 1 });
  });
});

describe('UnservedPorts', () => {
  /** Port `slot`: what it got, of which `passed` silent SYNs the check lets pass. */
  function unserved(
    slot: number,
    passed: number,
    counts: Partial<Record<'silent' | 'answered' | 'refused', number>>,
  ): boolean {
    const state = fresh();
    for (let port = 0; port <= slot; port += 1) {
      state.listeners.lookUp(4, 0, 0, 0, 200, 0, 0, 0, 0, 80 + port);
      state.listeners.add(0);
    }
    for (const name of ['silent', 'answered', 'refused'] as const) {
      state.listeners.set(slot, COUNT[name], counts[name] ?? 0);
    }
    const ports = new UnservedPorts(state);
    const serial = syn(state, { listener: slot });
    for (let i = 0; i < passed; i += 1) ports.silentAllTheSame(serial);
    ports.silentAllTheSame(syn(state, { listener: -1 }));
    expect(ports.has(syn(state, { listener: -1 }))).toBe(false);
    const has = ports.has(serial);
    ports.forget(slot);
    ports.forget(4000);
    // Once its slot goes to another, nothing but what that one refused counts.
    expect(ports.has(serial)).toBe((counts.refused ?? 0) > (counts.answered ?? 0));
    return has;
  }

  it.each<[string, number, Parameters<typeof unserved>[2], boolean]>([
    ['three silences', 3, { silent: 3 }, true],
    ['two silences', 2, { silent: 2 }, false],
    ['a tenth of its silence', 3, { silent: 30 }, true],
    ['less than a tenth of it', 3, { silent: 31 }, false],
    ['many, but one SYN was answered', 9, { silent: 9, answered: 1 }, false],
    ['more refusals than answers', 0, { refused: 2, answered: 1 }, true],
    ['as many refusals as answers', 0, { refused: 1, answered: 1 }, false],
  ])('by %s', (_, passed, counts, expected) => {
    expect([0, 1, 63, 64, 65, 200].map((slot) => unserved(slot, passed, counts))).toEqual(
      Array.from({ length: 6 }, () => expected),
    );
  });
});
