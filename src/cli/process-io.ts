import { isatty } from 'node:tty';
import { writeWhole } from './descriptor.ts';
import { holdInterruption } from './interruption.ts';
import { isDirectory, listTextFiles, readTextFile } from './input-file.ts';
import type { Io, Output } from './io.ts';
import { openOutputFile } from './output-file.ts';

/** The world of a real process. */
export function processIo(): Io {
  return {
    stdout: standardOutput(1, 'standard output', () => process.stdout.columns),
    stderr: standardOutput(2, 'standard error', () => process.stderr.columns),
    env: process.env,
    now: () => performance.now(),
    openFile: openOutputFile,
    readText: readTextFile,
    listFiles: listTextFiles,
    isDirectory,
    holdInterruption,
    loadEngine: () => import('../api/index.ts'),
  };
}

function standardOutput(descriptor: number, name: string, columns: () => number): Output {
  const isTerminal = isatty(descriptor);
  return {
    isTerminal,
    columns: isTerminal ? columns() : null,
    write: (content) => writeWhole(descriptor, name, content),
  };
}
