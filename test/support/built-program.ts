import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The program, built where no other test and no user looks. Whoever asked for it removes `folder`. */
export interface BuiltProgram {
  readonly folder: string;
  /** What node is to run. */
  readonly program: string;
}

/** Builds the program into a folder of its own. Types are checked elsewhere. */
export function buildProgram(): BuiltProgram {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'synscope-'));
  const options = ['-c', '--dir', join(folder, 'dist')];
  execFileSync(join(ROOT, 'node_modules/.bin/rolldown'), options, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(folder, 'bin'));
  const program = join(folder, 'bin/synscope.js');
  writeFileSync(program, readFileSync(join(ROOT, 'bin/synscope.js')));
  return { folder, program };
}
