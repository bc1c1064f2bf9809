import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankRecord } from '../../src/capture/record.ts';
import { isSensibleResolution, nameOfResolution, TickClock } from '../../src/capture/ticks.ts';

function convert(tsresol: number, ticks: bigint, offset = 0): [seconds: number, nanoseconds: number] {
  const record = blankRecord(new Uint8Array(0));
  const clock = new TickClock();
  clock.set(tsresol, offset);
  clock.read(Number(ticks >> 32n), Number(ticks & 0xffff_ffffn), record);
  return [record.seconds, record.nanoseconds];
}

/** The same in arbitrary precision. */
function exactly(tsresol: number, ticks: bigint): [seconds: bigint, nanoseconds: bigint] {
  const power = BigInt(tsresol & 0x7f);
  const perSecond = tsresol & 0x80 ? 2n ** power : 10n ** power;
  return [ticks / perSecond, ((ticks % perSecond) * 1_000_000_000n) / perSecond];
}

const MAX = 2n ** 64n - 1n;
const anyTicks = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX }),
  fc.bigInt({ min: 0n, max: 2n ** 53n }),
  fc.bigInt({ min: MAX - 10_000n, max: MAX }),
);

describe('ticks of pcapng', () => {
  it.each([
    ['the default', 6, 1_700_000_000_123_456n, 1_700_000_000, 123_456_000],
    ['nanoseconds', 9, 1_700_000_000_123_456_789n, 1_700_000_000, 123_456_789],
    ['seconds', 0, 1_700_000_000n, 1_700_000_000, 0],
    ['picoseconds, rounded down', 12, 1_999_999n, 0, 1_999],
    ['2^-10 s', 0x8a, 1_025n, 1, 976_562],
    ['2^-32 s, as NTP and ERF', 0xa0, 2n ** 32n + 2n ** 31n, 1, 500_000_000],
    ['2^-64 s', 0xc0, 2n ** 63n, 0, 500_000_000],
    ['a nanosecond before the next second', 9, 1_999_999_999n, 1, 999_999_999],
  ])('%s', (_name, tsresol, ticks, seconds, nanoseconds) => {
    expect(convert(tsresol, ticks)).toEqual([seconds, nanoseconds]);
  });

  it('adds the offset to the seconds, and gives times before the epoch a positive fraction', () => {
    expect(convert(6, 1_000_001n, -5_000)).toEqual([-4_999, 1_000]);
    expect(convert(9, 5n, 2 ** 40)).toEqual([2 ** 40, 5]);
  });

  it('agree with arbitrary precision for every unit', () => {
    const decimal = fc.integer({ min: 0, max: 40 });
    const binary = fc.integer({ min: 0, max: 80 }).map((power) => power | 0x80);
    fc.assert(
      fc.property(fc.oneof(decimal, binary), anyTicks, (tsresol, ticks) => {
        const [seconds, nanoseconds] = exactly(tsresol, ticks);
        expect(convert(tsresol, ticks)).toEqual([Number(seconds), Number(nanoseconds)]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('agree with arbitrary precision on both sides of every full second', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.bigInt({ min: 1n, max: 2n ** 63n }),
        fc.integer({ min: -2, max: 2 }),
        (power, start, step) => {
          const perSecond = 10n ** BigInt(power);
          const ticks = (start / perSecond) * perSecond + BigInt(step);
          fc.pre(ticks >= 0n);
          const [seconds, nanoseconds] = exactly(power, ticks);
          expect(convert(power, ticks)).toEqual([Number(seconds), Number(nanoseconds)]);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('has names for units, and doubts those nobody means', () => {
    expect([6, 9, 0x8a].map(nameOfResolution)).toEqual(['1e-6 s', '1e-9 s', '2^-10 s']);
    expect([0, 20, 21, 0x80, 0xc0, 0xc1].map(isSensibleResolution)).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});
