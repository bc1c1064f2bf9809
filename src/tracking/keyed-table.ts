import { widenI32 } from '../units/grow.ts';
import { mix } from '../units/hash.ts';
import { i32 } from '../units/table.ts';

/**
 * The table under all tracking state: from a key of nine words (two addresses and one more word) to a dense slot
 * number, and the row of that slot: its key, and the fields of whoever owns the table.
 *
 * Technique: state is larger than the processor's caches, so what counts is the number of cache lines that a packet
 * touches. An open-addressing index of (hash, slot) with linear probing, at most half full, leads to rows in which
 * everything about a key lies side by side: the key, its hash, the owner's words, and behind them his doubles, as a
 * second view of the same memory. With the hash in the index itself, probing and deleting touch one stretch of memory,
 * and the row only once, to confirm. Deletion shifts the following entries back, so there are no tombstones and the cost
 * of a lookup does not depend on history. The hash is seeded per run: a file cannot hold keys chosen to collide. Its
 * lowest bit tells a key of IPv4 addresses, of which three words are all there is to compare.
 * Up to a ceiling the table grows; what happens there is for the owner to decide (see `sweep`). The index doubles. The rows
 * grow a few times only, the last time to the ceiling: what is not written to yet takes no memory, and a copy of many rows
 * would leave the old ones behind until the engine looks for garbage.
 */
export const KEY_WORDS = 9;
/** Offset in a row of the hash, 0 where the slot is free; the next free slot + 1 is then in the row's first word. */
const HASH = KEY_WORDS;
/** Offset in a row of the owner's words. */
export const FIRST_FIELD = 10;

/** What an owner keeps in a row besides the key: words, and doubles behind them. */
export interface RowLayout {
  readonly words: number;
  readonly doubles: number;
}

/** Words of a whole row: even, so that its doubles lie where doubles may. */
export function rowWords(layout: RowLayout): number {
  return firstDouble(layout) + 2 * layout.doubles;
}

/** Offset in a row of the owner's doubles, in words: even. */
export function firstDouble({ words }: RowLayout): number {
  return (FIRST_FIELD + words + 1) & ~1;
}

/**
 * IPv4 addresses are kept as IPv4-mapped IPv6 addresses (RFC 4291 section 2.5.5.2), so that one key form serves both
 * families: this is the third word of such an address.
 */
export const MAPPED = 0xffff;

/** Bit of a hash: both addresses of the key are IPv4. */
const ONLY_IPV4 = 1;
/** Rows grow by this factor as long as they are fewer than so many, and then to the ceiling. */
const GROWTH = 8;
const FEW_ROWS = 4096;

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

const NOTHING_MORE: RowLayout = { words: 0, doubles: 0 };

export class KeyedTable {
  /** Number of keys held. */
  size = 0;
  readonly ceiling: number;
  /** All rows; that of a slot begins at `rowAt(slot)` with its key. Replaced when the table grows. */
  words: Int32Array;
  /** The same memory as doubles. */
  doubles: Float64Array;
  private readonly stride: number;
  /** How many rows there is room for. */
  private rows: number;
  /** Pairs of hash and slot + 1, or 0 for empty: at least twice as many as keys. */
  private index: Int32Array;
  /** A free slot + 1, or 0: the head of a list through their rows. */
  private free = 0;
  private highWater = 0;
  /** The slot that `findIpv4` found last. */
  private latest = 0;
  private hand = 0;
  private readonly seed: number;

  constructor(seed: number, ceiling: number, initial = 256, layout: RowLayout = NOTHING_MORE) {
    this.seed = seed | 0;
    this.ceiling = ceiling;
    this.rows = Math.min(initial, ceiling);
    this.stride = rowWords(layout);
    this.words = new Int32Array(this.rows * this.stride);
    this.doubles = new Float64Array(this.words.buffer);
    this.index = new Int32Array(indexWords(this.rows));
  }

