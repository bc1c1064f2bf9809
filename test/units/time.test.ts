import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEpoch } from '../../src/units/time.ts';

const LIMIT = 2 ** 53 - 1;
const wholeSeconds = fc.oneof(fc.integer(), fc.integer({ min: -LIMIT, max: LIMIT }));
const nanoseconds = fc.integer({ min: 0, max: 999_999_999 });

describe('seconds since the epoch', () => {
  it.each([
    [0, 0, '0.000000000'],
    [1571662515, 687_482_000, '1571662515.687482000'],
    [4_294_967_296, 1, '4294967296.000000001'],
    [-1, 250_000_000, '-0.750000000'],
    [-1, 999_999_999, '-0.000000001'],
    [-2, 0, '-2.000000000'],
    [-2, 1, '-1.999999999'],
  ])('%d s and %d ns are %s', (seconds, ns, text) => {
    expect(formatEpoch(seconds, ns)).toBe(text);
  });

  it('has nine decimals and loses nothing', () => {
    fc.assert(
      fc.property(wholeSeconds, nanoseconds, (seconds, ns) => {
        const text = formatEpoch(seconds, ns);
        expect(text).toMatch(/^-?\d+\.\d{9}$/);
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(ns));
      }),
    );
  });
});
