import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullStream } from '../../capture/source/byte-pull.ts';
import { errorCode } from '../../capture/source/system-error.ts';
import { errnoWords } from '../../report/sentences/errno.ts';
import type { ScoutLimits } from './scout.ts';
import { Scout } from './scout.ts';

/** Held in memory up to here; what comes after goes to a temporary file. */
const MEMORY = 64 * 1024 * 1024;
const CHUNK = 64 * 1024;

/**
 * A stream kept to be read again: the cause of a SYN depends on the verdict, and the verdict on the last packet. The
 * beginning is held in memory, the rest in a temporary file that has no name any more while it is used.
 */
export class KeptStream {
  private readonly held: Uint8Array[] = [];
  private heldBytes = 0;
  private file = -1;
  private folder = '';
  private spooled = 0;
  /** What ended the stream too early; thrown at the end of every reading. */
  private fault: unknown = null;

  private constructor() {}

  /**
   * Takes in the stream to its end, until `signal` calls for what is there, or as far as it will be read. An error of the
   * stream comes out again when it is read.
   */
  static async keep(
    stream: AsyncIterable<unknown>,
    {
      signal = null,
      memory = MEMORY,
      limits = {},
    }: { readonly signal?: AbortSignal | null; readonly memory?: number; readonly limits?: ScoutLimits } = {},
  ): Promise<KeptStream> {
    const kept = new KeptStream();
    const scout = new Scout(limits);
    const pull = pullStream(stream, signal);
    try {
      for (;;) {
        const chunk = await pull.next();
        if (chunk === null) break;
        kept.take(chunk, memory);
        if (!(await scout.wants(chunk))) break;
      }
    } catch (error) {
      kept.fault = error ?? new Error('the stream failed');
    } finally {
      pull.close();
      scout.close();
    }
    return kept;
  }

  get isEmpty(): boolean {
    return this.heldBytes + this.spooled === 0;
  }

  /** The bytes from the beginning; each chunk is valid until the next one is asked for. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.held;
    const buffer = new Uint8Array(CHUNK);
    for (let at = 0; at < this.spooled;) {
      const count = readSync(this.file, buffer, 0, buffer.length, at);
      if (count === 0) break;
      at += count;
      yield buffer.subarray(0, count);
    }
    if (this.fault !== null) throw this.fault;
  }

  /** Frees the memory and the file. */
  close(): void {
    this.held.length = 0;
    this.spooled = 0;
    if (this.file >= 0) closeSync(this.file);
    this.file = -1;
    if (this.folder !== '') rmSync(this.folder, { recursive: true, force: true });
    this.folder = '';
  }

  private take(chunk: Uint8Array, memory: number): void {
    if (this.file < 0 && this.heldBytes + chunk.length <= memory) {
      this.held.push(chunk.slice());
      this.heldBytes += chunk.length;
      return;
    }
    try {
      if (this.file < 0) this.open();
      for (let written = 0; written < chunk.length;) {
        written += writeSync(this.file, chunk, written, chunk.length - written, this.spooled + written);
      }
    } catch (error) {
      const code = `its temporary file cannot be written: ${errnoWords(errorCode(error))}`;
      throw Object.assign(new Error(code, { cause: error }), { code });
    }
    this.spooled += chunk.length;
  }

  private open(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'synscope-'));
    this.file = openSync(join(this.folder, 'capture'), 'wx+', 0o600);
    try {
      // Without its name the file vanishes even when the program is killed.
      rmSync(this.folder, { recursive: true, force: true });
      this.folder = '';
    } catch {
      // Some systems keep the name of an open file; `close` removes it then.
    }
  }
}
