import { isatty } from 'node:tty';
import { writeWhole } from './descriptor.ts';
import { holdInterruption } from './interruption.ts';
import { isDirectory, isSameFile, listTextFiles, readTextFile } from './input-file.ts';
import type { Io, Output } from './io.ts';
import { openOutputFile } from './output-file.ts';

/** The world of a real process. */
export function processIo(): Io {
  return {
    stdout: standardOutput(1, 'standard output', () => process.stdout.columns),
    stderr: standardOutput(2, 'standard error', () => process.stderr.columns),
    env: process.env,
    now,
    openFile: openOutputFile,
    readText: readTextFile,
    listFiles: listTextFiles,
    isDirectory,
    isSameFile,
    holdInterruption,
    loadEngine: () => import('../api/index.ts'),
    startCrew: async (jobs, options) => {
      const { createCrew } = await import('./jobs/crew.ts');
      // As the build lays it: this module beside others in a folder, the program of the threads above.
      return createCrew(new URL('../worker.js', import.meta.url), jobs, options, now);
    },
  };
}

function now(): number {
  return performance.now();
}

function standardOutput(descriptor: number, name: string, columns: () => number): Output {
  const isTerminal = isatty(descriptor);
  return {
    isTerminal,
    columns: isTerminal ? columns() : null,
    write: (content) => writeWhole(descriptor, name, content),
  };
}
