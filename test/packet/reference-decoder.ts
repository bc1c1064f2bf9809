/**
 * A second decoder, slow and naive: slices and objects, one protocol after the other, written from the RFCs and
 * sharing nothing with the real one. It knows Ethernet with VLAN tags, IPv4, IPv6 with extension headers, IP in
 * IP, VXLAN and TCP, and only packets captured whole.
 */

export interface Reference {
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly payload: number;
  readonly tsval: number | null;
  readonly tsecr: number | null;
}

type Bytes = readonly number[];

function number(bytes: Bytes, at: number, length: number): number {
  return bytes.slice(at, at + length).reduce((value, byte) => value * 256 + byte, 0);
}

/** The segment of an Ethernet frame, or null when there is none. */
export function referenceEthernet(bytes: Bytes): Reference | null {
  if (bytes.length < 14) return null;
  let type = number(bytes, 12, 2);
  let rest = bytes.slice(14);
  while ([0x8100, 0x88a8, 0x9100, 0x9200].includes(type)) {
    if (rest.length < 4) return null;
    type = number(rest, 2, 2);
    rest = rest.slice(4);
  }
  if (type === 0x0800) return referenceIpv4(rest);
  return type === 0x86dd ? referenceIpv6(rest) : null;
}

function referenceIpv4(bytes: Bytes): Reference | null {
  const first = bytes[0] ?? 0;
  const header = (first % 16) * 4;
  const total = number(bytes, 2, 2);
  if (bytes.length < 20 || Math.floor(first / 16) !== 4 || header < 20 || total < header) return null;
  if (number(bytes, 6, 2) % 0x4000 !== 0) return null;
  const [src, dst] = [bytes.slice(12, 16), bytes.slice(16, 20)];
  return referencePayload(bytes[9] ?? 0, bytes.slice(header, total), src, dst);
}

function referenceIpv6(bytes: Bytes): Reference | null {
  if (bytes.length < 40 || Math.floor((bytes[0] ?? 0) / 16) !== 6) return null;
  const [src, dst] = [bytes.slice(8, 24), bytes.slice(24, 40)];
  let rest = bytes.slice(40, 40 + number(bytes, 4, 2));
  let next = bytes[6] ?? 0;
  while ([0, 43, 60].includes(next)) {
    if (rest.length < 8) return null;
    next = rest[0] ?? 0;
    rest = rest.slice(((rest[1] ?? 0) + 1) * 8);
  }
  return referencePayload(next, rest, src, dst);
}

function referencePayload(protocol: number, bytes: Bytes, src: Bytes, dst: Bytes): Reference | null {
  if (protocol === 6) return referenceTcp(bytes, src, dst);
  if (protocol === 4) return referenceIpv4(bytes);
  if (protocol === 41) return referenceIpv6(bytes);
  if (protocol === 17 && bytes.length >= 16 && [4789, 8472].includes(number(bytes, 2, 2))) {
    return Math.floor((bytes[8] ?? 0) / 8) % 2 === 1 ? referenceEthernet(bytes.slice(16)) : null;
  }
  return null;
}

function referenceTcp(bytes: Bytes, src: Bytes, dst: Bytes): Reference | null {
  const header = Math.floor((bytes[12] ?? 0) / 16) * 4;
  if (header < 20 || header > bytes.length) return null;
  const stamp = referenceTimestamps(bytes.slice(20, header));
  return {
    src,
    dst,
    srcPort: number(bytes, 0, 2),
    dstPort: number(bytes, 2, 2),
    seq: number(bytes, 4, 4),
    ack: number(bytes, 8, 4),
    flags: bytes[13] ?? 0,
    payload: bytes.length - header,
    tsval: stamp === null ? null : number(stamp, 0, 4),
    tsecr: stamp === null ? null : number(stamp, 4, 4),
  };
}

function referenceTimestamps(options: Bytes): Bytes | null {
  const [kind, length] = options;
  if (kind === undefined || kind === 0) return null;
  if (kind === 1) return referenceTimestamps(options.slice(1));
  if (length === undefined || length < 2 || length > options.length) return null;
  const later = referenceTimestamps(options.slice(length));
  if (later !== null) return later;
  return kind === 8 && length === 10 ? options.slice(2, 10) : null;
}
