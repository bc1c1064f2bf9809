import { setImmediate as otherWork } from 'node:timers/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { CUT_OFF, DAMAGED, type UnpackedSink, type Unpacker } from './unpacker.ts';

/** Bytes given to zlib at once at the beginning, and where that ends: a small capture is hardly more. */
const FIRST_SLICE = 512;
const BEGINNING = 64 * 1024;

/**
 * gzip, any number of members one after the other, zeros behind the last. What zlib has unpacked of a push in which it
 * finds an error is lost, so pushes should not be large.
 *
 * zlib unpacks in a thread of its own. What it has unpacked is given to the sink when the event loop comes round, and
 * before that whoever pushes has pushed the next chunk: both cores are at work then, for a fifth less time.
 */
export class GzipUnpacker implements Unpacker {
  private readonly gunzip: Gunzip;
  private readonly sink: UnpackedSink;
  /** Unpacked and not yet given: two portions at most, and zlib may hold another, and work on one more. */
  private readonly ahead: { readonly bytes: Uint8Array; readonly consumed: number }[] = [];
  /** Fulfilled when all that is ahead was given; null when there is nothing. */
  private giving: Promise<void> | null = null;
  private consumed = 0;
  private fault: string | null = null;
  private cancelled = false;

  /** @param portion bytes given to the sink at once */
  constructor(sink: UnpackedSink, portion: number) {
    this.sink = sink;
    this.gunzip = createGunzip({ chunkSize: portion });
    this.gunzip.on('data', (bytes: Uint8Array) => this.take(bytes));
    this.gunzip.on('error', (error: NodeJS.ErrnoException) => {
      this.fault = error.code === 'Z_BUF_ERROR' ? CUT_OFF : DAMAGED;
    });
  }

  async push(chunk: Uint8Array): Promise<string | null> {
    for (let at = 0; at < chunk.length && this.fault === null && !this.cancelled;) {
      const slice = this.consumed < BEGINNING ? chunk.subarray(at, at + FIRST_SLICE) : chunk.subarray(at);
      at += slice.length;
      this.consumed += slice.length;
      await this.untilClosedOr((done) => this.gunzip.write(slice, done));
      // With more to do a paused zlib could find an error, and forget what it holds.
      if (this.fault !== null || this.gunzip.isPaused()) await this.giving;
    }
    return this.fault;
  }

  async settle(): Promise<void> {
    await this.giving;
  }

  async finish(): Promise<string | null> {
    // The callback of `end` comes before the check for completeness; the closing comes after it.
    await this.untilClosedOr(() => this.gunzip.end());
    await this.giving;
    return this.fault;
  }

  cancel(): void {
    this.cancelled = true;
    this.ahead.length = 0;
    this.gunzip.destroy();
  }

  private take(bytes: Uint8Array): void {
    if (this.cancelled) return;
    this.ahead.push({ bytes, consumed: this.consumed });
    if (this.giving === null) {
      this.giving = this.give();
      // What the sink throws is for the next who waits.
      this.giving.catch(() => undefined);
    } else {
      this.gunzip.pause();
    }
  }

  private async give(): Promise<void> {
    await otherWork();
    for (let next = this.ahead.shift(); next !== undefined; next = this.ahead.shift()) {
      const pause = this.sink(next.bytes, next.consumed);
      if (pause !== undefined) await pause;
      this.gunzip.resume();
    }
    this.giving = null;
  }

  /** Starts an operation and waits until it calls back, or the stream is closed, be it by an error. */
  private untilClosedOr(operation: (done: () => void) => void): Promise<void> {
    if (this.gunzip.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.gunzip.off('close', done);
        resolve();
      };
      this.gunzip.once('close', done);
      operation(done);
    });
  }
}
