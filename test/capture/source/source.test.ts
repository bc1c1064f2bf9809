import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaptureFacts } from '../../../src/capture/facts.ts';
import type { CaptureProblem } from '../../../src/capture/problem.ts';
import { readCaptureFile } from '../../../src/capture/source/file.ts';
import type { ReadOptions } from '../../../src/capture/source/options.ts';
import { readCaptureStream } from '../../../src/capture/source/stream.ts';
import { CaptureWalker } from '../../../src/capture/walker.ts';
import { concatBytes, type PcapPacket, writePcap } from '../../support/pcap-writer.ts';

interface Outcome {
  readonly frames: number[];
  readonly problems: CaptureProblem[];
  readonly facts: CaptureFacts;
}

type Read = (walker: CaptureWalker) => Promise<CaptureFacts>;

async function collect(read: Read): Promise<Outcome> {
  const frames: number[] = [];
  const problems: CaptureProblem[] = [];
  const walker = new CaptureWalker(
    (record) => frames.push(record.frame),
    (problem) => problems.push(problem),
  );
  return { frames, problems, facts: await read(walker) };
}

const packets: PcapPacket[] = Array.from({ length: 500 }, (_, index) => ({
  seconds: 1_700_000_000 + index,
  fraction: index,
  data: Uint8Array.from({ length: 300 }, (_unused, at) => (at * at * 31 + index * 7) & 0xff),
}));
const capture = writePcap(packets);
/** The capture as `zstd` writes it would need a compressor; blocks may also hold their bytes as they are. */
const zstd = rawZstd(capture);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'synscope-source-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

function readFile(path: string, options: ReadOptions = {}): Promise<Outcome> {
  return collect((walker) => readCaptureFile(path, walker, options));
}

function readStream(source: AsyncIterable<Uint8Array>, options: ReadOptions = {}): Promise<Outcome> {
  return collect((walker) => readCaptureStream(source, walker, options));
}

function chunksOf(bytes: Uint8Array, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(Buffer.from(bytes.subarray(at, at + size)));
  return chunks;
}

/** A zstd frame of raw blocks, RFC 8878: magic, descriptor, window of 128 KiB, blocks of at most 64 KiB. */
function rawZstd(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const block = bytes.subarray(at, at + 65_536);
    const word = (block.length << 3) | (at + 65_536 >= bytes.length ? 1 : 0);
    parts.push(Uint8Array.of(word & 0xff, (word >> 8) & 0xff, word >> 16), block);
  }
  return concatBytes(parts);
}

/** A zstd frame of one-byte blocks that each stand for 64 KiB of zeros. */
function zstdBomb(blocks: number): Uint8Array {
  const bytes = new Uint8Array(6 + blocks * 4);
  bytes.set([0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3]);
  for (let i = 0; i < blocks; i++) {
    const word = (65_536 << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0);
    bytes.set([word & 0xff, (word >> 8) & 0xff, word >> 16, 0], 6 + i * 4);
  }
  return bytes;
}

