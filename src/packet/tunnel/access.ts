/** Tunnels of access networks: GTP-U (3GPP TS 29.281), AYIYA (draft-massar-v6ops-ayiya), CAPWAP data (RFC 5415). */
import type { Cursor } from '../cursor.ts';
import type { Layer } from '../layer.ts';
import { ETHERNET, IPV4, IPV6 } from '../layer.ts';
import { decodeSwappableWlan } from '../link/wireless.ts';
import { plainUdp, shortTunnel } from './udp.ts';

/** GTP: version 1, protocol type GTP; optional fields; message "user data". */
const GTP_VERSION_AND_TYPE = 0xf0;
const GTP_V1 = 0x30;
const GTP_OPTIONAL = 0x07;
const GTP_EXTENSION = 0x04;
const GTP_USER_DATA = 0xff;

/** GTP-U: 8 bytes, 4 more when any optional field is there, then extension headers in units of 4 bytes. */
export function decodeGtp(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return shortTunnel(cursor);
  const { view, at, end } = cursor;
  const flags = view.getUint8(at);
  if ((flags & GTP_VERSION_AND_TYPE) !== GTP_V1 || view.getUint8(at + 1) !== GTP_USER_DATA)
    return plainUdp(cursor);
  let next = at + 8;
  if ((flags & GTP_OPTIONAL) !== 0) {
    next += 4;
    let extension = (flags & GTP_EXTENSION) !== 0 && next <= end ? view.getUint8(next - 1) : 0;
    while (extension !== 0) {
      if (next >= end) return shortTunnel(cursor);
      const length = 4 * view.getUint8(next);
      if (length === 0) return plainUdp(cursor);
      next += length;
      extension = next <= end ? view.getUint8(next - 1) : 0;
    }
  }
  cursor.at = next;
  return innerIp(cursor);
}

/** Next headers and the operation "forward" of AYIYA. */
const AYIYA_FORWARD = 1;
const AYIYA_IPV4 = 4;
const AYIYA_IPV6 = 41;

/** AYIYA: lengths of identity and signature in the first bytes, time, identity, signature, then the packet. */
export function decodeAyiya(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return shortTunnel(cursor);
  const { view, at } = cursor;
  const identity = 1 << (view.getUint8(at) >> 4);
  const signature = 4 * (view.getUint8(at + 1) >> 4);
  const next = view.getUint8(at + 3);
  if ((view.getUint8(at + 2) & 0x0f) !== AYIYA_FORWARD) return plainUdp(cursor);
  if (next !== AYIYA_IPV4 && next !== AYIYA_IPV6) return plainUdp(cursor);
  cursor.at = at + 8 + identity + signature;
  return innerIp(cursor);
}

/** CAPWAP preamble of a packet in clear, and the flags "native frame" and "fragment". */
const CAPWAP_CLEAR = 0x00;
const CAPWAP_NATIVE = 0x01;
const CAPWAP_FRAGMENT = 0x80;

/** CAPWAP data: a header of as many words as it says, then an 802.3 frame or the radio's own, 802.11. */
export function decodeCapwap(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return shortTunnel(cursor);
  const { view, at } = cursor;
  const length = 4 * (view.getUint8(at + 1) >> 3);
  if (view.getUint8(at) !== CAPWAP_CLEAR || length < 8) return plainUdp(cursor);
  const fragmented = (view.getUint8(at + 3) & CAPWAP_FRAGMENT) !== 0;
  if (fragmented && view.getUint16(at + 6) >> 3 !== 0) return plainUdp(cursor);
  if (cursor.lacks(length)) return shortTunnel(cursor);
  const native = (view.getUint8(at + 2) & CAPWAP_NATIVE) !== 0;
  cursor.at = at + length;
  return native ? decodeSwappableWlan(cursor) : ETHERNET;
}

/** IPv4 or IPv6 at the cursor; anything else means that the port was used for something else. */
function innerIp(cursor: Cursor): Layer {
  if (cursor.lacks(1)) return shortTunnel(cursor);
  const version = cursor.view.getUint8(cursor.at) >> 4;
  if (version === 4) return IPV4;
  return version === 6 ? IPV6 : plainUdp(cursor);
}
