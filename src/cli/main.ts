import { writeSync } from 'node:fs';
import { VERSION } from '../report/version.ts';

/**
 * Runs the program on its arguments and leaves the exit code in `process.exitCode`: an exit would cut output that a
 * pipe has not taken yet. `--version` alone is answered before anything else is loaded.
 */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && argv[0] === '--version') {
    writeSync(1, `${VERSION}\n`);
    return;
  }
  const [{ run }, { processIo }] = await Promise.all([import('./run.ts'), import('./process-io.ts')]);
  process.exitCode = await run(argv, processIo());
}
