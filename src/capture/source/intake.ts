/**
 * Between a source of bytes and the walker: recognises compression by content, unpacks, keeps the limits.
 * Nothing is unpacked twice: a capture that is compressed inside a compressed file is named, not opened.
 */
import { recogniseByMark } from '../magic.ts';
import type { CaptureWalker } from '../walker.ts';
import { DEFAULT_MAX_RATIO, FREE_UNPACKED, MOST_UNPACKING_MEMORY, type ReadOptions } from './options.ts';
import { TOO_LARGE, type Unpacker } from './unpacker.ts';
import { createUnpacker } from './unpackers.ts';

/** Longest mark of a compressed form. */
const MARK_LENGTH = 6;

/** Unpacked bytes at once: 1 MiB halves the time that gzip takes with the default of 16 KiB. */
const PORTION = 1024 * 1024;

/** Takes the bytes of a capture: a walker, or what stands before one. */
export interface ByteTarget extends Pick<
  CaptureWalker,
  'wantsMore' | 'bytesTaken' | 'unpackedFrom' | 'note' | 'fail'
> {
  /** A promise when it has enough for now; what was unpacked has to wait for it. */
  push(bytes: Uint8Array): void | Promise<void>;
}

export class Intake {
  private readonly walker: ByteTarget;
  private readonly portion: number;
  private readonly maxBytes: number;
  private readonly maxRatio: number;
  private head: Uint8Array | null = new Uint8Array(0);
  private unpacker: Unpacker | null = null;
  private format = '';
  private unpackedBytes = 0;
  /** The compressed input makes no sense from here on. */
  private broken = false;

  /** @param portion bytes that are unpacked at once */
  constructor(walker: ByteTarget, options: ReadOptions, portion: number = PORTION) {
    this.walker = walker;
    this.portion = portion;
    this.maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.maxRatio = options.maxRatio ?? DEFAULT_MAX_RATIO;
  }

  /** False as long as there was too little to tell whether the input is compressed. */
  get recognised(): boolean {
    return this.head === null;
  }

  /** The compression that is being unpacked, if any. */
  get compression(): string | null {
    return this.unpacker === null ? null : this.format;
  }

  /** False when further input would be ignored. */
  get wantsMore(): boolean {
    return this.walker.wantsMore && !this.broken;
  }

  /**
   * Takes in a chunk. A promise when that needs time; the chunk may be reused once it is fulfilled, though what came of
   * it may not have arrived at the walker before `settle`. Nothing when all is done already, as it is for captures that
   * are not compressed: a promise for each chunk would be felt.
   */
  take(chunk: Uint8Array): Promise<void> | undefined {
    if (this.head !== null) {
      const first = joined(this.head, chunk);
      if (first.length >= MARK_LENGTH) return this.open(first);
      this.head = first.slice();
      return undefined;
    }
    if (this.unpacker !== null) return this.unpack(this.unpacker, chunk);
    void this.takePlain(chunk);
    return undefined;
  }

  /** Waits until the walker was given everything that was taken in. */
  async settle(): Promise<void> {
    await this.unpacker?.settle();
  }

  /** The source is at its end. */
  async finish(): Promise<void> {
    if (this.head !== null) await this.open(this.head);
    if (this.unpacker === null) return;
    if (this.wantsMore) this.judge(await this.unpacker.finish());
    else this.unpacker.cancel();
  }

  /** Nothing more is wanted, not even what a chunk that is being unpacked still holds. */
  cancel(): void {
    this.unpacker?.cancel();
  }

  private async open(first: Uint8Array): Promise<void> {
    this.head = null;
    const recognition = recogniseByMark(first, 0, first.length);
    if (recognition.kind === 'compressed') {
      this.format = recognition.format;
      this.unpacker = await createUnpacker(
        recognition.format,
        (bytes, consumed) => this.takeUnpacked(bytes, consumed),
        this.portion,
      );
    }
    if (this.unpacker === null) void this.takePlain(first);
    else {
      this.walker.unpackedFrom(this.format);
      await this.unpack(this.unpacker, first);
    }
  }

  private async unpack(unpacker: Unpacker, chunk: Uint8Array): Promise<void> {
    this.judge(await unpacker.push(chunk));
  }

  private takePlain(bytes: Uint8Array): Promise<void> | undefined {
    const room = this.maxBytes - this.walker.bytesTaken;
    const pause = this.walker.push(bytes.length <= room ? bytes : bytes.subarray(0, room));
    if (bytes.length > room && this.walker.wantsMore) {
      this.walker.fail('size-limit', this.maxBytes, null, 'bytes');
    }
    return pause instanceof Promise ? pause : undefined;
  }

  private takeUnpacked(bytes: Uint8Array, consumed: number): Promise<void> | undefined {
    this.unpackedBytes += bytes.length;
    const pause = this.takePlain(bytes);
    const ceiling = Math.max(FREE_UNPACKED, consumed * this.maxRatio);
    if (this.unpackedBytes > ceiling && this.walker.wantsMore) {
      this.walker.fail('size-limit', this.maxRatio, null, 'ratio');
    }
    if (this.walker.wantsMore) return pause;
    this.unpacker?.cancel();
    return undefined;
  }

  private judge(fault: string | null): void {
    if (fault === null || !this.wantsMore) return;
    this.broken = true;
    if (fault === TOO_LARGE) this.walker.fail('size-limit', MOST_UNPACKING_MEMORY, null, 'memory');
    else this.walker.note('corrupt-compression', null, null, `${this.format} ${fault}`);
    this.unpacker?.cancel();
  }
}

function joined(head: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (head.length === 0) return chunk;
  const whole = new Uint8Array(head.length + chunk.length);
  whole.set(head);
  whole.set(chunk, head.length);
  return whole;
}
