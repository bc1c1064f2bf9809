import type { Cursor } from '../cursor.ts';
import { layerOfProtocol } from '../ip-protocol.ts';
import type { Layer } from '../layer.ts';
import type { Segment } from '../segment.ts';
import { NETWORK_BAD_HEADER, NETWORK_CUT, TRANSPORT_FRAGMENT } from '../undecoded.ts';

/**
 * IPv6 (RFC 8200). A payload length of 0 (a jumbogram, or a packet captured before segmentation) leaves the
 * length unknown. The addresses are those of the fixed header: what routing headers and home-address options
 * would make of them is not applied, as the packet on the wire carries these.
 */
export function decodeIpv6(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(40)) return cursor.short(NETWORK_CUT);
  const { view, at } = cursor;
  if (view.getUint8(at) >> 4 !== 6) return cursor.stop(NETWORK_BAD_HEADER, 0);
  segment.family = 6;
  segment.src0 = view.getInt32(at + 8);
  segment.src1 = view.getInt32(at + 12);
  segment.src2 = view.getInt32(at + 16);
  segment.src3 = view.getInt32(at + 20);
  segment.dst0 = view.getInt32(at + 24);
  segment.dst1 = view.getInt32(at + 28);
  segment.dst2 = view.getInt32(at + 32);
  segment.dst3 = view.getInt32(at + 36);
  segment.ipId = 0;
  segment.ttl = view.getUint8(at + 7);

  const payloadLength = view.getUint16(at + 4);
  cursor.at = at + 40;
  if (payloadLength === 0) {
    cursor.ipEnd = -1;
  } else {
    cursor.ipEnd = cursor.at + payloadLength;
    cursor.end = Math.min(cursor.end, cursor.ipEnd);
  }
  return layerOfProtocol(cursor, 6, view.getUint8(at + 6));
}

/** Extension headers of the common form: next header, length in units of 8 bytes beyond the first 8. */
export function decodeIpv6Options(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(NETWORK_CUT);
  const next = cursor.view.getUint8(cursor.at);
  cursor.at += 8 + 8 * cursor.view.getUint8(cursor.at + 1);
  return layerOfProtocol(cursor, 6, next);
}

/** Fragment header (RFC 8200 section 4.5); one with offset 0 and no more to come is a whole packet (RFC 6946). */
export function decodeIpv6Fragment(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(NETWORK_CUT);
  const { view, at } = cursor;
  const offsetAndMore = view.getUint16(at + 2);
  if (offsetAndMore >> 3 !== 0) return cursor.stop(TRANSPORT_FRAGMENT, 0);
  if ((offsetAndMore & 1) !== 0) cursor.ipEnd = -1;
  cursor.at = at + 8;
  return layerOfProtocol(cursor, 6, view.getUint8(at));
}

/** Authentication header (RFC 4302), the same in IPv4 and IPv6: its payload is in clear. */
export function decodeAuthentication(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(12)) return cursor.short(NETWORK_CUT);
  const next = cursor.view.getUint8(cursor.at);
  cursor.at += 8 + 4 * cursor.view.getUint8(cursor.at + 1);
  return layerOfProtocol(cursor, segment.family, next);
}
