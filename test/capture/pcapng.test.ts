import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../support/pcap-writer.ts';
import { PcapngBlocks } from '../support/pcapng-writer.ts';
import { walk } from '../support/walk.ts';

const little = new PcapngBlocks(true);
const big = new PcapngBlocks(false);
const data = (n: number, length = 60): Uint8Array => new Uint8Array(length).fill(n);
const microseconds = (seconds: number): bigint => BigInt(seconds) * 1_000_000n;

describe('pcapng', () => {
  it.each([
    ['little endian', little, 'little'],
    ['big endian', big, 'big'],
  ])('reads every kind of packet block, %s', (_name, blocks, byteOrder) => {
    const capture = concatBytes([
      blocks.section(),
      blocks.interface({ linkType: 113, snaplen: 96, name: 'any' }),
      blocks.interface({ linkType: 1, tsresol: 9 }),
      blocks.enhancedPacket({ data: data(1, 33), ticks: microseconds(5) + 7n, originalLength: 90 }),
      blocks.enhancedPacket({ data: data(2), interfaceId: 1, ticks: 1_700_000_000_123_456_789n }),
      blocks.simplePacket(data(3, 96), 200),
      blocks.obsoletePacket({ data: data(4, 5), interfaceId: 1, ticks: 2n ** 63n }),
    ]);
    const { records, problems, facts } = walk(capture);
    expect(problems).toEqual([]);
    expect(
      records.map((one) => [
        one.frame,
        one.linkType,
        one.interfaceIndex,
        one.timed,
        one.seconds,
        one.nanoseconds,
      ]),
    ).toEqual([
      [1, 113, 0, true, 5, 7_000],
      [2, 1, 1, true, 1_700_000_000, 123_456_789],
      [3, 113, 0, false, 0, 0],
      [4, 1, 1, true, 9_223_372_036, 854_775_808],
    ]);
    expect(records.map((one) => [one.data.length / 2, one.originalLength])).toEqual([
      [33, 90],
      [60, 60],
      [96, 200],
      [5, 5],
    ]);
    expect(facts).toMatchObject({
      format: 'pcapng',
      byteOrder,
      sections: 1,
      interfaceCount: 2,
      interfaces: [
        { linkType: 113, snaplen: 96, name: 'any', timestampUnit: '1e-6 s' },
        { linkType: 1, snaplen: 0, name: null, timestampUnit: '1e-9 s' },
      ],
      firstTime: { seconds: 5, nanoseconds: 7_000 },
      lastTime: { seconds: 9_223_372_036, nanoseconds: 854_775_808 },
    });
  });

  it('reads sections of both byte orders in one file, and counts their interfaces through', () => {
    const section = (blocks: PcapngBlocks, linkType: number): Uint8Array =>
      concatBytes([
        blocks.section({ sectionLength: 12_345n }),
        blocks.interface({ linkType }),
        blocks.enhancedPacket({ data: data(1), ticks: microseconds(9) }),
      ]);
    const { records, problems, facts } = walk(
      concatBytes([section(little, 1), section(big, 101), section(little, 276)]),
    );
    expect(problems).toEqual([]);
    expect(records.map((one) => [one.linkType, one.interfaceIndex, one.seconds])).toEqual([
      [1, 0, 9],
      [101, 1, 9],
      [276, 2, 9],
    ]);
    expect(facts).toMatchObject({ byteOrder: 'mixed', sections: 3, interfaceCount: 3 });
  });

  it('gives each interface its clock, with offset', () => {
    const capture = concatBytes([
      little.section(),
      little.interface({ tsresol: 0x8a, offset: 1_000n }),
      little.interface({ tsresol: 3, offset: -10n }),
      little.enhancedPacket({ data: data(1), ticks: 1_025n }),
      little.enhancedPacket({ data: data(1), ticks: 1_001n, interfaceId: 1 }),
      little.simplePacket(data(1)),
      little.enhancedPacket({ data: data(1), ticks: 2_002n, interfaceId: 1 }),
    ]);
    const { records } = walk(capture);
    expect(records.map((one) => [one.seconds, one.nanoseconds, one.timed])).toEqual([
      [1_001, 976_562, true],
      [-9, 1_000_000, true],
      [0, 0, false],
      [-8, 2_000_000, true],
    ]);
  });

  it('passes over what it does not know, and counts as frames what Wireshark counts', () => {
    const capture = concatBytes([
      little.section(),
      little.block(4, data(1, 24)),
      little.interface(),
      little.block(5, data(1, 12)),
      little.block(10, data(1, 16)),
      little.block(0x7777, data(1, 16)),
      little.block(0x8000_0001, data(1, 0)),
      little.custom(data(1, 8)),
      little.block(9, data(1, 23)),
      little.enhancedPacket({ data: data(1) }),
    ]);
    const { records, problems, facts } = walk(capture);
    expect(problems).toEqual([]);
    expect(records.map((one) => one.frame)).toEqual([3]);
    expect(facts).toMatchObject({ frames: 3, records: 1 });
  });

  it('reads a packet with options, and one in a block that is too large to hold', () => {
    const comment = { code: 1, value: data(0x61, 65_000) };
    const capture = concatBytes([
      little.section({ options: [comment] }),
      little.interface({ options: [comment] }),
      little.enhancedPacket({ data: data(1, 3), options: [comment] }),
      little.enhancedPacket({ data: data(2), options: Array.from({ length: 20 }, () => comment) }),
      little.block(10, data(0, 3_000_000)),
      little.enhancedPacket({ data: data(3) }),
    ]);
    for (const sizes of [[], [1_000], [700_001]]) {
      const { records, problems } = walk(capture, sizes);
      expect(problems).toEqual([]);
      expect(records.map((one) => one.data.slice(0, 6))).toEqual(['010101', '020202', '030303']);
    }
  });

  it('accepts a total length that is no multiple of four', () => {
    const odd = Uint8Array.from(Buffer.from('770700000f0000006162630 00f000000'.replace(' ', ''), 'hex'));
    const capture = concatBytes([
      little.section(),
      little.interface(),
      odd,
      little.enhancedPacket({ data: data(1) }),
    ]);
    expect(walk(capture)).toMatchObject({ records: [{ frame: 1 }], problems: [] });
  });

  it('describes the first interfaces and knows them all', () => {
    const count = 5_000;
    const capture = concatBytes([
      little.section(),
      ...Array.from({ length: count }, (_, index) => little.interface({ linkType: index })),
      little.enhancedPacket({ data: data(1), interfaceId: count - 1 }),
    ]);
    const { records, facts } = walk(capture);
    expect(records[0]).toMatchObject({ linkType: count - 1, interfaceIndex: count - 1 });
    expect([facts.interfaceCount, facts.interfaces.length]).toEqual([count, 64]);
  });
});

