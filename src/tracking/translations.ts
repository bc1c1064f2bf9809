import type { Segment } from '../packet/segment.ts';
import { mix } from '../units/hash.ts';
import { i32 } from '../units/table.ts';
import { isRecent } from './sightings.ts';

const SLOTS = 1 << 10;

/**
 * Recognises a SYN that was captured before and after source NAT, on the interfaces of the node that translates: masquerading
 * changes the source address and perhaps the port, and keeps the rest, down to the ISN, the TSval and the IP identification.
 *
 * A small table, by a seeded 64-bit signature of all that is kept; each place holds the latest two SYNs, see `Sightings`.
 * Another SYN only takes the memory of one.
 */
export class Translations {
  private readonly seed: number;
  private readonly check = new Int32Array(SLOTS);
  private readonly source = new Int32Array(SLOTS);
  private readonly serial = new Int32Array(SLOTS).fill(-1);
  /** When, in microseconds modulo 2^32. */
  private readonly time = new Int32Array(SLOTS);
  /** First slot, check and source of the SYN looked up last. */
  private at = 0;
  private ownCheck = 0;
  private ownSource = 0;

  constructor(seed: number) {
    this.seed = seed | 0;
  }

  /** Serial of the same SYN with another source address, seen less than 20 ms before `micros`; -1 for none. */
  before(s: Segment, micros: number): number {
    const { seed } = this;
    const target = mix(mix(seed, s.dst3), (s.dstPort << 16) | s.ipId);
    const numbers = mix(mix(seed ^ s.dst2, s.seq), s.tsval);
    const rest = mix(mix(target, s.dst0 ^ s.tsecr), s.dst1 ^ (s.window << 16) ^ s.payload ^ s.flags);
    this.ownCheck = mix(numbers, rest) | 0;
    this.ownSource = mix(mix(mix(mix(seed, s.src3), s.src2), s.src1), s.src0) | 0;
    this.at = mix(rest, numbers) & (SLOTS - 1) & ~1;
    if (this.isOtherSide(this.at, micros)) return i32(this.serial, this.at);
    return this.isOtherSide(this.at + 1, micros) ? i32(this.serial, this.at + 1) : -1;
  }

  /** Remembers the SYN looked up last as row `serial`. */
  remember(serial: number, micros: number): void {
    const { at, check, source, time } = this;
    check[at + 1] = i32(check, at);
    source[at + 1] = i32(source, at);
    this.serial[at + 1] = i32(this.serial, at);
    time[at + 1] = i32(time, at);
    check[at] = this.ownCheck;
    source[at] = this.ownSource;
    this.serial[at] = serial;
    time[at] = micros;
  }

  private isOtherSide(slot: number, micros: number): boolean {
    if (i32(this.check, slot) !== this.ownCheck || i32(this.source, slot) === this.ownSource) return false;
    return isRecent(i32(this.time, slot), micros);
  }
}
