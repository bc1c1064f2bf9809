/**
 * Records that were read and have to wait: those of one chunk, as rows of a table. Their bytes stay where they are, in the
 * window of the walker that delivered them, and are valid until the walker takes in more.
 */
import { widenF64, widenI32 } from '../../units/grow.ts';
import { f64, i32 } from '../../units/table.ts';
import type { CaptureRecord } from '../record.ts';

const WORDS = 9;
const START = 0;
const END = 1;
const ORIGINAL = 2;
const LINK_TYPE = 3;
const INTERFACE = 4;
const FRAME = 5;
const NANOSECONDS = 6;
const TIMED = 7;
const SECTION = 8;

/** A time this far from the one before is not followed on its own word. */
const LEAP_SECONDS = 86_400;

export class RecordBatch {
  private words = new Int32Array(64 * WORDS);
  private seconds = new Float64Array(64);
  private length = 0;
  private at = 0;
  /** Where the last record handed out stood in time. */
  private last = Number.NEGATIVE_INFINITY;

  /** Nothing waits. */
  get empty(): boolean {
    return this.at === this.length;
  }

  get size(): number {
    return this.length - this.at;
  }

  /** Takes a record in; its bytes are not copied. */
  add(record: CaptureRecord): void {
    if (this.length === this.seconds.length) this.grow();
    const { words } = this;
    const row = this.length * WORDS;
    words[row + START] = record.start;
    words[row + END] = record.end;
    words[row + ORIGINAL] = record.originalLength;
    words[row + LINK_TYPE] = record.linkType;
    words[row + INTERFACE] = record.interfaceIndex;
    words[row + SECTION] = record.section;
    words[row + FRAME] = record.frame;
    words[row + NANOSECONDS] = record.nanoseconds;
    words[row + TIMED] = record.timed ? 1 : 0;
    this.seconds[this.length] = record.seconds;
    this.length += 1;
  }

  /**
   * When the next record is due, in seconds: its time, but never after that of the record behind it, since that has to
   * wait for this one. So a time that was damaged holds nothing up. A record without a time is due at once.
   */
  due(): number {
    const { at, last } = this;
    if (!this.isTimed(at)) return last;
    const time = this.timeOf(at);
    if (at + 1 < this.length) return this.isTimed(at + 1) ? Math.min(time, this.timeOf(at + 1)) : time;
    return time - last > LEAP_SECONDS && last > Number.NEGATIVE_INFINITY ? last : time;
  }

  /** Fills `record` with the next record, but for `bytes` and `view`, and goes on to the one behind it. */
  take(record: CaptureRecord): void {
    const { words, at } = this;
    const row = at * WORDS;
    record.start = i32(words, row + START);
    record.end = i32(words, row + END);
    record.originalLength = i32(words, row + ORIGINAL) >>> 0;
    record.linkType = i32(words, row + LINK_TYPE);
    record.interfaceIndex = i32(words, row + INTERFACE);
    record.section = i32(words, row + SECTION);
    record.frame = i32(words, row + FRAME);
    record.seconds = f64(this.seconds, at);
    record.nanoseconds = i32(words, row + NANOSECONDS);
    record.timed = i32(words, row + TIMED) === 1;
    if (record.timed) this.last = this.timeOf(at);
    this.at += 1;
    if (this.empty) this.clear();
  }

  /** A record that never had to wait was handed out. */
  passed(time: number): void {
    this.last = time;
  }

  clear(): void {
    this.at = 0;
    this.length = 0;
  }

  private isTimed(at: number): boolean {
    return i32(this.words, at * WORDS + TIMED) === 1;
  }

  private timeOf(at: number): number {
    return f64(this.seconds, at) + i32(this.words, at * WORDS + NANOSECONDS) * 1e-9;
  }

  private grow(): void {
    this.words = widenI32(this.words, this.words.length * 2);
    this.seconds = widenF64(this.seconds, this.seconds.length * 2);
  }
}
