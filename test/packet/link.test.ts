import { describe, expect, it } from 'vitest';
import { decode, endpoints, outcome } from '../support/decoding.ts';
import {
  concat,
  ethernet,
  hex,
  ipv4,
  ipv6,
  linuxSynOptions,
  llcSnap,
  sll,
  sll2,
  tcp,
  typeOf,
  u16,
  u32,
  vlan,
  zeros,
} from '../support/packet-builder.ts';

const syn = tcp({ options: linuxSynOptions(0x01020304) });
const four = ipv4(syn);
const six = ipv6(syn);
const FOUR = '10.0.0.1:40000 > 10.0.0.2:80';
const SIX = '2001:db8::1:40000 > 2001:db8::2:80';

const IN_HDLC = hex('0f 00');
const PPP_FRAMING = hex('ff 03');

function le16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function le32(value: number): Uint8Array {
  return concat(le16(value & 0xffff), le16(value >>> 16));
}

/** One netlink attribute, in either byte order. */
function attribute(type: number, value: Uint8Array, little: boolean): Uint8Array {
  const order = little ? le16 : u16;
  return concat(order(4 + value.length), order(type), value, zeros((4 - (value.length % 4)) % 4));
}

function radiotap(present: number, fields: Uint8Array, frame: Uint8Array): Uint8Array {
  return concat(0, 0, le16(8 + fields.length), le32(present), fields, frame);
}

/** An 802.11 data frame: the two frame control bytes, the rest of the header, LLC. */
function wlan(control: string, headerLength: number, payload: Uint8Array = llcSnap(four)): Uint8Array {
  return concat(hex(control), zeros(headerLength - 2), payload);
}

