import { describe, expect, it } from 'vitest';
import { decode, endpoints, outcome } from '../support/decoding.ts';
import {
  concat,
  ethernet,
  extension,
  hex,
  ipv4,
  ipv6,
  llcSnap,
  tcp,
  u16,
  u32,
  udp,
  zeros,
} from '../support/packet-builder.ts';

const syn = tcp({ seq: 7 });
const inner = ipv4(syn, { src: 0xc0a80001, dst: 0xc0a80002, id: 99, ttl: 9 });
const inner6 = ipv6(syn, { src: [0xfd000000, 0, 0, 1], dst: [0xfd000000, 0, 0, 2], hops: 9 });
const INNER = '192.168.0.1:40000 > 192.168.0.2:80';
const INNER6 = 'fd00::1:40000 > fd00::2:80';
const PLAIN = '10.0.0.1:40000 > 10.0.0.2:80';
const PLAIN6 = '2001:db8::1:40000 > 2001:db8::2:80';

/** Authentication header with a check value of 12 bytes. */
function authentication(next: number, payload: Uint8Array): Uint8Array {
  return concat(next, 4, zeros(22), payload);
}

function gre(flags: number, type: number, words: number, payload: Uint8Array): Uint8Array {
  return concat(u16(flags), u16(type), zeros(4 * words), payload);
}

function vxlan(payload: Uint8Array, flags = 8, next = 0): Uint8Array {
  return concat(flags, 0, 0, next, u32(0x100), payload);
}

function geneve(type: number, words: number, payload: Uint8Array): Uint8Array {
  return concat(words, 0, u16(type), u32(0x100), zeros(4 * words), payload);
}

const inIpv4 = (protocol: number, payload: Uint8Array): Uint8Array => ethernet(ipv4(payload, { protocol }));
const inGre = (...args: Parameters<typeof gre>): Uint8Array => inIpv4(47, gre(...args));
const inUdp = (port: number, payload: Uint8Array): Uint8Array => inIpv4(17, udp(port, payload));
/** GRE routing: one entry of 4 bytes, then the end. */
const ROUTES = hex('0800 00 04 01020304 0000 00 00');

describe.each<[string, Uint8Array, string]>([
  ['IPv4 with options', ethernet(ipv4(syn, { options: zeros(40) })), PLAIN],
  ['IPv4, first fragment', ethernet(ipv4(syn, { fragment: 0x2000 })), PLAIN],
  ['IPv4 of unknown length', ethernet(ipv4(syn, { totalLength: 0 })), PLAIN],
  ['IPv4 with an authentication header', inIpv4(51, authentication(6, syn)), PLAIN],
  ['IPv6, hop by hop', ethernet(ipv6(extension(6, syn), { next: 0 })), PLAIN6],
  [
    'IPv6, routing and destination options',
    ethernet(ipv6(extension(60, extension(6, syn)), { next: 43 })),
    PLAIN6,
  ],
  ['IPv6, a long extension header', ethernet(ipv6(concat(6, 2, zeros(22), syn), { next: 60 })), PLAIN6],
  ['IPv6, atomic fragment', ethernet(ipv6(extension(6, syn), { next: 44 })), PLAIN6],
  ['IPv6, first fragment', ethernet(ipv6(concat(6, 0, u16(1), u32(1), syn), { next: 44 })), PLAIN6],
  ['IPv6 with an authentication header', ethernet(ipv6(authentication(6, syn), { next: 51 })), PLAIN6],
])('%s', (_, packet, expected) => {
  it('leads to the segment', () => {
    const { segment, counted } = decode(packet);
    expect([endpoints(segment), segment?.seq, counted]).toEqual([expected, 7, []]);
  });
});

