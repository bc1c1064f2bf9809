import { ATTEMPT_CONNECTED, ATTEMPT_FROM_1, CONNECTION } from '../../tracking/connections.ts';
import { KEY_WORDS, KeyedTable } from '../../tracking/keyed-table.ts';
import type { TrackingState } from '../../tracking/state.ts';
import { ROW, ROW_TIME, SYN_DUPLICATE } from '../../tracking/syn-ring.ts';
import { widenF64, widenI32 } from '../../units/grow.ts';
import { f64, i32 } from '../../units/table.ts';

/** Offsets within a row of the log. */
export const LOG = {
  kind: 0,
  attempt: 1,
  /** Ids of the (target, peer) addresses and of the peer address alone: what stamps are keyed by. */
  pairKey: 2,
  peerKey: 3,
  tsval: 4,
  /** SYNs: serial and columns of its row. */
  serial: 5,
  flags: 6,
  fates: 7,
  answer: 8,
  marks: 9,
  pair: 10,
  listener: 11,
  clock: 12,
  target: 13,
  /** Writes: 1 when it is certain. */
  sure: 5,
} as const;
const WORDS = 14;
export const KIND_SYN = 0;
export const KIND_WRITE = 1;
/** A SYN packet that turned out to be a sighting of another. */
export const KIND_TAKEN_BACK = 2;
/** Rows kept, 72 bytes each. */
const CEILING = 1 << 17;
/** Third word of an IPv4 address in its IPv4-mapped form. */
const MAPPED = 0xffff;
/** Address pairs, and peers, that are told apart. */
const KEYS = 1 << 16;

/**
 * SYN packets and writes of stamps in the order in which they came, to be replayed under other rules once the capture
 * has been read. Rows of numbers in typed arrays that double up to a ceiling; what comes later is left out.
 */
export class EventLog {
  /** Rows held. */
  length = 0;
  /** False when something had to be left out. */
  complete = true;
  private words = new Int32Array(256 * WORDS);
  private times = new Float64Array(256 * 2);
  private cursor = 0;
  private readonly ceiling: number;
  private readonly state: TrackingState;
  private readonly keys: KeyedTable;
  private readonly key = new Int32Array(KEY_WORDS);

  constructor(state: TrackingState, seed: number, ceiling: number = CEILING) {
    this.state = state;
    this.keys = new KeyedTable(seed, KEYS);
    this.ceiling = ceiling;
  }

  /** A SYN packet arrived, and its fate was predicted. */
  syn(serial: number): void {
    const { ring } = this.state;
    const row = ring.row(serial);
    const third = ring.word(serial, ROW.family) === 6 ? 0 : MAPPED;
    const at = this.add(KIND_SYN, ring.words, row + ROW.dst, row + ROW.src, third);
    if (at < 0) return;
    this.words[at + LOG.serial] = serial;
    this.words[at + LOG.attempt] = ring.word(serial, ROW.attempt);
    this.words[at + LOG.pair] = ring.word(serial, ROW.pair);
    this.words[at + LOG.tsval] = ring.word(serial, ROW.tsval);
    this.words[at + LOG.target] = ring.word(serial, ROW.target);
    this.words[at + LOG.listener] = ring.word(serial, ROW.listener);
    this.times[(this.length - 1) * 2] = ring.time(serial, ROW_TIME.arrived);
  }

  /** A SYN packet is settled: what it got is known. In the order of their serials. */
  settled(serial: number): void {
    while (this.cursor < this.length) {
      const at = this.cursor * WORDS;
      const passed =
        i32(this.words, at + LOG.kind) === KIND_WRITE || i32(this.words, at + LOG.serial) < serial;
      if (!passed) break;
      this.cursor += 1;
    }
    const at = this.cursor * WORDS;
    if (this.cursor >= this.length || i32(this.words, at + LOG.serial) !== serial) return;
    const { ring } = this.state;
    if ((ring.word(serial, ROW.flags) & SYN_DUPLICATE) !== 0) this.words[at + LOG.kind] = KIND_TAKEN_BACK;
    this.words[at + LOG.flags] = ring.word(serial, ROW.flags);
    this.words[at + LOG.fates] = ring.word(serial, ROW.fates);
    this.words[at + LOG.answer] = ring.word(serial, ROW.answer);
    this.words[at + LOG.marks] = ring.word(serial, ROW.class);
    this.words[at + LOG.clock] = ring.word(serial, ROW.clock);
  }

  /** The host on `side` of a connection wrote its stamp; arguments as in `TrackingEvents.stampWritten`. */
  stampWritten(
    connection: number,
    side: number,
    sure: boolean,
    tsval: number,
    time: number,
    now: number,
  ): void {
    const { connections } = this.state;
    const keys = connections.words;
    const row = connections.table.rowAt(connection);
    const local = row + (side === 0 ? 0 : 4);
    const remote = row + (side === 0 ? 4 : 0);
    const at = this.add(KIND_WRITE, keys, local, remote, 0);
    if (at < 0) return;
    const flags = connections.word(connection, CONNECTION.flags);
    const toTarget = side === ((flags & ATTEMPT_FROM_1) !== 0 ? 0 : 1);
    const own = (flags & ATTEMPT_CONNECTED) !== 0 && toTarget;
    this.words[at + LOG.attempt] = own ? connections.word(connection, CONNECTION.attempt) : 0;
    this.words[at + LOG.tsval] = tsval;
    this.words[at + LOG.sure] = sure ? 1 : 0;
    this.times[(this.length - 1) * 2] = now;
    this.times[(this.length - 1) * 2 + 1] = time;
  }

  word(row: number, field: number): number {
    return i32(this.words, row * WORDS + field);
  }

  /** When it happened, seconds. */
  time(row: number): number {
    return f64(this.times, row * 2);
  }

  /** Writes: when the TSval was set, seconds. */
  tsvalTime(row: number): number {
    return f64(this.times, row * 2 + 1);
  }

  /** Id of a target address and a peer address; `third` marks the words of an IPv4 address that is not mapped yet. */
  private keyOf(words: Int32Array, local: number, remote: number, third: number): number {
    const { key } = this;
    for (let word = 0; word < 4; word += 1) {
      key[word] = local < 0 ? 0 : i32(words, local + word);
      key[word + 4] = i32(words, remote + word);
    }
    if (third !== 0) {
      if (local >= 0) key[2] = third;
      key[6] = third;
    }
    key[8] = local < 0 ? 1 : 0;
    const known = this.keys.find(key);
    return known >= 0 ? known : this.keys.add(key);
  }

  /** Offset of a new row, or -1 when the log is full. */
  private add(kind: number, from: Int32Array, local: number, remote: number, third: number): number {
    const pairKey = this.length < this.ceiling ? this.keyOf(from, local, remote, third) : -1;
    const peerKey = pairKey < 0 ? -1 : this.keyOf(from, -1, remote, third);
    if (peerKey < 0) {
      this.complete = false;
      return -1;
    }
    if ((this.length + 1) * WORDS > this.words.length) {
      this.words = widenI32(this.words, this.words.length * 2);
      this.times = widenF64(this.times, this.times.length * 2);
    }
    const at = this.length * WORDS;
    this.words[at + LOG.kind] = kind;
    this.words[at + LOG.pairKey] = pairKey;
    this.words[at + LOG.peerKey] = peerKey;
    this.length += 1;
    return at;
  }
}
