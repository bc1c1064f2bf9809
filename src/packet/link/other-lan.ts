/** Local networks that are rare today but live on in captures: IP over InfiniBand, FDDI, ARCNET. */
import type { Cursor } from '../cursor.ts';
import { layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { IPV4, LLC } from '../layer.ts';
import { LINK_CUT, LINK_NOT_DATA, NETWORK_NOT_IP } from '../undecoded.ts';

/** IP over InfiniBand as LINKTYPE_IPOIB has it: two addresses of 20 bytes, ethertype, two reserved bytes. */
export function decodeInfiniband(cursor: Cursor): Layer {
  if (cursor.lacks(44)) return cursor.short(LINK_CUT);
  cursor.at += 44;
  return layerOfEthertype(cursor, cursor.view.getUint16(cursor.at - 4));
}

/** Frame control of an FDDI frame that carries LLC: its high four bits. */
const FDDI_LLC = 0x50;

/** FDDI: frame control, two addresses, LLC. */
export function decodeFddi(cursor: Cursor): Layer {
  if (cursor.lacks(13)) return cursor.short(LINK_CUT);
  if ((cursor.view.getUint8(cursor.at) & 0xf0) !== FDDI_LLC) return cursor.stop(LINK_NOT_DATA, 0);
  cursor.at += 13;
  return LLC;
}

/** Protocol bytes of IPv4 on ARCNET: RFC 1201 (with fragmentation header) and RFC 1051 (without). */
const ARCNET_RFC1201_IPV4 = 0xd4;
const ARCNET_RFC1051_IPV4 = 0xf0;

/** ARCNET as Linux captures it: addresses, two bytes of offset, protocol, and for RFC 1201 split flag and sequence. */
export function decodeArcnet(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(LINK_CUT);
  const protocol = cursor.view.getUint8(cursor.at + 4);
  if (protocol === ARCNET_RFC1201_IPV4) {
    cursor.at += 8;
    return IPV4;
  }
  if (protocol === ARCNET_RFC1051_IPV4) {
    cursor.at += 5;
    return IPV4;
  }
  return cursor.stop(NETWORK_NOT_IP, protocol);
}
