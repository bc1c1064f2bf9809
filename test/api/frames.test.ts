import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameNumbers } from '../../src/api/frames.ts';

/** Numbers packets of several captures, and asks for all of them back. */
function backAndForth(numbers: FrameNumbers, turns: readonly number[]): readonly number[] {
  const frames: number[] = [];
  const given = turns.map((capture) => {
    const frame = (frames[capture] ?? 0) + 1;
    frames[capture] = frame;
    return { number: numbers.baseOf(capture, frame) + frame, frame };
  });
  expect(given.map(({ number }) => numbers.frameOf(number))).toEqual(given.map(({ frame }) => frame));
  return given.map(({ number }) => number);
}

const turns = fc.array(fc.nat({ max: 5 }), { maxLength: 400 });

describe('numbers of packets', () => {
  it('lead back to their frames, and follow the order of the packets', () => {
    fc.assert(
      fc.property(turns, (order) => {
        const given = backAndForth(new FrameNumbers(), order);
        expect(given).toEqual(given.map((_, index) => index + 1));
      }),
    );
  });

  it('lead back to their frames also when captures change hands too often to note each', () => {
    fc.assert(
      fc.property(turns, (order) => {
        const given = backAndForth(new FrameNumbers(7), order);
        expect(new Set(given).size).toBe(given.length);
      }),
    );
  });

  it('take little room for many changes of hands', () => {
    const numbers = new FrameNumbers(1000);
    let last = 0;
    for (let frame = 1; frame <= 200_000; frame += 1) {
      for (let capture = 0; capture < 2; capture += 1) last = numbers.baseOf(capture, frame) + frame;
    }
    expect(numbers.frameOf(last)).toBe(200_000);
    expect(numbers.lines).toBeLessThan(1200);
  });

  it('go on behind the frames of captures that are read one after the other', () => {
    const numbers = new FrameNumbers();
    const first = numbers.begin(0, 1);
    numbers.end(0, 50);
    const second = numbers.begin(1, 1);
    expect([first, second]).toEqual([0, 50]);
    expect([1, 50, 51, 60].map((number) => numbers.frameOf(number))).toEqual([1, 50, 1, 10]);
    expect(numbers.frameOf(0)).toBe(0);
  });
});
