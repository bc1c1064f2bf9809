/** Files, streams and bytes are one input in different clothes: the same report comes out of each. */
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaptureBytes, Progress, Report } from '../../src/index.ts';
import { analyze, analyzeFile, readSyns } from '../../src/index.ts';
import { FIXTURES } from '../captures/scenarios.ts';

const CAPTURE = join(FIXTURES, 'linux-4.9/gaps-around-60s/target.pcap');
const BYTES = new Uint8Array(readFileSync(CAPTURE));

let report: Report;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synscope-test-'));
  report = await analyzeFile(CAPTURE);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** One buffer used again and again, as a careful source does. */
function* reusedChunks(size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < BYTES.length; at += size) {
    const chunk = BYTES.subarray(at, at + size);
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.length);
    buffer.fill(0xee);
  }
}

describe('analyze', () => {
  const inputs: readonly (readonly [string, () => CaptureBytes])[] = [
    ['a Node stream', () => createReadStream(CAPTURE, { highWaterMark: 1000 })],
    ['a web stream', () => new Blob([BYTES]).stream()],
    ['an array of chunks', () => [BYTES.subarray(0, 10), BYTES.subarray(10)]],
    ['a generator that reuses its buffer', () => reusedChunks(777)],
    ['bytes', () => BYTES],
    ['an ArrayBuffer', () => BYTES.slice().buffer],
    ['a view of one', () => new DataView(BYTES.buffer, BYTES.byteOffset, BYTES.byteLength)],
    ['chunks of any such kind', () => [BYTES.slice(0, 10).buffer, new DataView(BYTES.slice(10).buffer)]],
  ];
  it.each(inputs)('takes %s', async (_name, input) => {
    expect(await analyze(input(), { name: CAPTURE })).toEqual(report);
  });

  it('takes gzipped bytes, and says that they were', async () => {
    const unpacked = await analyze(new Uint8Array(gzipSync(BYTES)), { name: CAPTURE });
    expect(unpacked.captures.map(({ compression }) => compression)).toEqual(['gzip']);
    const captures = unpacked.captures.map((capture) => ({ ...capture, compression: null }));
    expect({ ...unpacked, captures }).toEqual(report);
  });

  it.each([
    ['null', null, 'null'],
    ['a promise', Promise.resolve(BYTES), 'Promise'],
    ['a blob', new Blob([BYTES]), 'Blob'],
  ])('refuses %s', async (_name, input, kind) => {
    const refusal = new TypeError(`a capture is bytes, or yields them: ${kind} given`);
    // @ts-expect-error Callers without types
    await expect(analyze(input)).rejects.toThrow(refusal);
    // @ts-expect-error Callers without types
    await expect(readSyns(input).next()).rejects.toThrow(refusal);
  });

  it('refuses a path: that is for analyzeFile', async () => {
    // @ts-expect-error Callers without types
    await expect(analyze(CAPTURE)).rejects.toThrow(TypeError);
  });

  it.each([
    ['a stream of text', () => createReadStream(CAPTURE, { encoding: 'latin1' }), 'strings'],
    ['a list of numbers', () => [...BYTES.subarray(0, 99)], 'numbers'],
  ])('tells that %s yields no bytes', async (_name, input, kind) => {
    // @ts-expect-error Callers without types
    const { problems } = await analyze(input());
    expect(problems).toMatchObject([{ kind: 'unreadable', detail: `it yields ${kind}, not bytes` }]);
  });

  it('names a stream that has no name', async () => {
    expect((await analyze(BYTES)).captures.map((capture) => capture.name)).toEqual(['(stream)']);
  });

  it('calls what a limit cut off no damage', async () => {
    const byBytes = await analyze(BYTES, { maxBytes: BYTES.length - 1 });
    const byPackets = await analyze(BYTES, { maxPackets: byBytes.totals.packets });
    const findings = byBytes.adequacy.findings.map(({ code }) => code);
    expect(findings).toEqual(byPackets.adequacy.findings.map(({ code }) => code));
    expect(findings).toContain('partial');
    expect(byBytes.verdict.grade).toBe(byPackets.verdict.grade);
  });

  it('tells an error of the stream, and what came before it', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield BYTES.subarray(0, 40_000);
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    }
    const part = await analyze(breaking());
    expect(part.problems).toContainEqual(
      expect.objectContaining({ kind: 'unreadable', detail: 'ECONNRESET' }),
    );
    expect(part.totals.syns).toBeGreaterThan(10);
    expect(part.totals.syns).toBeLessThan(report.totals.syns);
  });

  it('takes no more than maxBytes, and says so', async () => {
    const part = await analyze(BYTES, { maxBytes: 40_000 });
    expect(part.captures.map((capture) => capture.bytes)).toEqual([40_000]);
    expect(part.adequacy.findings).toContainEqual({ code: 'partial', limit: 'bytes' });
  });

  it('stops when it is told to, and says so', async () => {
    const controller = new AbortController();
    function* endless(): Generator<Uint8Array> {
      for (let at = 0; ; at += 1000) {
        if (at > 40_000) controller.abort();
        yield at < BYTES.length ? BYTES.subarray(at, at + 1000) : new Uint8Array(1000);
      }
    }
    const part = await analyze(endless(), { signal: controller.signal });
    expect(part.adequacy.findings).toContainEqual({ code: 'partial', limit: 'interrupted' });
    expect(part.totals.syns).toBeGreaterThan(10);
  });
});

