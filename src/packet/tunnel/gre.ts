/** GRE (RFC 2784, 2890, 1701, 2637) and what it carries besides plain protocols: ERSPAN, Aruba's 802.11, WCCP. */
import type { Cursor } from '../cursor.ts';
import { isKnownEthertype, layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { ERSPAN2, ERSPAN3, ETHERNET, IPV4, WCCP, WLAN } from '../layer.ts';
import { NETWORK_BAD_HEADER, TUNNEL_CUT } from '../undecoded.ts';
import { plainUdp, shortTunnel } from './udp.ts';

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;
const VERSION = 0x0007;

const TYPE_ERSPAN = 0x88be;
const TYPE_ERSPAN3 = 0x22eb;
const TYPE_WCCP = 0x883e;

/** Aruba access points send 802.11 frames under types 0x8200, 0x8210 .. 0x8370 and 0x9000. */
function isAruba(type: number): boolean {
  return (type & 0x0f) === 0 && ((type >= 0x8200 && type <= 0x8370) || type === 0x9000);
}

/** GRE: flags, type of the inside, and the optional words that the flags announce. */
export function decodeGre(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return cursor.short(TUNNEL_CUT);
  const { view, at } = cursor;
  const flags = view.getUint16(at);
  const type = view.getUint16(at + 2);
  if ((flags & VERSION) > 1) return cursor.stop(NETWORK_BAD_HEADER, 0);
  let next = at + 4;
  if ((flags & (CHECKSUM | ROUTING)) !== 0) next += 4;
  if ((flags & KEY) !== 0) next += 4;
  if ((flags & SEQUENCE) !== 0) next += 4;
  if ((flags & VERSION) === 1 && (flags & ACKNOWLEDGMENT) !== 0) next += 4;
  if ((flags & ROUTING) !== 0) next = endOfRouting(cursor, next);
  if (next > cursor.end) return cursor.short(TUNNEL_CUT);
  cursor.at = next;

  if (type === TYPE_ERSPAN) return (flags & SEQUENCE) === 0 ? ETHERNET : ERSPAN2;
  if (type === TYPE_ERSPAN3) return ERSPAN3;
  if (type === TYPE_WCCP) return WCCP;
  return isAruba(type) ? WLAN : layerOfEthertype(cursor, type);
}

/** Source route entries (RFC 1701): address family, offset, length; one of length 0 ends them. */
function endOfRouting(cursor: Cursor, start: number): number {
  let next = start;
  while (cursor.end - next >= 4) {
    const length = cursor.view.getUint8(next + 3);
    next += 4 + length;
    if (length === 0) return next;
  }
  return cursor.end + 1;
}

/** GRE in UDP (RFC 8086): version 0, and a type that is known, else it is something else on that port. */
export function decodeUdpGre(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return shortTunnel(cursor);
  const { view, at } = cursor;
  if ((view.getUint16(at) & VERSION) !== 0 || !isKnownEthertype(view.getUint16(at + 2)))
    return plainUdp(cursor);
  return decodeGre(cursor);
}

/** ERSPAN type II: 8 bytes before the mirrored Ethernet frame. */
export function decodeErspan2(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(TUNNEL_CUT);
  cursor.at += 8;
  return ETHERNET;
}

/** Frame type of ERSPAN III: the mirrored packet begins at its Ethernet or at its IP header. */
const ERSPAN3_FRAME_TYPE = 0x1f;
const ERSPAN3_IP = 2;

/** ERSPAN type III: 12 bytes, and 8 more when the last bit announces a platform header. */
export function decodeErspan3(cursor: Cursor): Layer {
  if (cursor.lacks(12)) return cursor.short(TUNNEL_CUT);
  const last = cursor.view.getUint16(cursor.at + 10);
  cursor.at += (last & 1) === 0 ? 12 : 20;
  return ((last >> 10) & ERSPAN3_FRAME_TYPE) === ERSPAN3_IP ? IPV4 : ETHERNET;
}

/** WCCP version 2 puts a redirect header of 4 bytes before the IPv4 packet; version 1 none. */
export function decodeWccp(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return cursor.short(TUNNEL_CUT);
  if (cursor.view.getUint8(cursor.at) >> 4 !== 4) cursor.at += 4;
  return IPV4;
}
