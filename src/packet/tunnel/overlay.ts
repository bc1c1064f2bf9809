/** The overlays of container networks: VXLAN (RFC 7348), its generic extension, and Geneve (RFC 8926). */
import type { Cursor } from '../cursor.ts';
import { isKnownEthertype, layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { ETHERNET, IPV4, IPV6, MPLS } from '../layer.ts';
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

/** The flag of VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe) that says the fourth byte names the inside, and its values. */
const GPE_NEXT_PROTOCOL = 0x04;
const LAYER_OF_GPE: ReadonlyMap<number, Layer> = new Map([
  [1, IPV4],
  [2, IPV6],
  [3, ETHERNET],
  [5, MPLS],
]);

/** VXLAN-GPE: as VXLAN, but what is inside may be named. */
export function decodeVxlanGpe(cursor: Cursor): Layer {
  const layer = decodeVxlan(cursor);
  if (layer !== ETHERNET) return layer;
  const { view, at } = cursor;
  if ((view.getUint8(at - 8) & GPE_NEXT_PROTOCOL) === 0) return ETHERNET;
  return LAYER_OF_GPE.get(view.getUint8(at - 5)) ?? plainUdp(cursor);
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
