import { Segment } from '../packet/segment.ts';
import { f64, i32 } from '../units/table.ts';
import { HORIZONS } from './limits.ts';

/** Several interfaces write into one capture by turns: few packets lie between the two of a pair that changed places. */
const ENTRIES = 32;
/** An early SYN-ACK matters for so many seconds of capture time. */
const LATEST_SECONDS = 1;
const SLOT = 0;
const SEQ = 1;
const ACK = 2;
const ECHO = 3;
const FLAGS = 4;
const HAS = 5;
const WORDS = 6;

const HAS_TSVAL = 1;
const HAS_TSECR = 2;
const CUT = 4;

/**
 * SYN-ACKs that came before their SYN: a capture of several interfaces, or of both directions by two taps, may hold them
 * so. A small ring remembers the latest SYN-ACKs that answered nothing, until the SYN comes.
 */
export class EarlyAnswers {
  private readonly words = new Int32Array(ENTRIES * WORDS).fill(-1);
  private readonly times = new Float64Array(ENTRIES).fill(Number.NEGATIVE_INFINITY);
  /** When the listener had last shown a repeat before this one was taken for such. */
  private readonly repeats = new Float64Array(ENTRIES);
  private readonly segment = new Segment();
  private next = 0;
  private latest = Number.NEGATIVE_INFINITY;

  /** A SYN-ACK that answers nothing came on a connection slot at `now`; `repeat` is what `revoke` gives back. */
  remember(s: Segment, slot: number, now: number, repeat: number): void {
    const at = this.next * WORDS;
    this.words[at + SLOT] = slot;
    this.words[at + SEQ] = s.seq;
    this.words[at + ACK] = s.ack;
    this.words[at + ECHO] = s.tsecr;
    this.words[at + FLAGS] = s.flags;
    this.words[at + HAS] =
      (s.hasTsval ? HAS_TSVAL : 0) | (s.hasTsecr ? HAS_TSECR : 0) | (s.optionsCut ? CUT : 0);
    this.times[this.next] = now;
    this.repeats[this.next] = repeat;
    this.latest = now;
    this.next = (this.next + 1) % ENTRIES;
  }

  /** The entry that answers a SYN with `isn` on a connection slot at `now`; -1 for none. */
  find(slot: number, isn: number, now: number): number {
    if (!(Math.abs(now - this.latest) <= LATEST_SECONDS)) return -1;
    for (let entry = 0; entry < ENTRIES; entry += 1) {
      const at = entry * WORDS;
      if (i32(this.words, at + SLOT) !== slot || i32(this.words, at + ACK) !== ((isn + 1) | 0)) continue;
      if (Math.abs(now - f64(this.times, entry)) > HORIZONS.duplicateSeconds) continue;
      return entry;
    }
    return -1;
  }

  /** What matters of the SYN-ACK, as a segment that is good until the next call. */
  answer(entry: number): Segment {
    const { segment: s } = this;
    const at = entry * WORDS;
    const has = i32(this.words, at + HAS);
    s.seq = i32(this.words, at + SEQ);
    s.ack = i32(this.words, at + ACK);
    s.tsecr = i32(this.words, at + ECHO);
    s.flags = i32(this.words, at + FLAGS);
    s.hasTsval = (has & HAS_TSVAL) !== 0;
    s.hasTsecr = (has & HAS_TSECR) !== 0;
    s.optionsCut = (has & CUT) !== 0;
    return s;
  }

  /** The entry of a connection slot on which a SYN-ACK came less than a second before `now`; -1 for none. */
  on(slot: number, now: number): number {
    if (!(Math.abs(now - this.latest) <= LATEST_SECONDS)) return -1;
    for (let entry = 0; entry < ENTRIES; entry += 1) {
      if (i32(this.words, entry * WORDS + SLOT) !== slot) continue;
      if (Math.abs(now - f64(this.times, entry)) <= LATEST_SECONDS) return entry;
    }
    return -1;
  }

  forget(entry: number): void {
    this.words[entry * WORDS + SLOT] = -1;
  }

  /** What the SYN-ACK acknowledges: the number after the SYN. */
  acknowledges(entry: number): number {
    return i32(this.words, entry * WORDS + ACK);
  }

  time(entry: number): number {
    return f64(this.times, entry);
  }

  /** The SYN-ACK of the entry is taken for one sent again; `repeat` is what `revoke` gives back. */
  sentAgain(entry: number, repeat: number): void {
    if (f64(this.times, entry) > repeat) this.repeats[entry] = repeat;
  }

  /** When the listener had shown a repeat before that of the entry, which turned out to be none. */
  revoke(entry: number): number {
    const repeat = f64(this.repeats, entry);
    const time = f64(this.times, entry);
    for (let other = 0; other < ENTRIES; other += 1) {
      if (f64(this.repeats, other) === time) this.repeats[other] = repeat;
    }
    this.repeats[entry] = Number.NaN;
    return repeat;
  }
}
