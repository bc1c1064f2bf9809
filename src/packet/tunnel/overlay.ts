/** The overlays of container networks: VXLAN (RFC 7348) and Geneve (RFC 8926). */
import type { Cursor } from '../cursor.ts';
import { isKnownEthertype, layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { ETHERNET } from '../layer.ts';
import { plainUdp, shortTunnel } from './udp.ts';

/** The flag that says the network identifier is valid: Linux drops a VXLAN packet without it. */
const VXLAN_VALID_ID = 0x08;

/** VXLAN: flags, network identifier, Ethernet frame. */
export function decodeVxlan(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return shortTunnel(cursor);
  if ((cursor.view.getUint8(cursor.at) & VXLAN_VALID_ID) === 0) return plainUdp(cursor);
  cursor.at += 8;
  return ETHERNET;
}

/** Geneve: version 0 and option length, flags, type of the inside, network identifier, options. */
export function decodeGeneve(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return shortTunnel(cursor);
  const { view, at } = cursor;
  const versionAndLength = view.getUint8(at);
  const type = view.getUint16(at + 2);
  if (versionAndLength >> 6 !== 0 || !isKnownEthertype(type)) return plainUdp(cursor);
  cursor.at = at + 8 + 4 * (versionAndLength & 0x3f);
  return layerOfEthertype(cursor, type);
}
