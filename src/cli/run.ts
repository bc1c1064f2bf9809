import { parseArguments } from './arguments.ts';
import { complainAboutError } from './complaints.ts';
import { EXIT } from './exit-code.ts';
import type { Io } from './io.ts';

const HELP_WIDTH = 80;

/** Runs one command line in the world of `io` and returns the exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const request = await parseArguments(argv, io.stdout.columns ?? HELP_WIDTH);
    if ('run' in request) return await request.run(io);
    io.stdout.write(`${request.show}\n`);
    return EXIT.clean;
  } catch (error) {
    return complainAboutError(io.stderr, error);
  }
}