describe('analyzeFile', () => {
  it('takes several files as one stretch of traffic', async () => {
    // A pcap file cut after a record: the second half needs the header of the first.
    let cut = 24;
    const view = new DataView(BYTES.buffer);
    while (cut < BYTES.length / 2) cut += 16 + view.getUint32(cut + 8, true);
    const [first, second] = [join(folder, '1.pcap'), join(folder, '2.pcap')];
    await writeFile(first, BYTES.subarray(0, cut));
    await writeFile(second, Buffer.concat([BYTES.subarray(0, 24), BYTES.subarray(cut)]));

    const both = await analyzeFile([first, second]);
    expect(both.captures.map((capture) => capture.name)).toEqual([first, second]);
    expect(both.totals).toEqual(report.totals);
    expect(both.verdict.grade).toEqual(report.verdict.grade);
  });

  it('tells of a file that is not there, and analyses the others', async () => {
    const nowhere = join(folder, 'nowhere.pcap');
    const others = await analyzeFile([nowhere, CAPTURE]);
    expect(others.problems).toContainEqual(
      expect.objectContaining({ capture: nowhere, kind: 'unreadable', detail: 'ENOENT' }),
    );
    expect(others.totals).toEqual(report.totals);
  });

  it('limits the lists and not the totals', async () => {
    const short = await analyzeFile(CAPTURE, { limit: 2 });
    expect([short.rejections.length, short.peers.length]).toEqual([2, 2]);
    expect(short.totals).toEqual(report.totals);
  });

  it.each([0, 1])('says the same of the whole with lists of %i', async (limit) => {
    const captures = ['linux-3.10/two-server-addresses', 'linux-4.9/two-pods-one-snat'];
    for (const name of captures) {
      const path = join(FIXTURES, name, 'target.pcap');
      const [whole, short] = [await analyzeFile(path), await analyzeFile(path, { limit })];
      expect(short.verdict).toEqual(whole.verdict);
      expect(short.peers).toEqual(whole.peers.slice(0, limit));
    }
  });

  it('judges by the kernel that is named', async () => {
    const modern = await analyzeFile(CAPTURE, { targetKernel: '5.15.0-91-generic' });
    expect(modern.verdict.grade).toBe('ruled-out');
    expect(modern.verdict.kernel).toMatchObject({ source: 'given', profile: '4.12+' });
  });

  it.each([
    { targetKernel: 'a potato' },
    { limit: -1 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { maxBytes: 0 },
    { maxBytes: -1 },
    { maxBytes: Number.NaN },
  ])('refuses %j', async (options) => {
    await expect(analyzeFile(CAPTURE, options)).rejects.toThrow(RangeError);
  });

  it('says how far it is', async () => {
    const seen: Progress[] = [];
    await analyzeFile(CAPTURE, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({
      file: CAPTURE,
      bytesRead: BYTES.length,
      bytesTotal: BYTES.length,
      packets: report.totals.packets,
    });
  });
});
