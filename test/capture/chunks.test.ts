import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, pcapFileHeader, pcapRecord } from '../support/pcap-writer.ts';
import { PcapngBlocks } from '../support/pcapng-writer.ts';
import { walk } from '../support/walk.ts';

const piece = fc.oneof(
  fc.record({ kind: fc.constant('packet'), data: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constant('noise'), data: fc.uint8Array({ maxLength: 120 }) }),
  fc.record({ kind: fc.constant('zeros'), data: fc.uint8Array({ maxLength: 60, max: 0 }) }),
);
const pieces = fc.array(piece, { maxLength: 12 });
const chunkSizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 });

function pcapOf(list: readonly { kind: string; data: Uint8Array }[], littleEndian: boolean): Uint8Array {
  const parts = list.map(({ kind, data }, index) =>
    kind === 'packet'
      ? pcapRecord({ seconds: 1_700_000_000 + index, fraction: 1, data }, { littleEndian })
      : data,
  );
  return concatBytes([pcapFileHeader({ littleEndian }), ...parts]);
}

function pcapngOf(list: readonly { kind: string; data: Uint8Array }[], littleEndian: boolean): Uint8Array {
  const blocks = new PcapngBlocks(littleEndian);
  const parts = list.map(({ kind, data }, index) =>
    kind === 'packet' ? blocks.enhancedPacket({ ticks: BigInt(index), data }) : data,
  );
  return concatBytes([blocks.section(), blocks.interface(), ...parts]);
}

describe('the way a capture is cut into chunks', () => {
  it.each([
    ['pcap', pcapOf],
    ['pcapng', pcapngOf],
  ])('changes nothing about the records and problems of %s, sound or damaged', (_name, build) => {
    fc.assert(
      fc.property(pieces, fc.boolean(), chunkSizes, (list, littleEndian, sizes) => {
        const capture = build(list, littleEndian);
        expect(walk(capture, sizes)).toEqual(walk(capture));
      }),
    );
  });

  it('changes nothing about a capture that passes through the window several times', () => {
    const records = Array.from({ length: 60 }, (_, index) =>
      pcapRecord({
        seconds: 1_700_000_000,
        fraction: index,
        data: new Uint8Array(100_000 + index).fill(index),
      }),
    );
    const capture = concatBytes([pcapFileHeader(), ...records]);
    const whole = walk(capture);
    expect(whole.records).toHaveLength(60);
    expect(walk(capture, [1_000_003])).toEqual(whole);
    expect(walk(capture, [65_536])).toEqual(whole);
  });
});

describe('any bytes at all', () => {
  const starts = [
    new Uint8Array(0),
    pcapFileHeader(),
    pcapFileHeader({ littleEndian: false, modified: true }),
    concatBytes([new PcapngBlocks().section(), new PcapngBlocks().interface()]),
    new PcapngBlocks(false).section(),
    Uint8Array.from(Buffer.from('736e6f6f70000000000000020000000400000000', 'hex')),
    Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a),
  ];

  it('end in facts, never in an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.uint8Array({ maxLength: 600, size: 'max' }),
        chunkSizes,
        (start, rest, sizes) => {
          const capture = concatBytes([start, rest]);
          const { facts, records } = walk(capture, sizes);
          expect(facts.records).toBe(records.length);
          expect(facts.frames).toBeGreaterThanOrEqual(records.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