describe('a file', () => {
  const forms: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ['plain', capture],
    ['gzip', gzipSync(capture)],
    ['gzip of several members', Buffer.concat(chunksOf(capture, 50_000).map((part) => gzipSync(part)))],
    ['gzip padded with zeros', Buffer.concat([gzipSync(capture), Buffer.alloc(512)])],
    ['zstd', zstd],
    ['zstd of several frames', concatBytes(chunksOf(capture, 50_000).map(rawZstd))],
  ];

  it.each(forms)('is read whatever its form and name: %s', async (name, bytes) => {
    const { frames, problems, facts } = await readFile(file(`${name}.txt`, bytes));
    expect(problems).toEqual([]);
    expect(frames).toHaveLength(500);
    expect(facts).toMatchObject({ format: 'pcap', bytes: capture.length, stopped: false });
  });

  it('is read through a symbolic link', async () => {
    const link = join(directory, 'link');
    symlinkSync(file('target.pcap', capture), link);
    expect((await readFile(link)).frames).toHaveLength(500);
  });

  it.each([
    ['that is missing', () => join(directory, 'nowhere'), 'unreadable', 'ENOENT'],
    ['that is a directory', () => directory, 'is-directory', null],
    ['that is a device', () => '/dev/zero', 'not-a-file', null],
    ['that is empty', () => file('empty', new Uint8Array(0)), 'empty-file', null],
    ['below a file', () => join(file('parent', capture), 'child'), 'unreadable', 'ENOTDIR'],
    ['that is xz', () => file('xz', Buffer.from('fd377a585a000004e6d6b446', 'hex')), 'foreign-format', 'xz'],
    ['that is gzip inside gzip', () => file('nested', gzipSync(gzipSync(capture))), 'foreign-format', 'gzip'],
  ])('%s is a problem, not an exception', async (_name, path, kind, detail) => {
    const { frames, problems } = await readFile(path());
    expect(frames).toEqual([]);
    expect(problems).toMatchObject([{ kind, detail, offset: 0, frame: 0 }]);
  });

  it.skipIf(process.getuid?.() === 0)('without permission is a problem (not as root)', async () => {
    const path = file('secret', capture);
    chmodSync(path, 0);
    expect((await readFile(path)).problems).toMatchObject([{ kind: 'unreadable', detail: 'EACCES' }]);
  });

  it.each([
    ['gzip', gzipSync(capture)],
    ['zstd', zstd],
  ])('of %s that is cut off gives what was whole', async (format, bytes) => {
    const { frames, problems, facts } = await readFile(file('cut', bytes.subarray(0, bytes.length >> 1)));
    expect(frames.length).toBeGreaterThan(100);
    expect(problems[0]).toMatchObject({
      kind: 'corrupt-compression',
      detail: `${format} cut off`,
      offset: facts.bytes,
    });
    expect(facts.records).toBe(frames.length);
  });

  it.each([
    [
      'gzip',
      concatBytes([gzipSync(capture), gzipSync(capture).subarray(0, 20), new Uint8Array(100).fill(0xff)]),
    ],
    ['zstd', concatBytes([zstd, rawZstd(capture).subarray(0, 6), new Uint8Array(100).fill(0xff)])],
  ])('of %s that is damaged gives a problem', async (format, bytes) => {
    const { problems } = await readFile(file('damaged', bytes));
    expect(problems.map((problem) => problem.detail)).toContain(`${format} damaged`);
  });

  it('is read no further than the limit', async () => {
    for (const bytes of [capture, gzipSync(capture), zstd]) {
      const { frames, problems, facts } = await readFile(file('limited', bytes), {
        maxBytes: 24 + 316 * 10 + 1,
      });
      expect(frames).toHaveLength(10);
      expect(facts.bytes).toBe(24 + 316 * 10 + 1);
      expect(problems).toMatchObject([{ kind: 'size-limit', needed: 24 + 316 * 10 + 1, detail: 'bytes' }]);
    }
  });

  it.each([
    ['gzip', () => gzipSync(concatBytes([capture, new Uint8Array(80_000_000)]))],
    ['zstd', () => concatBytes([rawZstd(capture), zstdBomb(1_500)])],
  ])('that is a bomb of %s is given up', async (_format, make) => {
    const bytes = make();
    const { frames, problems, facts } = await readFile(file('bomb', bytes));
    expect(frames).toHaveLength(500);
    expect(problems.map((problem) => [problem.kind, problem.detail])).toContainEqual(['size-limit', 'ratio']);
    expect(facts.bytes).toBeLessThan(Math.max(bytes.length * 250, 64 * 1024 * 1024) + 2 * 1024 * 1024);
  });

  it('tells how far it is', async () => {
    const calls: (readonly [number, number | null])[] = [];
    await readFile(file('progress', capture), { onProgress: (read, size) => calls.push([read, size]) });
    expect(calls.at(-1)).toEqual([capture.length, capture.length]);
  });

  it('is left when the consumer has enough', async () => {
    const frames: number[] = [];
    const walker = new CaptureWalker(
      (record) => {
        frames.push(record.frame);
        if (record.frame === 3) walker.stop();
      },
      () => expect.unreachable(),
    );
    const facts = await readCaptureFile(file('enough', capture), walker);
    expect(frames).toEqual([1, 2, 3]);
    expect(facts).toMatchObject({ records: 3, stopped: true, problemCounts: new Map() });
  });
});

