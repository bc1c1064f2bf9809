import type { Cursor } from '../cursor.ts';
import { layerOfTypeOrLength } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { ETHERNET } from '../layer.ts';
import { LINK_CUT } from '../undecoded.ts';

/** Ethernet II and IEEE 802.3: two addresses and a type or length. */
export function decodeEthernet(cursor: Cursor): Layer {
  if (cursor.lacks(14)) return cursor.short(LINK_CUT);
  cursor.at += 14;
  return layerOfTypeOrLength(cursor, cursor.view.getUint16(cursor.at - 2));
}

/** One tag of IEEE 802.1Q, 802.1ad or their forerunners: 2 bytes of tag, then the next type. */
export function decodeVlan(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return cursor.short(LINK_CUT);
  cursor.at += 4;
  return layerOfTypeOrLength(cursor, cursor.view.getUint16(cursor.at - 2));
}

/** VN-Tag (IEEE 802.1BR forerunner): 4 bytes of tag, then the next type. */
export function decodeVntag(cursor: Cursor): Layer {
  if (cursor.lacks(6)) return cursor.short(LINK_CUT);
  cursor.at += 6;
  return layerOfTypeOrLength(cursor, cursor.view.getUint16(cursor.at - 2));
}

/** Provider backbone bridge (IEEE 802.1ah): 4 bytes of service tag, then the customer's whole Ethernet frame. */
export function decodeBackbone(cursor: Cursor): Layer {
  if (cursor.lacks(4)) return cursor.short(LINK_CUT);
  cursor.at += 4;
  return ETHERNET;
}

/** Cisco FabricPath: 2 bytes of tag and hop count, then the inner Ethernet frame. */
export function decodeFabricPath(cursor: Cursor): Layer {
  if (cursor.lacks(2)) return cursor.short(LINK_CUT);
  cursor.at += 2;
  return ETHERNET;
}
