import { widenI32 } from '../units/grow.ts';
import { f64, i32 } from '../units/table.ts';

/** Words of a row; its first four are its two doubles. */
const ROW = 16;

/** Offsets in a row of the two rates, in doubles, in ticks per second. */
export const PEER_RATE = {
  measured: 0, // one found that is not nominal, or 0
  proposed: 1, // by `PEER.votes` points
} as const;

/** Offsets in a row of its words. Those that every attempt reads and writes come first, beside the rates. */
export const PEER = {
  head: 4, // first line of the list of its lines, -1 when it has none; in a free row the next free row, or -1
  attempts: 5, // attempts whose first SYN had a TSval
  lastTsval: 6, // of the latest attempt
  points: 7, // TSvals seen
  stepsBack: 8, // attempts that were behind the one before
  nextId: 9, // id of the next clock
  held: 10, // lines held, and `LONE` for each of them with one attempt
  loneDropped: 11, // lines dropped with one attempt
  votes: 12,
  linesDropped: 13, // lines dropped with more attempts than one
  attemptsDropped: 14, // attempts on those
  without: 15, // attempts whose first SYN had no TSval
} as const;

/** A peer holds far fewer lines than this: both counts of `PEER.held` fit into one word, and a row into one cache line. */
export const LONE = 1 << 16;

/**
 * What is kept of each peer that was observed: one row of 64 bytes, so that an attempt touches one or two cache lines. The
 * caller's peer numbers may be many and those observed few: rows are dense, and an index of 4 bytes for each peer number
 * leads to them. Both double up to the ceiling; rows of forgotten peers form a list through `PEER.head`.
 */
export class PeerTable {
  private readonly ceiling: number;
  /** By peer number: its row + 1, or 0. */
  private index = new Int32Array(0);
  private words = new Int32Array(0);
  /** The same memory as doubles. */
  private rates = new Float64Array(0);
  private used = 0;
  private free = -1;

  constructor(ceiling: number) {
    this.ceiling = ceiling;
  }

  /** Bytes held by the arrays. */
  get bytes(): number {
    return this.index.byteLength + this.words.byteLength;
  }

  /** Row of a peer, -1 when it was never observed. */
  find(peer: number): number {
    return i32(this.index, peer) - 1;
  }

  /** Row of a peer, a new one when it was never observed; -1 when the peer is beyond the ceiling. */
  admit(peer: number): number {
    const row = i32(this.index, peer) - 1;
    return row >= 0 ? row : this.open(peer);
  }

  /** Sets a peer back to never observed; the next one gets its row. */
  remove(peer: number): void {
    const row = this.find(peer);
    if (row < 0) return;
    this.index[peer] = 0;
    this.words[row * ROW + PEER.head] = this.free;
    this.free = row;
  }

  word(row: number, field: number): number {
    return i32(this.words, row * ROW + field);
  }

  /** A word that only ever rises, maybe beyond 2^31. */
  count(row: number, field: number): number {
    return i32(this.words, row * ROW + field) >>> 0;
  }

  set(row: number, field: number, value: number): void {
    this.words[row * ROW + field] = value;
  }

  add(row: number, field: number, amount: number): void {
    const at = row * ROW + field;
    this.words[at] = i32(this.words, at) + amount;
  }

  /** Lines held. */
  held(row: number): number {
    return this.word(row, PEER.held) & (LONE - 1);
  }

  /** Those of them with one attempt. */
  lone(row: number): number {
    return this.word(row, PEER.held) >>> 16;
  }

  rate(row: number, which: number): number {
    return f64(this.rates, row * (ROW / 2) + which);
  }

  setRate(row: number, which: number, ticksPerSecond: number): void {
    this.rates[row * (ROW / 2) + which] = ticksPerSecond;
  }

  private open(peer: number): number {
    if (peer < 0 || peer >= this.ceiling) return -1;
    if (peer >= this.index.length) this.index = widenI32(this.index, this.roomFor(peer, this.index.length));
    let row = this.free;
    if (row >= 0) {
      this.free = this.word(row, PEER.head);
    } else {
      row = this.used++;
      const rows = this.words.length / ROW;
      if (row >= rows) {
        this.words = widenI32(this.words, this.roomFor(row, rows) * ROW);
        this.rates = new Float64Array(this.words.buffer);
      }
    }
    this.words.fill(0, row * ROW, (row + 1) * ROW);
    this.set(row, PEER.head, -1);
    this.index[peer] = row + 1;
    return row;
  }

  /** How many elements to have instead of `size`, which are too few for `at`. */
  private roomFor(at: number, size: number): number {
    let room = Math.max(64, size);
    while (room <= at) room *= 2;
    return Math.min(room, this.ceiling);
  }
}
