import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The program, built where no other test and no user looks. Empty names before the first test runs. */
export interface BuiltProgram {
  readonly folder: string;
  /** What node is to run. */
  readonly program: string;
}

/** The program for the tests of the `describe` that asks: built before the first of them, removed after the last. */
export function builtProgram(): BuiltProgram {
  const built = { folder: '', program: '' };
  beforeAll(() => void Object.assign(built, buildProgram()));
  afterAll(() => rmSync(built.folder, { recursive: true, force: true }));
  return built;
}

/** Builds the program into a folder of its own. Types are checked elsewhere. */
function buildProgram(): BuiltProgram {
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
