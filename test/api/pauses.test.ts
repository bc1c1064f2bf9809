/** Where between files that are read as one stretch of traffic nothing was captured. */
import { describe, expect, it } from 'vitest';
import { Pauses } from '../../src/api/pauses.ts';
import { blankRecord } from '../../src/capture/record.ts';

/** Reads packets, each a file, a time and a section; tells before which of them there is a gap. */
function gaps(
  packets: readonly (readonly [file: number, at: number, timed?: boolean, section?: number])[],
): number[] {
  const pauses = new Pauses();
  const found: number[] = [];
  for (const [file, at, timed = true, section = 0] of packets) {
    const seconds = Math.floor(at);
    const nanoseconds = Math.round((at - seconds) * 1e9);
    if (pauses.isGap(file, { ...blankRecord(new Uint8Array(0)), seconds, nanoseconds, timed, section }))
      found.push(at);
  }
  return found;
}

/** Packets of a file, a tenth of a second apart. */
const busy = (file: number, from: number, section = 0): (readonly [number, number, boolean, number])[] =>
  Array.from({ length: 20 }, (_, i) => [file, from + i / 10, true, section]);

describe('a pause between two files', () => {
  it.each<[string, Parameters<typeof gaps>[0], number[]]>([
    ['is none within milliseconds', [...busy(0, 100), ...busy(1, 102)], []],
    ['is a gap when the traffic never paused as long', [...busy(0, 100), ...busy(1, 120)], [120]],
    ['is no gap under a second', [...busy(0, 100), ...busy(1, 102.8)], []],
    ['is no gap where the traffic paused half as long', [[0, 90], ...busy(0, 100), ...busy(1, 120)], []],
    ['is one where it paused less', [[0, 90], ...busy(0, 100), ...busy(1, 123)], [123]],
    ['is none after a few packets', [[0, 100], [0, 110], ...busy(1, 160)], []],
    ['but for a minute', [[0, 100], [0, 110], ...busy(1, 171)], [171]],
    ['is one after any file', [...busy(0, 100), ...busy(1, 120), ...busy(2, 140)], [120, 140]],
    ['is none where another file goes on', [...busy(0, 100), ...busy(2, 102), ...busy(1, 103)], []],
    ['is none inside a file', [...busy(0, 100), ...busy(0, 200)], []],
    ['is none before the first packet, nor without a time', [[1, 50], ...busy(1, 51), [2, 0, false]], []],
    [
      'is none for a file that comes back after another',
      [...busy(0, 100), ...busy(1, 102), [0, 104], [0, 300], [1, 301]],
      [],
    ],
    ['is a gap after a damaged time, too', [...busy(0, 100), [0, 200_000], ...busy(1, 200_020)], [200_020]],
    [
      'is one between two sections of a file',
      [...busy(0, 100, 1), ...busy(0, 120, 2), ...busy(0, 122, 3), ...busy(0, 140, 4)],
      [120, 140],
    ],
    [
      'is none for a section that begins before another ended, or that was read before',
      [...busy(0, 100, 1), ...busy(0, 90, 2), ...busy(0, 102, 3), [0, 200, true, 2], [0, 201, true, 3]],
      [],
    ],
    ['is none after sections of a packet each', [0, 10, 20, 75].map((at) => [0, at, true, at + 1]), []],
  ])('%s', (_, packets, expected) => {
    expect(gaps(packets)).toEqual(expected);
  });
});
