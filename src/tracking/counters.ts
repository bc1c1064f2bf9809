import { f64, i32 } from '../units/table.ts';
import {
  familyOf,
  FIRST_FIELD,
  firstDouble,
  KEY_WORDS,
  KeyedTable,
  rowWords,
  setKey,
} from './keyed-table.ts';

/**
 * What is counted per peer of a target, a (target address, peer address) pair; per target, with the peer words left
 * at zero; and per listener, a target address and port. Counters are SYN packets unless said otherwise. What only pairs have
 * and what only listeners have shares its place.
 */
export const COUNT = {
  syns: 0,
  attempts: 1,
  connected: 2, // attempts
  answered: 3,
  silent: 4,
  refused: 5,
  challenged: 6,
  unknown: 7,
  pending: 8, // SYN packets not yet settled: such a slot is not evicted
  born: 9, // serial of the SYN that the slot was made for
  target: 10, // slot of the target
  serverFirst: 11, // connections that the target closed first
  oneWay: 12, // handshakes that went on without a captured SYN-ACK
  detail: 13, // diagnosis: slot + 1 of its detail row
  plain: 14, // diagnosis: four counters of SYN packets that no kernel is thought to reject
  // Of pairs:
  flags: 18,
  highestTsval: 19,
  stepsBack: 20, // SYN packets whose TSval was behind the highest before it
  largestStepBack: 21, // ticks
  stepsBackServed: 22,
  // Of listeners:
  requests: 18, // SYN-ACKs sent whose handshake the target has not completed yet
  nudges: 19, // segments of clients whose handshake the target had not completed
  completions: 20, // handshakes that the target completed
  synAckRepeats: 21, // SYN-ACKs sent again although the client had acknowledged
} as const;
const WORDS = 23;

const TIMES = 2;
const LAST_SEEN = 0;
const LAST_REPEAT = 1;

/** A row, key and all, fills 152 bytes. */
const LAYOUT = { words: WORDS, doubles: TIMES } as const;
const ROW = rowWords(LAYOUT);
const FIRST_TIME = firstDouble(LAYOUT) / 2;

/** Bits of COUNT.flags. */
export const HIGHEST_KNOWN = 1;

export class CounterTable {
  readonly table: KeyedTable;
  words: Int32Array;
  times: Float64Array;
  evicted = 0;
  private readonly key = new Int32Array(KEY_WORDS);

  constructor(seed: number, ceiling: number) {
    this.table = new KeyedTable(seed, ceiling, 256, LAYOUT);
    this.words = this.table.words;
    this.times = this.table.doubles;
  }

  /** Slot of a target and a peer (zeros where the key has none) and one more word; -1 for none. */
  lookUp(
    family: 4 | 6,
    t0: number,
    t1: number,
    t2: number,
    t3: number,
    p0: number,
    p1: number,
    p2: number,
    p3: number,
    last: number,
  ): number {
    const slot = family === 4 ? this.table.findIpv4(t3, p3, last) : -1;
    if (slot >= 0) return slot;
    setKey(this.key, family, t0, t1, t2, t3, p0, p1, p2, p3, last);
    return family === 4 ? -1 : this.table.find(this.key);
  }

  /** A new slot for what was looked up last in vain, made for the SYN packet `serial`; -1 at the ceiling. */
  add(now: number, serial = 0): number {
    const slot = this.table.add(this.key);
    if (slot < 0) return -1;
    this.words = this.table.words;
    this.times = this.table.doubles;
    this.words[slot * ROW + FIRST_FIELD + COUNT.born] = serial;
    this.times[timesOf(slot) + LAST_SEEN] = now;
    this.times[timesOf(slot) + LAST_REPEAT] = Number.NEGATIVE_INFINITY;
    return slot;
  }

  count(slot: number, field: number): number {
    return i32(this.words, slot * ROW + FIRST_FIELD + field);
  }

  set(slot: number, field: number, value: number): void {
    this.words[slot * ROW + FIRST_FIELD + field] = value;
  }

  /** Counts one more; slot -1 stands for one that was forgotten. */
  bump(slot: number, field: number): void {
    if (slot < 0) return;
    const at = slot * ROW + FIRST_FIELD + field;
    this.words[at] = i32(this.words, at) + 1;
  }

  drop(slot: number, field: number): void {
    if (slot < 0) return;
    const at = slot * ROW + FIRST_FIELD + field;
    this.words[at] = i32(this.words, at) - 1;
  }

  touch(slot: number, now: number): void {
    this.times[timesOf(slot) + LAST_SEEN] = now;
  }

  lastSeen(slot: number): number {
    return f64(this.times, timesOf(slot) + LAST_SEEN);
  }

  /** Listeners: a SYN-ACK was sent again, or a client's data was ignored; the time of the latest such sign. */
  noteRepeat(slot: number, now: number): void {
    if (slot < 0) return;
    this.times[timesOf(slot) + LAST_REPEAT] = now;
  }

  lastRepeat(slot: number): number {
    return f64(this.times, timesOf(slot) + LAST_REPEAT);
  }

  /** Offset of the target's four address words in `words`; the peer's follow. */
  keyAt(slot: number): number {
    return slot * ROW;
  }

  family(slot: number): 4 | 6 {
    return familyOf(this.words, slot * ROW);
  }

  /** True when the first address of `slot` is that of `otherSlot` in `other`. */
  hasFirstAddress(slot: number, other: CounterTable, otherSlot: number): boolean {
    const at = this.keyAt(slot);
    const from = other.keyAt(otherSlot);
    for (let word = 0; word < 4; word += 1) {
      if (i32(this.words, at + word) !== i32(other.words, from + word)) return false;
    }
    return true;
  }

  /** The slot here that has the first address of `slot` in `other`, and nothing else in its key; -1 for none. */
  findFirstAddress(other: CounterTable, slot: number): number {
    const at = other.keyAt(slot);
    this.key.fill(0);
    this.key.set(other.words.subarray(at, at + 4));
    // An IPv4 target's key has the mark of its family in the empty half too.
    if (familyOf(this.key, 0) === 4) this.key[6] = i32(this.key, 2);
    return this.table.find(this.key);
  }
}

function timesOf(slot: number): number {
  return slot * (ROW / 2) + FIRST_TIME;
}
