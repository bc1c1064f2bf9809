import { Intake } from '../../capture/source/intake.ts';
import { CaptureWalker } from '../../capture/walker.ts';

/** Bytes after which it is plain whether a stream is a capture at all. */
const PLAIN = 64 * 1024;

/** The budgets that end the reading of a stream before the stream does. */
export interface ScoutLimits {
  readonly maxBytes?: number;
  readonly maxPackets?: number;
}

/**
 * Walks along a stream that is being kept, and says when nothing more of it will be read: it is no capture, or a budget
 * is used up. A live capture, and what only looks like a pipe, may never end by themselves.
 */
export class Scout {
  private readonly intake: Intake;
  private readonly limited: boolean;
  private seen = 0;
  private done = false;

  constructor({ maxBytes, maxPackets = Infinity }: ScoutLimits) {
    this.limited = maxBytes !== undefined || maxPackets < Infinity;
    const walker = new CaptureWalker(
      ({ frame }) => {
        if (frame >= maxPackets) walker.stop();
      },
      () => undefined,
    );
    this.intake = new Intake(walker, maxBytes === undefined ? {} : { maxBytes });
  }

  /** Takes note of the next bytes; false when no more are wanted. */
  async wants(chunk: Uint8Array): Promise<boolean> {
    if (this.done) return true;
    await this.intake.take(chunk);
    await this.intake.settle();
    if (!this.intake.wantsMore) return false;
    this.seen += chunk.length;
    this.done = !this.limited && this.seen >= PLAIN;
    if (this.done) this.close();
    return true;
  }

  close(): void {
    this.intake.cancel();
  }
}
