import {
  FIRST_FIELD,
  firstDouble,
  KEY_WORDS,
  KeyedTable,
  rowWords,
  setKey,
} from '../tracking/keyed-table.ts';
import { serialDistance } from '../units/serial.ts';
import { f64, i32 } from '../units/table.ts';
import { isBehind, PAWS_MSL } from './rule.ts';

/**
 * The target's timestamp cache as far as a capture can know it.
 *
 * What happened inside the kernel is not always certain: whether a half-closed connection already wrote its stamp,
 * and on which side of a second boundary the target's own clock stood. So an entry holds every stamp that the kernel
 * may hold, as a few arcs: all TSvals from `lo` to `hi` round the circle, each set at some time from `oldest` to
 * `latest`; and whether it may hold none at all. A write that must have happened drops the stamps that it surely
 * replaces, so an arc is a single stamp nearly always. Where all possible stamps agree on a SYN the capture decides;
 * where not, it does not. Arcs only ever grow beyond the truth: neither verdict is given too easily.
 *
 * Every arc is shorter than half the circle, so that what holds for both its ends holds for all between.
 *
 * Times are capture time in seconds. The target counts whole seconds of its own clock, which may run ahead of or
 * behind the capture's by any constant: a span of e seconds is floor(e) or ceil(e) to it.
 */
export const PASS = 1;
export const POSSIBLE_REJECT = 2;
export const REJECT = 3;

const NONE = 0;
const SOME = 1;
const ALL = 2;

/** Clocks drawn at random lie anywhere; more than this many in doubt at once, and arcs are joined. */
const ARCS = 4;
const LO = 0;
const HI = 1;
const ORDINAL = 2;
const ARC_WORDS = 3;
/** Per entry: flags, number of arcs, the arc that stood against the latest SYN; then the arcs. */
const FLAGS = 0;
const COUNT = 1;
const SHOWN = 2;
const HEAD = 3;
const WORDS = HEAD + ARCS * ARC_WORDS;

const OLDEST = 0;
const LATEST = 1;
const HI_TIME = 2;
const ARC_TIMES = 3;
const TIMES = ARCS * ARC_TIMES;

/** A row, key and all, fills 200 bytes. */
const LAYOUT = { words: WORDS, doubles: TIMES } as const;
const ROW = rowWords(LAYOUT);
const FIRST_TIME = firstDouble(LAYOUT) / 2;

/** The kernel may hold no stamp at all. */
const MAY_BE_ABSENT = 1;
/** The arcs had to be joined round the whole circle: only the times of the stamp are known. */
const ANYWHERE = 2;

/** TSvals this close are taken for one clock: 60 s at 1 MHz. */
const NEAR = 1 << 26;
const LONGEST_NEAR = 1 << 30;
const LONGEST = 0x7ffffffe;

/** get_seconds() advances on the timer tick, which is 10 ms at the most. */
const TICK = 0.01;
/** A little going back of capture time is reordering between interfaces; more makes every age doubtful. */
const REORDERING = 1;

export class StampTable {
  readonly table: KeyedTable;
  evicted = 0;
  private words: Int32Array;
  private times: Float64Array;
  private readonly key = new Int32Array(KEY_WORDS);

