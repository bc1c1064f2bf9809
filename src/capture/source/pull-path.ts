import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type BytePull, pullStream } from './byte-pull.ts';
import { type UnfitKind, kindOfUnfit } from './file.ts';
import { NamedPipe } from './named-pipe.ts';

/** The first bytes tell what a file is, and often that is all that is wanted. */
const FIRST = 16 * 1024;
const PIECE = 256 * 1024;

/**
 * The file or named pipe at `path`; or what keeps it from being read.
 * @throws what the operating system says
 */
export function pullPath(path: string, signal: AbortSignal | null): BytePull | UnfitKind {
  const stats = statSync(path);
  if (stats.isFIFO()) return pullStream(new NamedPipe(path), signal);
  return kindOfUnfit(path, stats) ?? pullFile(path, stats.size);
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
