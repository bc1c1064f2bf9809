import { mix } from '../units/hash.ts';
import { i32 } from '../units/table.ts';

/**
 * The table under all tracking state: from a key of nine words (two addresses and one more word) to a small dense
 * slot number. Owners keep their fields in typed arrays indexed by slot.
 *
 * Technique: an open-addressing index of (hash, slot) with linear probing, at most half full, over dense slots with
 * a free list. With the hash in the index itself, probing and deleting touch one stretch of memory, and the keys only
 * once, to confirm. Deletion shifts the following entries back, so there are no tombstones and the cost of a lookup
 * does not depend on history. The hash is seeded per run: a file cannot hold keys chosen to collide. Its lowest bit
 * tells a key of IPv4 addresses, of which three words are all there is to compare.
 * Capacity doubles up to a ceiling; what happens there is for the owner to decide (see `victim`).
 */
export const KEY_WORDS = 9;

/**
 * IPv4 addresses are kept as IPv4-mapped IPv6 addresses (RFC 4291 section 2.5.5.2), so that one key form serves both
 * families: this is the third word of such an address.
 */
const MAPPED = 0xffff;

/** Bit of a hash: both addresses of the key are IPv4. */
const ONLY_IPV4 = 1;
/** Clears the lowest bit of an offset into the index, which then names the first word of a pair. */
const PAIR = ~1;

/** Fills `key` with two addresses and a last word. Words 0-2 of an IPv4 address are given as 0. */
export function setKey(
  key: Int32Array,
  family: 4 | 6,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  b0: number,
  b1: number,
  b2: number,
  b3: number,
  last: number,
): void {
  const mapped = family === 4 ? MAPPED : 0;
  key[0] = a0;
  key[1] = a1;
  key[2] = a2 | mapped;
  key[3] = a3;
  key[4] = b0;
  key[5] = b1;
  key[6] = b2 | mapped;
  key[7] = b3;
  key[8] = last;
}

/** IP version of the address whose four words start at `at`. */
export function familyOf(words: Int32Array, at: number): 4 | 6 {
  return i32(words, at) === 0 && i32(words, at + 1) === 0 && i32(words, at + 2) === MAPPED ? 4 : 6;
}

export class KeyedTable {
  /** Number of keys held. */
  size = 0;
  capacity: number;
  readonly ceiling: number;
  /** Keys by slot, nine words each. */
  keys: Int32Array;
  private hashes: Int32Array;
  /** 1 where the slot holds a key. */
  private used: Uint8Array;
  /** Pairs of hash and slot + 1, or 0 for empty; twice as many as the capacity. */
  private index: Int32Array;
  private free: Int32Array;
  private freeCount = 0;
  private highWater = 0;
  private hand = 0;
  private readonly seed: number;

  constructor(seed: number, ceiling: number, initial = 256) {
    this.seed = seed | 0;
    this.ceiling = ceiling;
    this.capacity = Math.min(initial, ceiling);
    this.keys = new Int32Array(this.capacity * KEY_WORDS);
    this.hashes = new Int32Array(this.capacity);
    this.used = new Uint8Array(this.capacity);
    this.index = new Int32Array(this.capacity * 4);
    this.free = new Int32Array(this.capacity);
  }

  /** Slot of `key`, or -1. */
  find(key: Int32Array): number {
    const { index } = this;
    const hash = this.hash(key);
    const mask = index.length - 1;
    for (let at = hash & mask & PAIR; ; at = (at + 2) & mask) {
      const slot = i32(index, at + 1) - 1;
      if (slot < 0) return -1;
      if (i32(index, at) === hash && this.matches(slot, key, hash)) return slot;
    }
  }

  /** Adds a key that is not there. Grows when it must; at the ceiling returns -1 and the owner makes room first. */
  add(key: Int32Array): number {
    let slot: number;
    if (this.freeCount > 0) {
      this.freeCount -= 1;
      slot = i32(this.free, this.freeCount);
    } else {
      if (this.highWater === this.capacity && !this.grow()) return -1;
      slot = this.highWater;
      this.highWater += 1;
    }
    const hash = this.hash(key);
    const { keys } = this;
    for (let word = 0; word < KEY_WORDS; word += 1) keys[slot * KEY_WORDS + word] = i32(key, word);
    this.hashes[slot] = hash;
    this.used[slot] = 1;
    this.size += 1;
    this.link(slot, hash);
    return slot;
  }

