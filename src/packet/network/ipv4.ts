import type { Cursor } from '../cursor.ts';
import { layerOfProtocol } from '../ip-protocol.ts';
import type { Layer } from '../layer.ts';
import { IPV4, IPV6 } from '../layer.ts';
import type { Segment } from '../segment.ts';
import { NETWORK_BAD_HEADER, NETWORK_CUT, TRANSPORT_FRAGMENT } from '../undecoded.ts';

/** More-fragments bit and fragment offset in the word at byte 6 (RFC 791 section 3.1). */
export const MORE_FRAGMENTS = 0x2000;
export const FRAGMENT_OFFSET = 0x1fff;

/** The upper words are 0 while `family` is 4, so a run of IPv4 packets need not write them again. */
export function clearIpv6Words(segment: Segment): void {
  segment.family = 4;
  segment.src0 = 0;
  segment.src1 = 0;
  segment.src2 = 0;
  segment.dst0 = 0;
  segment.dst1 = 0;
  segment.dst2 = 0;
}

/**
 * IPv4 (RFC 791). Bytes behind the total length are padding and left out; a total length beyond the captured
 * bytes is what a snap length makes; a total length of 0 is what Linux hands to a capture for a packet that the
 * network card will segment. Only the first fragment holds a TCP header.
 */
export function decodeIpv4(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(20)) return cursor.short(NETWORK_CUT);
  const { view, at } = cursor;
  const first = view.getUint8(at);
  const headerLength = (first & 0x0f) * 4;
  const totalLength = view.getUint16(at + 2);
  if (first >> 4 !== 4 || headerLength < 20) return cursor.stop(NETWORK_BAD_HEADER, 0);
  if (totalLength !== 0 && totalLength < headerLength) return cursor.stop(NETWORK_BAD_HEADER, 0);
  if (cursor.lacks(headerLength)) return cursor.short(NETWORK_CUT);
  if (segment.family === 6) clearIpv6Words(segment);
  segment.src3 = view.getInt32(at + 12);
  segment.dst3 = view.getInt32(at + 16);
  segment.ipId = view.getUint16(at + 4);
  segment.ttl = view.getUint8(at + 8);

  const fragment = view.getUint16(at + 6);
  if (totalLength === 0) {
    cursor.ipEnd = -1;
  } else {
    cursor.end = Math.min(cursor.end, at + totalLength);
    cursor.ipEnd = (fragment & MORE_FRAGMENTS) === 0 ? at + totalLength : -1;
  }
  if ((fragment & FRAGMENT_OFFSET) !== 0) return cursor.stop(TRANSPORT_FRAGMENT, 0);
  cursor.at = at + headerLength;
  return layerOfProtocol(cursor, 4, view.getUint8(at + 9));
}

/** IPv4 or IPv6, where the link layer says no more than "IP". */
export function decodeIp(cursor: Cursor): Layer {
  if (cursor.lacks(1)) return cursor.short(NETWORK_CUT);
  const version = cursor.view.getUint8(cursor.at) >> 4;
  if (version === 4) return IPV4;
  if (version === 6) return IPV6;
  return cursor.stop(NETWORK_BAD_HEADER, 0);
}
