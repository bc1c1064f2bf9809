import type { Cursor } from '../cursor.ts';
import { layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { HDLC, IPV4, IPV6, MPLS, PPP } from '../layer.ts';
import type { Segment } from '../segment.ts';
import { LINK_BAD_HEADER, LINK_CUT, NETWORK_NOT_IP } from '../undecoded.ts';

/** PPP protocol numbers (IANA) that lead on to TCP. */
const LAYER_OF_PPP: ReadonlyMap<number, Layer> = new Map([
  [0x0021, IPV4],
  [0x0057, IPV6],
  [0x0281, MPLS],
  [0x0283, MPLS],
]);

/** "All stations, unnumbered information", which may be left out (RFC 1661 section 6.6). */
const PPP_ADDRESS_CONTROL = 0xff03;
/** Cisco HDLC: unicast or multicast, then a control byte of 0. */
const HDLC_UNICAST = 0x0f00;
const HDLC_MULTICAST = 0x8f00;

/** Values of the direction byte of LINKTYPE_PPP_WITH_DIR, told in the terms of SLL. */
const DIRECTION_TO_US = 0;
const DIRECTION_BY_US = 4;

/** PPP with or without address and control bytes, and files of that link type that hold Cisco HDLC. */
export function decodePpp(cursor: Cursor): Layer {
  if (cursor.lacks(2)) return cursor.short(LINK_CUT);
  const { view } = cursor;
  let protocol = view.getUint16(cursor.at);
  if (protocol === HDLC_UNICAST || protocol === HDLC_MULTICAST) return HDLC;
  if (protocol === PPP_ADDRESS_CONTROL) {
    cursor.at += 2;
    if (cursor.lacks(2)) return cursor.short(LINK_CUT);
    protocol = view.getUint16(cursor.at);
  }
  if ((protocol & 0x0100) !== 0) {
    // An odd first byte is a protocol number compressed to that byte (RFC 1661 section 6.5).
    protocol >>= 8;
    cursor.at += 1;
  } else {
    cursor.at += 2;
  }
  return LAYER_OF_PPP.get(protocol) ?? cursor.stop(NETWORK_NOT_IP, protocol);
}

/** PPP behind one byte that tells who sent it. */
export function decodePppWithDirection(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(1)) return cursor.short(LINK_CUT);
  segment.direction = cursor.view.getUint8(cursor.at) === 0 ? DIRECTION_TO_US : DIRECTION_BY_US;
  cursor.at += 1;
  return PPP;
}

/** Cisco HDLC: address, control, ethertype; and files of that link type that hold PPP. */
export function decodeHdlc(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return cursor.short(LINK_CUT);
  const { view, at } = cursor;
  if (view.getUint16(at) === PPP_ADDRESS_CONTROL) return PPP;
  cursor.at = at + 4;
  return layerOfEthertype(cursor, view.getUint16(at + 2));
}

/** PPPoE session (RFC 2516): version and type 1, code 0, session, length. */
export function decodePppoe(cursor: Cursor): Layer {
  if (cursor.lacks(6)) return cursor.short(LINK_CUT);
  if (cursor.view.getUint16(cursor.at) !== 0x1100) return cursor.stop(LINK_BAD_HEADER, 0);
  cursor.at += 6;
  return PPP;
}
