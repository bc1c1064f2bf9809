/**
 * Finding the next block of a pcapng file behind bytes that are none: a known block type, a length that this type can
 * have, and the same length at the end. Every offset is tried once at a bounded cost, so the search is linear.
 */
import { CARRY } from '../window.ts';
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

/** Whether a block starts at `at`; 12 bytes must be there. */
export function blockAt(
  view: DataView,
  at: number,
  end: number,
  littleEndian: boolean,
  interfaceCount: number,
): BlockCandidate {
  const type = view.getUint32(at, littleEndian);
  const known = BLOCK_TYPES.get(type);
  if (known === undefined) return 'no';
  let order = littleEndian;
  if (type === SECTION_HEADER_BLOCK) {
    const sectionOrder = isLittleEndianSection(view, at);
    if (sectionOrder === null) return 'no';
    order = sectionOrder;
  }
  const length = view.getUint32(at + 4, order);
  if (length < known.minLength || length > CARRY || length % 4 !== 0) return 'no';
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

/**
 * Looks for a sound block in `start .. end`.
 * @param final no bytes will follow, so that what is not whole is none
 */
export function findBlock(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  interfaceCount: number,
  final: boolean,
): BlockSearch {
  let at = start;
  for (; end - at >= MIN_BLOCK_LENGTH; at++) {
    const candidate = blockAt(view, at, end, littleEndian, interfaceCount);
    if (candidate === 'yes') return { found: true, at };
    if (candidate === 'need-more' && !final) return { found: false, at };
  }
  return { found: false, at: final ? end : at };
}
