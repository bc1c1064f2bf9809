import { u8 } from '../units/table.ts';
import type { Cursor } from './cursor.ts';
import { layerTable } from './layer-table.ts';
import type { Layer } from './layer.ts';
import {
  BACKBONE,
  ETHERNET,
  FABRIC_PATH,
  IPV4,
  IPV6,
  LLC,
  MPLS,
  PPP,
  PPPOE,
  STOP,
  VLAN,
  VNTAG,
} from './layer.ts';
import { NETWORK_NOT_IP } from './undecoded.ts';

/** What an ethertype leads to (IEEE 802 numbers registry, and the values that vendors use). */
const LAYER_OF_ETHERTYPE = layerTable([
  [0x0800, IPV4],
  [0x86dd, IPV6],
  [0x8100, VLAN],
  [0x88a8, VLAN],
  [0x9100, VLAN],
  [0x9200, VLAN],
  [0x8847, MPLS],
  [0x8848, MPLS],
  [0x8864, PPPOE],
  [0x880b, PPP],
  [0x6558, ETHERNET],
  [0x88e7, BACKBONE],
  [0x8903, FABRIC_PATH],
  [0x8926, VNTAG],
]);

/** Largest value of the field that is a length of IEEE 802.3 instead of a type. */
const MAX_LENGTH = 1500;

/** The decoder for an ethertype, or STOP with the reason "not IP". */
export function layerOfEthertype(cursor: Cursor, type: number): Layer {
  cursor.number = type;
  const layer = u8(LAYER_OF_ETHERTYPE, type);
  return layer === STOP ? cursor.stop(NETWORK_NOT_IP, type) : layer;
}

/** The same for a field that is a type or, up to 1500, the length of an LLC frame (IEEE 802.3 section 3.2.6). */
export function layerOfTypeOrLength(cursor: Cursor, field: number): Layer {
  if (field > MAX_LENGTH) return layerOfEthertype(cursor, field);
  if (field > 0) cursor.end = Math.min(cursor.end, cursor.at + field);
  return LLC;
}

/** True for a type that a decoder exists for: to tell an Ethernet header from other bytes. */
export function isKnownEthertype(type: number): boolean {
  return u8(LAYER_OF_ETHERTYPE, type) !== STOP;
}
