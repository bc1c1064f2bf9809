import { writeSync } from 'node:fs';
import { VERSION } from '../report/version.ts';

/** As `EXIT.unusable`, which is not loaded yet when it is needed here. */
const UNUSABLE = 2;

/**
 * Runs the program on its arguments and leaves the exit code in `process.exitCode`: an exit would cut output that a
 * pipe has not taken yet. `--version` alone is answered before anything else is loaded.
 */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && argv[0] === '--version' && wrote(1, `${VERSION}\n`)) return;
  try {
    const [{ run }, { processIo }] = await Promise.all([import('./run.ts'), import('./process-io.ts')]);
    process.exitCode = await run(argv, processIo());
  } catch (error) {
    // What cannot even be loaded (no files left to open, the working directory gone) must not end with 1, "found".
    process.exitCode = UNUSABLE;
    wrote(2, `synscope: cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** False where a file descriptor does not take the text as it is. */
function wrote(descriptor: number, text: string): boolean {
  try {
    return writeSync(descriptor, text) === text.length;
  } catch {
    return false;
  }
}
