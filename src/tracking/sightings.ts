import type { Segment } from '../packet/segment.ts';
import { mix } from '../units/hash.ts';
import { f64, i32 } from '../units/table.ts';
import { HORIZONS, TRACKING_LIMITS } from './limits.ts';

/** Start the chains of a signature apart from each other. */
const FLOW = 0x5bd1e995;
const REPLY = 0x27d4eb2f;
const REST = 0x165667b1;

/**
 * Recognises a packet that was captured more than once: on a veth and its bridge (`-i any`), outside and inside of a
 * tunnel, before and after a forwarding hop.
 *
 * A small direct-mapped table remembers, by a seeded 64-bit signature of everything that a second sighting keeps
 * (addresses, ports, numbers, flags, timestamps, IP identification, length, but neither TTL nor link layer), when a
 * segment was last seen. A slot taken over by another segment only forgets a sighting; nothing is allocated.
 */
export class Sightings {
  private readonly mask: number;
  private readonly check: Int32Array;
  private readonly time: Float64Array;
  private readonly seed: number;

  constructor(seed: number, slots: number = TRACKING_LIMITS.sightings) {
    this.mask = slots - 1;
    this.check = new Int32Array(slots);
    this.time = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY);
    this.seed = seed | 0;
  }

  /** True when the same packet was seen less than 20 ms before `now` (seconds); remembers it otherwise. */
  seenBefore(s: Segment, now: number): boolean {
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
    const slot = check & this.mask;
    const age = Math.abs(now - f64(this.time, slot));
    if (i32(this.check, slot) === (h ^ check) && age <= HORIZONS.duplicateSeconds) return true;
    this.check[slot] = h ^ check;
    this.time[slot] = now;
    return false;
  }
}
