/**
 * What nearly every record is, told by a few words: Ethernet or a cooked or raw header, IPv4 without options or
 * fragments, TCP. For those who would rather look first and decode after.
 */
import type { CaptureRecord } from '../capture/record.ts';
import { SLL2_LENGTH, SLL_LENGTH } from './link/cooked.ts';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW } from './link-type.ts';
import { FRAGMENT_OFFSET, MORE_FRAGMENTS } from './network/ipv4.ts';
import { ACK, FIN, RST, SYN } from './segment.ts';

export const IPV4_NO_OPTIONS = 0x45;
export const IPV4_LENGTH = 20;
export const PROTOCOL_TCP = 6;

const ETHERNET_LENGTH = 14;
const ETHERTYPE_IPV4 = 0x0800;

const TCP_LENGTH = 20;
const TCP_WITH_TIMESTAMPS = 32;
/** NOP, NOP, and kind and length of the timestamps option: how Linux begins the options of a segment with data. */
const NOPS_THEN_TIMESTAMPS = 0x0101080a;

/**
 * Offset of the IPv4 header when the record begins in one of the usual ways, or one at which too few bytes are
 * left for a header.
 */
export function startOfPlainIpv4(record: CaptureRecord): number {
  const { view, start, end, linkType } = record;
  if (linkType === LINKTYPE_ETHERNET) {
    if (end - start < ETHERNET_LENGTH || view.getUint16(start + 12) !== ETHERTYPE_IPV4) return end;
    return start + ETHERNET_LENGTH;
  }
  if (linkType === LINKTYPE_LINUX_SLL) {
    if (end - start < SLL_LENGTH || view.getUint16(start + 14) !== ETHERTYPE_IPV4) return end;
    return start + SLL_LENGTH;
  }
  if (linkType === LINKTYPE_LINUX_SLL2) {
    if (end - start < SLL2_LENGTH || view.getUint16(start) !== ETHERTYPE_IPV4) return end;
    return start + SLL2_LENGTH;
  }
  return linkType === LINKTYPE_RAW ? start : end;
}

/** Packet type of a cooked header, see `Segment.direction`; -1 in front of others. */
export function packetTypeOf(record: CaptureRecord): number {
  const { view, start, linkType } = record;
  if (linkType === LINKTYPE_LINUX_SLL) return view.getUint16(start);
  return linkType === LINKTYPE_LINUX_SLL2 ? view.getUint8(start + 10) : -1;
}

/**
 * Offset of the TCP header of a plain segment: ACK, neither SYN nor FIN nor RST, with the timestamps option as Linux
 * writes it or with no options at all, captured as far as these. -1 for anything else. The IPv4 header lies right before
 * it.
 */
export function plainSegmentAt(record: CaptureRecord): number {
  const { view, end } = record;
  const ip = startOfPlainIpv4(record);
  const tcp = ip + IPV4_LENGTH;
  if (end - tcp < TCP_LENGTH) return -1;
  // Whole words: a read costs the same for one byte and for four.
  const first = view.getInt32(ip);
  const totalLength = first & 0xffff;
  if (first >>> 24 !== IPV4_NO_OPTIONS || (view.getUint16(ip + 8) & 0xff) !== PROTOCOL_TCP) return -1;
  if ((view.getInt32(ip + 4) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) !== 0) return -1;
  const fourth = view.getInt32(tcp + 12);
  if (((fourth >>> 16) & (ACK | SYN | FIN | RST)) !== ACK) return -1;
  const words = fourth >>> 28;
  if (words === 5) return totalLength >= IPV4_LENGTH + TCP_LENGTH ? tcp : -1;
  if (words !== 8 || totalLength < IPV4_LENGTH + TCP_WITH_TIMESTAMPS) return -1;
  if (end - tcp < TCP_WITH_TIMESTAMPS || view.getInt32(tcp + TCP_LENGTH) !== NOPS_THEN_TIMESTAMPS) return -1;
  return tcp;
}
