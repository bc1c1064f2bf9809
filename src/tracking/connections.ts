import type { Segment } from '../packet/segment.ts';
import { f64, i32 } from '../units/table.ts';
import { FIRST_FIELD, firstDouble, KEY_WORDS, KeyedTable, rowWords, setKey } from './keyed-table.ts';
import { HORIZONS } from './limits.ts';

/**
 * One slot per 4-tuple: the attempt that is under way and the connection as far as the kernel model needs it, each
 * side by itself, because either end may turn out to be the target that closes first.
 *
 * The key holds the lower (address, port) first; a segment's side is 0 when its sender is the lower one.
 */

/** Word offsets within a slot. Fields of side s are at `side(s) + field`. */
export const CONNECTION = {
  flags: 0,
  attempt: 1, // number of the attempt under way or done
  isn: 2, // its ISN
  lastSyn: 3, // serial of its latest SYN packet, or -1
  pair: 4,
  target: 5,
  rejectMask: 6, // variants under which a SYN packet of the attempt was rejected and silent
  listener: 7,
  clock: 8, // clocks: line that the attempt's TSvals are on, or -1
  synFrame: 9, // frame of its latest SYN packet, which may be settled already
  sides: 10,
} as const;
export const SIDE = {
  ackHigh: 0, // highest ACK number this side sent: the kernel's rcv_wup, seen from outside
  sndNext: 1, // one past the highest sequence number it sent
  finEnd: 2, // one past its FIN
  finAck: 3, // what its FIN acknowledged
  tsRecent: 4, // the other side's TSval as this side's kernel remembers it
  tsRecentOrdinal: 5, // packet that set it
} as const;
const SIDE_WORDS = 6;
const WORDS = CONNECTION.sides + 2 * SIDE_WORDS;

/** Offsets of the floating-point part: seconds of capture time. */
export const CONNECTION_TIME = {
  lastSeen: 0,
  firstSyn: 1,
  timeWaitSince: 2,
  tsRecent: 3, // and 4: of side 0 and side 1
  peerSpoke: 5, // latest segment of the peer while the request was open
  answered: 6, // its first SYN-ACK
  challenged: 7, // the latest bare ACK to a SYN on this 4-tuple; 0 for none
} as const;
const TIMES = 8;

/** A row, key and all, fills 192 bytes: three cache lines. */
const LAYOUT = { words: WORDS, doubles: TIMES } as const;
const ROW = rowWords(LAYOUT);
const FIRST_TIME = firstDouble(LAYOUT) / 2;

/** Flag bits of the attempt. */
export const ATTEMPT_OPEN = 1 << 0; // some SYN packet seen, not yet finished
export const ATTEMPT_FROM_1 = 1 << 1; // the SYNs come from side 1
export const ATTEMPT_CONNECTED = 1 << 2;
export const ATTEMPT_TSVAL = 1 << 3; // its SYNs carry timestamps
/** Flag bits of the connection. */
export const ESTABLISHED = 1 << 4; // plainly alive: the handshake completed or both sides sent data
export const NO_TIMESTAMPS = 1 << 5; // handshake seen, timestamps not negotiated
export const RESET = 1 << 6;
export const TIME_WAIT = 1 << 7; // one side holds it in TIME-WAIT
export const TIME_WAIT_SIDE_1 = 1 << 8;
export const TIME_WAIT_REARMED = 1 << 9; // a segment hit it: lasts the full 60 s even with recycle
export const REQUEST_OPEN = 1 << 10; // SYN-ACK sent, the target has shown no sign of an established connection yet
/** Of the attempt: its first SYN carries data (TCP Fast Open). */
export const ATTEMPT_DATA = 1 << 11;
/** What an attempt is known by once it is answered. */
export const ATTEMPT_KEPT = ATTEMPT_OPEN | ATTEMPT_FROM_1 | ATTEMPT_TSVAL | ATTEMPT_DATA;
/** Flag bits of a side: shift by the side. */
export const ACK_KNOWN = 1 << 12;
export const NEXT_KNOWN = 1 << 14;
export const FIN_SENT = 1 << 16;
export const CLOSED_FIRST = 1 << 18; // its FIN left before it knew of the other's
export const FIN_ACKED = 1 << 20;
export const TS_KNOWN = 1 << 22;
export const FIN_PENDING = 1 << 24; // its FIN came behind a gap or data: not yet taken by the other side
export const TS_DOUBTFUL = 1 << 26; // the TSvals it got do not fit together: one of them was damaged in the capture
/** What is captured here is captured again behind the source NAT of the capturing host: seen, and not counted. */
export const TRANSLATED = 1 << 28;

/** Flags of a connection: it lives on, and neither its handshake nor its end is under way. */
export const BETWEEN =
  ESTABLISHED | ATTEMPT_OPEN | REQUEST_OPEN | RESET | TIME_WAIT | FIN_SENT | (FIN_SENT << 1);

