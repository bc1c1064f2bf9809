import type { Engine, EngineOptions } from './engine.ts';
import type { Interruption } from './interruption.ts';
import type { ThreadCrew } from './jobs/crew.ts';

/** Where the output of a command goes. Writing is synchronous, so nothing is lost when the process ends. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; null when it is none. */
  readonly columns: number | null;
  /** @throws OutputClosed when the reader has gone; OutputFailed when the system refuses. */
  write(content: string | Uint8Array): void;
}

/** An output file that appears under its name only when it is whole. */
export interface OutputFile extends Output {
  /** Puts the finished file in its place. */
  commit(): void;
  /** Leaves nothing behind. */
  abandon(): void;
}

/** All that a command touches of the world; tests hand in their own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that only runs forward. */
  now(): number;
  /** @throws OutputFailed */
  openFile(path: string): OutputFile;
  /** A small text file, whole. @throws InputFailed */
  readText(path: string, maxBytes: number): string;
  /** Names of the regular files in a directory; null when it is none. @throws InputFailed */
  listFiles(path: string): readonly string[] | null;
  /** Whether a path leads to a directory; false for what cannot be looked at. */
  isDirectory(path: string): boolean;
  /** Whether two paths lead to the same file. */
  isSameFile(path: string, other: string): boolean;
  /** Takes Ctrl-C as a wish for what is known so far. Absent where no signals come. */
  readonly holdInterruption?: () => Interruption;
  /** Loads what analyses captures; late, because `--help` does not need it. */
  loadEngine(): Promise<Engine>;
  /** Threads that analyse up to `jobs` captures at once; to be closed. */
  startCrew(jobs: number, options: EngineOptions): Promise<ThreadCrew>;
}

/** The reader of the output has gone (`| head`): nothing is wrong, there is only nothing left to do. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** A file does not do what is asked of it. */
class FileFailed extends Error {
  readonly path: string;
  /** What the operating system said, such as `ENOENT`. */
  readonly code: string;

  constructor(path: string, code: string) {
    super(`${path}: ${code}`);
    this.path = path;
    this.code = code;
  }
}

/** The output cannot be written. */
export class OutputFailed extends FileFailed {
  override readonly name = 'OutputFailed';
}

/** A file other than a capture cannot be read. */
export class InputFailed extends FileFailed {
  override readonly name = 'InputFailed';
}

/** What was asked for makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
