import type { Cursor } from '../cursor.ts';
import { layerOfEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { ETHERNET, IPV4 } from '../layer.ts';
import { LINK_CUT, LINK_LLC } from '../undecoded.ts';

const SAP_SNAP = 0xaa;
const SAP_IP = 0x06;
const UNNUMBERED_INFORMATION = 0x03;

/** Organisations whose SNAP protocol field is an ethertype: RFC 1042, and the bridge tunnel of IEEE 802.1H. */
const OUI_ETHERTYPE = 0x000000;
const OUI_BRIDGE_TUNNEL = 0x0000f8;
/** Bridged frames (RFC 2684): with and without checksum at the end. */
const OUI_BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET: ReadonlySet<number> = new Set([0x0001, 0x0007]);

/** IEEE 802.2 LLC with or without SNAP. Spanning tree, IPX, IS-IS and the like are counted by their service. */
export function decodeLlc(cursor: Cursor): Layer {
  if (cursor.lacks(3)) return cursor.short(LINK_CUT);
  const { view, at } = cursor;
  const service = view.getUint8(at);
  const unnumbered = view.getUint8(at + 2) === UNNUMBERED_INFORMATION;
  if (service === SAP_IP && unnumbered) {
    cursor.at = at + 3;
    return IPV4;
  }
  if (service !== SAP_SNAP || view.getUint8(at + 1) !== SAP_SNAP || !unnumbered) {
    return cursor.stop(LINK_LLC, service);
  }
  if (cursor.lacks(8)) return cursor.short(LINK_CUT);
  const organisation = view.getUint32(at + 2) & 0xffffff;
  const type = view.getUint16(at + 6);
  cursor.at = at + 8;
  if (organisation === OUI_ETHERTYPE || organisation === OUI_BRIDGE_TUNNEL)
    return layerOfEthertype(cursor, type);
  if (organisation === OUI_BRIDGED && BRIDGED_ETHERNET.has(type)) return ETHERNET;
  return cursor.stop(LINK_LLC, service);
}