describe('a stream', () => {
  it.each([
    ['plain', capture],
    ['gzip', gzipSync(capture)],
    ['zstd', zstd],
  ])('gives the same in chunks of any size: %s', async (_name, bytes) => {
    for (const size of [101, 1_000_000]) {
      const viaReadable = await readStream(Readable.from(chunksOf(bytes, size)));
      const viaIterable = await readStream(generate(chunksOf(bytes, size)));
      expect(viaReadable).toEqual(viaIterable);
      expect([viaReadable.frames.length, viaReadable.problems]).toEqual([500, []]);
    }
  });

  it('gives the same byte by byte', async () => {
    const start = capture.subarray(0, 2_000);
    const { frames, problems } = await readStream(Readable.from(chunksOf(start, 1)));
    expect(frames).toHaveLength(6);
    expect(problems).toMatchObject([{ kind: 'truncated-record' }]);
  });

  it('that is empty says so', async () => {
    expect((await readStream(Readable.from([]))).problems).toMatchObject([{ kind: 'empty-file' }]);
  });

  it('that fails gives what came before', async () => {
    const failing = new PassThrough();
    failing.write(capture.subarray(0, 24 + 316 * 4));
    setImmediate(() => failing.destroy(Object.assign(new Error('broken'), { code: 'ECONNRESET' })));
    const { frames, problems } = await readStream(failing);
    expect(frames).toHaveLength(4);
    expect(problems).toMatchObject([{ kind: 'unreadable', detail: 'ECONNRESET' }]);
  });

  it.each([
    ['closed before its end', (stream: PassThrough): PassThrough => stream.destroy()],
    ['read to its end by others', (stream: PassThrough): PassThrough => stream.end().resume()],
  ])('that was %s says so instead of being waited for', async (_name, use) => {
    const stream = new PassThrough();
    stream.write(capture);
    use(stream);
    await once(stream, 'close');
    const { frames, problems } = await readStream(stream);
    expect(frames).toEqual([]);
    expect(problems[0]).toMatchObject({ kind: 'unreadable', detail: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('that is closed before its end is not taken for whole', async () => {
    const stream = new PassThrough();
    stream.write(capture.subarray(0, 24 + 316 * 4));
    const { frames, problems } = await readStream(stream, { onProgress: () => stream.destroy() });
    expect(frames).toHaveLength(4);
    expect(problems).toMatchObject([{ kind: 'unreadable', detail: 'ERR_STREAM_PREMATURE_CLOSE' }]);
  });

  it.each([
    ['plain', capture],
    ['gzip', gzipSync(capture)],
  ])('is left when the listener to its progress fails: %s', async (_name, bytes) => {
    const { problems } = await readStream(Readable.from(chunksOf(bytes, 1000)), {
      onProgress: () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    });
    expect(problems[0]).toMatchObject({ kind: 'unreadable', detail: 'ENOSPC' });
  });

  it('that stalls delivers what came, and ends with the signal', async () => {
    const stalling = new PassThrough();
    const controller = new AbortController();
    stalling.write(capture.subarray(0, 24 + 316 * 4));
    const { frames, problems, facts } = await readStream(stalling, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(frames).toHaveLength(4);
    expect(problems).toEqual([]);
    expect(facts.stopped).toBe(true);
    expect(stalling.destroyed).toBe(true);
  });
});

async function* generate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