describe('damage in pcapng', () => {
  const head = concatBytes([little.section(), little.interface()]);
  const sound = little.enhancedPacket({ data: data(9) });

  it.each([
    [
      'a captured length above the block',
      little.enhancedPacket({ data: data(1), capturedLength: 61 }),
      'bad-block',
    ],
    ['a simple packet above its block', little.simplePacket(data(1), 1_000), 'bad-block'],
    ['a packet block without room for its fields', little.block(6, data(0, 4)), 'bad-block'],
    [
      'an interface nobody described',
      little.enhancedPacket({ data: data(1), interfaceId: 7 }),
      'missing-interface',
    ],
    ['an interface description without room', little.block(1, data(0, 4)), 'bad-block'],
    ['a unit beyond use', little.interface({ tsresol: 99 }), 'unknown-timestamp-unit'],
    [
      'an option longer than its block',
      little.interface({ options: [{ code: 2, value: data(1, 4), claimedLength: 500 }] }),
      'bad-block',
    ],
    [
      'a clock option of the wrong size',
      little.interface({ options: [{ code: 9, value: data(1, 4) }] }),
      'bad-block',
    ],
  ])('reports %s, and goes on', (_name, block, kind) => {
    const { records, problems } = walk(concatBytes([head, sound, block, sound]));
    expect(records).toHaveLength(2);
    expect(problems).toMatchObject([{ kind, offset: head.length + sound.length, frame: 1 }]);
  });

  it('reports lengths that differ, and finds the next block', () => {
    const bad = little.enhancedPacket({ data: data(1) });
    bad[bad.length - 4] = 7;
    const { records, problems } = walk(concatBytes([head, sound, bad, sound]));
    expect(records).toHaveLength(2);
    expect(problems).toMatchObject([
      { kind: 'bad-block', needed: 92, available: 7, detail: 'block length' },
      { kind: 'garbage', offset: head.length + 92, available: 92 },
    ]);
  });

  it.each([
    ['too small', 8],
    ['above what anybody writes', 0x7fff_fff0],
  ])('reports a length that is %s, and finds the next block', (_name, length) => {
    const bad = little.enhancedPacket({ data: data(1) });
    new DataView(bad.buffer).setUint32(4, length, true);
    const { records, problems } = walk(concatBytes([head, sound, bad, sound]), [50]);
    expect(records).toHaveLength(2);
    expect(problems).toMatchObject([{ kind: 'impossible-length', needed: length }, { kind: 'garbage' }]);
  });

  it('passes over a section of a version it does not know, and reads the next', () => {
    const capture = concatBytes([
      head,
      sound,
      little.section({ major: 2 }),
      little.interface(),
      sound,
      head,
      sound,
    ]);
    const { records, problems } = walk(capture);
    expect(records).toHaveLength(2);
    expect(problems).toMatchObject([{ kind: 'unsupported-version', frame: 1, detail: 'pcapng 2.0' }]);
  });

  it('reports packets of an unknown interface once', () => {
    const stray = little.enhancedPacket({ data: data(1) });
    const { kinds, facts } = walk(concatBytes([little.section(), stray, stray, stray]));
    expect(kinds).toEqual(['missing-interface']);
    expect(facts).toMatchObject({ frames: 3, records: 0 });
  });

  it('names a file that ends in its first block', () => {
    expect(walk(little.section().subarray(0, 20)).problems).toMatchObject([
      { kind: 'truncated-header', needed: 28, available: 20 },
    ]);
  });
});

