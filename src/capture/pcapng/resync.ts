/**
 * Finding the next block of a pcapng file behind bytes that are none: a known block type, a length that this type can
 * have, and the same length at the end. Every offset is tried once at a bounded cost, so the search is linear.
 */
import { u8 } from '../../units/table.ts';
import { CARRY, type Window } from '../window.ts';
import {
  BLOCK_TYPES,
  ENHANCED_PACKET_BLOCK,
  isLittleEndianSection,
  MIN_BLOCK_LENGTH,
  PACKET_BLOCK,
  PACKET_OVERHEAD,
  SECTION_HEADER_BLOCK,
} from './block-types.ts';

export type BlockCandidate = 'no' | 'yes' | 'need-more';

/** Minimal lengths of the types that are small numbers; 0 for unknown ones. */
const SMALL_TYPES = 0x300;
const MIN_LENGTHS = Uint8Array.from(
  { length: SMALL_TYPES },
  (_, type) => BLOCK_TYPES.get(type)?.minLength ?? 0,
);

/** Whether a block starts at `at`; 12 bytes must be there. */
export function blockAt(
  view: DataView,
  at: number,
  end: number,
  littleEndian: boolean,
  interfaceCount: number,
): BlockCandidate {
  const type = view.getUint32(at, littleEndian);
  const minLength = type < SMALL_TYPES ? u8(MIN_LENGTHS, type) : (BLOCK_TYPES.get(type)?.minLength ?? 0);
  if (minLength === 0) return 'no';
  let order = littleEndian;
  if (type === SECTION_HEADER_BLOCK) {
    const sectionOrder = isLittleEndianSection(view, at);
    if (sectionOrder === null) return 'no';
    order = sectionOrder;
  }
  const length = view.getUint32(at + 4, order);
  if (length < minLength || length > CARRY || length % 4 !== 0) return 'no';
  if (end - at < length) return 'need-more';
  if (view.getUint32(at + length - 4, order) !== length) return 'no';
  if (type !== ENHANCED_PACKET_BLOCK && type !== PACKET_BLOCK) return 'yes';
  const id = type === PACKET_BLOCK ? view.getUint16(at + 8, order) : view.getUint32(at + 8, order);
  const captured = view.getUint32(at + 20, order);
  return id < interfaceCount && captured <= length - PACKET_OVERHEAD ? 'yes' : 'no';
}

/** Where a search ended: at a sound block, or at the first byte that may yet turn out to start one. */
export interface BlockSearch {
  readonly found: boolean;
  readonly at: number;
}

/** Lowest bytes of the known types: one look at it refuses nearly every offset. The section header reads the same both ways. */
const LOWEST_BYTES = new Uint8Array(256);
for (const type of BLOCK_TYPES.keys()) LOWEST_BYTES[type & 0xff] = 1;

/**
 * Looks for a sound block in `start .. end`.
 * @param final no bytes will follow, so that what is not whole is none
 */
export function findBlock(
  window: Window,
  start: number,
  littleEndian: boolean,
  interfaceCount: number,
  final: boolean,
): BlockSearch {
  const { bytes, view, end } = window;
  const lowest = littleEndian ? 0 : 3;
  let at = start;
  for (; end - at >= MIN_BLOCK_LENGTH; at++) {
    if (u8(LOWEST_BYTES, u8(bytes, at + lowest)) === 0) continue;
    const candidate = blockAt(view, at, end, littleEndian, interfaceCount);
    if (candidate === 'yes') return { found: true, at };
    if (candidate === 'need-more' && !final) return { found: false, at };
  }
  return { found: false, at: final ? end : at };
}
