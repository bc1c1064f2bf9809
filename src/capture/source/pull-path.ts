/** Bytes that come when they are asked for, so that a reading can wait: files, pipes, streams. */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type UnfitKind, kindOfUnfit } from './file.ts';

export interface BytePull {
  /** Size of the whole in bytes; null for a stream. */
  readonly size: number | null;
  /** The next bytes, valid until they are asked for again; null at the end. Throws, or rejects, what the system says. */
  next(): Uint8Array | null | Promise<Uint8Array | null>;
  close(): void;
}

/** The first bytes tell what a file is, and often that is all that is wanted. */
const FIRST = 16 * 1024;
const PIECE = 256 * 1024;

/**
 * The file or named pipe at `path`; or what keeps it from being read.
 * @throws what the operating system says
 */
export function pullPath(path: string, signal: AbortSignal | null): BytePull | UnfitKind {
  const stats = statSync(path);
  if (stats.isFIFO()) return pullStream(createReadStream(path, { highWaterMark: PIECE }), signal);
  return kindOfUnfit(stats) ?? pullFile(path, stats.size);
}

function pullFile(path: string, size: number): BytePull {
  const file = openSync(path, 'r');
  let buffer = new Uint8Array(FIRST);
  let read = 0;
  return {
    size,
    next: () => {
      if (read === FIRST) buffer = new Uint8Array(PIECE);
      const count = readSync(file, buffer, 0, buffer.length, null);
      read += count;
      return count === 0 ? null : buffer.subarray(0, count);
    },
    close: () => closeSync(file),
  };
}

/** A stream, or anything that yields chunks; `signal` ends the wait for the next one. */
export function pullStream(source: AsyncIterable<unknown>, signal: AbortSignal | null): BytePull {
  const chunks = source[Symbol.asyncIterator]();
  const close = (): void => {
    if (source instanceof Readable) source.destroy();
  };
  const stopped = new Promise<null>((resolve) => {
    const stop = (): void => {
      close();
      resolve(null);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
  const next = async (): Promise<Uint8Array | null> => {
    for (;;) {
      const result = await chunks.next();
      if (result.done === true) return null;
      if (result.value instanceof Uint8Array) return result.value;
    }
  };
  return {
    size: null,
    next: () => {
      const chunk = next();
      // When the wait is over, what the abandoned stream says of it concerns nobody.
      chunk.catch(() => undefined);
      return Promise.race([chunk, stopped]);
    },
    close,
  };
}
