/** IEEE 802.11 data frames, and the radio headers that captures put in front of them. */
import type { Cursor } from '../cursor.ts';
import type { Layer } from '../layer.ts';
import { LLC } from '../layer.ts';
import { layerOfLinkType } from '../link-type.ts';
import { LINK_BAD_HEADER, LINK_CUT, LINK_ENCRYPTED, LINK_FRAGMENT, LINK_NOT_DATA } from '../undecoded.ts';

/** First byte of frame control: protocol version 0 and type "data"; subtype bits. */
const VERSION_AND_TYPE = 0x0f;
const DATA_FRAME = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;
/** Second byte. */
const TO_AND_FROM_DS = 0x03;
const PROTECTED = 0x40;
const HT_CONTROL = 0x80;
/** QoS control: the payload is a sequence of subframes, each with addresses and a length. */
const AGGREGATE = 0x80;
const SUBFRAME_HEADER = 14;

/** Radiotap present bits and flags. */
const PRESENT_TSFT = 0x1;
const PRESENT_FLAGS = 0x2;
const PRESENT_MORE = 0x80000000;
const FLAG_DATA_PADDED = 0x20;

/**
 * One 802.11 frame. Only the first subframe of an aggregate is looked at: captures of aggregates that carry a
 * SYN and a second packet together are not worth a second pass.
 */
export function decodeWlan(cursor: Cursor): Layer {
  return decodeDataFrame(cursor, false, false);
}

/** A frame whose frame control may stand in swapped byte order, as Cisco controllers send it over CAPWAP. */
export function decodeSwappableWlan(cursor: Cursor): Layer {
  if (cursor.lacks(2)) return cursor.short(LINK_CUT);
  const { view, at } = cursor;
  const swapped =
    (view.getUint8(at) & VERSION_AND_TYPE) !== DATA_FRAME &&
    (view.getUint8(at + 1) & VERSION_AND_TYPE) === DATA_FRAME;
  return decodeDataFrame(cursor, swapped, false);
}

function decodeDataFrame(cursor: Cursor, swapped: boolean, padded: boolean): Layer {
  if (cursor.lacks(2)) return cursor.short(LINK_CUT);
  const { view, at } = cursor;
  const control = view.getUint8(swapped ? at + 1 : at);
  const flags = view.getUint8(swapped ? at : at + 1);
  if ((control & VERSION_AND_TYPE) !== DATA_FRAME || (control & SUBTYPE_NO_DATA) !== 0) {
    return cursor.stop(LINK_NOT_DATA, 0);
  }
  const qos = (control & SUBTYPE_QOS) !== 0;
  let length = 24;
  if ((flags & TO_AND_FROM_DS) === TO_AND_FROM_DS) length += 6;
  const qosControl = at + length;
  if (qos) length += 2;
  if (qos && (flags & HT_CONTROL) !== 0) length += 4;
  if (padded) length = (length + 3) & ~3;
  if (cursor.lacks(length)) return cursor.short(LINK_CUT);

  if ((flags & PROTECTED) !== 0) return cursor.stop(LINK_ENCRYPTED, 0);
  const fragment = view.getUint16(at + 22, !swapped) & 0x0f;
  if (fragment !== 0) return cursor.stop(LINK_FRAGMENT, 0);
  cursor.at = at + length;
  if (qos && (view.getUint8(qosControl) & AGGREGATE) !== 0) cursor.at += SUBFRAME_HEADER;
  return LLC;
}

/** Radiotap (radiotap.org): version, length and fields present; of the fields only "data padded" matters. */
export function decodeRadiotap(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(LINK_CUT);
  const { view, at } = cursor;
  const length = view.getUint16(at + 2, true);
  if (view.getUint8(at) !== 0 || length < 8) return cursor.stop(LINK_BAD_HEADER, 0);
  if (cursor.lacks(length)) return cursor.short(LINK_CUT);
  const padded = (radiotapFlags(view, at, length) & FLAG_DATA_PADDED) !== 0;
  cursor.at = at + length;
  return decodeDataFrame(cursor, false, padded);
}

function radiotapFlags(view: DataView, start: number, length: number): number {
  const present = view.getUint32(start + 4, true);
  if ((present & PRESENT_FLAGS) === 0) return 0;
  let offset = 4;
  while (offset + 4 <= length && (view.getUint32(start + offset, true) & PRESENT_MORE) !== 0) offset += 4;
  offset += 4;
  if ((present & PRESENT_TSFT) !== 0) offset = ((offset + 7) & ~7) + 8;
  return offset < length ? view.getUint8(start + offset) : 0;
}

/** Per-packet information: version, flags, length, then a frame of the link type that the header names. */
export function decodePpi(cursor: Cursor): Layer {
  if (cursor.lacks(8)) return cursor.short(LINK_CUT);
  const { view, at } = cursor;
  const length = view.getUint16(at + 2, true);
  if (length < 8) return cursor.stop(LINK_BAD_HEADER, 0);
  if (cursor.lacks(length)) return cursor.short(LINK_CUT);
  cursor.at = at + length;
  return layerOfLinkType(cursor, view.getUint32(at + 4, true));
}
