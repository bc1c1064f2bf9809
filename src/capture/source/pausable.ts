/**
 * A capture that can wait: it is read portion by portion, and records for which the time has not come stay in a batch.
 * Memory is bounded by one portion of bytes and the records in it: unpacking waits, too.
 */
import type { CaptureFacts } from '../facts.ts';
import { RecordBatch } from '../merge/batch.ts';
import type { ProblemSink } from '../problem.ts';
import { blankRecord, type CaptureRecord, type RecordSink } from '../record.ts';
import { CaptureWalker } from '../walker.ts';
import { Feed } from './feed.ts';
import type { UnfitKind } from './file.ts';
import { Intake } from './intake.ts';
import type { ReadOptions } from './options.ts';
import type { BytePull } from './byte-pull.ts';
import { errorCode } from './system-error.ts';

/** Compressed bytes unpacked at once. What gzip has unpacked of a slice with damage in it is lost. */
const SLICES: Readonly<Record<string, number>> = { gzip: 8192, zstd: 65_536 };
const FIRST_SLICE = 1024;
/** Unpacked at once: many captures may wait at the same time. */
const PORTION = 128 * 1024;

export class PausableCapture {
  private readonly walker: CaptureWalker;
  private readonly intake: Intake;
  private readonly feed: Feed;
  private readonly batch = new RecordBatch();
  private readonly record: CaptureRecord;
  private readonly sink: RecordSink;
  private readonly open: () => BytePull | UnfitKind;
  private readonly onProgress: ReadOptions['onProgress'];
  private readonly signal: AbortSignal | undefined;
  private pull: BytePull | null = null;
  private piece: Uint8Array | null = null;
  /** A slice that is being unpacked, as far as it is wanted. */
  private unpacking: Promise<void> | null = null;
  private bytesRead = 0;
  private until = Number.NEGATIVE_INFINITY;
  private finishing = false;
  private ended: CaptureFacts | null = null;
  private handedOut = 0;
  private lastFrame = 0;
  private stoppedWithin = false;

  /** @param open is called at the first `advance`; what it throws becomes a problem */
  constructor(
    open: () => BytePull | UnfitKind,
    sink: RecordSink,
    problems: ProblemSink,
    options: ReadOptions,
  ) {
    this.open = open;
    this.sink = sink;
    this.onProgress = options.onProgress;
    this.signal = options.signal;
    this.walker = new CaptureWalker((record) => this.receive(record), problems);
    this.feed = new Feed(this.walker, () => this.intake.compression !== null);
    this.intake = new Intake(this.feed, options, PORTION);
    this.record = blankRecord(this.walker.reserve().bytes);
  }

  /** Records wait for their time. */
  get waits(): boolean {
    return !this.batch.empty;
  }

  /** How many of them. */
  get waiting(): number {
    return this.batch.size;
  }

  /** The capture is read to its end, though records of it may still wait. */
  get isRead(): boolean {
    return this.ended !== null;
  }

  /** When the record that waits is due, seconds. */
  due(): number {
    return this.batch.due();
  }

  /** Hands the record that waits to the sink. */
  release(): void {
    this.batch.take(this.record);
    this.hand(this.record);
  }

  /**
   * For when no record waits: takes in some more. Records before `until` (seconds) go to the sink at once; the first that
   * is not before it, and those behind it, wait. A promise where that takes time.
   */
  advance(until: number): void | Promise<void> {
    this.until = until;
    if (!this.feed.empty) {
      this.feed.pour();
      return undefined;
    }
    if (this.unpacking !== null) return this.untilFed(this.unpacking);
    if (this.finishing || this.ended !== null) {
      this.ended ??= this.walker.end();
      return undefined;
    }
    if (!this.intake.wantsMore) return this.finish();
    return this.piece === null ? this.fetch() : this.takeIn(this.piece);
  }

  /** Nothing more is wanted; records that wait are dropped. */
  stop(): void {
    this.stoppedWithin ||= this.waits;
    this.walker.stop();
    this.batch.clear();
    this.intake.cancel();
    this.feed.clear();
  }

  /** Ends the reading. */
  close(): CaptureFacts {
    this.pull?.close();
    this.pull = null;
    this.intake.cancel();
    this.feed.clear();
    this.ended ??= this.walker.end();
    if (!this.stoppedWithin) return this.ended;
    return { ...this.ended, frames: this.lastFrame, records: this.handedOut, stopped: true };
  }

  private receive(record: CaptureRecord): void {
    if (!this.batch.empty) {
      this.batch.add(record);
      return;
    }
    const time = record.timed
      ? record.seconds + record.nanoseconds * 1e-9
      : Math.min(this.until, Number.MIN_SAFE_INTEGER);
    if (time >= this.until) {
      this.batch.add(record);
      return;
    }
    if (record.timed) this.batch.passed(time);
    this.hand(record);
  }

  private hand(record: CaptureRecord): void {
    this.handedOut += 1;
    this.lastFrame = record.frame;
    this.sink(record);
  }

  private async fetch(): Promise<void> {
    try {
      if (this.pull === null) {
        const opened = this.open();
        if (typeof opened === 'string') {
          this.feed.fail(opened, null, null, null);
          return;
        }
        this.pull = opened;
      }
      this.piece = await this.pull.next();
    } catch (error) {
      this.piece = null;
      this.feed.note('unreadable', null, null, errorCode(error));
    }
    if (this.piece === null) {
      // The wait was ended, and not the capture.
      if (this.signal?.aborted === true) this.stop();
      return this.finish();
    }
    this.bytesRead += this.piece.length;
    this.onProgress?.(this.bytesRead, this.pull?.size ?? null);
  }

  private takeIn(piece: Uint8Array): void | Promise<void> {
    const size = this.sliceOf(piece);
    this.piece = piece.length <= size ? null : piece.subarray(size);
    const pending = this.intake.take(piece.subarray(0, size));
    if (pending === undefined) return undefined;
    // What comes next may be long in coming.
    return this.untilFed(this.piece === null ? pending.then(() => this.intake.settle()) : pending);
  }

  /** Waits until there is something to go on with, or until all of it was unpacked. */
  private async untilFed(pending: Promise<void>): Promise<void> {
    this.unpacking = pending;
    const done = pending.then(() => {
      if (this.unpacking === pending) this.unpacking = null;
    });
    await Promise.race([done, this.feed.full()]);
  }

  private sliceOf(piece: Uint8Array): number {
    const { compression, recognised } = this.intake;
    if (compression === null && recognised) return piece.length;
    return SLICES[compression ?? ''] ?? FIRST_SLICE;
  }

  private finish(): Promise<void> {
    this.finishing = true;
    return this.untilFed(this.intake.finish());
  }
}
