import type { Segment } from '../packet/segment.ts';
import { f64, i32 } from '../units/table.ts';
import { widenF64, widenI32 } from '../units/grow.ts';

/**
 * SYN packets from their arrival until they are settled, in capture order: a ring of rows in two typed arrays.
 *
 * A row is named by its serial, which only grows; `row(serial)` gives its offset. The ring doubles while rows wait
 * for their answer, up to a ceiling; then the oldest is settled early. Fields of later rooms (fate, stamp) live in
 * the row too, so that a packet is written once and read once.
 */
export const ROW_WORDS = 37;

/** Field offsets within a row. */
export const ROW = {
  src: 0, // 4 words
  dst: 4, // 4 words
  family: 8,
  ports: 9, // src << 16 | dst
  seq: 10,
  tsval: 11,
  tsecr: 12,
  ordinal: 13, // frame number counted over all captures
  capture: 14, // index of the capture
  frame: 15,
  seconds: 16, // low 32 bits
  nanoseconds: 17,
  attempt: 18,
  flags: 19,
  answer: 20, // index into ANSWERS
  previous: 21, // serial of the attempt's SYN packet before, or -1
  connection: 22, // slot in the connection table
  pair: 23, // slot in the pair table
  target: 24, // slot in the target table
  fates: 25, // kernel: two bits per variant, see kernel/fates
  stampT: 26, // kernel: TSval of the stamp it was compared with, key (target, peer)
  stampOrdinal: 27, // packet that wrote it
  peerStampT: 28, // the same for the key (peer)
  peerStampOrdinal: 29,
  original: 30, // frame of the first sighting, for a duplicate
  class: 31, // diagnosis: what is known besides
  clock: 32, // clocks: line of its peer, or -1
  listener: 33, // slot in the listener table
  completions: 34, // handshakes the listener had completed, and requests it had open, when the SYN came
  requests: 35,
  nudges: 36, // segments of clients with an open request that the listener had seen: each may have completed one
} as const;

/** The SYN packets of an attempt (`ROW.previous`) are followed this far back; no client sends more for one. */
export const CHAIN = 16;

/** Field offsets of the floating-point part of a row: seconds of capture time. */
export const ROW_TIME = { arrived: 0, answered: 1, stamp: 2, peerStamp: 3 } as const;
export const ROW_TIMES = 4;

/** Bits of ROW.flags. */
export const SYN_HAS_TSVAL = 1;
export const SYN_HAS_TSECR = 2;
export const SYN_RETRANSMISSION = 4;
export const SYN_DUPLICATE = 8;
/** SYN with FIN or RST: no kernel of interest answers it. */
export const SYN_ODD = 16;
export const SYN_DECIDED = 32;
/** Sent to a 4-tuple on which a connection was plainly alive. */
export const SYN_ON_LIVE = 64;
/** Sent while the target's request for this very attempt existed: answered from it, no check. */
export const SYN_ON_REQUEST = 128;
/** Old connection on the 4-tuple: the target may, or must, still hold it in TIME-WAIT. */
export const SYN_ON_TIME_WAIT = 256;
export const SYN_ON_SURE_TIME_WAIT = 512;
/** Options were cut by the snaplen: whether it had a TSval is not known. */
export const SYN_OPTIONS_CUT = 1024;
/** The handshake went on although no SYN-ACK was captured. */
export const SYN_ANSWER_NOT_CAPTURED = 2048;
/** Time stamps of the record make no sense (none, or far from its neighbours). */
export const SYN_UNTIMED = 4096;
/** Answered by the SYN-ACK, and its attempt went on to send it again: the reply was lost on its way. */
export const SYN_AFTER_ANSWER = 8192;
/** Settled before its horizon because the ring was full. */
export const SYN_SETTLED_EARLY = 16384;
/** Its TSval is behind the highest that its peer had shown before. */
export const SYN_STEP_BACK = 32768;
/** The client sent it again: it got no answer that satisfied it. */
export const SYN_SENT_AGAIN = 65536;
/** Answered by a SYN-ACK, yet the client sent it again well after: the reply did not reach it. */
export const SYN_REPLY_LOST = 131072;
/** Old connection in TIME-WAIT for longer than a host with recycle on keeps it. */
export const SYN_ON_LATE_TIME_WAIT = 262144;
/** A bare ACK had answered a SYN on the 4-tuple less than the kernel's rate limit of such ACKs before. */
export const SYN_AFTER_CHALLENGE = 524288;
/** It, or what followed it, was damaged in the capture: that no answer to it is seen does not mean that none came. */
export const SYN_DOUBTFUL = 1048576;

export class SynRing {
  words: Int32Array;
  times: Float64Array;
  /** Serial of the oldest row held, and of the next one to come. */
  tail = 0;
  head = 0;
  private mask: number;
  private readonly ceiling: number;

