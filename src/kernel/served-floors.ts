import { i32 } from '../units/table.ts';

/** TSvals this close are on one clock: 60 s of the fastest clock (1 MHz), rounded up to a power of two. */
const CLOCK_BITS = 26;
const SLOTS = 1 << 12;

/**
 * The lowest TSvals that a target served in the first minute, by pair and clock.
 *
 * In that minute a stamp from before the capture may still count. A SYN that was served bounds it: the stamp is at
 * most one tick ahead of its TSval, so any later SYN of the same clock is safe from it. Clocks are told apart by the
 * top bits of the TSval; a slot of this small direct-mapped table that is taken over only forgets such a bound.
 */
export class ServedFloors {
  private readonly pairs = new Int32Array(SLOTS).fill(-1);
  private readonly buckets = new Int32Array(SLOTS);
  private readonly lowest = new Int32Array(SLOTS);

  /** A SYN of `pair` with `tsval` was served. */
  served(pair: number, tsval: number): void {
    const bucket = tsval >>> CLOCK_BITS;
    const slot = slotOf(pair, bucket);
    if (this.pairs[slot] === pair && this.buckets[slot] === bucket) {
      if (((i32(this.lowest, slot) - tsval) | 0) <= 0) return;
    }
    this.pairs[slot] = pair;
    this.buckets[slot] = bucket;
    this.lowest[slot] = tsval;
  }

  /** True when a SYN of the same pair and clock with at most this TSval was served. */
  clears(pair: number, tsval: number): boolean {
    const bucket = tsval >>> CLOCK_BITS;
    const before = (bucket - 1) & ((1 << (32 - CLOCK_BITS)) - 1);
    return this.clearsIn(pair, bucket, tsval) || this.clearsIn(pair, before, tsval);
  }

  /** Others may have closed since, unseen. */
  forgetAll(): void {
    this.pairs.fill(-1);
  }

  /** The pair's slot is about to be given to another. */
  forget(pair: number): void {
    for (let bucket = 0; bucket < 1 << (32 - CLOCK_BITS); bucket += 1) {
      const slot = slotOf(pair, bucket);
      if (this.pairs[slot] === pair) this.pairs[slot] = -1;
    }
  }

  private clearsIn(pair: number, bucket: number, tsval: number): boolean {
    const slot = slotOf(pair, bucket);
    if (this.pairs[slot] !== pair || this.buckets[slot] !== bucket) return false;
    const ahead = (tsval - i32(this.lowest, slot)) | 0;
    return ahead >= 0 && ahead < 1 << CLOCK_BITS;
  }
}

function slotOf(pair: number, bucket: number): number {
  return (Math.imul(pair, 67) + bucket) & (SLOTS - 1);
}
