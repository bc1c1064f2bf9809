import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quarterOctaves } from '../../src/units/octaves.ts';

/** In microseconds, the least delay of a step. */
const least = (step: number): number => 2 ** (step / 4);

describe('quarterOctaves', () => {
  it.each([
    ['1 us', 1e-6, 0],
    ['2 us', 2.000001e-6, 4],
    ['3 us', 3e-6, 6],
    ['1 ms', 1e-3, 39],
    ['1 s', 1, 79],
    ['half an hour', 1800, 122],
  ])('counts %s', (_name, delay, steps) => {
    expect(quarterOctaves(delay)).toBe(steps);
  });

  it('is the step whose bounds hold the delay', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 2000, noNaN: true }), (delay) => {
        const step = quarterOctaves(delay);
        const micros = delay * 1e6;
        expect(Number.isInteger(step)).toBe(true);
        expect(micros).toBeGreaterThanOrEqual(least(step) * (1 - 1e-9));
        expect(micros).toBeLessThan(least(step + 1) * (1 + 1e-9));
      }),
    );
  });

  it('counts what is shorter, or goes back in time, as the first step', () => {
    for (const delay of [0, -0, -5, 1e-9, -Infinity]) expect(quarterOctaves(delay)).toBe(0);
  });

  it('knows no step of a delay that is not known', () => {
    expect(quarterOctaves(Number.NaN)).toBe(-1);
  });

  it('counts what is longer than it measures as its longest', () => {
    for (const delay of [2 ** 31, 1e300, Infinity]) expect(quarterOctaves(delay)).toBe(123);
  });
});
