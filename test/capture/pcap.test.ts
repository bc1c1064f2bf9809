import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  type PcapOptions,
  pcapFileHeader,
  pcapRecord,
  writePcap,
} from '../support/pcap-writer.ts';
import { walk } from '../support/walk.ts';

const TIME = 1_700_000_000;

function packet(n: number, length = 60): { seconds: number; fraction: number; data: Uint8Array } {
  return { seconds: TIME + n, fraction: n, data: new Uint8Array(length).fill(n + 1) };
}

describe('classic pcap', () => {
  const variants: readonly (readonly [
    name: string,
    options: PcapOptions,
    nanoseconds: number,
    format: string,
  ])[] = [
    ['microseconds, little endian', {}, 7_000, 'pcap'],
    ['microseconds, big endian', { littleEndian: false }, 7_000, 'pcap'],
    ['nanoseconds, little endian', { nanoseconds: true }, 7, 'pcap'],
    ['nanoseconds, big endian', { nanoseconds: true, littleEndian: false }, 7, 'pcap'],
    ['modified, little endian', { modified: true }, 7_000, 'pcap (modified)'],
    ['modified, big endian', { modified: true, littleEndian: false }, 7_000, 'pcap (modified)'],
    ['version 2.2, lengths the other way round', { minor: 2, originalFirst: true }, 7_000, 'pcap'],
    ['version 2.3, lengths as today', { minor: 3 }, 7_000, 'pcap'],
    ['version 2.3, lengths the other way round', { minor: 3, originalFirst: true }, 7_000, 'pcap'],
  ];

  it.each(variants)('reads %s', (_name, options, nanoseconds, format) => {
    const capture = writePcap([packet(1), { ...packet(7), originalLength: 1_514 }], options);
    const { records, problems, facts } = walk(capture);
    expect(problems).toEqual([]);
    expect(records).toHaveLength(2);
    expect(records[1]).toEqual({
      frame: 2,
      seconds: TIME + 7,
      nanoseconds,
      timed: true,
      originalLength: 1_514,
      linkType: 1,
      interfaceIndex: 0,
      data: '08'.repeat(60),
    });
    expect(facts).toMatchObject({
      format,
      byteOrder: options.littleEndian === false ? 'big' : 'little',
      sections: 1,
      interfaceCount: 1,
      frames: 2,
      records: 2,
      bytes: capture.length,
      truncated: false,
      stopped: false,
      firstTime: { seconds: TIME + 1 },
      lastTime: { seconds: TIME + 7, nanoseconds },
    });
  });

  it.each([
    ['no bits above the link type', 113, 113],
    ['FCS length and its flag', 0x2400_0001, 1],
    ['reserved bits', 0x03ff_0071, 113],
    ['all of them', 0xffff_0001, 1],
  ])('masks the link type: %s', (_name, field, linkType) => {
    const { records, facts } = walk(writePcap([packet(1)], { linkType: field }));
    expect(records[0]?.linkType).toBe(linkType);
    expect(facts.interfaces[0]?.linkType).toBe(linkType);
  });

  it.each([
    ['just under a second', 999_999, TIME, 999_999_000],
    ['a second', 1_000_000, TIME + 1, 0],
    ['a second and a half', 1_500_000, TIME + 1, 500_000_000],
    ['nonsense', 0x8000_0000, TIME, 0],
  ])('carries microseconds into the seconds: %s', (_name, fraction, seconds, nanoseconds) => {
    const { records } = walk(writePcap([{ ...packet(1), seconds: TIME, fraction }, packet(2)]));
    expect(records[0]).toMatchObject({ seconds, nanoseconds });
  });

  it.each([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])('takes seconds %d as unsigned', (seconds) => {
    expect(walk(writePcap([{ ...packet(1), seconds }])).records[0]?.seconds).toBe(seconds);
  });

  it.each([0, 1, 68, 0xffff_ffff])('does not stumble over snapshot length %d', (snaplen) => {
    const { records, problems } = walk(writePcap([packet(1, 1_000), packet(2)], { snaplen }));
    expect([records.length, problems]).toEqual([2, []]);
  });

  it('delivers an empty packet, and one that claims to be shorter than what was kept of it', () => {
    const capture = writePcap([
      { ...packet(1, 0), originalLength: 60 },
      { ...packet(2), originalLength: 10 },
      packet(3),
    ]);
    expect(walk(capture).records.map((record) => record.originalLength)).toEqual([60, 10, 60]);
  });

  it('passes over a D-Bus record too large to hold, and counts it', () => {
    const large = pcapRecord({ ...packet(1), data: new Uint8Array(3_000_000) });
    const header = pcapFileHeader({ linkType: 231 });
    const { records, problems, facts } = walk(concatBytes([header, large, pcapRecord(packet(2))]), [100_000]);
    expect(records.map((record) => record.frame)).toEqual([2]);
    expect([problems, facts.frames]).toEqual([[], 2]);
  });
});

