import type { Segment } from '../packet/segment.ts';
import { mix } from '../units/hash.ts';
import { f64, i32 } from '../units/table.ts';
import { HORIZONS, TRACKING_LIMITS } from './limits.ts';

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
    let h = mix(mix(this.seed, s.src3), s.dst3);
    h = mix(mix(h, (s.srcPort << 16) | s.dstPort), s.seq);
    let check = mix(mix(h ^ 0x5bd1e995, s.ack), s.tsval);
    check = mix(mix(check, s.tsecr), (s.flags << 16) ^ s.ipId);
    check = mix(check, s.payload);
    if (s.family === 6) {
      check = mix(mix(mix(check, s.src0), s.src1), s.src2);
      check = mix(mix(mix(check, s.dst0), s.dst1), s.dst2);
    }
    const slot = check & this.mask;
    const age = Math.abs(now - f64(this.time, slot));
    if (i32(this.check, slot) === (h ^ check) && age <= HORIZONS.duplicateSeconds) return true;
    this.check[slot] = h ^ check;
    this.time[slot] = now;
    return false;
  }
}
