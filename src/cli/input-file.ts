import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './descriptor.ts';
import { InputFailed } from './io.ts';

/** Bytes asked for at once; files below /proc do not know their size. */
const CHUNK = 65_536;

/**
 * Reads a small text file whole. UTF-16 with a byte order mark (what some Windows shells redirect into) is understood
 * beside UTF-8.
 *
 * @throws InputFailed when it cannot be read, or is larger than `maxBytes`.
 */
export function readTextFile(path: string, maxBytes: number): string {
  return attempt(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      return decode(readUpTo(descriptor, path, maxBytes));
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Names of the regular files right in a directory, in order; null when `path` is no directory.
 *
 * @throws InputFailed when it cannot be read.
 */
export function listTextFiles(path: string): readonly string[] | null {
  return attempt(path, () => {
    if (!statSync(path).isDirectory()) return null;
    return readdirSync(path)
      .filter((name) => statsOf(join(path, name))?.isFile() === true)
      .toSorted();
  });
}

/** Whether a path leads to a directory. */
export function isDirectory(path: string): boolean {
  return statsOf(path)?.isDirectory() === true;
}

/** Whether two paths lead to the same regular file. */
export function isSameFile(path: string, other: string): boolean {
  const [one, two] = [statsOf(path), statsOf(other)];
  return one?.isFile() === true && one.dev === two?.dev && one.ino === two.ino;
}

/** What a path leads to; null for what cannot be looked at, such as a link in circles. */
function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}

function readUpTo(descriptor: number, path: string, maxBytes: number): Uint8Array {
  let bytes = new Uint8Array(CHUNK);
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    const read = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += read;
    if (length > maxBytes) throw new InputFailed(path, 'EFBIG');
    if (read === 0) return bytes.subarray(0, length);
  }
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof InputFailed ? error : new InputFailed(path, errorCode(error));
  }
}
