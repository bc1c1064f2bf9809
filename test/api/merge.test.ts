/** Several files as one stretch of traffic: however a capture was taken apart, its report comes together again. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, SynRow } from '../../src/index.ts';
import { analyzeFile, readSyns } from '../../src/index.ts';
import { FIXTURES } from '../captures/scenarios.ts';
import type { Split } from '../support/split-capture.ts';
import { splitCapture } from '../support/split-capture.ts';

const CAPTURE = join(FIXTURES, 'linux-4.9/gaps-around-60s/target.pcap');
const BYTES = new Uint8Array(readFileSync(CAPTURE));
const OPTIONS = { seed: 1, whatIf: true };

let whole: Report;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'synscope-merge-'));
  whole = await analyzeFile(CAPTURE, OPTIONS);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;
/** Writes the parts; the names of a ring that started over say nothing of the order. */
function written(parts: readonly Split[], gzip = false): string[] {
  const place = join(folder, String((runs += 1)));
  mkdirSync(place);
  return parts.map(({ bytes }, part) => {
    const path = join(place, `ring.pcap${(part + 3) % parts.length}`);
    writeFileSync(path, gzip ? gzipSync(bytes) : bytes);
    return path;
  });
}

/** Seconds from the last packet of a file to the first of another. */
function pauseBetween(before: string | undefined, after: string | undefined): number {
  const times = (path: string | undefined): number[] => {
    const bytes = readFileSync(path ?? '');
    const found: number[] = [];
    for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
      found.push(bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) / 1e6);
    return found;
  };
  return (times(after)[0] ?? 0) - (times(before).at(-1) ?? 0);
}

/** What does not depend on how frames are numbered. */
function told({ verdict, totals, peers, targets, causes, rejections, adequacy, whatIf }: Report): unknown {
  return {
    grade: verdict.grade,
    cause: verdict.cause,
    agreement: verdict.agreement,
    kernel: verdict.kernel,
    sentence: verdict.sentence,
    reasons: verdict.reasons.map(({ code }) => code),
    totals: { ...totals, undecoded: totals.undecoded.map(({ reason, packets }) => [reason, packets]) },
    peers,
    targets,
    causes: causes.map(({ sampleFrame: _frame, ...cause }) => cause),
    rejections: rejections.map(({ capture: _capture, frame: _frame, stamp, ...rejection }) => ({
      ...rejection,
      stamp: stamp && { ...stamp, frame: null, capture: null },
    })),
    adequacy,
    whatIf,
  };
}

/** Frames of the rejections and of what wrote their stamps, as the whole file numbers them. */
function frames(report: Report, paths: readonly string[], parts: readonly Split[]): unknown {
  const inWhole = (capture: string, frame: number | null | undefined): number | undefined =>
    parts[paths.indexOf(capture)]?.frames[(frame ?? 0) - 1];
  return report.rejections.map(({ capture, frame, stamp }) => [
    inWhole(capture, frame),
    inWhole(stamp?.capture ?? capture, stamp?.frame),
  ]);
}

const consecutive = (count: number): Split[] =>
  splitCapture(BYTES, count, (frame, all) => [Math.floor(((frame - 1) * count) / all)]);

const SPLITS: readonly (readonly [string, () => Split[]])[] = [
  ['ring files', () => consecutive(7)],
  ['many ring files', () => consecutive(60)],
  ['two interfaces', () => splitCapture(BYTES, 2, (_frame, _all, record) => [(record[40] ?? 0) & 1])],
  ['files that take turns, packet by packet', () => splitCapture(BYTES, 3, (frame) => [frame % 3])],
];