  /** Offset of a slot's row in `words`, which is the offset of its key. */
  rowAt(slot: number): number {
    return slot * this.stride;
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

  /** Slot of the key of two IPv4 addresses, each given by its last word, and `last`; -1 for none. */
  findIpv4(a: number, b: number, last: number): number {
    const { index, stride, words } = this;
    // Packets come in trains, and the busiest target time after time.
    const latest = this.latest * stride;
    if (i32(words, latest + 3) === a && i32(words, latest + 7) === b && i32(words, latest + 8) === last) {
      if ((i32(words, latest + HASH) & ONLY_IPV4) !== 0) return this.latest;
    }
    const hash = mix(mix(mix(this.seed, a), b), last) | ONLY_IPV4;
    const mask = index.length - 1;
    for (let at = hash & mask & PAIR; ; at = (at + 2) & mask) {
      const slot = i32(index, at + 1) - 1;
      if (slot < 0) return -1;
      if (i32(index, at) !== hash) continue;
      const row = slot * stride;
      if (i32(words, row + 3) === a && i32(words, row + 7) === b && i32(words, row + 8) === last) {
        this.latest = slot;
        return slot;
      }
    }
  }

  /** Adds a key that is not there, with its fields zero. Grows when it must; at the ceiling returns -1 and the owner makes room first. */
  add(key: Int32Array): number {
    let slot = this.free - 1;
    if (slot < 0) {
      if (this.highWater === this.rows && !this.growRows()) return -1;
      slot = this.highWater;
      this.highWater += 1;
    }
    const hash = this.hash(key);
    const { stride, words } = this;
    const row = slot * stride;
    if (slot === this.free - 1) this.free = i32(words, row);
    for (let word = 0; word < KEY_WORDS; word += 1) words[row + word] = i32(key, word);
    words[row + HASH] = hash;
    for (let word = row + FIRST_FIELD; word < row + stride; word += 1) words[word] = 0;
    this.size += 1;
    if (this.size * 4 > this.index.length) this.growIndex();
    this.link(slot, hash);
    return slot;
  }

  remove(slot: number): void {
    const { index, words } = this;
    const row = slot * this.stride;
    const mask = index.length - 1;
    let at = i32(words, row + HASH) & mask & PAIR;
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
    words[row + HASH] = 0;
    words[row] = this.free;
    this.free = slot + 1;
    this.size -= 1;
  }

  /** True when no further key can be added before one is removed. */
  get full(): boolean {
    return this.free === 0 && this.highWater === this.ceiling;
  }

  /**
   * The next held slot under a hand that goes round all slots, or -1 after `steps` free ones: for sweeping out what
   * has expired a little at a time, and for finding something old to evict.
   */
  sweep(steps: number): number {
    for (let i = 0; i < steps; i += 1) {
      this.hand = this.hand + 1 >= this.highWater ? 0 : this.hand + 1;
      if (this.isUsed(this.hand)) return this.hand;
    }
    return -1;
  }

  isUsed(slot: number): boolean {
    return i32(this.words, slot * this.stride + HASH) !== 0;
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
    return h & ~ONLY_IPV4 || -2;
  }

  /** Whether the key in `slot`, whose hash is the same, is `key`. */
  private matches(slot: number, key: Int32Array, hash: number): boolean {
    const at = slot * this.stride;
    const keys = this.words;
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

  private growRows(): boolean {
    if (this.rows >= this.ceiling) return false;
    this.rows = this.rows < FEW_ROWS ? Math.min(this.rows * GROWTH, this.ceiling) : this.ceiling;
    this.words = widenI32(this.words, this.rows * this.stride);
    this.doubles = new Float64Array(this.words.buffer);
    return true;
  }

  private growIndex(): void {
    const before = this.index;
    this.index = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      const entry = i32(before, at + 1);
      if (entry !== 0) this.link(entry - 1, i32(before, at));
    }
  }
}

/** Words of an index for so many keys: a power of two. */
function indexWords(keys: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(keys, 1) * 4));
}
