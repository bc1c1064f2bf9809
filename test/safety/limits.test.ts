/** Budgets of a run: what they end, and that the report says so. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Budget } from '../../src/api/input/budget.ts';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyze, analyzeFile } from '../../src/api/analyze.ts';
import { listEachSyns, listSyns, readSyns } from '../../src/api/syns.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { FIXTURES } from '../captures/scenarios.ts';

const CAPTURE = join(FIXTURES, 'linux-4.9/two-pods-one-snat/target.pcap');
const OTHER = join(FIXTURES, 'linux-4.9/one-shared-clock/target.pcap');

const partial = ({ adequacy }: Report): unknown => adequacy.findings.find(({ code }) => code === 'partial');

describe('a limit of packets', () => {
  it('holds over all captures together', async () => {
    const report = await analyzeFile([CAPTURE, OTHER], { maxPackets: 5000 });
    expect(report.totals.packets).toBe(5000);
    expect(report.captures.map(({ name }) => name)).toEqual([CAPTURE, OTHER]);
    expect(partial(report)).toEqual({ code: 'partial', limit: 'packets' });
    const [first, second] = report.captures.map(({ packets }) => packets);
    expect([first, second]).toEqual([(await analyzeFile(CAPTURE)).totals.packets, 5000 - (first ?? 0)]);
  });

  it('does not begin with captures that it leaves no room for', async () => {
    const report = await analyzeFile([CAPTURE, OTHER], { maxPackets: 10 });
    expect(report.captures.map(({ packets }) => packets)).toEqual([10]);
  });

  it('changes nothing before it', async () => {
    const report = await analyzeFile(CAPTURE, { maxPackets: 1 << 20 });
    expect(partial(report)).toBeUndefined();
    expect(report).toEqual(await analyzeFile(CAPTURE));
  });

  it.each([0, -1, 1.5, Number.NaN])('of %s makes no sense', async (maxPackets) => {
    await expect(analyzeFile(CAPTURE, { maxPackets })).rejects.toThrow(RangeError);
  });

  it('lists the SYNs of just those packets', async () => {
    const all: SynRow[] = [];
    await listSyns([CAPTURE], {}, (row) => all.push(row));
    const listed: SynRow[] = [];
    const report = await listSyns([CAPTURE], { maxPackets: 2000 }, (row) => listed.push(row));
    const asked: SynRow[] = [];
    for await (const row of readSyns(CAPTURE, { maxPackets: 2000 })) asked.push(row);
    const expected = all.filter(({ frame }) => frame <= 2000).map(({ frame }) => frame);
    expect(listed.map(({ frame }) => frame)).toEqual(expected);
    expect(asked).toEqual(listed);
    expect(report.totals.syns).toBe(expected.length);
  });
});

describe('a limit of bytes', () => {
  it.each([
    ['plain', (bytes: Buffer): Uint8Array => bytes],
    ['compressed', (bytes: Buffer): Uint8Array => gzipSync(bytes)],
  ])('counts what was unpacked (%s)', async (_name, pack) => {
    const report = await analyze(pack(readFileSync(CAPTURE)), { maxBytes: 100_000 });
    expect(report.captures[0]?.bytes).toBeLessThanOrEqual(100_000);
    expect(report.totals.packets).toBeGreaterThan(1000);
    expect(partial(report)).toEqual({ code: 'partial', limit: 'bytes' });
  });
});

describe('a limit of seconds', () => {
  it('far away changes nothing', async () => {
    expect(partial(await analyzeFile(CAPTURE, { maxSeconds: 100_000 }))).toBeUndefined();
  });

  it('ends a stream that never ends', async () => {
    const capture = readFileSync(CAPTURE);
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      yield capture;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        yield new Uint8Array(0);
      }
    }
    const report = await analyze(endless(), { maxSeconds: 0.05 });
    expect(partial(report)).toEqual({ code: 'partial', limit: 'seconds' });
  });

  it.each([0, -1, Infinity, Number.NaN])('of %s makes no sense', async (maxSeconds) => {
    await expect(analyzeFile(CAPTURE, { maxSeconds })).rejects.toThrow(RangeError);
  });
});

describe('a signal', () => {
  it('ends the reading before it has begun', async () => {
    const report = await analyzeFile([CAPTURE], { signal: AbortSignal.abort() });
    expect(report.totals.packets).toBe(0);
    expect(partial(report)).toEqual({ code: 'partial', limit: 'interrupted' });
  });

  it('ends a reading under way with what it has', async () => {
    const controller = new AbortController();
    const capture = readFileSync(CAPTURE);
    async function* stalled(): AsyncGenerator<Uint8Array, void, undefined> {
      yield capture.subarray(0, 200_000);
      controller.abort();
      yield capture.subarray(200_000);
    }
    const report = await analyze(stalled(), { signal: controller.signal });
    expect(report.totals.packets).toBeGreaterThan(1000);
    expect(report.verdict.grade).toBe('confirmed');
    expect(partial(report)).toEqual({ code: 'partial', limit: 'interrupted' });
  });
});

describe('a stream that never ends', () => {
  const beginning = readFileSync(CAPTURE).subarray(0, 200_000);

  function neverEnding(): Readable {
    const stream = new Readable({ read: () => undefined });
    stream.push(beginning);
    return stream;
  }

  it.each([
    ['seconds', () => ({ maxSeconds: 0.2 })],
    ['interrupted', () => ({ signal: AbortSignal.timeout(200) })],
  ])('is listed as far as it came (%s)', async (limit, options) => {
    const expected: SynRow[] = [];
    for await (const row of readSyns(beginning)) expected.push(row);
    expect(expected.some(({ cause }) => cause === 'tw-recycle-reject')).toBe(true);
    const reports: Report[] = [];
    const rows: SynRow[] = [];
    const listed = readSyns(neverEnding(), { ...options(), onReport: (report) => reports.push(report) });
    for await (const row of listed) rows.push(row);
    expect(rows).toEqual(expected);
    expect(reports.map(partial)).toEqual([{ code: 'partial', limit }]);
  });

  it('is listed from a pipe too, and nothing behind it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'synscope-pipe-'));
    const [pipe, another] = [join(folder, 'pipe'), join(folder, 'another')];
    execFileSync('mkfifo', [pipe, another]);
    try {
      // The other end stays open.
      const end = openSync(pipe, 'r+');
      writeSync(end, beginning.subarray(0, 60_000));
      const rows: SynRow[] = [];
      const { files: reports } = await listEachSyns([pipe, another], { maxSeconds: 0.2 }, (row) =>
        rows.push(row),
      );
      closeSync(end);
      expect(reports.map(partial)).toEqual([{ code: 'partial', limit: 'seconds' }]);
      expect(rows.some(({ answer }) => answer === 'syn-ack')).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a limit on time', () => {
  it('is up even when the garbage collector came by meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const budget = new Budget({ maxSeconds: 0.02 });
    if (typeof collect === 'function') collect();
    while (budget.signal?.aborted !== true) await setTimeout(5);
    expect(budget.spent).toBe('seconds');
  });
});
