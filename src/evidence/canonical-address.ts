import { formatAddress, parseAddress, parseCidr } from '../units/address.ts';

/** `ffff:...:255.255.255.255` with a prefix length is the longest text worth looking at. */
const MAX_CHARACTERS = 64;

/** The one text under which an address is known everywhere (RFC 5952 for IPv6); null when `text` is none. */
export function canonicalAddress(text: string): string | null {
  const address = text.length > MAX_CHARACTERS ? null : parseAddress(text);
  return address === null ? null : formatAddress(address.family, ...address.words);
}

/** The block `text` with a canonical address, `10.244.1.0/24`; null when it is none, or has no prefix length. */
export function canonicalCidr(text: string): string | null {
  const cidr = text.length > MAX_CHARACTERS || !text.includes('/') ? null : parseCidr(text);
  return cidr === null ? null : `${formatAddress(cidr.base.family, ...cidr.base.words)}/${cidr.bits}`;
}
