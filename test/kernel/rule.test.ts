import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBehind, isFresh, replacesStamp, timeWaitOutcome } from '../../src/kernel/rule.ts';
import { naiveRejects, naiveWrite, signedDifference } from './naive.ts';

/** The read rule as a whole, from its two halves: a stamp (T, S) against a SYN with TSval `tsval` at second `now`. */
function rejects(T: number, S: number, tsval: number, now: number, futureStampIsFresh = false): boolean {
  return isFresh(Math.floor(now), S, futureStampIsFresh) && isBehind(T, tsval);
}

describe('read rule, boundaries with the stamp (5000, 100)', () => {
  it.each([
    [159.9, 4999, false],
    [159.9, 4998, true],
    [160.0, 1, false],
    [100, 5000, false],
    [100, 4998, true],
    [159, 0, true],
  ])('second %d, TSval %d: reject %s', (now, tsval, expected) => {
    expect(rejects(5000, 100, tsval, now)).toBe(expected);
    expect(rejects(5000, 100, tsval, now, true)).toBe(expected);
  });
});

describe('read rule round the circle', () => {
  it.each([
    [0x00000010, 0xfffffff0, true, '32 behind'],
    [10, 0x8000000b, true, '2^31 - 1 behind'],
    [10, 0x8000000a, false, 'exactly half the circle'],
    [10, 0x80000009, false, 'ahead by 2^31 - 1'],
    [0, 0xfffffffe, true, 'two behind over the end'],
    [0, 0xffffffff, false, 'one behind over the end'],
  ])('stamp %d, TSval %d: reject %s (%s)', (T, tsval, expected) => {
    expect(isBehind(T, tsval)).toBe(expected);
    // The same words held signed.
    expect(isBehind(T | 0, tsval | 0)).toBe(expected);
  });

  it('is not transitive: of three clocks spread round the circle each can shut out the next', () => {
    const [a, b, c] = [0, 1431655765, 2863311530];
    expect([isBehind(b, a), isBehind(c, b), isBehind(a, c)]).toEqual([true, true, true]);
  });
});

describe('a stamp in the future', () => {
  it('counts for 2.6.x, which compares now < S + 60, and not for later kernels', () => {
    expect([isFresh(99, 100, true), isFresh(99, 100, false)]).toEqual([true, false]);
  });
});

describe('write rule, boundaries with the stamp (5000, 100)', () => {
  it.each([
    [4000, 160, 160, false],
    [4000, 161, 161, true],
    [4000, 99, 161, false],
    [4000, 100, 161, true],
    [5000, 90, 100, true],
    [5000, 90, 500, true],
    [5001, 90, 100, true],
    [4999, 110, 110, false],
  ])('(%d, %d) written at second %d: stored %s', (tsval, second, now, expected) => {
    expect(replacesStamp(5000, 100, tsval, second, now)).toBe(expected);
  });
});

describe('against the naive rule', () => {
  // Near each other, near half the circle, and anywhere.
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const pair = fc.oneof(
    fc.tuple(word, word),
    fc
      .tuple(word, fc.constantFrom(-2, -1, 0, 1, 2, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1))
      .map(([a, d]): [number, number] => [a, (a + d + 2 ** 32) % 2 ** 32]),
  );
  const base = 1_700_000_000;
  const second = fc.oneof(
    fc.integer({ min: base - 130, max: base + 130 }),
    fc.constantFrom(base - 61, base - 60, base - 59, base, base + 59, base + 60, base + 61),
  );

  it('reads alike', () => {
    fc.assert(
      fc.property(pair, second, second, fc.boolean(), ([T, tsval], S, now, futureStampIsFresh) => {
        const naive = naiveRejects({ tsval: T, second: S }, tsval, now, {
          dropsSynWithoutTimestamps: false,
          futureStampIsFresh,
        });
        expect(isFresh(now, S, futureStampIsFresh) && isBehind(T, tsval)).toBe(naive);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes alike', () => {
    fc.assert(
      fc.property(pair, second, second, second, ([T, tsval], S, next, now) => {
        const stored = naiveWrite({ tsval: T, second: S }, { tsval, second: next }, now);
        const replaced = replacesStamp(T, S, tsval, next, now);
        expect(replaced ? { tsval, second: next } : { tsval: T, second: S }).toEqual(stored);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows TIME-WAIT alike', () => {
    fc.assert(
      fc.property(pair, pair, fc.boolean(), fc.boolean(), ([recent, tsval], [next, seq], old, has) => {
        const paws = old && has && signedDifference(tsval, recent) < 0 && recent !== 0;
        const ahead = signedDifference(seq, next) > 0 || (old && has && signedDifference(tsval, recent) > 0);
        const naive = paws ? 'paws-reject' : ahead ? 'reopen' : 'acknowledge';
        expect(timeWaitOutcome(old ? recent : null, next, seq, has ? tsval : null, true)).toBe(naive);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('TIME-WAIT against a SYN of its 4-tuple', () => {
  const NEXT = 1000;
  it.each([
    ['TSval ahead, sequence behind', 500, 501, 900, 'reopen'],
    ['TSval equal, sequence ahead', 500, 500, 1001, 'reopen'],
    ['TSval equal, sequence at rcv_nxt', 500, 500, 1000, 'acknowledge'],
    ['TSval equal, sequence behind', 500, 500, 999, 'acknowledge'],
    ['TSval one behind: the window is 0 here', 500, 499, 2000, 'paws-reject'],
    ['TSval behind over the end of the circle', 5, 0xfffffff0, 2000, 'paws-reject'],
    ['TSval exactly half the circle away', 500, 500 + 2 ** 31, 2000, 'paws-reject'],
  ] as const)('%s', (_, recent, tsval, seq, outcome) => {
    expect(timeWaitOutcome(recent, NEXT, seq, tsval, true)).toBe(outcome);
  });

  it('goes by the sequence number when either has no timestamps', () => {
    expect(timeWaitOutcome(null, NEXT, 1001, 7, true)).toBe('reopen');
    expect(timeWaitOutcome(null, NEXT, 1000, 7, true)).toBe('acknowledge');
    expect(timeWaitOutcome(500, NEXT, 1001, null, true)).toBe('reopen');
    expect(timeWaitOutcome(500, NEXT, 1000, null, true)).toBe('acknowledge');
  });

  it('lets a remembered TSval of 0 pass from the 3.2 tree on, and not before', () => {
    expect(timeWaitOutcome(0, NEXT, 1001, 0xfffffff0, true)).toBe('reopen');
    expect(timeWaitOutcome(0, NEXT, 1000, 0xfffffff0, true)).toBe('acknowledge');
    expect(timeWaitOutcome(0, NEXT, 1001, 0xfffffff0, false)).toBe('paws-reject');
  });
});
