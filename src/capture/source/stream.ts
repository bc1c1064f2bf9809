import { Readable } from 'node:stream';
import type { CaptureFacts } from '../facts.ts';
import type { CaptureWalker } from '../walker.ts';
import { bytesOfChunk, pullStream } from './byte-pull.ts';
import { Intake } from './intake.ts';
import type { ReadOptions } from './options.ts';
import { errorCode } from './system-error.ts';

/** Node's word for a stream that was closed before its end. */
const EARLY = 'ERR_STREAM_PREMATURE_CLOSE';

/**
 * Reads a capture, compressed or not, from a stream (standard input, a pipe, an HTTP body) into the walker. A slow
 * source is waited for; each chunk's records are delivered as it comes. Large chunks are best, 256 KiB and more.
 * Whatever goes wrong becomes a problem of the walker; nothing is thrown.
 * @returns what the capture was, after the end (or a limit, or the signal) was reached; the source is closed then
 */
export async function readCaptureStream(
  source: AsyncIterable<unknown>,
  walker: CaptureWalker,
  options: ReadOptions = {},
): Promise<CaptureFacts> {
  const intake = new Intake(walker, options);
  try {
    // Node's streams by their events: asynchronous iteration costs them as much as the whole walk.
    if (source instanceof Readable) await drainReadable(source, intake, options);
    else await drainIterable(source, intake, options);
  } catch (error) {
    walker.note('unreadable', null, null, errorCode(error));
  }
  if (options.signal?.aborted === true) walker.stop();
  await intake.finish();
  return walker.end();
}

function drainReadable(source: Readable, intake: Intake, options: ReadOptions): Promise<void> {
  const { onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    let read = 0;
    /** The chunk being worked on, while the source is paused. It may end meanwhile. */
    let working: Promise<void> = Promise.resolve();
    const leave = (): void => {
      signal?.removeEventListener('abort', finish);
      source.off('data', take);
      source.off('close', closed);
      source.destroy();
    };
    const finish = (): void => {
      leave();
      working.then(resolve, reject);
    };
    const fail = (error: unknown): void => {
      leave();
      working.then(() => reject(error), reject);
    };
    /** Nothing more comes, and nobody said that this was all. */
    const closed = (): void =>
      fail(source.errored ?? Object.assign(new Error('closed early'), { code: EARLY }));
    const taken = (): void => {
      onProgress?.(read, null);
      if (!intake.wantsMore) finish();
    };
    const take = (chunk: unknown): void => {
      let pending: void | Promise<void>;
      try {
        const bytes = bytesOfChunk(chunk);
        read += bytes.length;
        pending = intake.take(bytes);
        if (pending === undefined) {
          taken();
          return;
        }
      } catch (error) {
        fail(error);
        return;
      }
      source.pause();
      // The next chunk may be long in coming, and what this one holds may be all that is wanted.
      working = pending
        .then(() => {
          source.resume();
          return intake.settle();
        })
        .then(taken);
      working.catch(fail);
    };
    source.on('data', take);
    source.once('end', finish);
    source.once('close', closed);
    source.once('error', fail);
    signal?.addEventListener('abort', finish, { once: true });
    if (signal?.aborted === true) finish();
    // What is over already tells nothing any more.
    else if (source.destroyed || source.readableEnded) closed();
  });
}

async function drainIterable(
  source: AsyncIterable<unknown>,
  intake: Intake,
  options: ReadOptions,
): Promise<void> {
  const pull = pullStream(source, options.signal ?? null);
  let read = 0;
  try {
    for (;;) {
      const chunk = await pull.next();
      if (chunk === null) return;
      read += chunk.length;
      await intake.take(chunk);
      await intake.settle();
      options.onProgress?.(read, null);
      if (!intake.wantsMore || options.signal?.aborted === true) return;
    }
  } finally {
    pull.close();
  }
}