describe('damage in classic pcap', () => {
  it.each([
    ['version 1', writePcap([packet(1)], { major: 1 }), 'pcap 1.4'],
    ['version 543', writePcap([packet(1)], { major: 543, minor: 0 }), 'pcap 543.0'],
  ])('refuses %s', (_name, capture, detail) => {
    const { records, problems } = walk(capture);
    expect(records).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'unsupported-version', offset: 0, frame: 0, detail }]);
  });

  it('says where a captured length cannot be true, and goes on behind it', () => {
    const lie = pcapRecord({ ...packet(3), capturedLength: 0x7fff_ffff });
    const capture = concatBytes([
      writePcap([packet(1), packet(2)]),
      lie,
      ...[4, 5, 6].map((n) => pcapRecord(packet(n))),
    ]);
    const { records, problems } = walk(capture);
    const offset = 24 + 2 * 76;
    expect(records.map((record) => record.seconds - TIME)).toEqual([1, 2, 4, 5, 6]);
    expect(problems).toEqual([
      {
        kind: 'impossible-length',
        offset,
        frame: 2,
        needed: 0x7fff_ffff,
        available: 262_144,
        detail: 'captured length',
      },
      { kind: 'garbage', offset, frame: 2, needed: null, available: 76, detail: null },
    ]);
  });

  it('takes zeros for what they are', () => {
    const capture = concatBytes([
      writePcap([packet(1)]),
      new Uint8Array(100_003),
      pcapRecord(packet(2)),
      pcapRecord(packet(3)),
    ]);
    const { records, problems } = walk(capture, [4_096]);
    expect(records.map((record) => record.frame)).toEqual([1, 2, 3]);
    expect(problems).toMatchObject([{ kind: 'garbage', available: 100_003 }]);
  });

  it('goes on after the time of a record was destroyed just before the damage', () => {
    const capture = concatBytes([
      writePcap([packet(1), packet(2)]),
      pcapRecord({ ...packet(3), seconds: 0xf000_0000 }),
      new Uint8Array(50).fill(0xff),
      pcapRecord(packet(4)),
      pcapRecord(packet(5)),
    ]);
    expect(walk(capture).records.map((record) => record.seconds)).toEqual([
      TIME + 1,
      TIME + 2,
      0xf000_0000,
      TIME + 4,
      TIME + 5,
    ]);
  });

  it('is not led astray by a packet that holds records of a capture from another time', () => {
    const inner = [1, 2, 3].map((n) => pcapRecord({ ...packet(n), seconds: 1_000_000_000 + n }));
    const carrier = { ...packet(2), data: concatBytes(inner), capturedLength: 0xffff_fff0 };
    const capture = concatBytes([
      writePcap([packet(1)]),
      pcapRecord(carrier),
      pcapRecord(packet(3)),
      pcapRecord(packet(4)),
    ]);
    expect(walk(capture).records.map((record) => record.seconds - TIME)).toEqual([1, 3, 4]);
  });
});

/** Packets that no rule finds odd: times within a month, lengths that agree. */
const soundPacket = fc.record({
  seconds: fc.integer({ min: TIME, max: TIME + 1_000_000 }),
  fraction: fc.integer({ min: 0, max: 999_999 }),
  data: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  excess: fc.integer({ min: 0, max: 1_400 }),
});
const packets = fc
  .array(soundPacket, { minLength: 1, maxLength: 12 })
  .map((list) => list.map(({ excess, ...rest }) => ({ ...rest, originalLength: rest.data.length + excess })));
const options: fc.Arbitrary<PcapOptions> = fc.record({
  littleEndian: fc.boolean(),
  nanoseconds: fc.boolean(),
  snaplen: fc.constantFrom(0, 200, 65_535, 262_144, 0xffff_ffff),
  linkType: fc.integer({ min: 0, max: 0xffff }),
});

describe('classic pcap, any', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(packets, options, (list, written) => {
        const { records, problems } = walk(writePcap(list, written));
        expect(problems).toEqual([]);
        expect(records).toEqual(
          list.map((one, index) => ({
            frame: index + 1,
            seconds: one.seconds,
            nanoseconds: one.fraction * (written.nanoseconds ? 1 : 1_000),
            timed: true,
            originalLength: one.originalLength,
            linkType: written.linkType,
            interfaceIndex: 0,
            data: Buffer.from(one.data).toString('hex'),
          })),
        );
      }),
    );
  });

  it('gives every whole record and a problem when it is cut anywhere', () => {
    fc.assert(
      fc.property(packets, options, fc.nat(), (list, written, position) => {
        const whole = writePcap(list, written);
        const cut = position % whole.length;
        const { records, kinds } = walk(whole.subarray(0, cut));
        let end = 24;
        let expected = 0;
        for (const one of list) {
          end += 16 + one.data.length;
          if (end <= cut) expected++;
        }
        expect(records).toEqual(walk(whole).records.slice(0, expected));
        const boundaries = [24];
        for (const one of list) boundaries.push((boundaries.at(-1) ?? 0) + 16 + one.data.length);
        expect(kinds.length).toBe(boundaries.includes(cut) ? 0 : 1);
      }),
    );
  });

  it('keeps what was read before garbage, whatever the garbage', () => {
    fc.assert(
      fc.property(
        packets,
        packets,
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        (before, after, garbage) => {
          const damaged = concatBytes([writePcap(before), garbage, ...after.map((one) => pcapRecord(one))]);
          const sound = walk(writePcap(before)).records;
          expect(walk(damaged).records.slice(0, sound.length)).toEqual(sound);
        },
      ),
    );
  });

  it('finds every record behind garbage that cannot be a record', () => {
    fc.assert(
      fc.property(
        packets,
        fc.array(soundPacket, { minLength: 2, maxLength: 6 }),
        fc.uint8Array({ minLength: 16, maxLength: 400, min: 0x80 }),
        (before, after, garbage) => {
          const damaged = concatBytes([writePcap(before), garbage, ...after.map((one) => pcapRecord(one))]);
          const { records, kinds } = walk(damaged);
          expect(records).toHaveLength(before.length + after.length);
          expect(kinds).toEqual(['impossible-length', 'garbage']);
        },
      ),
    );
  });
});