export function sideOf(side: number): number {
  return CONNECTION.sides + side * SIDE_WORDS;
}

export class Connections {
  readonly table: KeyedTable;
  /** Rows of the table, as words and as doubles. */
  words: Int32Array;
  times: Float64Array;
  evicted = 0;
  private readonly key = new Int32Array(KEY_WORDS);

  constructor(seed: number, ceiling: number) {
    this.table = new KeyedTable(seed, ceiling, 1024, LAYOUT);
    this.words = this.table.words;
    this.times = this.table.doubles;
  }

  /** Slot of a segment's 4-tuple, times two, plus the side of its sender; negative for an unknown one. */
  lookUp(s: Segment): number {
    if (s.family === 6) {
      const side = this.setKeyOf(s);
      return (this.find() << 1) | side;
    }
    const { src3, dst3, srcPort, dstPort } = s;
    if (src3 === dst3 ? srcPort <= dstPort : below(src3, dst3)) {
      return this.table.findIpv4(src3, dst3, (srcPort << 16) | dstPort) << 1;
    }
    return (this.table.findIpv4(dst3, src3, (dstPort << 16) | srcPort) << 1) | 1;
  }

  /** Sets the key of a segment's 4-tuple; returns the side of its sender. */
  setKeyOf(s: Segment): 0 | 1 {
    if (senderIsLower(s)) {
      const ports = (s.srcPort << 16) | s.dstPort;
      setKey(this.key, s.family, s.src0, s.src1, s.src2, s.src3, s.dst0, s.dst1, s.dst2, s.dst3, ports);
      return 0;
    }
    const ports = (s.dstPort << 16) | s.srcPort;
    setKey(this.key, s.family, s.dst0, s.dst1, s.dst2, s.dst3, s.src0, s.src1, s.src2, s.src3, ports);
    return 1;
  }

  /** Slot of the key set last, or -1. */
  find(): number {
    return this.table.find(this.key);
  }

  /** A new, blank slot for the key set last; the caller has made room. */
  add(now: number): number {
    const slot = this.table.add(this.key);
    if (slot < 0) return -1;
    this.words = this.table.words;
    this.times = this.table.doubles;
    const at = this.at(slot);
    this.words[at + CONNECTION.lastSyn] = -1;
    this.words[at + CONNECTION.pair] = -1;
    this.words[at + CONNECTION.target] = -1;
    this.words[at + CONNECTION.listener] = -1;
    this.words[at + CONNECTION.clock] = -1;
    this.setTime(slot, CONNECTION_TIME.lastSeen, now);
    return slot;
  }

  /** Offset of a slot's fields in `words`. */
  at(slot: number): number {
    return slot * ROW + FIRST_FIELD;
  }

  /** Offset of a slot's times in `times`. */
  timesAt(slot: number): number {
    return slot * (ROW / 2) + FIRST_TIME;
  }

  word(slot: number, field: number): number {
    return i32(this.words, slot * ROW + FIRST_FIELD + field);
  }

  set(slot: number, field: number, value: number): void {
    this.words[slot * ROW + FIRST_FIELD + field] = value;
  }

  time(slot: number, field: number): number {
    return f64(this.times, slot * (ROW / 2) + FIRST_TIME + field);
  }

  setTime(slot: number, field: number, value: number): void {
    this.times[slot * (ROW / 2) + FIRST_TIME + field] = value;
  }

  /** True when nothing more is to be learned from a slot by `now`. */
  expired(slot: number, now: number): boolean {
    const age = now - this.time(slot, CONNECTION_TIME.lastSeen);
    const flags = this.word(slot, CONNECTION.flags);
    if ((flags & ATTEMPT_OPEN) !== 0) return age > HORIZONS.attemptSeconds;
    if ((flags & TIME_WAIT) !== 0) return age > HORIZONS.timeWaitSeconds;
    if ((flags & RESET) !== 0) return age > HORIZONS.resetSeconds;
    // A handshake that never goes on is given up by the target after its last SYN-ACK.
    if ((flags & REQUEST_OPEN) !== 0) return age > HORIZONS.attemptSeconds;
    if ((flags & (FIN_SENT | (FIN_SENT << 1))) === (FIN_SENT | (FIN_SENT << 1))) {
      return age > HORIZONS.timeWaitSeconds;
    }
    return age > HORIZONS.idleSeconds;
  }
}

const LOWER_LIMIT = 0x80000000;

/** Unsigned order of two words held signed. */
export function below(a: number, b: number): boolean {
  return (a ^ LOWER_LIMIT) < (b ^ LOWER_LIMIT);
}

function senderIsLower(s: Segment): boolean {
  if (s.src3 !== s.dst3) return below(s.src3, s.dst3);
  if (s.src0 !== s.dst0) return below(s.src0, s.dst0);
  if (s.src1 !== s.dst1) return below(s.src1, s.dst1);
  if (s.src2 !== s.dst2) return below(s.src2, s.dst2);
  return s.srcPort <= s.dstPort;
}
