/** Compiles the fuzzer into a directory of its own, runs it with the arguments given, and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const directory = mkdtempSync(join(tmpdir(), 'synscope-fuzz-'));
const interrupted = () => process.exit(130);
process.on('SIGINT', interrupted);
process.on('SIGTERM', interrupted);
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const env = { ...process.env, SYNSCOPE_ROOT: root };
const run = (script, ...args) =>
  spawnSync(process.execPath, [script, ...args], { stdio: 'inherit', env }).status ?? 1;
process.exitCode =
  run(compiler, '-p', join(here, 'tsconfig.json'), '--outDir', join(directory, 'built')) ||
  run(join(directory, 'built', 'test', 'fuzz', 'main.js'), ...process.argv.slice(2));
