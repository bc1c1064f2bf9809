/** Every SYN, from whatever can be read, in two readings that see the same. */
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KeptStream } from '../../src/api/input/kept-stream.ts';
import { listSyns } from '../../src/api/syns.ts';
import type { ReadSynsOptions, Report, SynRow } from '../../src/index.ts';
import { readSyns } from '../../src/index.ts';
import { FIXTURES } from '../captures/scenarios.ts';

const CAPTURE = join(FIXTURES, 'linux-4.9/gaps-around-60s/target.pcap');
const BYTES = new Uint8Array(readFileSync(CAPTURE));

const rows: SynRow[] = [];
beforeAll(async () => {
  await listSyns([CAPTURE], {}, (row) => rows.push(row));
});

async function all(source: Parameters<typeof readSyns>[0], options: ReadSynsOptions = {}): Promise<SynRow[]> {
  const read: SynRow[] = [];
  for await (const row of readSyns(source, options)) read.push(row);
  return read;
}

describe('readSyns', () => {
  it('reads a file', async () => {
    expect(rows.filter((row) => row.cause === 'tw-recycle-reject')).toHaveLength(136);
    expect(await all(CAPTURE)).toEqual(rows);
  });

  it('merges several files by time', async () => {
    const twice = await all([CAPTURE, join(FIXTURES, 'linux-4.9/closed-port/target.pcap')]);
    const own = twice.filter((row) => row.file === CAPTURE);
    expect(own.map((row) => row.frame)).toEqual(rows.map((row) => row.frame));
    const times = twice.map((row) => row.time);
    expect(times).toEqual(times.toSorted());
    expect(new Set(twice.map((row) => row.file)).size).toBe(2);
  });

  it.each([
    ['a stream', () => createReadStream(CAPTURE)],
    ['bytes', () => BYTES],
    ['gzipped chunks', () => [new Uint8Array(gzipSync(BYTES))]],
  ])('reads %s, which is gone after one reading', async (_name, source) => {
    expect(await all(source(), { name: CAPTURE })).toEqual(rows);
  });

  it('can be left early', async () => {
    const first: SynRow[] = [];
    for await (const row of readSyns(CAPTURE)) {
      first.push(row);
      if (first.length === 3) break;
    }
    expect(first).toEqual(rows.slice(0, 3));
  });

  it('hands over the report before the first row', async () => {
    const heard: (Report | string)[] = [];
    for await (const row of readSyns(CAPTURE, { onReport: (report) => heard.push(report) })) {
      heard.push(row.file);
      break;
    }
    expect(heard).toEqual([expect.objectContaining({ schemaVersion: 1 }), CAPTURE]);
  });

  it.each([
    [join(FIXTURES, 'nowhere.pcap'), 'unreadable'],
    [FIXTURES, 'is-directory'],
    [join(FIXTURES, 'README.md'), 'foreign-format'],
  ])('has no rows for %s, and says why', async (path, kind) => {
    const reports: Report[] = [];
    expect(await all(path, { onReport: (report) => reports.push(report) })).toEqual([]);
    expect(reports.flatMap((report) => report.problems.map((problem) => problem.kind))).toEqual([kind]);
  });

  it('lists what came before an error of the stream', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield BYTES.subarray(0, 40_000);
      throw new Error('gone');
    }
    const read = await all(breaking(), { name: CAPTURE });
    expect(read.length).toBeGreaterThan(10);
    expect(read.map((row) => row.frame)).toEqual(rows.slice(0, read.length).map((row) => row.frame));
  });

  it('says so when the second reading was interrupted', async () => {
    const controller = new AbortController();
    let listed = 0;
    const large = join(FIXTURES, 'linux-4.9/two-pods-one-snat/target.pcap');
    const cut = await listSyns([large, CAPTURE], { signal: controller.signal }, () => {
      listed += 1;
      controller.abort();
    });
    expect(listed).toBeGreaterThan(0);
    expect(cut.adequacy.findings).toContainEqual({ code: 'partial', limit: 'interrupted' });
    const whole = await listSyns([large, CAPTURE], {}, () => undefined);
    expect(whole.adequacy.findings.map(({ code }) => code)).not.toContain('partial');
    expect(cut.totals).toEqual(whole.totals);
  });

  it.each([
    ['packets', BYTES, { maxPackets: 300 }],
    ['bytes', BYTES, { maxBytes: 40_000 }],
    ['bytes when they are packed', new Uint8Array(gzipSync(BYTES)), { maxBytes: 40_000 }],
  ])('keeps of a stream without end what a limit on %s lets it read', async (_name, start, limit) => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield start;
      for (;;) yield await Promise.resolve(BYTES.subarray(24));
    }
    const read = await all(endless(), { ...limit, name: CAPTURE });
    expect(read.length).toBeGreaterThan(10);
    expect(read).toEqual(await all(CAPTURE, limit));
  });

  it('keeps nothing more of what is no capture', async () => {
    async function* zeros(): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(new Uint8Array(4096));
    }
    const reports: Report[] = [];
    expect(await all(zeros(), { onReport: (report) => reports.push(report) })).toEqual([]);
    expect(reports[0]?.problems).toMatchObject([{ kind: 'unknown-format' }]);
  });

  it('refuses options that make no sense', async () => {
    await expect(all(CAPTURE, { targetKernel: 'a potato' })).rejects.toThrow(RangeError);
  });

  const canMakePipes = process.platform !== 'win32' && existsSync('/bin/sh');
  it.skipIf(!canMakePipes)('reads a named pipe, which can be read once only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'synscope-test-'));
    try {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      execFileSync('/bin/sh', ['-c', 'cat "$0" >"$1" &', CAPTURE, pipe], { stdio: 'ignore' });
      expect((await all(pipe)).map((row) => row.frame)).toEqual(rows.map((row) => row.frame));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a stream that is kept', () => {
  const chunks = [BYTES.subarray(0, 5000), BYTES.subarray(5000, 5001), BYTES.subarray(5001)];
  const open: KeptStream[] = [];
  afterAll(() => {
    for (const kept of open) kept.close();
  });

  async function keep(memory: number): Promise<KeptStream> {
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) {
        const reused = chunk.slice();
        yield reused;
        reused.fill(0);
      }
    }
    const kept = await KeptStream.keep(stream(), { memory });
    open.push(kept);
    return kept;
  }

  async function bytesOf(kept: KeptStream): Promise<string> {
    const read: Buffer[] = [];
    for await (const chunk of kept.chunks()) read.push(Buffer.from(chunk));
    return Buffer.concat(read).toString('latin1');
  }

  it.each([
    ['in memory', 1 << 20],
    ['in memory and in a file', 5000],
    ['in a file', 0],
  ])('%s, is the same on every reading', async (_where, memory) => {
    const kept = await keep(memory);
    const whole = Buffer.from(BYTES).toString('latin1');
    expect(await bytesOf(kept)).toBe(whole);
    expect(await bytesOf(kept)).toBe(whole);
    kept.close();
    expect(await bytesOf(kept)).toBe('');
  });

  it('says that its temporary file cannot be written, and gives what came before', async () => {
    vi.stubEnv('TMPDIR', join(FIXTURES, 'nowhere'));
    try {
      const kept = await keep(5000);
      const read: number[] = [];
      const reading = async (): Promise<void> => {
        for await (const chunk of kept.chunks()) read.push(chunk.length);
      };
      await expect(reading()).rejects.toThrow('its temporary file cannot be written: no such file');
      expect(read).toEqual([5000]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
