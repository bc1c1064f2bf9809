/** The lowest TSvals served in the first minute: which later SYNs they clear of a stamp from before the capture. */
import { describe, expect, it } from 'vitest';
import { ServedFloors } from '../../src/kernel/served-floors.ts';

/** TSvals this far ahead of a served one are still taken for its clock: 2^26. */
const REACH = 67_108_864;
const PAIR = 5;

function floors(...served: readonly (readonly [pair: number, tsval: number])[]): ServedFloors {
  const found = new ServedFloors();
  for (const [pair, tsval] of served) found.served(pair, tsval | 0);
  return found;
}

describe('ServedFloors', () => {
  it.each<[string, readonly number[], number, boolean]>([
    ['nothing was served', [], 5000, false],
    ['the same TSval', [5000], 5000, true],
    ['a tick more', [5000], 5001, true],
    ['a tick less', [5000], 4999, false],
    ['as far ahead as one clock runs in a minute', [5000], 5000 + REACH - 1, true],
    ['further ahead: another clock', [5000], 5000 + REACH, false],
    ['of several the lowest counts', [9000, 5000, 7000], 5001, true],
    ['below the lowest of several', [9000, 5000, 7000], 4999, false],
    ['of the next bucket, within reach', [REACH - 10], REACH + 10, true],
    ['behind, in the bucket before', [REACH + 10], REACH - 10, false],
    ['past the wrap of the circle', [2 ** 32 - 10], 10, true],
    ['behind it, before the wrap', [10], 2 ** 32 - 10, false],
    ['with the highest bit set', [2 ** 31 + 5], 2 ** 31 + 6, true],
    ['of two clocks far apart, the higher', [5000, 2 ** 31 + 5], 2 ** 31 + 6, true],
    ['of two clocks far apart, the lower', [5000, 2 ** 31 + 5], 5001, true],
    ['on neither of them', [5000, 2 ** 31 + 5], 2 ** 30, false],
  ])('%s', (_, served, tsval, cleared) => {
    expect(floors(...served.map((one) => [PAIR, one] as const)).clears(PAIR, tsval | 0)).toBe(cleared);
  });

  it('keeps pairs apart, however many there are', () => {
    const pairs = Array.from({ length: 40 }, (_, pair) => [pair, 1000 + pair] as const);
    const found = floors(...pairs);
    expect(pairs.map(([pair, tsval]) => [found.clears(pair, tsval), found.clears(pair, tsval - 1)])).toEqual(
      pairs.map(() => [true, false]),
    );
  });

  it('keeps the clocks of a pair apart in all 64 parts of the circle', () => {
    const clocks = Array.from({ length: 64 }, (_, part) => [PAIR, part * REACH + 77] as const);
    const found = floors(...clocks);
    expect(clocks.every(([pair, tsval]) => found.clears(pair, tsval | 0))).toBe(true);
    found.forget(PAIR);
    expect(clocks.some(([pair, tsval]) => found.clears(pair, tsval | 0))).toBe(false);
  });

  it('forgets nothing of a pair that shares places of the table with another', () => {
    // Places are given out 67 apart, of 4096: those of pairs 0 and 61 overlap.
    const found = floors([61, 9 * REACH + 5], [61, 40 * REACH + 5]);
    found.forget(0);
    expect([found.clears(61, 9 * REACH + 5), found.clears(61, (40 * REACH + 5) | 0)]).toEqual([true, true]);
  });

  it('forgets one pair and no other', () => {
    const found = floors([PAIR, 5000], [6, 5000], [4, 5000]);
    found.forget(PAIR);
    expect([4, PAIR, 6].map((pair) => found.clears(pair, 5000))).toEqual([true, false, true]);
    found.served(PAIR, 7000);
    expect([found.clears(PAIR, 7000), found.clears(PAIR, 6999)]).toEqual([true, false]);
  });
});
