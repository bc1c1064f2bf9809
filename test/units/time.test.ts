import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatEpoch, formatUtc } from '../../src/units/time.ts';

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

describe('date and time', () => {
  it.each([
    [0, 0, '1970-01-01T00:00:00.000Z'],
    [1571662515, 687_999_999, '2019-10-21T12:55:15.687Z'],
    [-1, 999_000_000, '1969-12-31T23:59:59.999Z'],
    [4_294_967_296, 0, '2106-02-07T06:28:16.000Z'],
    [8_640_000_000_000, 0, '@8640000000000.000000000'],
    [-8_640_000_000_000, 5, '@-8639999999999.999999995'],
  ])('%d s and %d ns are %s', (seconds, ns, text) => {
    expect(formatUtc(seconds, ns)).toBe(text);
  });

  it('has one of two forms, whatever the time', () => {
    fc.assert(
      fc.property(wholeSeconds, nanoseconds, (seconds, ns) => {
        expect(formatUtc(seconds, ns)).toMatch(/^(?:[-+]\d{2})?\d{4}-.+Z$|^@-?\d+\.\d{9}$/);
      }),
    );
  });
});

describe('spans of time', () => {
  it.each([
    [0, '0 s'],
    [0.0123, '12.3 ms'],
    [0.99996, '1 s'],
    [1, '1 s'],
    [3.25, '3.3 s'],
    [59.94, '59.9 s'],
    [59.96, '1 m 0 s'],
    [63.2, '1 m 3.2 s'],
    [3599.99, '1 h 0 m'],
    [3661, '1 h 1 m'],
    [86_399, '1 d 0 h'],
    [90_000, '1 d 1 h'],
    [-63.2, '-1 m 3.2 s'],
    [Number.NaN, 'unknown'],
    [Number.POSITIVE_INFINITY, 'unknown'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
