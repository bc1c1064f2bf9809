import type { Segment } from '../packet/segment.ts';
import { mix } from '../units/hash.ts';
import { i32 } from '../units/table.ts';
import { isRecent } from './sightings.ts';

const SLOTS = 1 << 10;

/**
 * Recognises a SYN that was captured before and after source NAT, on the interfaces of the node that translates: masquerading
 * changes the source address and perhaps the port, and keeps the rest, down to the ISN, the TSval and the IP identification.
 *
 * A small direct-mapped table, by a seeded 64-bit signature of all that is kept. A slot taken over by another SYN only
 * forgets one.
 */
export class Translations {
  private readonly seed: number;
  private readonly check = new Int32Array(SLOTS);
  private readonly source = new Int32Array(SLOTS);
  private readonly serial = new Int32Array(SLOTS).fill(-1);
  /** When, in microseconds modulo 2^32. */
  private readonly time = new Int32Array(SLOTS);
  /** Slot, check and source of the SYN looked up last. */
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
    this.at = mix(rest, numbers) & (SLOTS - 1);
    const same = i32(this.check, this.at) === this.ownCheck && i32(this.source, this.at) !== this.ownSource;
    return same && isRecent(i32(this.time, this.at), micros) ? i32(this.serial, this.at) : -1;
  }

  /** Remembers the SYN looked up last as row `serial`. */
  remember(serial: number, micros: number): void {
    this.check[this.at] = this.ownCheck;
    this.source[this.at] = this.ownSource;
    this.serial[this.at] = serial;
    this.time[this.at] = micros;
  }
}