describe.each<[string, number, Uint8Array, string]>([
  ['Ethernet, IPv4', 1, ethernet(four), FOUR],
  ['Ethernet, IPv6', 1, ethernet(six), SIX],
  ['a VLAN tag', 1, ethernet(vlan(7, four), 0x8100), FOUR],
  ['a VLAN tag in front of IPv6', 1, ethernet(vlan(7, six), 0x8100), SIX],
  ['two tags (802.1ad)', 1, ethernet(vlan(7, vlan(8, four), 0x8100), 0x88a8), FOUR],
  [
    'four tags of all kinds',
    1,
    ethernet(vlan(1, vlan(2, vlan(3, vlan(4, four), 0x9100), 0x9200), 0x88a8), 0x8100),
    FOUR,
  ],
  ['802.3 with LLC and SNAP', 1, ethernet(llcSnap(four), llcSnap(four).length), FOUR],
  [
    '802.3 with LLC and SNAP behind a tag',
    1,
    ethernet(vlan(1, llcSnap(six), llcSnap(six).length), 0x8100),
    SIX,
  ],
  ['LLC of RFC 948', 1, ethernet(concat(hex('06 06 03'), four), 3 + four.length), FOUR],
  [
    'SNAP with a bridged Ethernet frame',
    1,
    ethernet(concat(hex('aa aa 03 00 80 c2 00 07'), ethernet(four)), 0x60),
    FOUR,
  ],
  ['a backbone service tag', 1, ethernet(concat(u32(9), ethernet(four)), 0x88e7), FOUR],
  ['FabricPath', 1, ethernet(concat(u16(0x4020), ethernet(four)), 0x8903), FOUR],
  ['VN-Tag', 1, ethernet(concat(u32(0x33), u16(0x0800), four), 0x8926), FOUR],
  ['MPLS, one label', 1, ethernet(concat(u32(0x100), four), 0x8847), FOUR],
  ['MPLS, three labels', 1, ethernet(concat(u32(0x1000), u32(0x2000), u32(0x3100), six), 0x8848), SIX],
  ['MPLS pseudowire', 1, ethernet(concat(u32(0x100), ethernet(four)), 0x8847), FOUR],
  [
    'MPLS pseudowire with control word',
    1,
    ethernet(concat(u32(0x100), u32(5), ethernet(four)), 0x8847),
    FOUR,
  ],
  ['PPPoE', 1, ethernet(concat(hex('11 00 00 01'), u16(2 + four.length), u16(0x0021), four), 0x8864), FOUR],
  [
    'PPPoE, IPv6',
    1,
    ethernet(concat(hex('11 00 00 01'), u16(2 + six.length), u16(0x0057), six), 0x8864),
    SIX,
  ],
  ['NULL, little endian', 0, concat(le32(2), four), FOUR],
  ['NULL, big endian', 0, concat(u32(2), four), FOUR],
  ['NULL, IPv6 of NetBSD', 0, concat(le32(24), six), SIX],
  ['NULL, IPv6 of FreeBSD', 0, concat(le32(28), six), SIX],
  ['NULL, IPv6 of macOS', 0, concat(u32(30), six), SIX],
  ['LOOP, IPv6 of Linux', 108, concat(u32(10), six), SIX],
  ['raw (12)', 12, four, FOUR],
  ['raw (14)', 14, six, SIX],
  ['raw (101)', 101, four, FOUR],
  ['raw (101), IPv6', 101, six, SIX],
  ['raw IPv4', 228, four, FOUR],
  ['raw IPv6', 229, six, SIX],
  ['Linux cooked', 113, sll(four), FOUR],
  ['Linux cooked, IPv6', 113, sll(six), SIX],
  ['Linux cooked, VLAN', 113, sll(vlan(3, four), 0, 0x8100), FOUR],
  ['Linux cooked, LLC', 113, sll(llcSnap(four), 0, 4), FOUR],
  ['Linux cooked 2', 276, sll2(four), FOUR],
  ['Linux cooked 2, IPv6', 276, sll2(six), SIX],
  ['PPP', 9, concat(u16(0x0021), four), FOUR],
  ['PPP with address and control', 9, concat(PPP_FRAMING, u16(0x0057), six), SIX],
  ['PPP with a compressed protocol number', 9, concat(PPP_FRAMING, 0x21, four), FOUR],
  ['PPP in HDLC framing', 50, concat(PPP_FRAMING, u16(0x0021), four), FOUR],
  ['PPP that is Cisco HDLC', 50, concat(IN_HDLC, u16(0x0800), four), FOUR],
  ['PPP with MPLS', 9, concat(u16(0x0281), u32(0x100), four), FOUR],
  ['Cisco HDLC', 104, concat(hex('8f 00'), u16(0x86dd), six), SIX],
  ['Cisco HDLC that is PPP', 104, concat(PPP_FRAMING, u16(0x0021), four), FOUR],
  [
    'NFLOG, little endian',
    239,
    concat(
      hex('02 00 00 28'),
      attribute(1, zeros(4), true),
      attribute(10, hex('61 00'), true),
      attribute(9, four, true),
    ),
    FOUR,
  ],
  [
    'NFLOG, big endian',
    239,
    concat(hex('0a 00 00 00'), attribute(1, zeros(4), false), attribute(9, six, false)),
    SIX,
  ],
  ['IP over InfiniBand', 242, concat(zeros(40), u16(0x0800), u16(0), four), FOUR],
  ['FDDI', 10, concat(0x50, zeros(12), llcSnap(four)), FOUR],
  ['ARCNET, RFC 1201', 129, concat(zeros(4), hex('d4 00 00 01'), four), FOUR],
  ['ARCNET, RFC 1051', 129, concat(zeros(4), hex('f0'), four), FOUR],
  ['802.11 data', 105, wlan('08 01', 24), FOUR],
  ['802.11 between access points', 105, wlan('08 03', 30), FOUR],
  ['802.11 QoS data', 105, wlan('88 02', 26), FOUR],
  ['802.11 QoS data with HT control', 105, wlan('88 82', 30), FOUR],
  [
    '802.11 QoS, aggregate',
    105,
    concat(hex('88 01'), zeros(22), hex('80 00'), zeros(14), llcSnap(four)),
    FOUR,
  ],
  ['radiotap', 127, radiotap(0, zeros(0), wlan('08 01', 24)), FOUR],
  ['radiotap with padded header', 127, radiotap(2, hex('20'), wlan('88 01', 28)), FOUR],
  [
    'radiotap with time, flags, two words',
    127,
    radiotap(0x80000003, concat(zeros(4), zeros(12), hex('20')), wlan('88 01', 28)),
    FOUR,
  ],
  ['PPI with 802.11', 192, concat(hex('00 00 0c 00'), le32(105), zeros(4), wlan('08 01', 24)), FOUR],
  ['PPI with Ethernet', 192, concat(hex('00 00 08 00'), le32(1), ethernet(four)), FOUR],
])('%s', (_, linkType, packet, expected) => {
  it('leads to the segment', () => {
    const { segment, counted } = decode(packet, { linkType });
    expect(endpoints(segment)).toBe(expected);
    expect(segment).toMatchObject({ seq: 0x11223344, hasTsval: true, tsval: 0x01020304 });
    expect(counted).toEqual([]);
  });

  it('cut anywhere gives the same segment or none, and says why not', () => {
    for (let keep = 0; keep < packet.length; keep++) {
      for (const originalLength of [packet.length, keep]) {
        const cut = decode(packet.slice(0, keep), { linkType, originalLength });
        expect(['counted', `${expected} 287454020`]).toContain(outcome(cut));
      }
    }
  });
});

