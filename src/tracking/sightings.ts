import type { Segment } from '../packet/segment.ts';
import { mix } from '../units/hash.ts';
import { i32 } from '../units/table.ts';
import { HORIZONS, TRACKING_LIMITS } from './limits.ts';

const RECENT_MICROS = HORIZONS.duplicateSeconds * 1e6;

/** Start the chains of a signature apart from each other. */
const FLOW = 0x5bd1e995;
const REPLY = 0x27d4eb2f;
const REST = 0x165667b1;

/**
 * Recognises a packet that was captured more than once: on a veth and its bridge (`-i any`), outside and inside of a
 * tunnel, before and after a forwarding hop.
 *
 * A small table remembers, by a seeded 64-bit signature of everything that a second sighting keeps (addresses, ports,
 * numbers, flags, timestamps, IP identification, length, but neither TTL nor link layer), when a segment was last seen.
 * Segments share a place in it by chance, and each place holds the latest two: if it held one, two that are captured in
 * turn would forget each other again and again. Another segment only takes the memory of a sighting; nothing is allocated.
 */
export class Sightings {
  private readonly mask: number;
  private readonly check: Int32Array;
  /** When, in microseconds modulo 2^32: whole numbers cost nothing to pass on. */
  private readonly time: Int32Array;
  private readonly seed: number;

  constructor(seed: number, slots: number = TRACKING_LIMITS.sightings) {
    this.mask = slots - 1;
    this.check = new Int32Array(slots);
    this.time = new Int32Array(slots);
    this.seed = seed | 0;
  }

  /** True when the same packet was seen less than 20 ms before `micros` (microseconds modulo 2^32); remembers it otherwise. */
  seenBefore(s: Segment, micros: number): boolean {
    // Four short chains instead of one long one: the processor works on them at the same time.
    const { seed } = this;
    const ends = mix(mix(seed, s.src3), s.dst3);
    const flow = mix(mix(seed ^ FLOW, (s.srcPort << 16) | s.dstPort), s.seq);
    const reply = mix(mix(seed ^ REPLY, s.ack), s.tsval);
    const rest = mix(mix(seed ^ REST, s.tsecr), (s.ipId << 16) ^ s.payload);
    let h = mix(ends, flow);
    if (s.family === 6) {
      h = mix(mix(mix(h, s.src0), s.src1), s.src2);
      h = mix(mix(mix(h, s.dst0), s.dst1), s.dst2);
    }
    const check = mix(mix(reply, rest), h ^ s.flags);
    return this.remembered(check & this.mask, h ^ check, micros);
  }

  /**
   * The same for a segment of the connection `flow` (its slot and the side of the sender), which stands for the
   * addresses and ports. Products with random odd factors: weaker than `mix` and several times as fast, and all that two
   * segments which agree by chance can spoil is the count of one.
   */
  seenOn(s: Segment, flow: number, micros: number): boolean {
    const { seed } = this;
    const size = (s.ipId << 16) ^ s.payload;
    const a =
      Math.imul(s.seq ^ seed, 0x85ebca6b) ^ Math.imul(s.tsval, 0x9e3779b1) ^ Math.imul(flow, 0xc2b2ae3d);
    const b =
      Math.imul(s.ack ^ seed, 0x27d4eb2f) ^ Math.imul(s.tsecr, 0x165667b1) ^ Math.imul(size, 0x2c1b3c6d);
    const c = Math.imul(a ^ (b >>> 16) ^ s.flags, 0x297a2d39);
    const d = Math.imul(b ^ (a >>> 16), 0x7feb352d);
    return this.remembered((c ^ (d >>> 15)) & this.mask, (c ^ (c >>> 16)) + d, micros);
  }

  private remembered(slot: number, check: number, micros: number): boolean {
    const first = slot & ~1;
    if (i32(this.check, first) === (check | 0) && isRecent(i32(this.time, first), micros)) return true;
    if (i32(this.check, first + 1) === (check | 0) && isRecent(i32(this.time, first + 1), micros))
      return true;
    this.check[first + 1] = i32(this.check, first);
    this.time[first + 1] = i32(this.time, first);
    this.check[first] = check;
    this.time[first] = micros;
    return false;
  }
}

/** Whether two times, in microseconds modulo 2^32, are as near as those of two sightings of one packet. */
export function isRecent(before: number, micros: number): boolean {
  const age = (micros - before) | 0;
  return age <= RECENT_MICROS && age >= -RECENT_MICROS;
}
