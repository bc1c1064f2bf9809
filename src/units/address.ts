/**
 * IP addresses as four big-endian 32-bit words and as text. An IPv4 address uses the last word only; the first
 * three are 0. Words may be signed or unsigned: only their 32 bits count.
 */

export type Family = 4 | 6;

/** The family, and four words held as signed 32-bit integers. */
export interface Address {
  readonly family: Family;
  readonly words: readonly [number, number, number, number];
}

/** The text of an address: dotted decimal, or RFC 5952. */
export function formatAddress(family: Family, w0: number, w1: number, w2: number, w3: number): string {
  return family === 4 ? formatIpv4(w3) : formatIpv6(w0, w1, w2, w3);
}

/** @example formatIpv4(0x0a000001) === '10.0.0.1' */
export function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
export function formatIpv6(w0: number, w1: number, w2: number, w3: number): string {
  const groups = [w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]);
  if (isMappedIpv4(w0, w1, w2)) return `::ffff:${formatIpv4(w3)}`;
  const run = longestZeroRun(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return text(groups);
  return `${text(groups.slice(0, run.start))}::${text(groups.slice(run.start + run.length))}`;
}

/** RFC 5952 section 5: an address known to hold an IPv4 address shows it. */
function isMappedIpv4(w0: number, w1: number, w2: number): boolean {
  return w0 === 0 && w1 === 0 && w2 === 0xffff;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

/** The address that `text` names, or null. Zones (`%eth0`), ports and leading zeros of IPv4 parts are refused. */
export function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const word = parseIpv4(text);
    return word === null ? null : { family: 4, words: [0, 0, 0, word] };
  }
  const groups = parseIpv6Groups(text);
  if (groups === null) return null;
  const word = (index: number): number => ((groups[index * 2] ?? 0) << 16) | (groups[index * 2 + 1] ?? 0);
  return { family: 6, words: [word(0), word(1), word(2), word(3)] };
}

const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/;
const IPV6_GROUP = /^[\da-f]{1,4}$/i;

function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let word = 0;
  for (const part of parts) {
    const value = Number(part);
    if (!IPV4_PART.test(part) || value > 255) return null;
    word = (word << 8) | value;
  }
  return word;
}

function parseIpv6Groups(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] ?? '', true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Groups of one side of `::`; only the last may be an IPv4 address, and only at the end of the text. */
function parseGroups(text: string, atEnd: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (IPV6_GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const word = atEnd && index === parts.length - 1 ? parseIpv4(part) : null;
    if (word === null) return null;
    groups.push(word >>> 16, word & 0xffff);
  }
  return groups;
}

/** A block of addresses: those that share the first `bits` bits of `base`. */
export interface Cidr {
  readonly base: Address;
  readonly bits: number;
}

const CIDR = /^(?<address>[^/]+)(?:\/(?<bits>0|[1-9]\d{0,2}))?$/;

/** The block that `text` names (`10.0.0.0/8`, `2001:db8::/32`; one address alone is a block of one), or null. */
export function parseCidr(text: string): Cidr | null {
  const groups = CIDR.exec(text)?.groups;
  if (groups === undefined) return null;
  const base = parseAddress(groups['address'] ?? '');
  if (base === null) return null;
  const most = base.family === 4 ? 32 : 128;
  const bits = Number(groups['bits'] ?? most);
  return bits > most ? null : { base, bits };
}

/** True when the block holds the address. Families never mix. */
export function cidrContains(
  cidr: Cidr,
  family: Family,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): boolean {
  if (cidr.base.family !== family) return false;
  const [b0, b1, b2, b3] = cidr.base.words;
  const bits = family === 4 ? cidr.bits + 96 : cidr.bits;
  return (
    sharesPrefix(b0, w0, bits) &&
    sharesPrefix(b1, w1, bits - 32) &&
    sharesPrefix(b2, w2, bits - 64) &&
    sharesPrefix(b3, w3, bits - 96)
  );
}

function sharesPrefix(a: number, b: number, bits: number): boolean {
  if (bits <= 0) return true;
  const difference = a ^ b;
  return bits >= 32 ? difference === 0 : difference >>> (32 - bits) === 0;
}
