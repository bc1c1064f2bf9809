import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../src/packet/decode.ts';
import { Segment } from '../../src/packet/segment.ts';
import { recordOf } from '../support/decoding.ts';
import { ethernet, hex, ipv4, tcp, zeros } from '../support/packet-builder.ts';

describe('the count of what is not decoded', () => {
  it('gives layer, reason, number, packets and the first frame, most frequent first', () => {
    const decoder = new PacketDecoder();
    const segment = new Segment();
    const packets = [
      ethernet(tcp(), 0x0806),
      ethernet(ipv4(tcp())),
      ethernet(ipv4(zeros(8), { protocol: 17 })),
      ethernet(ipv4(zeros(8), { protocol: 17 })),
      ethernet(ipv4(tcp({ options: [hex('fd 00')] }))),
      ethernet(ipv4(tcp({ words: 4 }))),
      zeros(3),
    ];
    const found = packets.map((packet, index) =>
      decoder.decode(recordOf(packet, { frame: index + 1 }), segment),
    );

    expect(found).toEqual([false, true, false, false, true, true, false]);
    const none = { numberIs: null, number: null, packets: 1 };
    expect(decoder.totals()).toEqual({
      records: 7,
      segments: 3,
      undecoded: [
        {
          layer: 'transport',
          reason: 'not-tcp',
          nature: 'other-protocol',
          numberIs: 'IP protocol',
          number: 17,
          packets: 2,
          frame: 3,
        },
        {
          layer: 'network',
          reason: 'not-ip',
          nature: 'other-protocol',
          numberIs: 'ethertype',
          number: 0x0806,
          packets: 1,
          frame: 1,
        },
        { layer: 'tcp', reason: 'bad-options', nature: 'damaged', ...none, frame: 5 },
        { layer: 'tcp', reason: 'bad-header', nature: 'damaged', ...none, frame: 6 },
        { layer: 'link', reason: 'incomplete', nature: 'damaged', ...none, frame: 7 },
      ],
    });
  });

  it('keeps a limited number of entries, and loses no packet', () => {
    const decoder = new PacketDecoder();
    const segment = new Segment();
    const types = 60_000;
    for (let type = 0; type < types; type++) {
      decoder.decode(recordOf(ethernet(zeros(40), 0xa000 + (type % 0x5000)), { frame: type + 1 }), segment);
      decoder.decode(recordOf(zeros(40), { linkType: 300 + type, frame: type + 1 }), segment);
    }
    const { undecoded } = decoder.totals();
    expect(undecoded.length).toBeLessThan(300);
    expect(undecoded.reduce((sum, row) => sum + row.packets, 0)).toBe(2 * types);
    const rest = undecoded.filter((row) => row.numberIs !== null && row.number === null);
    expect(rest.map((row) => row.reason).sort()).toEqual(['not-ip', 'unsupported']);
    expect(rest.every((row) => row.packets > types / 2)).toBe(true);
  });
});
