import { createGunzip, type Gunzip } from 'node:zlib';
import { CUT_OFF, DAMAGED, type UnpackedSink, type Unpacker } from './unpacker.ts';

/**
 * gzip, any number of members one after the other, zeros behind the last. What zlib has unpacked of a push in which it
 * finds an error is lost, so pushes should not be large.
 */
export class GzipUnpacker implements Unpacker {
  private readonly gunzip: Gunzip;
  private fault: string | null = null;
  private cancelled = false;

  /** @param portion bytes given to the sink at once */
  constructor(sink: UnpackedSink, portion: number) {
    this.gunzip = createGunzip({ chunkSize: portion });
    this.gunzip.on('data', (bytes: Uint8Array) => {
      const pause = this.cancelled ? undefined : sink(bytes);
      if (pause === undefined) return;
      this.gunzip.pause();
      void pause.then(() => this.gunzip.resume());
    });
    this.gunzip.on('error', (error: NodeJS.ErrnoException) => {
      this.fault = error.code === 'Z_BUF_ERROR' ? CUT_OFF : DAMAGED;
    });
  }

  push(chunk: Uint8Array): Promise<string | null> {
    return this.untilClosedOr((done) => this.gunzip.write(chunk, done));
  }

  finish(): Promise<string | null> {
    // The callback of `end` comes before the check for completeness; the closing comes after it.
    return this.untilClosedOr(() => this.gunzip.end());
  }

  cancel(): void {
    this.cancelled = true;
    this.gunzip.destroy();
  }

  /** Starts an operation and waits until it calls back, or the stream is closed, be it by an error. */
  private untilClosedOr(operation: (done: () => void) => void): Promise<string | null> {
    if (this.gunzip.destroyed) return Promise.resolve(this.fault);
    return new Promise((resolve) => {
      const done = (): void => {
        this.gunzip.off('close', done);
        resolve(this.fault);
      };
      this.gunzip.once('close', done);
      operation(done);
    });
  }
}
