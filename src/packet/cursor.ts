import type { Layer } from './layer.ts';
import { STOP } from './layer.ts';
import type { Segment } from './segment.ts';

const NOTHING = new DataView(new ArrayBuffer(0));

/** Reads one header at the cursor, moves behind it, and says what comes next. */
export type Decoder = (cursor: Cursor, segment: Segment) => Layer;

/**
 * Where in a packet the decoding is. One instance is reused for every packet; decoders change its fields
 * instead of returning objects.
 */
export class Cursor {
  view: DataView = NOTHING;
  /** Offset of the next byte to decode. */
  at = 0;
  /** One past the last byte that may be read: captured, and inside every IP packet around. */
  end = 0;
  /**
   * One past the last byte of the innermost IP packet by its own length, be it captured or not; -1 when that
   * is not known (length 0 of a packet captured before segmentation, first fragment).
   */
  ipEnd = -1;
  /** True when the record holds less than was on the wire. */
  snapped = false;
  /** IP protocol or ethertype that led to the current header, for the count of what is not decoded. */
  number = 0;
  /** False: an IP packet inside another one is not looked into. */
  readonly intoTunnels: boolean;
  /** Why the last packet ended in STOP: a reason of `undecoded.ts` and its number. */
  reason = 0;
  reasonNumber = 0;

  constructor(intoTunnels: boolean) {
    this.intoTunnels = intoTunnels;
  }

  /** True when fewer than `length` bytes are left. */
  lacks(length: number): boolean {
    return this.end - this.at < length;
  }

  /** Ends the decoding with a reason. */
  stop(reason: number, number: number): Layer {
    this.reason = reason;
    this.reasonNumber = number;
    return STOP;
  }

  /** Ends it for want of bytes: `cut` when the snap length took them, else the reason behind it, "incomplete". */
  short(cut: number): Layer {
    return this.stop(this.snapped ? cut : cut + 1, 0);
  }
}
