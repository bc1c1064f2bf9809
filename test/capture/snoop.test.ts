import { describe, expect, it } from 'vitest';
import { concatBytes } from '../support/pcap-writer.ts';
import { walk } from '../support/walk.ts';

function header(version = 2, datalink = 4): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode('snoop'));
  new DataView(bytes.buffer).setUint32(8, version);
  new DataView(bytes.buffer).setUint32(12, datalink);
  return bytes;
}

function record(seconds: number, microseconds: number, length: number, claim = length): Uint8Array {
  const padded = Math.ceil(length / 4) * 4;
  const bytes = new Uint8Array(24 + padded).fill(7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1_500);
  view.setUint32(4, claim);
  view.setUint32(8, 24 + padded);
  view.setUint32(12, 0);
  view.setUint32(16, seconds);
  view.setUint32(20, microseconds);
  return bytes;
}

describe('snoop', () => {
  it('reads records with their padding, in any chunks', () => {
    const capture = concatBytes([header(), record(5, 1, 61), record(6, 999_999, 64)]);
    for (const sizes of [[], [1], [50]]) {
      const { records, problems, facts } = walk(capture, sizes);
      expect(problems).toEqual([]);
      expect(records.map((one) => [one.frame, one.seconds, one.nanoseconds, one.data.length / 2])).toEqual([
        [1, 5, 1_000, 61],
        [2, 6, 999_999_000, 64],
      ]);
      expect(records[0]).toMatchObject({ linkType: 1, originalLength: 1_500, timed: true });
      expect(facts).toMatchObject({ format: 'snoop', byteOrder: 'big', lastTime: { seconds: 6 } });
    }
  });

  it.each([
    ['another version', header(3), 'unsupported-version', 'snoop 3'],
    ['a datalink type without a decoder', header(2, 18), 'foreign-format', 'snoop datalink 18'],
    [
      'a length that cannot be',
      concatBytes([header(), record(5, 1, 60, 5_000)]),
      'impossible-length',
      'record length',
    ],
  ])('reports %s', (_name, capture, kind, detail) => {
    expect(walk(capture).problems).toMatchObject([{ kind, detail }]);
  });

  it('reports a cut', () => {
    const whole = concatBytes([header(), record(5, 1, 60), record(6, 1, 60)]);
    const { records, problems } = walk(whole.subarray(0, whole.length - 1));
    expect(records).toHaveLength(1);
    expect(problems).toMatchObject([{ kind: 'truncated-record', needed: 84, available: 83 }]);
  });
});
