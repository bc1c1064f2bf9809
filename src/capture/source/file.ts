import { closeSync, opendirSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { CaptureFacts } from '../facts.ts';
import { recogniseByMark } from '../magic.ts';
import type { CaptureWalker } from '../walker.ts';
import { Intake } from './intake.ts';
import { NamedPipe } from './named-pipe.ts';
import type { ReadOptions } from './options.ts';
import { readCaptureStream } from './stream.ts';
import { errorCode } from './system-error.ts';

/** Reading goes on this long before the event loop gets its turn (signals, time limits): some 3 ms, of nothing but SYNs 200. */
const BYTES_PER_TURN = 4 * 1024 * 1024;
/** Compressed bytes handed to the unpacker at once; what comes of one chunk may be lost when there is damage in it. */
const COMPRESSED_CHUNK = 64 * 1024;

/**
 * Reads the capture at `path`, compressed or not, into the walker, with synchronous reads straight into its window.
 * Whatever is wrong with the file, from its absence on, becomes a problem of the walker; nothing is thrown.
 * @returns what the capture was, after the end (or a limit, or the signal) was reached
 */
export async function readCaptureFile(
  path: string,
  walker: CaptureWalker,
  options: ReadOptions = {},
): Promise<CaptureFacts> {
  let file = -1;
  try {
    const stats = statSync(path);
    // A named pipe: opening it waits for a writer, which must not stop everything else.
    if (stats.isFIFO()) {
      return await readCaptureStream(new NamedPipe(path), walker, options);
    }
    const unfit = kindOfUnfit(path, stats);
    if (unfit === null) {
      file = openSync(path, 'r');
      await readRegularFile(file, stats.size, walker, options);
    } else {
      walker.fail(unfit, null, null, null);
    }
  } catch (error) {
    walker.note('unreadable', null, null, errorCode(error));
  } finally {
    if (file >= 0) closeSync(file);
  }
  return walker.end();
}

/** What is at a path, and cannot be read as a capture. */
export type UnfitKind = 'is-directory' | 'not-a-file';

/**
 * Why what is at a path is no file to be read; null when it is one.
 * @throws what the operating system says of a directory that cannot be listed
 */
export function kindOfUnfit(path: string, stats: Stats): UnfitKind | null {
  if (!stats.isDirectory()) return stats.isFile() ? null : 'not-a-file';
  opendirSync(path).closeSync();
  return 'is-directory';
}

async function readRegularFile(
  file: number,
  size: number,
  walker: CaptureWalker,
  options: ReadOptions,
): Promise<void> {
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  let read = 0;
  let turn = BYTES_PER_TURN;
  while (walker.wantsMore) {
    const { bytes, offset, length } = walker.reserve();
    const count = readSync(file, bytes, offset, length, null);
    if (count === 0) return;
    if (read === 0 && isCompressed(bytes, offset, count)) {
      await readCompressed(file, bytes.slice(offset, offset + count), size, walker, options);
      return;
    }
    read += count;
    walker.commit(Math.min(count, maxBytes - (read - count)));
    if (read > maxBytes && walker.wantsMore) walker.fail('size-limit', maxBytes, null, 'bytes');
    options.onProgress?.(read, size);
    if (read < turn) continue;
    turn = read + BYTES_PER_TURN;
    await otherWork();
    if (options.signal?.aborted === true) walker.stop();
  }
}

function isCompressed(bytes: Uint8Array, start: number, count: number): boolean {
  return recogniseByMark(bytes, start, start + count).kind === 'compressed';
}

async function readCompressed(
  file: number,
  first: Uint8Array,
  size: number,
  walker: CaptureWalker,
  options: ReadOptions,
): Promise<void> {
  const intake = new Intake(walker, options);
  const buffer = new Uint8Array(COMPRESSED_CHUNK);
  let read = first.length;
  try {
    for (let at = 0; at < first.length && intake.wantsMore; at += COMPRESSED_CHUNK) {
      await intake.take(first.subarray(at, at + COMPRESSED_CHUNK));
    }
    while (intake.wantsMore) {
      options.onProgress?.(read, size);
      const count = readSync(file, buffer, 0, buffer.length, null);
      if (count === 0) break;
      read += count;
      await intake.take(buffer.subarray(0, count));
      if (options.signal?.aborted !== true) continue;
      await intake.settle();
      walker.stop();
    }
    await intake.finish();
  } finally {
    await intake.settle();
    intake.cancel();
  }
}
