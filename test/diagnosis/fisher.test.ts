import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherExact } from '../../src/diagnosis/fisher.ts';

/** The same probability by whole numbers: ways to draw at least `a` silent ones among the predicted. */
function naive(a: number, b: number, c: number, d: number): number {
  const choose = (n: number, k: number): bigint => {
    let ways = 1n;
    for (let i = 1; i <= k; i += 1) ways = (ways * BigInt(n - k + i)) / BigInt(i);
    return k < 0 || k > n ? 0n : ways;
  };
  const [predicted, silent, total] = [a + b, a + c, a + b + c + d];
  let ways = 0n;
  for (let x = a; x <= Math.min(predicted, silent); x += 1) {
    ways += choose(predicted, x) * choose(total - predicted, silent - x);
  }
  const all = choose(total, silent);
  return Number((ways * 10n ** 18n) / all) / 1e18;
}

describe('fisherExact', () => {
  it.each([
    // Fisher's tea: eight cups, four of each, all named right; and six of eight right.
    [4, 0, 0, 4, 1 / 70],
    [3, 1, 1, 3, 17 / 70],
    [0, 0, 0, 0, 1],
    [0, 5, 5, 0, 1],
    [5, 0, 0, 0, 1],
    [10, 0, 0, 10, 1 / 184_756],
    [1, 0, 0, 19, 1 / 20],
    // Nothing agrees, and it could hardly be otherwise than better: all of it is chance.
    [0, 5000, 5000, 0, 1],
  ])('%d, %d, %d, %d', (a, b, c, d, expected) => {
    expect(fisherExact(a, b, c, d)).toBeCloseTo(expected, 12);
  });

  it('equals the sum of whole numbers', () => {
    const cell = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        expect(Math.abs(fisherExact(a, b, c, d) - naive(a, b, c, d))).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('is a probability for counts of any size, and soon found', () => {
    const cell = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 50_000 }));
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        const p = fisherExact(a, b, c, d);
        expect(p >= 0 && p <= 1).toBe(true);
      }),
      { numRuns: 100 },
    );
    // The two ways of summing logarithms of factorials meet without a step.
    expect(fisherExact(20, 110, 6, 130) / naive(20, 110, 6, 130)).toBeCloseTo(1, 10);
    expect(fisherExact(1000, 0, 0, 1000)).toBeLessThan(1e-300);
  });

  it('shrinks with every pair more that agrees', () => {
    const ps = [1, 2, 3, 5, 8, 13].map((n) => fisherExact(n, 0, 0, 20));
    expect(ps).toEqual([...ps].sort((a, b) => b - a));
  });

  it('is the same whichever of prediction and silence is called the row', () => {
    expect(fisherExact(7, 2, 5, 30)).toBeCloseTo(fisherExact(7, 5, 2, 30), 14);
  });
});
