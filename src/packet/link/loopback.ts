import type { Cursor } from '../cursor.ts';
import type { Layer } from '../layer.ts';
import { IPV4, IPV6 } from '../layer.ts';
import { LINK_BAD_HEADER, LINK_CUT, NETWORK_NOT_IP } from '../undecoded.ts';

/** AF_INET everywhere; AF_INET6 on Linux, NetBSD and OpenBSD, FreeBSD, macOS. */
const AF_INET = 2;
const AF_INET6: ReadonlySet<number> = new Set([10, 24, 28, 30]);

/**
 * LINKTYPE_NULL and LINKTYPE_LOOP: the address family of the capturing system in 4 bytes, in that system's byte
 * order or in network order. Families are small, so the order shows in which half the value lies.
 */
export function decodeLoopback(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return cursor.short(LINK_CUT);
  const big = cursor.view.getUint32(cursor.at);
  const family = big > 0xffff ? cursor.view.getUint32(cursor.at, true) : big;
  cursor.at += 4;
  if (family === AF_INET) return IPV4;
  if (AF_INET6.has(family)) return IPV6;
  return family > 0xff ? cursor.stop(LINK_BAD_HEADER, 0) : cursor.stop(NETWORK_NOT_IP, family);
}
