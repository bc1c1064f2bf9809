/**
 * Builds packets from the inside out, as bytes. Each function puts one header in front of its payload, so a
 * packet reads like its layers: `ethernet(ipv4(tcp({ flags: SYN, options: [mss(1460), timestamps(1, 0)] })))`.
 * Checksums are left 0: nothing here looks at them.
 */

/** Ethertypes, IP protocols, as the headers below fill them in by default from the payload's first nibble. */
export const TYPE_IPV4 = 0x0800;
export const TYPE_IPV6 = 0x86dd;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

export type Bytes = Uint8Array<ArrayBuffer>;

/** One byte array from many, and from single byte values. */
export function concat(...parts: readonly (Uint8Array | number)[]): Bytes {
  const arrays = parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part));
  const result = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of arrays) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Bytes from hexadecimal digits; spaces are ignored. */
export function hex(digits: string): Bytes {
  const packed = digits.replaceAll(/\s/g, '');
  return Uint8Array.from({ length: packed.length / 2 }, (_, index) =>
    Number.parseInt(packed.slice(index * 2, index * 2 + 2), 16),
  );
}

export function u16(value: number): Bytes {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}

export function u32(value: number): Bytes {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function zeros(length: number): Bytes {
  return new Uint8Array(length);
}

/** The ethertype of an IP packet by its version. */
export function typeOf(payload: Uint8Array): number {
  return (payload[0] ?? 0) >> 4 === 6 ? TYPE_IPV6 : TYPE_IPV4;
}

// Link layers

export function ethernet(payload: Uint8Array, type: number = typeOf(payload)): Bytes {
  return concat(hex('02 00 00 00 00 01 02 00 00 00 00 02'), u16(type), payload);
}

/** A tag to stand behind an ethertype of 0x8100: `ethernet(vlan(7, ipv4(...)), 0x8100)`. */
export function vlan(id: number, payload: Uint8Array, type: number = typeOf(payload)): Bytes {
  return concat(u16(id), u16(type), payload);
}

export function sll(payload: Uint8Array, direction = 0, protocol: number = typeOf(payload)): Bytes {
  return concat(u16(direction), u16(1), u16(6), hex('02 00 00 00 00 02 00 00'), u16(protocol), payload);
}

export function sll2(payload: Uint8Array, direction = 0, protocol: number = typeOf(payload)): Bytes {
  return concat(u16(protocol), u16(0), u32(3), u16(1), direction, 6, hex('02 00 00 00 00 02 00 00'), payload);
}

export function llcSnap(payload: Uint8Array, type: number = typeOf(payload)): Bytes {
  return concat(hex('aa aa 03 00 00 00'), u16(type), payload);
}

// Network layers

export interface Ipv4Fields {
  /** Addresses as 32-bit words. */
  readonly src?: number;
  readonly dst?: number;
  readonly protocol?: number;
  readonly id?: number;
  readonly ttl?: number;
  /** Flags and fragment offset, the whole word. */
  readonly fragment?: number;
  /** Bytes of options, a multiple of 4. */
  readonly options?: Uint8Array;
  /** Replaces the true total length. */
  readonly totalLength?: number;
}

export function ipv4(payload: Uint8Array, fields: Ipv4Fields = {}): Bytes {
  const { src = 0x0a000001, dst = 0x0a000002, protocol = PROTOCOL_TCP, id = 0x1234, ttl = 64 } = fields;
  const { fragment = 0x4000, options = zeros(0) } = fields;
  const headerLength = 20 + options.length;
  return concat(
    0x40 | (headerLength / 4),
    0,
    u16(fields.totalLength ?? headerLength + payload.length),
    u16(id),
    u16(fragment),
    ttl,
    protocol,
    u16(0),
    u32(src),
    u32(dst),
    options,
    payload,
  );
}

export interface Ipv6Fields {
  /** Addresses as four words. */
  readonly src?: readonly number[];
  readonly dst?: readonly number[];
  readonly next?: number;
  readonly hops?: number;
  /** Replaces the true payload length. */
  readonly payloadLength?: number;
}

export function ipv6(payload: Uint8Array, fields: Ipv6Fields = {}): Bytes {
  const { src = [0x20010db8, 0, 0, 1], dst = [0x20010db8, 0, 0, 2], next = PROTOCOL_TCP, hops = 64 } = fields;
  return concat(
    u32(0x60000000),
    u16(fields.payloadLength ?? payload.length),
    next,
    hops,
    ...src.map(u32),
    ...dst.map(u32),
    payload,
  );
}

/** An IPv6 extension header of 8 bytes: what follows, length 0, padding. */
export function extension(next: number, payload: Uint8Array): Bytes {
  return concat(next, 0, zeros(6), payload);
}

export function udp(dstPort: number, payload: Uint8Array, srcPort = 50_000): Bytes {
  return concat(u16(srcPort), u16(dstPort), u16(8 + payload.length), u16(0), payload);
}

// TCP

export interface TcpFields {
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
  readonly window?: number;
  /** Options in order, padded with zeros to a multiple of 4. */
  readonly options?: readonly Uint8Array[];
  /** Replaces the header length in 32-bit words. */
  readonly words?: number;
  readonly payload?: Uint8Array;
}

export function tcp(fields: TcpFields = {}): Bytes {
  const { srcPort = 40_000, dstPort = 80, seq = 0x11223344, ack = 0, flags = 0x02, window = 0xffff } = fields;
  const raw = concat(...(fields.options ?? []));
  const options = concat(raw, zeros((4 - (raw.length % 4)) % 4));
  return concat(
    u16(srcPort),
    u16(dstPort),
    u32(seq),
    u32(ack),
    ((fields.words ?? 5 + options.length / 4) << 4) & 0xf0,
    flags,
    u16(window),
    u32(0),
    options,
    fields.payload ?? zeros(0),
  );
}

export const nop: Bytes = Uint8Array.of(1);
export const endOfOptions: Bytes = Uint8Array.of(0);
export const sackPermitted: Bytes = Uint8Array.of(4, 2);

export function mss(value: number): Bytes {
  return concat(2, 4, u16(value));
}

export function timestamps(tsval: number, tsecr: number): Bytes {
  return concat(8, 10, u32(tsval), u32(tsecr));
}

export function windowScale(shift: number): Bytes {
  return Uint8Array.of(3, 3, shift);
}

/** The options of a SYN as Linux sends them. */
export function linuxSynOptions(tsval: number, tsecr = 0): Bytes[] {
  return [mss(1460), sackPermitted, timestamps(tsval, tsecr), nop, windowScale(7)];
}
