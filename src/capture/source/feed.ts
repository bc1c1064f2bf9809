import type { CaptureWalker } from '../walker.ts';
import type { ByteTarget } from './intake.ts';

/** What is given to the walker at once: few enough records to keep. */
const PORTION = 256 * 1024;

/** From so many bytes on the unpacker has to wait. */
const ENOUGH = PORTION;

/**
 * Stands before a walker and holds what was unpacked until it is wanted: bytes, and what is to be noted about them, in
 * their order. Of what is unpacked a copy is kept, since the unpacker goes on, though only until there is enough.
 */
export class Feed implements ByteTarget {
  private readonly walker: CaptureWalker;
  private readonly copies: () => boolean;
  private waiting: (Uint8Array | (() => void))[] = [];
  private taken = 0;
  private held = 0;
  /** Lets the unpacker go on. */
  private goOn: (() => void) | null = null;
  /** Tells whoever waits for bytes. */
  private tell: (() => void) | null = null;
  private refused = false;

  /** @param copies whether bytes that are pushed may change before they are poured */
  constructor(walker: CaptureWalker, copies: () => boolean) {
    this.walker = walker;
    this.copies = copies;
  }

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  get wantsMore(): boolean {
    return !this.refused && this.walker.wantsMore;
  }

  get bytesTaken(): number {
    return this.taken;
  }

  push(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length === 0) return undefined;
    this.taken += bytes.length;
    this.waiting.push(this.copies() ? bytes.slice() : bytes);
    this.held += bytes.length;
    if (this.held < ENOUGH) return undefined;
    const pause = new Promise<void>((resolve) => {
      this.goOn = resolve;
    });
    this.tell?.();
    return pause;
  }

  /** Fulfilled when there is enough. */
  full(): Promise<void> {
    if (this.held >= ENOUGH) return Promise.resolve();
    return new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  unpackedFrom(compression: string): void {
    this.walker.unpackedFrom(compression);
  }

  note(...problem: Parameters<ByteTarget['note']>): void {
    this.waiting.push(() => this.walker.note(...problem));
  }

  fail(...problem: Parameters<ByteTarget['fail']>): void {
    this.refused = true;
    this.waiting.push(() => this.walker.fail(...problem));
  }

  /** Gives the walker the next portion. What it delivered before is gone after that. */
  pour(): void {
    const next = this.waiting.shift();
    if (next === undefined) return;
    if (!(next instanceof Uint8Array)) {
      next();
      return;
    }
    const { bytes, offset, length } = this.walker.reserve();
    const count = Math.min(length, next.length, PORTION);
    bytes.set(next.subarray(0, count), offset);
    if (count < next.length) this.waiting.unshift(next.subarray(count));
    this.held -= count;
    this.walker.commit(count);
    if (!this.walker.wantsMore) this.clear();
    else if (this.empty) this.resume();
  }

  clear(): void {
    this.waiting = [];
    this.held = 0;
    this.resume();
  }

  private resume(): void {
    this.goOn?.();
    this.goOn = null;
  }
}
