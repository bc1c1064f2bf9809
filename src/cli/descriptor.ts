import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { OutputClosed, OutputFailed } from './io.ts';

/** How long to wait, in milliseconds, when a pipe that others set to non-blocking is full. */
const FULL_PIPE_PAUSE = 5;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes the whole content to a file descriptor before returning. `path` names it in errors.
 *
 * @throws OutputClosed when the reader has gone (EPIPE); OutputFailed on any other refusal.
 */
export function writeWhole(descriptor: number, path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EPIPE') throw new OutputClosed('the reader has gone', { cause: error });
      if (code !== 'EAGAIN') throw new OutputFailed(path, code);
      Atomics.wait(pause, 0, 0, FULL_PIPE_PAUSE);
    }
  }
}

/** The code of a system error (`ENOENT`), or the message of any other. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
