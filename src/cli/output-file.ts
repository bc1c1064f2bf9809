import { closeSync, fstatSync, openSync, realpathSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { errorCode, writeWhole } from './descriptor.ts';
import { isInterruptionHeld } from './interruption.ts';
import type { OutputFile } from './io.ts';
import { OutputFailed } from './io.ts';

/** What ends a run from outside; the unfinished file goes, then the signal does what it always does. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Opens an output file. A regular file is written beside its place and renamed at the end, so that whoever reads it
 * finds the old one or the new one, never a half; a device or a pipe is written as it is.
 *
 * @throws OutputFailed when it cannot be opened.
 */
export function openOutputFile(path: string): OutputFile {
  return isSpecial(path) ? openSpecial(path) : openBeside(path);
}

function openBeside(path: string): OutputFile {
  const place = throughLinks(path);
  const beside = `${place}.${process.pid}.part`;
  const descriptor = attempt(path, () => openSync(beside, 'wx'));
  let open = true;
  const close = (): void => {
    open = false;
    process.off('exit', abandon);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    closeSync(descriptor);
  };
  const abandon = (): void => {
    if (!open) return;
    close();
    unlinkSync(beside);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isInterruptionHeld()) return;
    abandon();
    process.kill(process.pid, signal);
  };
  process.on('exit', abandon);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    isTerminal: false,
    columns: null,
    write: (content) => writeWhole(descriptor, path, content),
    commit: () => {
      close();
      attempt(path, () => renameSync(beside, place));
    },
    abandon,
  };
}

function openSpecial(path: string): OutputFile {
  const descriptor = attempt(path, () => openSync(path, 'w'));
  if (attempt(path, () => fstatSync(descriptor)).isDirectory()) throw new OutputFailed(path, 'EISDIR');
  const close = (): void => closeSync(descriptor);
  return {
    isTerminal: false,
    columns: null,
    write: (content) => writeWhole(descriptor, path, content),
    commit: close,
    abandon: close,
  };
}

function isSpecial(path: string): boolean {
  const status = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  return status !== undefined && !status.isFile();
}

/** Where a symbolic link leads, so that the file behind it is replaced and not the link. */
function throughLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new OutputFailed(path, errorCode(error));
  }
}