describe('files merged', () => {
  it.each(SPLITS)('in any order give the report of the whole: %s', async (_name, split) => {
    const parts = split();
    const paths = written(parts);
    for (const order of [paths, paths.toReversed(), [...paths.slice(2), ...paths.slice(0, 2)]]) {
      const report = await analyzeFile(order, OPTIONS);
      expect(told(report)).toEqual(told(whole));
      expect(frames(report, paths, parts)).toEqual(
        whole.rejections.map(({ frame, stamp }) => [frame, stamp?.frame ?? undefined]),
      );
      expect(report.captures.map(({ name }) => name).toSorted()).toEqual(paths.toSorted());
      expect(report.captures.map(({ packets }) => packets).reduce((sum, packets) => sum + packets)).toBe(
        whole.totals.packets,
      );
    }
  });

  it('are told in the order of their first packets', async () => {
    const paths = written(consecutive(5));
    const { captures } = await analyzeFile(paths.toReversed(), OPTIONS);
    expect(captures.map(({ name }) => name)).toEqual(paths);
  });

  it('may be compressed', async () => {
    const paths = written(
      splitCapture(BYTES, 2, (frame) => [frame % 2]),
      true,
    );
    expect(told(await analyzeFile(paths, OPTIONS))).toEqual(told(whole));
  });

  it('count a packet that two of them hold once', async () => {
    const parts = splitCapture(BYTES, 2, (frame, all) => [
      ...(frame < all * 0.7 ? [0] : []),
      ...(frame > all * 0.3 ? [1] : []),
    ]);
    const report = await analyzeFile(written(parts).toReversed(), OPTIONS);
    const twice = parts.reduce((sum, part) => sum + part.frames.length, 0) - whole.totals.packets;
    expect(report.totals.packets).toBe(whole.totals.packets + twice);
    expect(report.totals.duplicates).toBeGreaterThan(twice * 0.9);
    for (const total of ['segments', 'syns', 'attempts', 'answered', 'silent', 'rejected'] as const) {
      expect([total, report.totals[total]]).toEqual([total, whole.totals[total]]);
    }
    expect(report.verdict.grade).toBe(whole.verdict.grade);
    expect(report.verdict.agreement).toEqual(whole.verdict.agreement);
  });

  it('may have different link types', async () => {
    const [first, second] = splitCapture(BYTES, 2, (frame) => [frame % 2]);
    if (first === undefined || second === undefined) throw new Error('no parts');
    const paths = written([first, { ...second, bytes: asRawIp(second.bytes) }]);
    const report = await analyzeFile(paths, OPTIONS);
    expect(report.captures.map(({ linkTypes }) => String(linkTypes)).toSorted()).toEqual(['1', '101']);
    expect(report.totals.attempts).toBe(whole.totals.attempts);
    expect(report.verdict.agreement).toEqual(whole.verdict.agreement);
  });

  it.each([0.05, -0.4, 0.8])('of hosts whose clocks are %d s apart tell each SYN once', async (apart) => {
    const [copy] = splitCapture(BYTES, 1, () => [0]);
    if (copy === undefined) throw new Error('no copy');
    const bytes = copy.bytes.slice();
    const view = new DataView(bytes.buffer);
    for (let at = 24; at < bytes.length; at += 16 + view.getUint32(at + 8, true)) {
      const micros = view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true) + apart * 1e6;
      view.setUint32(at, Math.floor(micros / 1e6), true);
      view.setUint32(at + 4, Math.round(micros % 1e6), true);
    }
    const report = await analyzeFile(written([copy, { ...copy, bytes }]), OPTIONS);
    expect(report.verdict.grade).toBe(whole.verdict.grade);
    const { syns, attempts, answered, connected } = whole.totals;
    expect(report.totals).toMatchObject({ syns, attempts, answered, connected });
    const codes = ({ causes }: Report): string[] =>
      causes.filter((each) => each.syns > 0).map(({ code }) => code);
    expect(codes(report)).toEqual(codes(whole));
    const repeats = ({ causes }: Report): object[] =>
      causes.flatMap(({ evidence }) => evidence).filter(({ code }) => code === 'syn-acks-repeated');
    expect(repeats(report)).toEqual(repeats(whole));
  });

  it('have nothing foretold from before a gap between them, as at the beginning of a capture', async () => {
    const paths = written(consecutive(10).filter((_, part) => part < 4 || part > 5));
    const rowsOf = async (input: readonly string[]): Promise<SynRow[]> => {
      const rows: SynRow[] = [];
      for await (const row of readSyns(input, { seed: 1 })) rows.push(row);
      return rows;
    };
    const after = (await rowsOf(paths)).filter(({ file }) => paths.indexOf(file) >= 4);
    const fates = after.map(({ fate }) => fate);
    expect(fates).toEqual((await rowsOf(paths.slice(4))).map(({ fate }) => fate));
    // With what came between, the stamps from before it count.
    const known = (await rowsOf([CAPTURE])).slice(-after.length).map(({ fate }) => fate);
    const count = (all: readonly string[]): number => all.filter((fate) => fate === 'unknown').length;
    expect(count(fates)).toBeGreaterThan(count(known) + 3);
    const { findings } = (await analyzeFile(paths, OPTIONS)).adequacy;
    expect(findings.filter(({ code }) => code === 'gaps')).toEqual([
      { code: 'gaps', count: 1, longestSeconds: expect.closeTo(pauseBetween(paths[3], paths[4]), 5) },
    ]);
    expect(whole.adequacy.findings.some(({ code }) => code === 'gaps')).toBe(false);
  });

  it('go on past one that cannot be read, and tell it', async () => {
    const paths = written(consecutive(3));
    const [bad, html] = [join(folder, 'nowhere.pcap'), join(folder, 'page.pcap')];
    writeFileSync(html, '<!doctype html><title>404</title>');
    const report = await analyzeFile([bad, ...paths, html], OPTIONS);
    expect(told(report)).toEqual(told(whole));
    expect(report.captures.map(({ name }) => name)).toEqual([...paths, bad, html]);
    expect(report.problems.map(({ capture, kind }) => [capture, kind])).toEqual([
      [bad, 'unreadable'],
      [html, 'foreign-format'],
    ]);
  });

  it('are not held up by a damaged time', async () => {
    const parts = splitCapture(BYTES, 2, (frame) => [frame % 2]);
    const [first] = parts;
    if (first === undefined) throw new Error('no parts');
    // The fifth record of one file claims to be years ahead.
    let at = 24;
    const view = new DataView(first.bytes.buffer);
    for (let record = 0; record < 5; record += 1) at += 16 + view.getUint32(at + 8, true);
    view.setUint32(at, view.getUint32(at, true) + 400_000_000, true);
    const report = await analyzeFile(written(parts), OPTIONS);
    expect(report.totals.attempts).toBe(whole.totals.attempts);
    expect(report.verdict.grade).toBe(whole.verdict.grade);
    expect(report.totals.rejected).toBeGreaterThan(whole.totals.rejected * 0.98);
  });

  it('stop after so many packets of all of them', async () => {
    for (const parts of [consecutive(4), splitCapture(BYTES, 2, (frame) => [frame % 2])]) {
      const report = await analyzeFile(written(parts), { ...OPTIONS, maxPackets: 500 });
      expect(report.totals.packets).toBe(500);
      expect(report.adequacy.findings).toContainEqual({ code: 'partial', limit: 'packets' });
      const alone = await analyzeFile(CAPTURE, { ...OPTIONS, maxPackets: 500 });
      expect(told(report)).toEqual(told(alone));
    }
  });

  it('list their SYNs in the order of time', async () => {
    const list = async (paths: string | string[], maxPackets?: number): Promise<SynRow[]> => {
      const rows: SynRow[] = [];
      const limit = maxPackets === undefined ? {} : { maxPackets };
      for await (const row of readSyns(paths, { seed: 1, ...limit })) rows.push(row);
      return rows;
    };
    const plain = (rows: readonly SynRow[]): unknown[] =>
      rows.map(({ file: _file, frame: _frame, stampFrame: _stamp, ...row }) => row);
    const parts = splitCapture(BYTES, 3, (frame) => [frame % 3]);
    const paths = written(parts);
    const rows = await list(paths.toReversed());
    expect(plain(rows)).toEqual(plain(await list(CAPTURE)));
    expect(new Set(rows.map(({ file }) => basename(file))).size).toBe(3);
    expect(plain(await list(paths, 600))).toEqual(plain(await list(CAPTURE, 600)));
  });

  it.skipIf(process.platform === 'win32')('may be pipes, each read once', async () => {
    const parts = splitCapture(BYTES, 2, (frame) => [frame % 2]);
    const paths = written(parts);
    const pipes = paths.map((path) => `${path}.fifo`);
    execFileSync('mkfifo', pipes);
    for (const [index, path] of paths.entries()) {
      execFileSync('/bin/sh', ['-c', 'cat "$0" >"$1" &', path, pipes[index] ?? ''], { stdio: 'ignore' });
    }
    expect(told(await analyzeFile(pipes, OPTIONS))).toEqual(told(whole));
  });
});

/** An Ethernet capture without its Ethernet headers. */
function asRawIp(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const pieces: Uint8Array[] = [bytes.slice(0, 24)];
  new DataView(pieces[0]?.buffer ?? new ArrayBuffer(24)).setUint32(20, 101, true);
  for (let at = 24; at < bytes.length;) {
    const next = at + 16 + view.getUint32(at + 8, true);
    const record = bytes.slice(at, at + 16);
    const header = new DataView(record.buffer);
    header.setUint32(8, header.getUint32(8, true) - 14, true);
    header.setUint32(12, header.getUint32(12, true) - 14, true);
    pieces.push(record, bytes.subarray(at + 30, next));
    at = next;
  }
  return new Uint8Array(Buffer.concat(pieces));
}
