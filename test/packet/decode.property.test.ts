/** What holds for every packet: generated ones against a naive decoder, and any bytes at all. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../src/packet/decode.ts';
import { Segment } from '../../src/packet/segment.ts';
import { unsigned } from '../../src/units/serial.ts';
import { decode, recordOf } from '../support/decoding.ts';
import type { Bytes } from '../support/packet-builder.ts';
import {
  concat,
  ethernet,
  extension,
  hex,
  ipv4,
  ipv6,
  mss,
  nop,
  sackPermitted,
  tcp,
  timestamps,
  typeOf,
  u32,
  udp,
  vlan,
  windowScale,
  zeros,
} from '../support/packet-builder.ts';
import type { Reference } from './reference-decoder.ts';
import { referenceEthernet } from './reference-decoder.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });
const port = fc.integer({ min: 0, max: 65_535 });
const byte = fc.integer({ min: 0, max: 255 });

const option: fc.Arbitrary<Bytes> = fc.oneof(
  fc.constant(nop),
  fc.constant(sackPermitted),
  fc.integer({ min: 0, max: 65_535 }).map(mss),
  fc.integer({ min: 0, max: 14 }).map(windowScale),
  fc.tuple(word, word).map(([tsval, tsecr]) => timestamps(tsval, tsecr)),
  fc.tuple(byte, byte).map(([kind, length]) => Uint8Array.of(kind, length)),
);

const options = fc
  .array(option, { maxLength: 8 })
  .map((list) => list.filter((_, index) => list.slice(0, index + 1).reduce((n, o) => n + o.length, 0) <= 40));

const segment: fc.Arbitrary<Bytes> = fc
  .record({
    srcPort: port,
    dstPort: port,
    seq: word,
    ack: word,
    flags: byte,
    window: port,
    options,
    payload: fc.integer({ min: 0, max: 40 }).map(zeros),
  })
  .map(tcp);

const inIpv4 = (payload: Bytes, protocol: number): fc.Arbitrary<Bytes> =>
  fc
    .record({ src: word, dst: word, id: port, ttl: byte, options: fc.constantFrom(zeros(0), zeros(8)) })
    .map((fields) => ipv4(payload, { ...fields, protocol }));

const inIpv6 = (payload: Bytes, next: number): fc.Arbitrary<Bytes> =>
  fc
    .tuple(fc.array(word, { minLength: 8, maxLength: 8 }), fc.integer({ min: 0, max: 2 }))
    .map(([words, count]) => {
      let inner = payload;
      let type = next;
      for (let i = 0; i < count; i++) {
        inner = extension(type, inner);
        type = 60;
      }
      return ipv6(inner, { src: words.slice(0, 4), dst: words.slice(4), next: type });
    });

const inIp = (payload: Bytes, protocol: number): fc.Arbitrary<Bytes> =>
  fc.oneof(inIpv4(payload, protocol), inIpv6(payload, protocol));

const inTags = (packet: Bytes): fc.Arbitrary<Bytes> =>
  fc.array(fc.constantFrom(0x8100, 0x88a8, 0x9100), { maxLength: 3 }).map((types) => {
    let payload = packet;
    let type = typeOf(packet);
    for (const tag of types) {
      payload = vlan(5, payload, type);
      type = tag;
    }
    return concat(ethernet(payload, type), zeros(types.length));
  });

const plainPacket = segment.chain((payload) => inIp(payload, 6));

const tunnelledPacket = plainPacket.chain((inner) =>
  fc.oneof(
    inIp(inner, typeOf(inner) === 0x0800 ? 4 : 41),
    inTags(inner).chain((frame) => inIp(udp(8472, concat(hex('08000000'), u32(256), frame)), 17)),
  ),
);

const frame = fc.oneof(plainPacket, tunnelledPacket).chain(inTags);

function addressBytes(family: 4 | 6, words: readonly number[]): number[] {
  return Array.from(concat(...words.slice(family === 4 ? 3 : 0).map(u32)));
}

/** A segment in the terms of the reference. */
function plain(found: Segment): Reference {
  const { family, srcPort, dstPort, flags, payload } = found;
  return {
    src: addressBytes(family, [found.src0, found.src1, found.src2, found.src3]),
    dst: addressBytes(family, [found.dst0, found.dst1, found.dst2, found.dst3]),
    srcPort,
    dstPort,
    seq: unsigned(found.seq),
    ack: unsigned(found.ack),
    flags,
    payload,
    tsval: found.hasTsval ? unsigned(found.tsval) : null,
    tsecr: found.hasTsecr ? unsigned(found.tsecr) : null,
  };
}

/** What makes a SYN that SYN. */
function identity(found: Segment): unknown[] {
  const { src, dst, srcPort, dstPort, seq, flags } = plain(found);
  return [src, dst, srcPort, dstPort, seq, flags];
}

describe('generated packets', () => {
  it('decode as the naive decoder says', () => {
    fc.assert(
      fc.property(frame, (bytes) => {
        const expected = referenceEthernet([...bytes]);
        const found = decode(bytes).segment;
        expect(found).not.toBeNull();
        expect(found === null ? null : plain(found)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('cut by a snap length give the same identity, TSval and TSecr or none', () => {
    fc.assert(
      fc.property(frame, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, share) => {
        const whole = decode(bytes).segment;
        const keep = Math.floor(share * bytes.length);
        const cut = decode(bytes.slice(0, keep), { originalLength: bytes.length }).segment;
        fc.pre(cut !== null && whole !== null);
        expect(identity(cut)).toEqual(identity(whole));
        expect(cut.optionsCut ? null : plain(cut)).toEqual(cut.optionsCut ? null : plain(whole));
      }),
      { numRuns: 500 },
    );
  });
});

/** Sound packets with a few bytes changed, which reach deeper than noise, and noise. */
const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(frame, fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 4 }))
    .map(([bytes, changes]) => {
      const changed = bytes.slice();
      for (const [at, value] of changes) changed[at % changed.length] = value;
      return changed;
    }),
);

const linkType = fc.constantFrom(
  0,
  1,
  9,
  10,
  12,
  50,
  101,
  104,
  105,
  108,
  113,
  127,
  129,
  192,
  204,
  228,
  229,
  239,
  242,
  276,
  999,
);

describe('any bytes', () => {
  it('decode without an error, the same every time, whatever came before and lies around them', () => {
    const used = new PacketDecoder();
    const reused = new Segment();
    let expected = 0;
    let decoded = 0;
    fc.assert(
      fc.property(anyBytes, linkType, fc.nat({ max: 9 }), byte, (bytes, type, before, noise) => {
        const fresh = decode(bytes, { linkType: type });
        const around = concat(zeros(before).fill(noise), bytes, zeros(50).fill(noise));
        const found = used.decode(
          recordOf(around, {
            linkType: type,
            start: before,
            end: before + bytes.length,
            originalLength: bytes.length,
          }),
          reused,
        );
        expect(found ? reused : null).toEqual(fresh.segment);
        decoded++;
        if (found) expected++;
      }),
      { numRuns: 3000 },
    );
    const { records, segments, undecoded } = used.totals();
    expect([records, segments]).toEqual([decoded, expected]);
    const counted = undecoded
      .filter(({ layer }) => layer !== 'tcp')
      .reduce((sum, row) => sum + row.packets, 0);
    expect(counted).toBe(records - segments);
  });
});
