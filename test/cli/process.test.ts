/** The program as a process: what only the operating system can show. The engine is the real one. */
import { spawn, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { VERSION } from '../../src/report/version.ts';
import { builtProgram } from '../support/built-program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CAPTURE = join(ROOT, 'fixtures/linux-4.9/two-pods-one-snat/target.pcap');
const HARMLESS = join(ROOT, 'fixtures/linux-4.9/one-shared-clock/target.pcap');

describe('the process', () => {
  const built = builtProgram();

  const synscope = (args: readonly string[], input?: Buffer): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [built.program, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      ...(input === undefined ? {} : { input }),
    });
  const shell = (command: string): SpawnSyncReturns<string> =>
    spawnSync(
      'bash',
      ['-c', `set -o pipefail; ${command}`, 'bash', process.execPath, built.program, CAPTURE],
      {
        encoding: 'utf8',
      },
    );

  it('prints its version', () => {
    expect(synscope(['--version'])).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('ends with 1 when it found something, 0 when not, 2 when it could not read', () => {
    const missing = join(built.folder, 'missing.pcap');
    expect(synscope(['analyze', CAPTURE]).status).toBe(1);
    expect(synscope(['analyze', '--fail-on', 'never', CAPTURE]).status).toBe(0);
    expect(synscope(['analyze', HARMLESS]).status).toBe(0);
    expect(synscope(['analyze', missing])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `synscope: ${missing}: no such file\n`,
    });
    expect(synscope(['analyze'])).toMatchObject({ status: 2, stdout: '' });
    expect(synscope(['analyze', '--target-kernel', 'plan9', CAPTURE]).stderr).toMatch(
      /^synscope: .*plan9.*\n$/,
    );
  });

  it('shows a name that is empty', () => {
    const { status, stdout, stderr } = synscope(['analyze', '', HARMLESS]);
    expect([status, stderr]).toEqual([2, 'synscope: "": no such file\n']);
    expect(stdout).toMatch(/^""  not read\n\n {2}✗ "": no such file\n[^]*\n {2}"" +not read /);
    expect(synscope(['analyze', '', '--merge']).stderr).toBe('synscope: "": no such file\n');
    expect(synscope(['analyze', HARMLESS, '--sysctl', '']).stderr).toBe(
      'synscope: "": cannot be read: no such file\n',
    );
    expect(synscope(['analyze', HARMLESS, '-o', '']).stderr).toBe(
      'synscope: "": cannot be written: it is a directory\n',
    );
  });

  it('reads the standard input like a file', () => {
    const fromFile = synscope(['syns', CAPTURE]).stdout.replaceAll(JSON.stringify(CAPTURE), '"-"');
    const fromPipe = synscope(['syns', '-'], readFileSync(CAPTURE)).stdout;
    expect(fromFile.split('\n').length).toBeGreaterThan(1_000);
    expect(fromPipe).toBe(fromFile);
  });

  it('says of a directory that was redirected into it what it is', () => {
    for (const command of ['analyze', 'analyze --merge', 'syns']) {
      expect(shell(`"$1" "$2" ${command} - < "$(dirname "$3")"`)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: 'synscope: -: it is a directory\n',
      });
    }
  });

  it('ends quietly when the reader has had enough', () => {
    const { stdout, stderr } = shell('"$1" "$2" syns "$3" | head -n 1');
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(stderr).toBe('');
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', () => {
    const { status, stderr } = shell('"$1" "$2" analyze "$3" > /dev/full');
    expect(status).toBe(2);
    expect(stderr).toBe('synscope: standard output: cannot be written: no space left on the device\n');
  });

  it.runIf(existsSync('/dev/full'))('says so when not even its version can be told', () => {
    expect(shell('"$1" "$2" --version > /dev/full')).toMatchObject({
      status: 2,
      stderr: 'synscope: standard output: cannot be written: no space left on the device\n',
    });
  });

  it('does not end with 1 when it cannot start', () => {
    const place = mkdtempSync(join(built.folder, 'gone-'));
    const { status, stderr } = shell(`cd '${place}' && rmdir '${place}' && "$1" "$2" analyze "$3"`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^synscope: [^\n]*ENOENT[^\n]*\n$/);
  });

  it('writes a whole file or none', () => {
    const place = mkdtempSync(join(built.folder, 'out-'));
    const path = join(place, 'report.json');
    expect(synscope(['analyze', '-f', 'json', '-o', path, CAPTURE])).toMatchObject({ status: 1, stdout: '' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ verdict: { grade: 'confirmed' } });
    expect(readdirSync(place)).toEqual(['report.json']);
  });

  it('leaves nothing behind when a signal ends it', async () => {
    const place = mkdtempSync(join(built.folder, 'out-'));
    const options = ['--no-partial-on-interrupt', '-o', join(place, 'syns.csv')];
    const child = spawn(process.execPath, [built.program, 'syns', '-', ...options]);
    const ended = new Promise<string | null>((resolve) => {
      child.once('exit', (_, signal) => resolve(signal));
    });
    await vi.waitUntil(() => readdirSync(place).length === 1, { timeout: 30_000 });
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(readdirSync(place)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('tells what it read from a pipe until %s', async (signal) => {
    for (const command of ['analyze', 'syns']) {
      const place = mkdtempSync(join(built.folder, 'out-'));
      const path = join(place, 'out');
      const child = spawn(process.execPath, [built.program, command, '-', '-o', path]);
      const ended = new Promise<number | null>((resolve) => {
        child.once('exit', (code) => resolve(code));
      });
      // The pipe stays open: what has gone in is all that will come, and nobody says so.
      child.stdin.write(readFileSync(CAPTURE).subarray(0, 200_000));
      await vi.waitUntil(() => readdirSync(place).length === 1, { timeout: 30_000 });
      await vi.waitUntil(() => child.stdin.writableLength === 0, { timeout: 30_000 });
      child.kill(signal);
      expect(await ended).toBe(command === 'analyze' ? 1 : 0);
      expect(readdirSync(place)).toEqual(['out']);
    }
  });
});