  constructor(ceiling: number, initial = 1024) {
    const size = Math.min(initial, ceiling);
    this.ceiling = ceiling;
    this.mask = size - 1;
    this.words = new Int32Array(size * ROW_WORDS);
    this.times = new Float64Array(size * ROW_TIMES);
  }

  get length(): number {
    return this.head - this.tail;
  }

  /** True when a row must go before another can come. */
  get full(): boolean {
    return this.head - this.tail >= this.ceiling;
  }

  /** True when half of all rows are taken: none should be held without need. */
  get crowded(): boolean {
    return (this.head - this.tail) * 2 > this.ceiling;
  }

  holds(serial: number): boolean {
    return serial >= this.tail && serial < this.head;
  }

  /** No answer to row `serial` shall mean silence. */
  doubt(serial: number): void {
    const at = this.row(serial) + ROW.flags;
    this.words[at] = i32(this.words, at) | SYN_DOUBTFUL;
  }

  /** Offset of a row in `words`. */
  row(serial: number): number {
    return (serial & this.mask) * ROW_WORDS;
  }

  /** Offset of a row in `times`. */
  rowTimes(serial: number): number {
    return (serial & this.mask) * ROW_TIMES;
  }

  word(serial: number, field: number): number {
    return i32(this.words, (serial & this.mask) * ROW_WORDS + field);
  }

  time(serial: number, field: number): number {
    return f64(this.times, (serial & this.mask) * ROW_TIMES + field);
  }

  /** Appends the SYN in `s` and returns its serial; the caller has made room when the ring was full. */
  push(s: Segment, now: number, ordinal: number, capture: number): number {
    if (this.head - this.tail > this.mask) this.grow();
    const serial = this.head;
    this.head += 1;
    const at = this.row(serial);
    const w = this.words;
    w[at] = s.src0;
    w[at + 1] = s.src1;
    w[at + 2] = s.src2;
    w[at + 3] = s.src3;
    w[at + 4] = s.dst0;
    w[at + 5] = s.dst1;
    w[at + 6] = s.dst2;
    w[at + 7] = s.dst3;
    w[at + ROW.family] = s.family;
    w[at + ROW.ports] = (s.srcPort << 16) | s.dstPort;
    w[at + ROW.seq] = s.seq;
    w[at + ROW.tsval] = s.tsval;
    w[at + ROW.tsecr] = s.tsecr;
    w[at + ROW.ordinal] = ordinal;
    w[at + ROW.capture] = capture;
    w[at + ROW.frame] = s.frame;
    w[at + ROW.seconds] = s.seconds;
    w[at + ROW.nanoseconds] = s.nanoseconds;
    w[at + ROW.attempt] = 0;
    w[at + ROW.flags] =
      (s.hasTsval ? SYN_HAS_TSVAL : 0) |
      (s.hasTsecr ? SYN_HAS_TSECR : 0) |
      (s.optionsCut ? SYN_OPTIONS_CUT : 0) |
      (s.timed ? 0 : SYN_UNTIMED);
    w[at + ROW.answer] = 0;
    w[at + ROW.previous] = -1;
    w[at + ROW.connection] = -1;
    w[at + ROW.pair] = -1;
    w[at + ROW.target] = -1;
    w[at + ROW.listener] = -1;
    w[at + ROW.fates] = 0;
    w[at + ROW.original] = -1;
    w[at + ROW.class] = 0;
    w[at + ROW.clock] = -1;
    const t = this.rowTimes(serial);
    this.times[t + ROW_TIME.arrived] = now;
    this.times[t + ROW_TIME.answered] = Number.NaN;
    this.times[t + ROW_TIME.stamp] = Number.NaN;
    this.times[t + ROW_TIME.peerStamp] = Number.NaN;
    return serial;
  }

  private grow(): void {
    const size = this.mask + 1;
    const words = widenI32(this.words, size * 2 * ROW_WORDS);
    const times = widenF64(this.times, size * 2 * ROW_TIMES);
    // Rows sit at serial mod size; each moves to serial mod twice the size, its old place or the one above.
    for (let serial = this.tail; serial < this.head; serial += 1) {
      const from = (serial & this.mask) * ROW_WORDS;
      words.copyWithin((serial & (size * 2 - 1)) * ROW_WORDS, from, from + ROW_WORDS);
      const fromTimes = (serial & this.mask) * ROW_TIMES;
      times.copyWithin((serial & (size * 2 - 1)) * ROW_TIMES, fromTimes, fromTimes + ROW_TIMES);
    }
    this.words = words;
    this.times = times;
    this.mask = size * 2 - 1;
  }
}
