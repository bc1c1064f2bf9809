import type { Segment } from '../packet/segment.ts';
import { growI32, widenI32 } from '../units/grow.ts';
import { quarterOctaves } from '../units/octaves.ts';
import { i32 } from '../units/table.ts';
import type { Vantage } from './vantage-place.ts';
import { placeOf } from './vantage-place.ts';

/**
 * What tells where a capture was taken, counted per target in bounded tables: how far away (in IP hops) SYNs and
 * SYN-ACKs come from, whether the capturing host sent or received them, and how long each end takes to answer.
 *
 * A row of words per target, made with its first SYN; delays are counted in half octaves from 1 µs up, so that a
 * low percentile, which no stalled host moves, costs no memory per handshake.
 */
const FIELD = {
  synAtOrigin: 0, // hops 0, 1, 2 and more
  synAckAtOrigin: 3,
  synToUs: 6, // to us, by us, bridged
  synAckToUs: 9,
  replies: 12,
} as const;
const BINS = 48;
const ACKNOWLEDGES = FIELD.replies + BINS;
const WORDS = ACKNOWLEDGES + BINS;
/** Targets followed; the few that matter come early. */
const ROWS = 1024;

/** Initial TTLs of the systems in use (Linux and BSD, Windows, network gear). */
const INITIAL_TTLS: readonly number[] = [64, 128, 255];
/** No path in the Internet is longer; a TTL further from every initial one tells nothing. */
const MOST_HOPS = 40;

/** SLL packet types (LINKTYPE_LINUX_SLL): to us, to another host (seen on a bridge), sent by us. */
const TO_US = 0;
const BRIDGED = 3;
const BY_US = 4;

export class VantageMeter {
  private words = new Int32Array(4 * WORDS);
  /** Row + 1 by slot of the target. */
  private rowOf = new Int32Array(256);
  private rows = 0;
  private readonly free: number[] = [];

  /** The SYN in `s` goes to target `slot`. */
  syn(slot: number, s: Segment): void {
    const row = this.row(slot);
    if (row < 0) return;
    this.where(row, FIELD.synAtOrigin, FIELD.synToUs, s);
  }

  /** The SYN-ACK in `s` came from target `slot`, `delay` seconds after its SYN. */
  answered(slot: number, s: Segment, delay: number): void {
    const row = this.row(slot);
    if (row < 0) return;
    this.where(row, FIELD.synAckAtOrigin, FIELD.synAckToUs, s);
    this.count(row, FIELD.replies, delay);
  }

  /** A peer of target `slot` completed its handshake `delay` seconds after the SYN-ACK. */
  acknowledged(slot: number, delay: number): void {
    const row = this.row(slot);
    if (row >= 0) this.count(row, ACKNOWLEDGES, delay);
  }

  /** Slot `slot` is about to be given to another target. */
  forget(slot: number): void {
    const row = i32(this.rowOf, slot) - 1;
    if (row < 0) return;
    this.rowOf[slot] = 0;
    this.free.push(row);
  }

  /** Where the traffic of target `slot` was captured. */
  of(slot: number): Vantage {
    const row = i32(this.rowOf, slot) - 1;
    if (row < 0) return { place: 'unknown', evidence: [] };
    const three = (field: number): readonly [number, number, number] => [
      this.word(row, field),
      this.word(row, field + 1),
      this.word(row, field + 2),
    ];
    return placeOf({
      synHops: three(FIELD.synAtOrigin),
      synAckHops: three(FIELD.synAckAtOrigin),
      synTypes: three(FIELD.synToUs),
      synAckTypes: three(FIELD.synAckToUs),
      replies: this.floor(row, FIELD.replies),
      acknowledges: this.floor(row, ACKNOWLEDGES),
    });
  }

  private where(row: number, hops: number, types: number, s: Segment): void {
    const away = hopsOf(s.ttl);
    if (away >= 0) this.bump(row, hops + Math.min(away, 2));
    if (s.direction === TO_US) this.bump(row, types);
    else if (s.direction === BY_US) this.bump(row, types + 1);
    else if (s.direction === BRIDGED) this.bump(row, types + 2);
  }

  /** How many delays were measured, and the one that a tenth of them stay below, seconds. */
  private floor(row: number, at: number): { readonly count: number; readonly floor: number } {
    let count = 0;
    for (let bin = 0; bin < BINS; bin += 1) count += this.word(row, at + bin);
    let left = count / 10;
    for (let bin = 0; bin < BINS; bin += 1) {
      left -= this.word(row, at + bin);
      if (left <= 0 && count > 0) return { count, floor: 1e-6 * 2 ** (bin / 2) };
    }
    return { count, floor: 0 };
  }

  private row(slot: number): number {
    if (slot >= this.rowOf.length) {
      this.rowOf = growI32(this.rowOf, slot + 1);
    }
    const known = i32(this.rowOf, slot);
    if (known > 0) return known - 1;
    const row = this.free.pop() ?? (this.rows < ROWS ? this.rows++ : -1);
    if (row < 0) return -1;
    if ((row + 1) * WORDS > this.words.length) {
      this.words = widenI32(this.words, this.words.length * 2);
    }
    this.words.fill(0, row * WORDS, (row + 1) * WORDS);
    this.rowOf[slot] = row + 1;
    return row;
  }

  private word(row: number, field: number): number {
    return i32(this.words, row * WORDS + field);
  }

  private count(row: number, bins: number, delay: number): void {
    const steps = quarterOctaves(delay);
    if (steps >= 0) this.bump(row, bins + Math.min(steps >> 1, BINS - 1));
  }

  private bump(row: number, field: number): void {
    const at = row * WORDS + field;
    this.words[at] = i32(this.words, at) + 1;
  }
}

/** Routers that a packet with this TTL has passed, or -1 when it does not tell. */
function hopsOf(ttl: number): number {
  for (const initial of INITIAL_TTLS) {
    if (ttl <= initial) return initial - ttl > MOST_HOPS ? -1 : initial - ttl;
  }
  return -1;
}
