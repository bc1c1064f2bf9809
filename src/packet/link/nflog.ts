import type { Cursor } from '../cursor.ts';
import type { Layer } from '../layer.ts';
import { IP } from '../layer.ts';
import { LINK_BAD_HEADER, LINK_CUT, LINK_NOT_DATA } from '../undecoded.ts';

const HEADER_LENGTH = 4;
/** NFULA_PAYLOAD, and the mask that takes the flag bits off a netlink attribute's type. */
const ATTRIBUTE_PAYLOAD = 9;
const TYPE_MASK = 0x3fff;

/**
 * Linux netfilter log: family, version and resource, then attributes (length, type, value, padded to 4 bytes)
 * in the byte order of the machine that captured. Types are small, so the first one shows the order.
 */
export function decodeNflog(cursor: Cursor): Layer {
  if (cursor.lacks(HEADER_LENGTH + 4)) return cursor.short(LINK_CUT);
  const { view, end } = cursor;
  let at = cursor.at + HEADER_LENGTH;
  const little = view.getUint8(at + 2) !== 0;
  while (end - at >= 4) {
    const length = view.getUint16(at, little);
    if (length < 4) return cursor.stop(LINK_BAD_HEADER, 0);
    if ((view.getUint16(at + 2, little) & TYPE_MASK) === ATTRIBUTE_PAYLOAD) {
      cursor.at = at + 4;
      cursor.end = Math.min(end, at + length);
      return IP;
    }
    at += (length + 3) & ~3;
  }
  return cursor.snapped ? cursor.short(LINK_CUT) : cursor.stop(LINK_NOT_DATA, 0);
}
