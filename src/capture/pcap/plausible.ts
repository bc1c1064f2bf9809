/**
 * Finding the next record of a classic pcap behind bytes that are none.
 *
 * Nothing marks a record, so a record header is believed where the numbers in it make sense, where its time is near
 * one that was read before, and where a second such header follows it (or the end of the file). Every offset is
 * tried once and costs a bounded number of reads, so the search is linear however long the damage is.
 */
import { MAX_CAPTURED_LENGTH } from '../limits.ts';
import { u8 } from '../../units/table.ts';
import type { Window } from '../window.ts';
import type { PcapHeader } from './header.ts';

/** Captures filtered to rare packets have gaps of days; a random 32-bit number is this near in 0.1 % of all cases. */
const NEAR_IN_SECONDS = 30 * 86_400;
/** Offloaded (BIG TCP) frames are longer than 64 KiB; nothing on a wire is longer than this. */
export const MAX_ORIGINAL_LENGTH: number = 1 << 20;
/** Programs exist that keep more than the snapshot length they announce. */
const SNAPLEN_SLACK = 2_048;

export class RecordPlausibility {
  /** Captured lengths above this are odd. */
  readonly maxCaptured: number;
  private readonly littleEndian: boolean;
  private readonly perSecond: number;
  private readonly headerLength: number;
  private readonly capturedAt: number;
  private readonly originalAt: number;
  private readonly eitherOrder: boolean;

  constructor(header: PcapHeader, perSecond: number, headerLength: number) {
    this.littleEndian = header.littleEndian;
    this.perSecond = perSecond;
    this.headerLength = headerLength;
    this.capturedAt = header.lengthOrder === 'original-first' ? 12 : 8;
    this.originalAt = 20 - this.capturedAt;
    this.eitherOrder = header.lengthOrder === 'smaller-is-captured';
    const bounded = header.snaplen > 0 && header.snaplen <= MAX_CAPTURED_LENGTH;
    this.maxCaptured = bounded ? Math.max(header.snaplen, SNAPLEN_SLACK) : MAX_CAPTURED_LENGTH;
  }

  /** Length of the record at `at`, header included, if its header makes sense in itself; else 0. */
  lengthAt(view: DataView, at: number): number {
    const le = this.littleEndian;
    let captured = view.getUint32(at + this.capturedAt, le);
    let original = view.getUint32(at + this.originalAt, le);
    if (this.eitherOrder && captured > original) [captured, original] = [original, captured];
    if (captured === 0 || captured > this.maxCaptured) return 0;
    if (original < captured || original > MAX_ORIGINAL_LENGTH) return 0;
    if (view.getUint32(at + 4, le) >= this.perSecond) return 0;
    return this.headerLength + captured;
  }

  /** Whether a record header might stand at `at`: the least that can be asked. */
  isPossible(view: DataView, at: number): boolean {
    const captured = view.getUint32(at + this.capturedAt, this.littleEndian);
    const original = view.getUint32(at + this.originalAt, this.littleEndian);
    if (this.eitherOrder) return Math.min(captured, original) <= MAX_CAPTURED_LENGTH;
    return captured <= MAX_CAPTURED_LENGTH && !isAllZero(view, at);
  }

  /** Whether the time of the record at `at` is near that of another. */
  isNear(view: DataView, at: number, seconds: number): boolean {
    return Math.abs(view.getUint32(at, this.littleEndian) - seconds) <= NEAR_IN_SECONDS;
  }

  /** Whether the record at `at` is near one of the records known; either may itself be damaged, hardly both. */
  fitsIn(view: DataView, at: number, known: KnownTimes | null): boolean {
    return known === null || this.isNear(view, at, known.last) || this.isNear(view, at, known.first);
  }

  /**
   * Looks for a plausible record in `start .. end`.
   * @param final no bytes will follow, so that the last record ends where the bytes do
   */
  find(window: Window, start: number, known: KnownTimes | null, final: boolean): RecordSearch {
    const { headerLength } = this;
    const { bytes, view, end } = window;
    const filter = known === null ? ANY_MODERN_TIME : upperBytesNear(known);
    const filtered = this.littleEndian ? 3 : 0;
    let at = start;
    for (; end - at >= headerLength; at++) {
      if (u8(filter, u8(bytes, at + filtered)) === 0) continue;
      const length = this.lengthAt(view, at);
      if (length === 0 || !this.fitsIn(view, at, known)) continue;
      const next = at + length;
      if (end - next >= headerLength) {
        const near = this.isNear(view, next, view.getUint32(at, this.littleEndian));
        if (near && this.lengthAt(view, next) > 0) return { found: true, at };
      } else if (!final) {
        return { found: false, at };
      } else if (next === end) {
        return { found: true, at };
      }
    }
    return { found: false, at: final ? end : at };
  }
}

/*
 * Nearly every offset is refused by one look at one byte: the uppermost of the seconds, which has few values near the
 * times that are known; where none is known, it is one of the years 1990 to 2097.
 */
const ANY_MODERN_TIME = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x26 && byte <= 0xf0 ? 1 : 0));

function upperBytesNear(known: KnownTimes): Uint8Array {
  const filter = new Uint8Array(256);
  for (const seconds of [known.first, known.last]) {
    for (const near of [seconds - NEAR_IN_SECONDS, seconds, seconds + NEAR_IN_SECONDS]) {
      filter[Math.min(Math.max(near, 0), 0xffff_ffff) >>> 24] = 1;
    }
  }
  return filter;
}

/** Seconds of the first and the last record that was read. */
export interface KnownTimes {
  readonly first: number;
  readonly last: number;
}

/** Where a search ended: at a plausible record, or at the first byte that may yet turn out to start one. */
export interface RecordSearch {
  readonly found: boolean;
  readonly at: number;
}

/** Sixteen zero bytes: what a crash or a sparse file leaves, never a record somebody wrote. */
export function isAllZero(view: DataView, at: number): boolean {
  return (
    (view.getUint32(at) | view.getUint32(at + 4) | view.getUint32(at + 8) | view.getUint32(at + 12)) === 0
  );
}
