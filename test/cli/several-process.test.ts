/** Several captures as the operating system has them: many files and few descriptors, pipes, hostile names. */
import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../support/built-program.ts';
import { splitCapture } from '../support/split-capture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CAPTURE = join(ROOT, 'fixtures/linux-4.9/gaps-around-60s/target.pcap');
const BYTES = new Uint8Array(readFileSync(CAPTURE));
const FILES = 500;
/** Enough for Node itself and a handful of files. */
const DESCRIPTORS = 64;
const HOSTILE_FOLDER = '=1+1\u001b[2J\n::error::<';
const HOSTILE = 'script><b>\u202e\n::error::.pcap';

describe.skipIf(process.platform === 'win32')('several captures', () => {
  const built = builtProgram();
  let ring = '';

  beforeAll(() => {
    ring = join(built.folder, 'ring');
    mkdirSync(ring);
    // The ring started over in the middle, so that names do not follow the times.
    const parts = splitCapture(BYTES, FILES, (frame, all) => [Math.floor(((frame - 1) * FILES) / all)]);
    for (const [part, { bytes }] of parts.entries()) {
      writeFileSync(join(ring, `ring.pcap${(part + 123) % FILES}`), bytes);
    }
  });

  const shell = (command: string, ...args: string[]): SpawnSyncReturns<string> =>
    spawnSync('bash', ['-c', command, 'bash', process.execPath, built.program, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });

  it('need few descriptors, however many files there are', () => {
    const limited = (options: string, code: number): unknown => {
      const { status, stdout, stderr } = shell(
        `ulimit -n ${DESCRIPTORS}; exec "$1" "$2" analyze -f json ${options} "$3"`,
        ring,
      );
      expect([stderr, status]).toEqual(['', code]);
      return JSON.parse(stdout);
    };
    expect(limited('--merge', 1)).toMatchObject({
      verdict: { grade: 'confirmed' },
      totals: { packets: 941, rejected: 136 },
    });
    // A packet or two by themselves show nothing.
    expect(limited('', 0)).toMatchObject({ summary: { totals: { files: FILES, read: FILES, accusing: 0 } } });
  });

  it('may be pipes, with a file that nobody can read among them', () => {
    const { status, stdout, stderr } = shell(
      'exec "$1" "$2" analyze <(cat "$3") "$3.missing" <(gzip -c "$3")',
      CAPTURE,
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/^synscope: .*\.missing: no such file\n$/);
    expect(stdout.match(/▌ CONFIRMED/g)).toHaveLength(2);
    const merged = shell('"$1" "$2" analyze --merge - "$4" < "$3"', CAPTURE, join(ring, 'ring.pcap0'));
    expect(merged.status).toBe(1);
    expect(merged.stdout).toContain('▌ CONFIRMED');
  });

  it('end when their time is up, whoever still holds a pipe among them', () => {
    const silent = join(built.folder, 'silent.pcap');
    // Whoever writes goes on to hold the pipe, and says nothing more.
    const held = '<(cat "$3"; exec sleep 20 2>&-)';
    const ended = (command: string, ...inputs: string[]): string => {
      const { status, stdout, stderr } = shell(
        `[ -p "$4" ] || mkfifo "$4"; exec "$1" "$2" ${command} --max-seconds 1 ${inputs.join(' ')}`,
        CAPTURE,
        silent,
      );
      const merged = command.endsWith('--merge');
      expect([stderr.includes(`not reached before the run ended: ${silent}\n`), status]).toEqual(
        merged ? [false, 0] : [true, 2],
      );
      expect(stderr.includes('synscope: Only a part was read')).toBe(command.startsWith('syns'));
      return stdout;
    };
    expect(ended('analyze', held, '"$4"')).toContain('▌ CONFIRMED');
    expect(ended('syns', held, '"$4"')).toContain('tw-recycle-reject');
    for (const command of ['analyze', 'syns']) {
      ended(command, '"$4"');
      ended(`${command} --merge`, held, '"$4"');
    }
  });

  it.each(['text', 'json'])('with hostile names are harmless in %s, and on standard error', (format) => {
    const place = join(built.folder, `${format}${HOSTILE_FOLDER}`);
    mkdirSync(place);
    writeFileSync(join(place, HOSTILE), BYTES);
    writeFileSync(join(place, `${HOSTILE}.gz`), '');
    for (const options of ['', '--merge', '--merge --limit 1']) {
      const { status, stdout, stderr } = shell(`"$1" "$2" analyze -f ${format} ${options} "$3"`, place);
      expect(status).toBe(2);
      for (const text of [stdout, stderr]) {
        expect(text).toMatch(/^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\n)*$/u);
        expect(text).not.toMatch(/^::/m);
      }
      expect(stderr).toContain('the file is empty');
    }
  });
});