describe('who a cooked packet was for', () => {
  it.each([0, 1, 2, 3, 4])('direction %d', (direction) => {
    expect(decode(sll(four, direction), { linkType: 113 }).segment?.direction).toBe(direction);
    expect(decode(sll2(four, direction), { linkType: 276 }).segment?.direction).toBe(direction);
    expect(decode(sll(six, direction), { linkType: 113 }).segment?.direction).toBe(direction);
    expect(decode(sll2(six, direction), { linkType: 276 }).segment?.direction).toBe(direction);
  });

  it('is told by PPP with direction, and by nothing else', () => {
    const ppp = concat(u16(0x0021), four);
    expect(decode(concat(0, ppp), { linkType: 204 }).segment?.direction).toBe(0);
    expect(decode(concat(1, ppp), { linkType: 204 }).segment?.direction).toBe(4);
    expect(decode(ethernet(four)).segment?.direction).toBe(-1);
  });
});

describe('what is not decoded is counted', () => {
  it.each<[string, number, Uint8Array, string]>([
    ['a link type nobody knows', 147, four, 'link:unsupported(0x93)'],
    [
      'a link type past 16 bits in PPI',
      192,
      concat(hex('00 00 08 00'), le32(0x10093), four),
      'link:unsupported(0x93)',
    ],
    ['ARP', 1, ethernet(zeros(28), 0x0806), 'network:not-ip(0x806)'],
    ['PPPoE discovery', 1, ethernet(zeros(28), 0x8863), 'network:not-ip(0x8863)'],
    ['PPPoE that is no session', 1, ethernet(hex('12 00 00 00 00 00 00 21'), 0x8864), 'link:bad-header'],
    ['spanning tree', 1, ethernet(hex('42 42 03 00 00'), 5), 'link:not-ip(0x42)'],
    ['SNAP of another organisation', 1, ethernet(hex('aa aa 03 00 00 0c 20 00'), 8), 'link:not-ip(0xaa)'],
    ['PPP link control', 9, hex('c0 21 01 00'), 'network:not-ip(0xc021)'],
    ['an address family that is no IP', 0, concat(u32(23), zeros(30)), 'network:not-ip(0x17)'],
    ['an address family that cannot be', 0, concat(u32(0x02000200), zeros(30)), 'link:bad-header'],
    ['NFLOG without a packet', 239, concat(zeros(4), attribute(1, zeros(4), true)), 'link:not-data'],
    ['NFLOG with an attribute too short', 239, concat(zeros(4), hex('03 00 01 00')), 'link:bad-header'],
    ['FDDI station management', 10, concat(0x41, zeros(20)), 'link:not-data'],
    ['ARCNET ARP', 129, concat(zeros(4), hex('d5 00 00 01')), 'network:not-ip(0xd5)'],
    ['an 802.11 beacon', 105, concat(hex('80 00'), zeros(40)), 'link:not-data'],
    ['802.11 without data', 105, concat(hex('48 01'), zeros(40)), 'link:not-data'],
    ['encrypted 802.11', 105, wlan('08 41', 24), 'link:encrypted'],
    [
      'a later fragment of 802.11',
      105,
      concat(hex('08 01'), zeros(20), hex('01 00'), llcSnap(four)),
      'link:fragment',
    ],
    ['radiotap of another version', 127, concat(1, zeros(20)), 'link:bad-header'],
    ['radiotap shorter than itself', 127, concat(0, 0, le16(7), zeros(20)), 'link:bad-header'],
    ['PPI shorter than itself', 192, concat(0, 0, le16(7), zeros(20)), 'link:bad-header'],
    [
      'MPLS with something else inside',
      1,
      ethernet(concat(u32(0x100), hex('f0'), zeros(40)), 0x8847),
      'network:not-ip(0x8847)',
    ],
    ['raw IP of no version', 101, hex('00 01 02'), 'network:bad-header'],
    [
      'an endless stack of tags',
      1,
      ethernet(
        Uint8Array.from({ length: 4000 }, (_, i) => (i % 4 === 2 ? 0x81 : 0)),
        0x8100,
      ),
      'tunnel:too-deep',
    ],
    ['an endless stack of labels', 1, ethernet(zeros(4000), 0x8847), 'tunnel:too-deep'],
  ])('%s', (_, linkType, packet, expected) => {
    expect(decode(packet, { linkType })).toEqual({ segment: null, counted: [expected] });
  });

  it('IP behind a type that names the other version is damage', () => {
    expect(decode(ethernet(six, typeOf(four))).counted).toEqual(['network:bad-header']);
    expect(decode(ethernet(four, typeOf(six))).counted).toEqual(['network:bad-header']);
  });
});