describe.each<[string, Uint8Array, string]>([
  ['IP in IP', inIpv4(4, inner), INNER],
  ['6in4', inIpv4(41, inner6), INNER6],
  ['4in6', ethernet(ipv6(inner, { next: 4 })), INNER],
  ['6in6', ethernet(ipv6(inner6, { next: 41 })), INNER6],
  ['IP in an authentication header', inIpv4(51, authentication(4, inner)), INNER],
  ['MPLS in IP', inIpv4(137, concat(u32(0x100), inner)), INNER],
  ['GRE', inGre(0, 0x0800, 0, inner), INNER],
  ['GRE with IPv6', inGre(0, 0x86dd, 0, inner6), INNER6],
  ['GRE in IPv6', ethernet(ipv6(gre(0, 0x0800, 0, inner), { next: 47 })), INNER],
  ['GRE with checksum, key and sequence', inGre(0xb000, 0x0800, 3, inner), INNER],
  ['GRE with routing', inGre(0x4000, 0x0800, 1, concat(ROUTES, inner)), INNER],
  ['GRE with an Ethernet frame', inGre(0x2000, 0x6558, 1, ethernet(inner)), INNER],
  ['GRE of PPTP', inGre(0x3081, 0x880b, 3, concat(hex('ff 03'), u16(0x0021), inner)), INNER],
  ['GRE with MPLS', inGre(0, 0x8847, 0, concat(u32(0x100), inner)), INNER],
  ['GRE of Aruba with 802.11', inGre(0, 0x8210, 0, concat(hex('08 01'), zeros(22), llcSnap(inner))), INNER],
  ['WCCP with redirect header', inGre(0, 0x883e, 0, concat(zeros(4), inner)), INNER],
  ['WCCP without', inGre(0, 0x883e, 0, inner), INNER],
  ['ERSPAN I', inGre(0, 0x88be, 0, ethernet(inner)), INNER],
  ['ERSPAN II', inGre(0x1000, 0x88be, 1, concat(hex('1000 0014 00000001'), ethernet(inner))), INNER],
  ['ERSPAN III', inGre(0x1000, 0x22eb, 1, concat(hex('2000'), zeros(10), ethernet(inner))), INNER],
  [
    'ERSPAN III with platform header',
    inGre(0x1000, 0x22eb, 1, concat(zeros(11), 1, zeros(8), ethernet(inner))),
    INNER,
  ],
  ['ERSPAN III with an IP packet', inGre(0x1000, 0x22eb, 1, concat(zeros(10), u16(0x0800), inner)), INNER],
  ['VXLAN', inUdp(4789, vxlan(ethernet(inner))), INNER],
  ['VXLAN on the port of Linux', inUdp(8472, vxlan(ethernet(inner6))), INNER6],
  ['VXLAN-GPE with Ethernet', inUdp(4790, vxlan(ethernet(inner), 0x0c, 3)), INNER],
  ['VXLAN-GPE with IPv4', inUdp(4790, vxlan(inner, 0x0c, 1)), INNER],
  ['VXLAN-GPE that names nothing', inUdp(4790, vxlan(ethernet(inner))), INNER],
  ['Geneve with options', inUdp(6081, geneve(0x6558, 3, ethernet(inner))), INNER],
  ['Geneve with IPv6', inUdp(6081, geneve(0x86dd, 0, inner6)), INNER6],
  ['GRE in UDP', inUdp(4754, gre(0x2000, 0x0800, 1, inner)), INNER],
  ['GTP-U', inUdp(2152, concat(hex('30 ff 0000 00000001'), inner)), INNER],
  ['GTP-U with sequence', inUdp(2152, concat(hex('32 ff 0000 00000001 0001 00 00'), inner6)), INNER6],
  [
    'GTP-U with extension headers',
    inUdp(2152, concat(hex('34 ff 0000 00000001 0000 00 85 01 1000 85 01 1000 00'), inner)),
    INNER,
  ],
  ['GTP-U, the way back', inIpv4(17, udp(50_000, concat(hex('30 ff 0000 00000001'), inner), 2152)), INNER],
  ['AYIYA', inUdp(5072, concat(hex('41 52 11 29'), zeros(4), zeros(16), zeros(20), inner6)), INNER6],
  ['CAPWAP with 802.3', inUdp(5247, concat(hex('00 10 00 00 00000000'), ethernet(inner))), INNER],
  [
    'CAPWAP with 802.11',
    inUdp(5247, concat(hex('00 10 03 00 00000000 08 01'), zeros(22), llcSnap(inner))),
    INNER,
  ],
  [
    'CAPWAP with 802.11 swapped',
    inUdp(5247, concat(hex('00 10 03 00 00000000 11 08'), zeros(22), llcSnap(inner))),
    INNER,
  ],
  [
    'IP in GRE in Geneve',
    inUdp(6081, geneve(0x0800, 0, ipv4(gre(0, 0x0800, 0, inner), { protocol: 47 }))),
    INNER,
  ],
])('tunnel: %s', (_, packet, expected) => {
  it('gives the innermost segment', () => {
    const { segment, counted } = decode(packet);
    expect([endpoints(segment), segment?.seq, segment?.ttl, counted]).toEqual([expected, 7, 9, []]);
    expect(segment?.ipId).toBe(expected === INNER ? 99 : 0);
  });

  it('is closed when the outermost IP counts', () => {
    const { segment, counted } = decode(packet, {}, { tunnels: 'outermost' });
    expect(segment).toBeNull();
    expect(counted).toHaveLength(1);
    expect(counted[0]).toMatch(/^transport:not-tcp/);
  });

  it('cut anywhere gives the same segment or none', () => {
    for (let keep = 0; keep < packet.length; keep++) {
      const cut = decode(packet.slice(0, keep), { originalLength: packet.length });
      expect(['counted', `${expected} 7`]).toContain(outcome(cut));
    }
  });
});

