import type { Cursor } from '../cursor.ts';
import { isKnownEthertype } from '../ethertype.ts';
import type { Layer } from '../layer.ts';
import { ETHERNET, IPV4, IPV6, MPLS } from '../layer.ts';
import { NETWORK_CUT, NETWORK_NOT_IP } from '../undecoded.ts';

/** Bottom-of-stack bit of a label entry (RFC 3032 section 2.1). */
const BOTTOM = 0x100;
const CONTROL_WORD_LENGTH = 4;

/**
 * One MPLS label. What follows the last one is not written anywhere: the first four bits tell IP versions, and a
 * pseudowire's Ethernet frame, with or without control word, is believed only when its type is a known one.
 */
export function decodeMpls(cursor: Cursor): Layer {
  if (cursor.lacks(5)) return cursor.short(NETWORK_CUT);
  const { view } = cursor;
  const entry = view.getUint32(cursor.at);
  cursor.at += 4;
  if ((entry & BOTTOM) === 0) return MPLS;
  const version = view.getUint8(cursor.at) >> 4;
  if (version === 4) return IPV4;
  if (version === 6) return IPV6;
  if (version === 0 && looksLikeEthernet(cursor, CONTROL_WORD_LENGTH)) {
    cursor.at += CONTROL_WORD_LENGTH;
    return ETHERNET;
  }
  return looksLikeEthernet(cursor, 0) ? ETHERNET : cursor.stop(NETWORK_NOT_IP, cursor.number);
}

function looksLikeEthernet(cursor: Cursor, skip: number): boolean {
  return !cursor.lacks(skip + 14) && isKnownEthertype(cursor.view.getUint16(cursor.at + skip + 12));
}
