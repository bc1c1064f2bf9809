/** Bytes that come when they are asked for, so that a reading can wait: files, pipes, streams. */
import { Readable } from 'node:stream';
import { bytesOf, isBytes } from '../../units/bytes.ts';

export interface BytePull {
  /** Size of the whole in bytes; null for a stream. */
  readonly size: number | null;
  /** The next bytes, valid until they are asked for again; null at the end. Throws, or rejects, what the system says. */
  next(): Uint8Array | null | Promise<Uint8Array | null>;
  close(): void;
}

/** A stream, or anything that yields chunks; `signal` ends the wait for the next one, and is the end. */
export function pullStream(source: AsyncIterable<unknown>, signal: AbortSignal | null): BytePull {
  const chunks = source[Symbol.asyncIterator]();
  let stopped = false;
  /** Ends the wait for a chunk. */
  let stopWaiting: (() => void) | null = null;
  const close = (): void => {
    signal?.removeEventListener('abort', stop);
    if (source instanceof Readable) source.destroy();
    // What still works on its next chunk hears of it after that, if it comes.
    else chunks.return?.().catch(() => undefined);
  };
  const stop = (): void => {
    stopped = true;
    close();
    stopWaiting?.();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const next = async (): Promise<Uint8Array | null> => {
    const result = await chunks.next();
    return result.done === true ? null : bytesOfChunk(result.value);
  };
  return {
    size: null,
    next: () => {
      if (stopped) return null;
      return new Promise((resolve, reject) => {
        stopWaiting = () => resolve(null);
        next().then(resolve, reject);
      });
    },
    close,
  };
}

/**
 * What a source handed over, as bytes.
 * @throws an error whose code says what came instead
 */
export function bytesOfChunk(chunk: unknown): Uint8Array {
  if (isBytes(chunk)) return bytesOf(chunk);
  const code = `it yields ${typeof chunk}s, not bytes`;
  throw Object.assign(new TypeError(code), { code });
}