const packet = fc.record({
  kind: fc.constantFrom('enhanced', 'obsolete', 'simple'),
  interfaceId: fc.integer({ min: 0, max: 1 }),
  ticks: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  data: fc.uint8Array({ maxLength: 150 }),
  originalLength: fc.integer({ min: 150, max: 2_000 }),
  commentLength: fc.integer({ min: 0, max: 9 }),
});
const sections = fc.array(
  fc.record({
    littleEndian: fc.boolean(),
    linkTypes: fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })),
    packets: fc.array(packet, { maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 3 },
);

type Section = typeof sections extends fc.Arbitrary<(infer T)[]> ? T : never;

/** A capture, the ends of its packet blocks, and what must be read of it. */
function write(list: readonly Section[]): {
  capture: Uint8Array;
  ends: number[];
  starts: number[];
  expected: unknown[];
} {
  const parts: Uint8Array[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const expected: unknown[] = [];
  let length = 0;
  const add = (block: Uint8Array): void => {
    starts.push(length);
    parts.push(block);
    length += block.length;
  };
  for (const [sectionIndex, section] of list.entries()) {
    const blocks = new PcapngBlocks(section.littleEndian);
    add(blocks.section());
    for (const linkType of section.linkTypes) add(blocks.interface({ linkType, tsresol: 9 }));
    for (const one of section.packets) {
      const simple = one.kind === 'simple';
      const options = one.commentLength > 0 ? [{ code: 1, value: data(0x61, one.commentLength) }] : [];
      const fields = { ...one, options };
      if (simple) add(blocks.simplePacket(one.data));
      else add(one.kind === 'enhanced' ? blocks.enhancedPacket(fields) : blocks.obsoletePacket(fields));
      ends.push(length);
      const id = simple ? 0 : one.interfaceId;
      expected.push({
        frame: ends.length,
        seconds: simple ? 0 : Number(one.ticks / 1_000_000_000n),
        nanoseconds: simple ? 0 : Number(one.ticks % 1_000_000_000n),
        timed: !simple,
        originalLength: simple ? one.data.length : one.originalLength,
        linkType: section.linkTypes[id],
        interfaceIndex: sectionIndex * 2 + id,
        data: Buffer.from(one.data).toString('hex'),
      });
    }
  }
  return { capture: concatBytes(parts), ends, starts: [...starts, length], expected };
}

describe('pcapng, any', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(sections, (list) => {
        const { capture, expected } = write(list);
        const { records, problems } = walk(capture);
        expect(problems).toEqual([]);
        expect(records).toEqual(expected);
      }),
    );
  });

  it('gives every whole packet and a problem when it is cut anywhere', () => {
    fc.assert(
      fc.property(sections, fc.nat(), (list, position) => {
        const { capture, ends, starts, expected } = write(list);
        const cut = position % capture.length;
        const { records, kinds } = walk(capture.subarray(0, cut));
        expect(records).toEqual(expected.slice(0, ends.filter((end) => end <= cut).length));
        expect(kinds).toHaveLength(starts.includes(cut) && cut > 0 ? 0 : 1);
      }),
    );
  });

  it('keeps what was read before garbage, and finds what stands behind it', () => {
    fc.assert(
      fc.property(
        sections,
        sections,
        fc.uint8Array({ minLength: 12, maxLength: 300 }),
        (before, after, garbage) => {
          const first = write(before);
          const second = write(after);
          const { records } = walk(concatBytes([first.capture, garbage, second.capture]));
          expect(records.slice(0, first.expected.length)).toEqual(first.expected);
          expect(records.length - first.expected.length).toBeGreaterThanOrEqual(second.expected.length);
        },
      ),
    );
  });
});
