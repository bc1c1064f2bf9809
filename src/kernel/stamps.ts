import { KEY_WORDS, KeyedTable, grown, grownFloat, setKey } from '../tracking/keyed-table.ts';
import { serialDistance } from '../units/serial.ts';
import { f64, i32 } from '../units/table.ts';
import { isBehind, PAWS_MSL } from './rule.ts';

/**
 * The target's timestamp cache as far as a capture can know it.
 *
 * What happened inside the kernel is not always certain: whether a half-closed connection already wrote its stamp,
 * and on which side of a second boundary the target's own clock stood. So each entry is kept in two worlds. In the
 * upper one every doubtful event went the way that rejects more (a higher, fresher stamp), in the lower one the way
 * that rejects less. Where both agree, the capture decides; where not, it does not.
 *
 * Times are capture time in seconds. The target counts whole seconds of its own clock, which may run ahead of or
 * behind the capture's by any constant: a span of e seconds is floor(e) or ceil(e) to it. Between the two the answer
 * is doubtful.
 */
export const PASS = 1;
export const POSSIBLE_REJECT = 2;
export const REJECT = 3;

const UPPER = 0;
const LOWER = 1;
const WORDS_PER_WORLD = 3;
const TSVAL = 0;
const ORDINAL = 1;
const PRESENT = 2;

const NO = 0;
const DOUBTFUL = 1;
const YES = 2;

/** A little going back of capture time is reordering between interfaces; more makes every age doubtful. */
const REORDERING = 1;

export class StampTable {
  readonly table: KeyedTable;
  evicted = 0;
  private words: Int32Array;
  private times: Float64Array;
  private readonly key = new Int32Array(KEY_WORDS);

  constructor(seed: number, ceiling: number) {
    this.table = new KeyedTable(seed, ceiling, 64);
    this.words = new Int32Array(this.table.capacity * 2 * WORDS_PER_WORLD);
    this.times = new Float64Array(this.table.capacity * 2);
  }

  /** Chooses the entry for a local and a remote address; a table keyed by the remote address alone gets zeros. */
  setKey(
    family: 4 | 6,
    l0: number,
    l1: number,
    l2: number,
    l3: number,
    r0: number,
    r1: number,
    r2: number,
    r3: number,
  ): void {
    setKey(this.key, family, l0, l1, l2, l3, r0, r1, r2, r3, 0);
  }

  /** Slot of the key set last, or -1. */
  find(): number {
    return this.table.find(this.key);
  }

  /** A host closed first: its kernel stores (`tsval`, set at `time` by packet `ordinal`), surely when `must`. */
  write(must: boolean, tsval: number, time: number, ordinal: number, now: number): void {
    let slot = this.table.find(this.key);
    if (slot < 0) slot = this.add();
    this.writeWorld(slot * 2 + UPPER, must, true, tsval, time, ordinal, now);
    this.writeWorld(slot * 2 + LOWER, must, false, tsval, time, ordinal, now);
  }

  /** What the entry does to a SYN with `tsval` (or none at all) at `now`. */
  judge(slot: number, hasTsval: boolean, tsval: number, now: number, futureStampIsFresh: boolean): number {
    const upper = this.judgeWorld(slot * 2 + UPPER, hasTsval, tsval, now, futureStampIsFresh);
    const lower = this.judgeWorld(slot * 2 + LOWER, hasTsval, tsval, now, futureStampIsFresh);
    if (upper === lower) return upper === YES ? REJECT : upper === NO ? PASS : POSSIBLE_REJECT;
    return POSSIBLE_REJECT;
  }

  /** The stamp of the upper world: the one that a rejected SYN is reported against. */
  tsval(slot: number): number {
    return i32(this.words, slot * 2 * WORDS_PER_WORLD + TSVAL);
  }

  ordinal(slot: number): number {
    return i32(this.words, slot * 2 * WORDS_PER_WORLD + ORDINAL);
  }

  time(slot: number): number {
    return f64(this.times, slot * 2 + UPPER);
  }

  private judgeWorld(
    world: number,
    hasTsval: boolean,
    tsval: number,
    now: number,
    futureStampIsFresh: boolean,
  ): number {
    const at = world * WORDS_PER_WORLD;
    if (i32(this.words, at + PRESENT) === 0) return NO;
    if (hasTsval && !isBehind(i32(this.words, at + TSVAL), tsval)) return NO;
    const age = now - f64(this.times, world);
    if (age < -REORDERING) return futureStampIsFresh ? YES : DOUBTFUL;
    if (age <= PAWS_MSL - 1) return YES;
    return age < PAWS_MSL ? DOUBTFUL : NO;
  }

  private writeWorld(
    world: number,
    must: boolean,
    upper: boolean,
    tsval: number,
    time: number,
    ordinal: number,
    now: number,
  ): void {
    const at = world * WORDS_PER_WORLD;
    if (i32(this.words, at + PRESENT) === 1) {
      const stored = f64(this.times, world);
      if (serialDistance(i32(this.words, at + TSVAL), tsval) <= 0) {
        if (!must && !upper) return;
      } else {
        // A lower TSval replaces only a stamp more than 60 s old, and only with a newer second.
        const age = now - stored;
        if (age <= PAWS_MSL || time < stored - 1) return;
        const sure = must && age >= PAWS_MSL + 1;
        if (upper && !sure) return;
      }
    } else if (!must && !upper) return;
    this.words[at + TSVAL] = tsval;
    this.words[at + ORDINAL] = ordinal;
    this.words[at + PRESENT] = 1;
    this.times[world] = time;
  }

  private add(): number {
    if (this.table.full) {
      let oldest = this.table.sweep(this.table.end);
      for (let i = 0; i < 7; i += 1) {
        const other = this.table.sweep(this.table.end);
        if (this.time(other) < this.time(oldest)) oldest = other;
      }
      this.table.remove(oldest);
      this.evicted += 1;
    }
    const slot = this.table.add(this.key);
    if (this.times.length < this.table.capacity * 2) {
      this.words = grown(this.words, this.table.capacity * 2 * WORDS_PER_WORLD);
      this.times = grownFloat(this.times, this.table.capacity * 2);
    }
    this.words.fill(0, slot * 2 * WORDS_PER_WORLD, (slot + 1) * 2 * WORDS_PER_WORLD);
    this.times.fill(0, slot * 2, slot * 2 + 2);
    return slot;
  }
}