  constructor(seed: number, ceiling: number) {
    this.table = new KeyedTable(seed, ceiling, 64, LAYOUT);
    this.words = this.table.words;
    this.times = this.table.doubles;
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

  /** Slot of a local and a remote address as for `setKey`, or -1; the quick way, on which no key is set for IPv4. */
  lookUp(
    family: 4 | 6,
    l0: number,
    l1: number,
    l2: number,
    l3: number,
    r0: number,
    r1: number,
    r2: number,
    r3: number,
  ): number {
    if (this.table.size === 0) return -1;
    if (family === 4) return this.table.findIpv4(l3, r3, 0);
    this.setKey(family, l0, l1, l2, l3, r0, r1, r2, r3);
    return this.table.find(this.key);
  }

  /** A host closed first: its kernel stores (`tsval`, set at `time` by packet `ordinal`), surely when `must`. */
  write(must: boolean, tsval: number, time: number, ordinal: number, now: number): void {
    let slot = this.table.find(this.key);
    if (slot < 0) slot = this.add();
    const head = headOf(slot);
    let taken = (i32(this.words, head + FLAGS) & MAY_BE_ABSENT) !== 0;
    for (let arc = i32(this.words, head + COUNT) - 1; arc >= 0; arc -= 1) {
      const replaced = this.replaced(slot, arc, tsval, time, now);
      if (replaced === NONE) continue;
      taken = true;
      if (!must) continue;
      if (replaced === ALL) this.drop(slot, arc);
      else this.shorten(slot, arc, tsval);
    }
    if (must) this.words[head + FLAGS] = i32(this.words, head + FLAGS) & ~MAY_BE_ABSENT;
    if (taken) this.include(slot, tsval, time, ordinal);
  }

  /** Any stamp may have been replaced unseen. */
  forgetAll(): void {
    for (let slot = 0; slot < this.table.end; slot += 1) if (this.table.isUsed(slot)) this.table.remove(slot);
  }

  /** What the entry does to a SYN with `tsval` (or none at all) at `now`. */
  judge(slot: number, hasTsval: boolean, tsval: number, now: number, futureStampIsFresh: boolean): number {
    const head = headOf(slot);
    const flags = i32(this.words, head + FLAGS);
    let pass = (flags & MAY_BE_ABSENT) !== 0;
    let reject = false;
    let shown = -1;
    for (let arc = 0; arc < i32(this.words, head + COUNT); arc += 1) {
      const behind = !hasTsval ? ALL : (flags & ANYWHERE) !== 0 ? SOME : this.behind(slot, arc, tsval);
      const fresh = this.fresh(slot, arc, now, futureStampIsFresh);
      if (behind !== ALL || fresh !== ALL) pass = true;
      if (behind === NONE || fresh === NONE) continue;
      reject = true;
      shown = arc;
    }
    if (shown >= 0) this.words[head + SHOWN] = shown;
    if (!reject) return PASS;
    return pass ? POSSIBLE_REJECT : REJECT;
  }

  /** False where the kernel may hold no stamp that the capture has seen written, but an older one. */
  certain(slot: number): boolean {
    return (i32(this.words, headOf(slot) + FLAGS) & MAY_BE_ABSENT) === 0;
  }

  /** TSval of the stamp that stood against the SYN judged last, or else of one that was written. */
  tsval(slot: number): number {
    return i32(this.words, this.arcAt(slot, i32(this.words, headOf(slot) + SHOWN)) + HI);
  }

  ordinal(slot: number): number {
    return i32(this.words, this.arcAt(slot, i32(this.words, headOf(slot) + SHOWN)) + ORDINAL);
  }

  time(slot: number): number {
    return f64(this.times, this.timesAt(slot, i32(this.words, headOf(slot) + SHOWN)) + HI_TIME);
  }

  private arcAt(slot: number, arc: number): number {
    return headOf(slot) + HEAD + arc * ARC_WORDS;
  }

  private timesAt(slot: number, arc: number): number {
    return slot * (ROW / 2) + FIRST_TIME + arc * ARC_TIMES;
  }

  private behind(slot: number, arc: number, tsval: number): number {
    const at = this.arcAt(slot, arc);
    const lo = isBehind(i32(this.words, at + LO), tsval);
    const hi = isBehind(i32(this.words, at + HI), tsval);
    if (lo !== hi) return SOME;
    return lo ? ALL : NONE;
  }

  private fresh(slot: number, arc: number, now: number, futureStampIsFresh: boolean): number {
    const at = this.timesAt(slot, arc);
    const youngest = now - f64(this.times, at + LATEST);
    const oldest = now - f64(this.times, at + OLDEST);
    if (youngest >= PAWS_MSL + TICK) return NONE;
    if (oldest > PAWS_MSL - 1 - TICK) return SOME;
    return youngest >= -REORDERING || futureStampIsFresh ? ALL : SOME;
  }

  /** Which stamps of an arc a write replaces: see `replacesStamp`. */
  private replaced(slot: number, arc: number, tsval: number, time: number, now: number): number {
    const byAge = this.tooOld(slot, arc, time, now);
    if (byAge === ALL) return ALL;
    if ((i32(this.words, headOf(slot) + FLAGS) & ANYWHERE) !== 0) return SOME;
    const at = this.arcAt(slot, arc);
    const lo = serialDistance(i32(this.words, at + LO), tsval) <= 0;
    const hi = serialDistance(i32(this.words, at + HI), tsval) <= 0;
    if (lo && hi) return ALL;
    return lo || hi || byAge === SOME ? SOME : NONE;
  }

  /** Which stamps of an arc are over 60 s old, so that a lower TSval with a newer second replaces them. */
  private tooOld(slot: number, arc: number, time: number, now: number): number {
    const at = this.timesAt(slot, arc);
    const latest = f64(this.times, at + LATEST);
    const oldest = f64(this.times, at + OLDEST);
    if (time <= oldest - 1) return NONE;
    // The kernel takes a stamp from the future for an old one; after a step back nobody knows.
    if (now - latest < -REORDERING) return SOME;
    if (now - oldest <= PAWS_MSL - TICK) return NONE;
    return now - latest >= PAWS_MSL + 1 + TICK && time >= latest ? ALL : SOME;
  }

  /** Drops the stamps of an arc that a certain write of `tsval` replaces for their TSval alone. */
  private shorten(slot: number, arc: number, tsval: number): void {
    if ((i32(this.words, headOf(slot) + FLAGS) & ANYWHERE) !== 0) return;
    const at = this.arcAt(slot, arc);
    const lo = i32(this.words, at + LO);
    if ((tsval - lo) >>> 0 <= (i32(this.words, at + HI) - lo) >>> 0) this.words[at + LO] = tsval;
  }

  private drop(slot: number, arc: number): void {
    const head = headOf(slot);
    const last = i32(this.words, head + COUNT) - 1;
    this.words[head + COUNT] = last;
    this.words[head + SHOWN] = 0;
    if (last === 0) this.words[head + FLAGS] = i32(this.words, head + FLAGS) & ~ANYWHERE;
    const from = this.arcAt(slot, last);
    this.words.copyWithin(this.arcAt(slot, arc), from, from + ARC_WORDS);
    const fromTimes = this.timesAt(slot, last);
    this.times.copyWithin(this.timesAt(slot, arc), fromTimes, fromTimes + ARC_TIMES);
  }

  /** The kernel may hold (`tsval`, `time`): a point in an arc, a longer arc, or one more. */
  private include(slot: number, tsval: number, time: number, ordinal: number): void {
    const count = i32(this.words, headOf(slot) + COUNT);
    let nearest = -1;
    let least = 0;
    for (let arc = 0; arc < count; arc += 1) {
      const growth = this.growth(slot, arc, tsval);
      if (nearest >= 0 && growth >= least) continue;
      nearest = arc;
      least = growth;
    }
    const length = nearest < 0 ? 0 : this.length(slot, nearest) + least;
    if (nearest >= 0 && least <= NEAR && length <= LONGEST_NEAR) {
      this.extend(slot, nearest, tsval, time, ordinal);
    } else if (count < ARCS) this.begin(slot, count, tsval, time, ordinal);
    else if (length <= LONGEST) this.extend(slot, nearest, tsval, time, ordinal);
    else this.join(slot, tsval, time, ordinal);
  }

  private length(slot: number, arc: number): number {
    const at = this.arcAt(slot, arc);
    return (i32(this.words, at + HI) - i32(this.words, at + LO)) >>> 0;
  }

  /** By how much an arc grows when it takes in `tsval`, at the nearer end. */
  private growth(slot: number, arc: number, tsval: number): number {
    if ((i32(this.words, headOf(slot) + FLAGS) & ANYWHERE) !== 0) return 0;
    const at = this.arcAt(slot, arc);
    const lo = i32(this.words, at + LO);
    if ((tsval - lo) >>> 0 <= this.length(slot, arc)) return 0;
    return Math.min((lo - tsval) >>> 0, (tsval - i32(this.words, at + HI)) >>> 0);
  }

  private begin(slot: number, arc: number, tsval: number, time: number, ordinal: number): void {
    const at = this.arcAt(slot, arc);
    this.words[at + LO] = tsval;
    this.words[at + HI] = tsval;
    this.words[at + ORDINAL] = ordinal;
    this.words[headOf(slot) + COUNT] = arc + 1;
    this.words[headOf(slot) + SHOWN] = arc;
    this.times.fill(time, this.timesAt(slot, arc), this.timesAt(slot, arc) + ARC_TIMES);
  }

  private extend(slot: number, arc: number, tsval: number, time: number, ordinal: number): void {
    const w = this.words;
    const at = this.arcAt(slot, arc);
    const times = this.timesAt(slot, arc);
    this.times[times + OLDEST] = Math.min(f64(this.times, times + OLDEST), time);
    this.times[times + LATEST] = Math.max(f64(this.times, times + LATEST), time);
    const lo = i32(w, at + LO);
    const above = (tsval - i32(w, at + HI)) >>> 0;
    const anywhere = (i32(w, headOf(slot) + FLAGS) & ANYWHERE) !== 0;
    if (!anywhere && above !== 0 && (tsval - lo) >>> 0 <= this.length(slot, arc)) return;
    if (!anywhere && (lo - tsval) >>> 0 < above) {
      w[at + LO] = tsval;
      return;
    }
    w[at + HI] = tsval;
    w[at + ORDINAL] = ordinal;
    this.times[times + HI_TIME] = time;
  }

  /** Too many clocks far apart: keeps the times alone, in the first arc. */
  private join(slot: number, tsval: number, time: number, ordinal: number): void {
    const first = this.timesAt(slot, 0);
    let oldest = time;
    let latest = time;
    for (let at = first; at < first + TIMES; at += ARC_TIMES) {
      oldest = Math.min(oldest, f64(this.times, at + OLDEST));
      latest = Math.max(latest, f64(this.times, at + LATEST));
    }
    this.begin(slot, 0, tsval, time, ordinal);
    this.times[first + OLDEST] = oldest;
    this.times[first + LATEST] = latest;
    this.words[headOf(slot) + FLAGS] = i32(this.words, headOf(slot) + FLAGS) | ANYWHERE;
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
    this.words = this.table.words;
    this.times = this.table.doubles;
    this.words[headOf(slot) + FLAGS] = MAY_BE_ABSENT;
    return slot;
  }
}

function headOf(slot: number): number {
  return slot * ROW + FIRST_FIELD;
}
