/** `--jobs` of the built program: the threads are there, and nobody can tell from the output. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { FIXTURES } from '../../captures/scenarios.ts';
import { builtProgram } from '../../support/built-program.ts';

const CAPTURES = ['gaps-around-60s', 'firewall', 'one-shared-clock'].map((name) =>
  join(FIXTURES, 'linux-4.9', name, 'target.pcap'),
);
const [GUILTY = ''] = CAPTURES;

describe('several captures at once', () => {
  const built = builtProgram();
  let folder = '';

  beforeAll(() => {
    folder = join(built.folder, 'captures');
    mkdirSync(folder);
    for (const [index, capture] of CAPTURES.entries()) cpSync(capture, join(folder, `target.pcap${index}`));
    writeFileSync(join(folder, 'page.pcap'), '<!doctype html><title>404</title>');
    writeFileSync(join(folder, 'settings.txt'), 'net.ipv4.tcp_tw_recycle = 1\n');
  });

  const analyze = (...options: string[]): { status: number | null; stdout: string; stderr: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built.program, 'analyze', ...options], {
      cwd: folder,
      input: readFileSync(GUILTY),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  };

  it.each([
    ['text', []],
    ['json', ['-f', 'json']],
    [
      'options',
      ['--target-kernel', 'rhel7', '--limit', '3', '--sysctl', 'settings.txt', '--expect', '10.1.2.3'],
    ],
    ['names made anonymous', ['--anonymize', '--anonymize-key', 'k', '-f', 'json']],
  ])('are told as they are one by one: %s', (_what, options) => {
    const inputs = ['.', 'missing.pcap', '-', 'target.pcap0'];
    const alone = analyze(...options, ...inputs);
    expect(alone.status).toBe(2);
    expect(alone.stderr).toContain('HTML page');
    expect(analyze(...options, '--jobs', '3', ...inputs)).toEqual(alone);
  });

  it('give the exit code of the worst', () => {
    expect(analyze('--jobs', '2', 'target.pcap1', 'target.pcap2').status).toBe(0);
    expect(analyze('--jobs', '2', 'target.pcap2', 'target.pcap0').status).toBe(1);
  });

  it.skipIf(process.platform === 'win32')(
    'are all ended by a signal, with what is known of them',
    async () => {
      const pipes = ['first.fifo', 'second.fifo', 'third.fifo'].map((name) => join(folder, name));
      spawnSync('mkfifo', pipes);
      const options = ['analyze', '-f', 'json', '--jobs', '2', '--partial-on-interrupt', ...pipes];
      const child = spawn(process.execPath, [built.program, ...options]);
      let output = '';
      let complaints = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
      // Each of the first two has a reader as soon as its thread is at work; the third never gets one.
      const writers = pipes
        .slice(0, 2)
        .map((pipe) => spawn('bash', ['-c', 'exec 3>"$0"; cat "$1" >&3; echo; read', pipe, GUILTY]));
      let written = 0;
      for (const writer of writers) writer.stdout.on('data', () => (written += 1));
      await vi.waitUntil(() => written === 2, { timeout: 30_000 });
      child.kill('SIGINT');
      expect(await ended).toBe(2);
      expect(complaints).toBe(`synscope: not reached before the run ended: ${pipes[2]}\n`);
      for (const writer of writers) writer.stdin.end();
      expect(JSON.parse(output)).toMatchObject({
        files: [{ verdict: { grade: 'confirmed' } }, { verdict: { grade: 'confirmed' } }],
        summary: { files: [{ state: 'read' }, { state: 'read' }, { file: pipes[2], state: 'not-reached' }] },
      });
    },
  );
});