  remove(slot: number): void {
    const { index } = this;
    const mask = index.length - 1;
    let at = i32(this.hashes, slot) & mask & PAIR;
    while (i32(index, at + 1) !== slot + 1) at = (at + 2) & mask;
    // Close the gap: move back each following entry whose home lies at or before the gap.
    for (let next = (at + 2) & mask; ; next = (next + 2) & mask) {
      const entry = i32(index, next + 1);
      if (entry === 0) break;
      const home = i32(index, next) & mask & PAIR;
      if (((next - home) & mask) >= ((next - at) & mask)) {
        index[at] = i32(index, next);
        index[at + 1] = entry;
        at = next;
      }
    }
    index[at + 1] = 0;
    this.used[slot] = 0;
    this.free[this.freeCount] = slot;
    this.freeCount += 1;
    this.size -= 1;
  }

  /** True when no further key can be added before one is removed. */
  get full(): boolean {
    return this.freeCount === 0 && this.highWater === this.ceiling;
  }

  /**
   * The next held slot under a hand that goes round all slots, or -1 after `steps` free ones: for sweeping out what
   * has expired a little at a time, and for finding something old to evict.
   */
  sweep(steps: number): number {
    for (let i = 0; i < steps; i += 1) {
      this.hand = this.hand + 1 >= this.highWater ? 0 : this.hand + 1;
      if (this.used[this.hand] === 1) return this.hand;
    }
    return -1;
  }

  isUsed(slot: number): boolean {
    return this.used[slot] === 1;
  }

  /** One past the highest slot ever used: the bound for going through all slots with `isUsed`. */
  get end(): number {
    return this.highWater;
  }

  private hash(key: Int32Array): number {
    // Every word goes through its own round: words folded together before the seed could be chosen to cancel out.
    let h = mix(mix(mix(this.seed, i32(key, 3)), i32(key, 7)), i32(key, 8));
    const isIpv4 = i32(key, 2) === MAPPED && i32(key, 6) === MAPPED;
    if (isIpv4 && (i32(key, 0) | i32(key, 1) | i32(key, 4) | i32(key, 5)) === 0) return h | ONLY_IPV4;
    h = mix(mix(mix(h, i32(key, 0)), i32(key, 1)), i32(key, 2));
    h = mix(mix(mix(h, i32(key, 4)), i32(key, 5)), i32(key, 6));
    return h & ~ONLY_IPV4;
  }

  /** Whether the key in `slot`, whose hash is the same, is `key`. */
  private matches(slot: number, key: Int32Array, hash: number): boolean {
    const at = slot * KEY_WORDS;
    const { keys } = this;
    if (i32(keys, at + 3) !== i32(key, 3) || i32(keys, at + 7) !== i32(key, 7)) return false;
    if (i32(keys, at + 8) !== i32(key, 8)) return false;
    if ((hash & ONLY_IPV4) !== 0) return true;
    return (
      i32(keys, at) === i32(key, 0) &&
      i32(keys, at + 1) === i32(key, 1) &&
      i32(keys, at + 2) === i32(key, 2) &&
      i32(keys, at + 4) === i32(key, 4) &&
      i32(keys, at + 5) === i32(key, 5) &&
      i32(keys, at + 6) === i32(key, 6)
    );
  }

  private link(slot: number, hash: number): void {
    const { index } = this;
    const mask = index.length - 1;
    let at = hash & mask & PAIR;
    while (i32(index, at + 1) !== 0) at = (at + 2) & mask;
    index[at] = hash;
    index[at + 1] = slot + 1;
  }

  private grow(): boolean {
    if (this.capacity >= this.ceiling) return false;
    this.capacity = Math.min(this.capacity * 2, this.ceiling);
    this.keys = grown(this.keys, this.capacity * KEY_WORDS);
    this.hashes = grown(this.hashes, this.capacity);
    this.free = grown(this.free, this.capacity);
    const used = new Uint8Array(this.capacity);
    used.set(this.used);
    this.used = used;
    this.index = new Int32Array(this.capacity * 4);
    for (let slot = 0; slot < this.highWater; slot += 1) {
      if (this.used[slot] === 1) this.link(slot, i32(this.hashes, slot));
    }
    return true;
  }
}

/** A copy of `array` with room for `length` elements. */
export function grown(array: Int32Array, length: number): Int32Array {
  const bigger = new Int32Array(length);
  bigger.set(array);
  return bigger;
}

/** A copy of `array` with room for `length` elements. */
export function grownFloat(array: Float64Array, length: number): Float64Array {
  const bigger = new Float64Array(length);
  bigger.set(array);
  return bigger;
}
