import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What one run of a program cost. A number that could not be measured is NaN, which JSON shows as null. */
export interface Cost {
  /** User and system CPU of the process and its children, and wall time, in seconds. */
  readonly cpu: number;
  readonly wall: number;
  /** Peak resident memory in MB (10^6 bytes). */
  readonly resident: number;
}

export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  /** A file that comes to the standard input through a pipe. */
  readonly piped?: string;
  /** Highest exit status that means success. */
  readonly worst?: number;
}

const GNU_TIME = '/usr/bin/time';

/** Compiles a C program of the bench; null when there is no compiler. */
export function compileC(source: string, target: string): string | null {
  for (const compiler of ['cc', 'gcc', 'clang']) {
    if (spawnSync(compiler, ['-O2', '-o', target, source], { stdio: 'ignore' }).status === 0) return target;
  }
  return null;
}

/**
 * Measures whole processes. Node does not tell what a child cost, so a small C program does; without a compiler GNU time
 * stands in (CPU to 10 ms only), and without that only wall time is known.
 */
export class Meter {
  private readonly result: string;
  private readonly prefix: readonly string[];
  private readonly exact: boolean;

  constructor(sources: string, directory: string) {
    this.result = join(directory, 'cost');
    const helper = compileC(join(sources, 'measure.c'), join(directory, 'measure'));
    this.exact = helper !== null;
    if (helper !== null) this.prefix = [helper, this.result];
    else this.prefix = existsSync(GNU_TIME) ? [GNU_TIME, '-f', '%U %S %e %M', '-o', this.result] : [];
  }

  /**
   * Runs a command with its output thrown away.
   * @throws Error when it cannot be started, was killed, or failed: a failure would look like a fast run
   */
  run(command: Command): Cost {
    const started = performance.now();
    const { argv, piped } = command;
    const [program = '', ...rest] =
      piped === undefined
        ? [...this.prefix, ...argv]
        : ['sh', '-c', 'file=$1; shift; cat "$file" | "$@"', 'sh', piped, ...this.prefix, ...argv];
    const { error, signal, status } = spawnSync(program, rest, { stdio: 'ignore' });
    if (error !== undefined || signal !== null)
      throw new Error(`${command.name}: ${error?.message ?? signal}`);
    if (status === null || status > (command.worst ?? 0))
      throw new Error(`${command.name}: exit status ${status}`);
    return this.read((performance.now() - started) / 1000);
  }

  private read(elapsed: number): Cost {
    if (this.prefix.length === 0) return { cpu: Number.NaN, wall: elapsed, resident: Number.NaN };
    const line = readFileSync(this.result, 'utf8').trim().split('\n').at(-1) ?? '';
    rmSync(this.result);
    const numbers = line.split(' ').map(Number);
    const [user = Number.NaN, system = Number.NaN, wall = Number.NaN, kilobytes = Number.NaN] = numbers;
    const unit = this.exact ? 1e6 : 1;
    return { cpu: (user + system) / unit, wall: wall / unit, resident: (kilobytes * 1024) / 1e6 };
  }
}
