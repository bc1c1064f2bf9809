/** Where captures come from: files, pipes, streams and bytes, each able to pour itself into a walker. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { CaptureFacts } from '../../capture/facts.ts';
import { readCaptureFile } from '../../capture/source/file.ts';
import type { UnfitKind } from '../../capture/source/file.ts';
import { NamedPipe } from '../../capture/source/named-pipe.ts';
import type { ReadOptions } from '../../capture/source/options.ts';
import type { BytePull } from '../../capture/source/byte-pull.ts';
import { pullStream } from '../../capture/source/byte-pull.ts';
import { pullPath } from '../../capture/source/pull-path.ts';
import { readCaptureStream } from '../../capture/source/stream.ts';
import type { CaptureWalker } from '../../capture/walker.ts';
import type { Bytes } from '../../units/bytes.ts';
import { bytesOf, isBytes } from '../../units/bytes.ts';
import { kindOf } from '../given.ts';
import { KeptStream } from './kept-stream.ts';
import type { ScoutLimits } from './scout.ts';

/**
 * A capture as bytes (any view of them, or an `ArrayBuffer`): all of them at once, or in chunks of any size (a Node
 * stream, a web stream, a generator). The chunks may be reused by their source once the next one is asked for.
 */
export type CaptureBytes = Bytes | AsyncIterable<Bytes> | Iterable<Bytes>;

/** An input that can be read once. */
export interface CaptureSource {
  /** As the report names it. */
  readonly name: string;
  /** Pours the input into the walker. What goes wrong becomes a problem of the walker. */
  readonly read: (walker: CaptureWalker, options: ReadOptions) => Promise<CaptureFacts>;
  /** The bytes as they are asked for, or what keeps them from being read. Throws what the operating system says. */
  readonly pull: (signal: AbortSignal | null) => BytePull | UnfitKind;
  /** It can be pulled once only. */
  readonly once: boolean;
}

/** An input that can be read again and again, each time the same. */
export interface ReplayableSource extends CaptureSource {
  /** The bytes once more, in chunks that are valid until the next one is asked for. */
  readonly chunks: () => AsyncIterable<Uint8Array>;
  /** A stream of which something was taken in: it will not have more, however long one waits. */
  readonly kept: boolean;
  /** Gives back what was kept for reading again. */
  readonly close: () => void;
}

/** Compressed files are handed on in such pieces, on every reading: damage then costs the same each time. */
const CHUNK = 64 * 1024;

/** The file at `path`, or the standard input for `-`. */
export function sourceOfPath(path: string): CaptureSource {
  if (path === '-')
    return {
      name: path,
      read: (walker, options) => readCaptureStream(standardInput(), walker, options),
      pull: (signal) => pullStream(standardInput(), signal),
      once: true,
    };
  return fileSource(path);
}

/**
 * Bytes that somebody hands over.
 * @throws TypeError for what holds and yields none
 */
export function sourceOfBytes(bytes: CaptureBytes, name: string): CaptureSource {
  const chunks = chunksOf(bytes);
  return {
    name,
    read: (walker, options) => readCaptureStream(chunks, walker, options),
    pull: (signal) => pullStream(chunks, signal),
    once: true,
  };
}

/** As `sourceOfPath`, and a pipe is kept until its end, or as far as the limits let it be read. */
export async function replayablePath(
  path: string,
  signal: AbortSignal | null,
  limits: ScoutLimits,
): Promise<ReplayableSource> {
  if (path === '-') return keptSource(path, standardInput(), signal, limits);
  return isPipe(path) ? keptSource(path, new NamedPipe(path), signal, limits) : fileSource(path);
}

/** As `sourceOfBytes`, and what can be read only once is kept, likewise. */
export async function replayableBytes(
  bytes: CaptureBytes,
  name: string,
  signal: AbortSignal | null,
  limits: ScoutLimits,
): Promise<ReplayableSource> {
  return keptSource(name, chunksOf(bytes), signal, limits);
}

function fileSource(path: string): ReplayableSource {
  return {
    name: path,
    read: (walker, options) => readCaptureFile(path, walker, options),
    pull: (signal) => pullPath(path, signal),
    once: isPipe(path),
    kept: false,
    chunks: () => fileChunks(path),
    close: () => undefined,
  };
}

async function keptSource(
  name: string,
  stream: AsyncIterable<unknown>,
  signal: AbortSignal | null,
  limits: ScoutLimits,
): Promise<ReplayableSource> {
  const kept = await KeptStream.keep(stream, { signal, limits });
  return {
    name,
    read: (walker, options) => readCaptureStream(kept.chunks(), walker, options),
    pull: () => pullStream(kept.chunks(), null),
    once: false,
    kept: !kept.isEmpty,
    chunks: () => kept.chunks(),
    close: () => kept.close(),
  };
}

/** Of a directory that was redirected here Node makes an empty stream. */
function standardInput(): AsyncIterable<Uint8Array> {
  return isDirectoryOpen(0) ? refused('EISDIR') : process.stdin;
}

function isDirectoryOpen(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isDirectory();
  } catch {
    return false;
  }
}

function refused(code: string): AsyncIterable<Uint8Array> {
  const refusal = Object.assign(new Error(code), { code });
  return { [Symbol.asyncIterator]: () => ({ next: async () => Promise.reject(refusal) }) };
}

/** A stream of Node stays one: it is read by its events, and can be left while it waits. */
function chunksOf(given: CaptureBytes): AsyncIterable<unknown> {
  if (isBytes(given)) return oneByOne([bytesOf(given)]);
  if (isObject(given) && Symbol.asyncIterator in given) return given;
  if (isObject(given) && Symbol.iterator in given) return oneByOne(given);
  throw new TypeError(`a capture is bytes, or yields them: ${kindOf(given)} given`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

async function* oneByOne(chunks: Iterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  yield* chunks;
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(CHUNK);
    for (;;) {
      const count = readSync(file, buffer, 0, buffer.length, null);
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}

/** A named pipe or a process substitution; what cannot be looked at is left to the reading, which says why. */
function isPipe(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
  } catch {
    return false;
  }
}