describe('what carries no TCP header is counted', () => {
  const quoted = concat(hex('03 01 0000 00000000'), inner);

  it.each<[string, Uint8Array, string]>([
    ['UDP', inUdp(53, zeros(30)), 'transport:not-tcp(0x11)'],
    ['an ICMP error that quotes a SYN', inIpv4(1, quoted), 'transport:not-tcp(0x1)'],
    [
      'an ICMPv6 error that quotes a SYN',
      ethernet(ipv6(concat(zeros(8), inner6), { next: 58 })),
      'transport:not-tcp(0x3a)',
    ],
    ['IPv6 with nothing behind it', ethernet(ipv6(zeros(0), { next: 59 })), 'transport:not-tcp(0x3b)'],
    ['an IPv6 extension header in IPv4', inIpv4(60, extension(6, syn)), 'transport:not-tcp(0x3c)'],
    ['a later fragment of IPv4', ethernet(ipv4(syn, { fragment: 0x2001 })), 'transport:fragment'],
    ['the last fragment of IPv4', ethernet(ipv4(syn, { fragment: 0x1fff })), 'transport:fragment'],
    [
      'a later fragment of IPv6',
      ethernet(ipv6(concat(6, 0, u16(8), u32(1), syn), { next: 44 })),
      'transport:fragment',
    ],
    [
      'IPv4 with a header under 20 bytes',
      ethernet(concat(0x44, ipv4(syn).slice(1)), 0x0800),
      'network:bad-header',
    ],
    ['IPv4 shorter than its header', ethernet(ipv4(syn, { totalLength: 19 })), 'network:bad-header'],
    ['GRE of version 2', inGre(2, 0x0800, 0, inner), 'network:bad-header'],
    ['GRE with something else', inGre(0, 0x0001, 0, zeros(30)), 'network:not-ip(0x1)'],
    [
      'GRE with routes without end',
      inGre(0x4000, 0x0800, 1, hex('0800 00 04 01020304')),
      'tunnel:incomplete',
    ],
    ['VXLAN without its flag', inUdp(4789, vxlan(ethernet(inner), 0)), 'transport:not-tcp(0x11)'],
    ['a short packet on the port of VXLAN', inUdp(8472, zeros(7)), 'transport:not-tcp(0x11)'],
    ['VXLAN-GPE with something else', inUdp(4790, vxlan(inner, 0x0c, 4)), 'transport:not-tcp(0x11)'],
    [
      'Geneve of version 1',
      inUdp(6081, concat(0x40, geneve(0x6558, 0, ethernet(inner)).slice(1))),
      'transport:not-tcp(0x11)',
    ],
    ['Geneve with something else', inUdp(6081, geneve(0x1234, 0, inner)), 'transport:not-tcp(0x11)'],
    ['something else on the port of GRE', inUdp(4754, hex('00 00 12 34')), 'transport:not-tcp(0x11)'],
    ['GTP echo', inUdp(2152, hex('32 01 0004 00000000 0000 0000')), 'transport:not-tcp(0x11)'],
    [
      'GTP with an extension of no length',
      inUdp(2152, hex('34 ff 0000 00000001 0000 00 85 00 00 00 00')),
      'transport:not-tcp(0x11)',
    ],
    [
      'GTP with something else',
      inUdp(2152, hex('30 ff 0000 00000001 00 01 02 03')),
      'transport:not-tcp(0x11)',
    ],
    [
      'AYIYA that is no forwarding',
      inUdp(5072, concat(hex('41 52 10 3b'), zeros(60))),
      'transport:not-tcp(0x11)',
    ],
    ['encrypted CAPWAP', inUdp(5247, concat(1, zeros(30))), 'transport:not-tcp(0x11)'],
    ['a later fragment of CAPWAP', inUdp(5247, hex('00 10 00 80 0000 0008 00')), 'transport:not-tcp(0x11)'],
  ])('%s', (_, packet, expected) => {
    expect(decode(packet)).toEqual({ segment: null, counted: [expected] });
  });

  it('tunnels in tunnels end', () => {
    let packet = inner;
    for (let depth = 0; depth < 40; depth++) packet = ipv4(packet, { protocol: 4 });
    expect(decode(ethernet(packet))).toEqual({ segment: null, counted: ['tunnel:too-deep'] });
  });

  it('what the snap length took is told from what was never there', () => {
    const packet = ethernet(inner);
    const counted = (keep: number, originalLength: number): readonly string[] =>
      decode(packet.slice(0, keep), { originalLength }).counted;
    expect(counted(10, 54)).toEqual(['link:truncated']);
    expect(counted(10, 10)).toEqual(['link:incomplete']);
    expect(counted(33, 54)).toEqual(['network:truncated']);
    expect(counted(33, 33)).toEqual(['network:incomplete']);
    expect(counted(34, 54)).toEqual(['transport:truncated']);
    expect(counted(34, 34)).toEqual(['transport:incomplete']);
    expect(decode(inGre(0, 0x0800, 0, inner).slice(0, 36), { originalLength: 99 }).counted).toEqual([
      'tunnel:truncated',
    ]);
  });
});
