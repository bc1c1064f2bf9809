import type { Cursor } from '../cursor.ts';
import { layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { LLC } from '../layer.ts';
import type { Segment } from '../segment.ts';
import { LINK_CUT } from '../undecoded.ts';

/** Sizes of the headers that `-i any` makes: LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
export const SLL_LENGTH = 16;
export const SLL2_LENGTH = 20;

/** Value of the protocol field for frames with an LLC header (ETH_P_802_2). */
const PROTOCOL_LLC = 4;

/** Linux "cooked" capture: who it was for, hardware type, address, protocol. */
export function decodeSll(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(SLL_LENGTH)) return cursor.short(LINK_CUT);
  segment.direction = cursor.view.getUint16(cursor.at);
  cursor.at += SLL_LENGTH;
  return layerOfCookedProtocol(cursor, cursor.view.getUint16(cursor.at - 2));
}

/** The second version: protocol, interface number, hardware type, who it was for, address. */
export function decodeSll2(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(SLL2_LENGTH)) return cursor.short(LINK_CUT);
  segment.direction = cursor.view.getUint8(cursor.at + 10);
  cursor.at += SLL2_LENGTH;
  return layerOfCookedProtocol(cursor, cursor.view.getUint16(cursor.at - SLL2_LENGTH));
}

function layerOfCookedProtocol(cursor: Cursor, protocol: number): Layer {
  return protocol === PROTOCOL_LLC ? LLC : layerOfEthertype(cursor, protocol);
}
