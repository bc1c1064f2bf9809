import { u8 } from '../units/table.ts';
import type { Cursor } from './cursor.ts';
import { layerTable } from './layer-table.ts';
import type { Layer } from './layer.ts';
import * as layer from './layer.ts';
import { LINK_UNSUPPORTED } from './undecoded.ts';

export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_LINUX_SLL2 = 276;

/** What a link type starts with (the LINKTYPE_ values of tcpdump.org, and the DLT_ values found in files). */
const LAYER_OF_LINK_TYPE = layerTable([
  [0, layer.NULL_LOOPBACK],
  [LINKTYPE_ETHERNET, layer.ETHERNET],
  [9, layer.PPP],
  [10, layer.FDDI],
  [12, layer.IP], // DLT_RAW on most systems
  [14, layer.IP], // DLT_RAW on OpenBSD
  [50, layer.PPP], // PPP in HDLC-like framing
  [LINKTYPE_RAW, layer.IP],
  [104, layer.HDLC],
  [105, layer.WLAN],
  [108, layer.NULL_LOOPBACK], // LOOP
  [LINKTYPE_LINUX_SLL, layer.SLL],
  [127, layer.RADIOTAP],
  [129, layer.ARCNET],
  [192, layer.PPI],
  [204, layer.PPP_DIRECTION],
  [228, layer.IPV4],
  [229, layer.IPV6],
  [239, layer.NFLOG],
  [242, layer.INFINIBAND],
  [LINKTYPE_LINUX_SLL2, layer.SLL2],
]);

/** The first decoder for a record, or STOP with the reason "link type unsupported". */
export function layerOfLinkType(cursor: Cursor, linkType: number): Layer {
  cursor.number = linkType;
  const found = linkType > 0xffff ? layer.STOP : u8(LAYER_OF_LINK_TYPE, linkType);
  return found === layer.STOP ? cursor.stop(LINK_UNSUPPORTED, linkType) : found;
}
