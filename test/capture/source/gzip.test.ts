/** What is unpacked ahead of the sink: how much, in which order, and what becomes of it. */
import { PassThrough } from 'node:stream';
import { setImmediate as otherWork, setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GzipUnpacker } from '../../../src/capture/source/gzip.ts';
import { readCaptureStream } from '../../../src/capture/source/stream.ts';
import type { Unpacker } from '../../../src/capture/source/unpacker.ts';
import { CaptureWalker } from '../../../src/capture/walker.ts';
import { concatBytes, writePcap } from '../../support/pcap-writer.ts';

const PORTION = 4096;
/** Hard to compress, so that each chunk gives some of it. */
const plain = Uint8Array.from({ length: 200_000 }, (_, at) => (Math.imul(at, at) * 31) >>> 11);
const packed = gzipSync(plain);
const JUNK = new Uint8Array(100).fill(0xff);
const capture = writePcap(
  Array.from({ length: 10 }, (_, index) => ({
    seconds: 1_700_000_000 + index,
    fraction: 0,
    data: new Uint8Array(100),
  })),
);

function* chunksOf(bytes: Uint8Array, size = 5000): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Pushes everything until there is a fault, each chunk in the same buffer, and finishes. */
async function pour(unpacker: Unpacker, bytes: Uint8Array): Promise<string | null> {
  const buffer = new Uint8Array(5000);
  for (const chunk of chunksOf(bytes)) {
    buffer.set(chunk);
    const fault = await unpacker.push(buffer.subarray(0, chunk.length));
    buffer.fill(0xff);
    if (fault !== null) return fault;
  }
  return unpacker.finish();
}

describe('gzip that is unpacked ahead', () => {
  it('comes in its order and whole, from a buffer that is used again, to a sink that takes its time', async () => {
    const given: Uint8Array[] = [];
    const unpacker = new GzipUnpacker((bytes) => {
      given.push(bytes.slice());
      return given.length % 3 === 0 ? otherWork() : undefined;
    }, PORTION);
    expect(await pour(unpacker, concatBytes([packed, packed, new Uint8Array(6000)]))).toBeNull();
    expect(Buffer.concat(given).equals(concatBytes([plain, plain]))).toBe(true);
  });

  it.each([
    ['damaged', (unpacker: Unpacker) => unpacker.push(concatBytes([packed.subarray(0, 10), JUNK]))],
    [
      'cut off',
      async (unpacker: Unpacker) =>
        (await unpacker.push(packed.subarray(0, 10))) ?? (await unpacker.finish()),
    ],
  ])('comes before the word that what follows is %s', async (word, goOn) => {
    let given = 0;
    const unpacker = new GzipUnpacker(async (part) => {
      for (let turn = 0; turn < 50; turn += 1) await otherWork();
      given += part.length;
    }, PORTION);
    expect(await unpacker.push(gzipSync(plain.subarray(0, 1000)))).toBeNull();
    expect(await goOn(unpacker)).toBe(word);
    expect(given).toBe(1000);
  });

  it.each([
    ['junk behind it', (bytes: Uint8Array) => concatBytes([bytes, JUNK]), 1],
    [
      'damage in the middle',
      (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 0xff : byte)),
      0.5,
    ],
  ])('is given nearly as far as it is sound, however small: %s', async (_what, damage, share) => {
    const small = plain.subarray(0, 30_000);
    let given = 0;
    const unpacker = new GzipUnpacker((bytes) => void (given += bytes.length), PORTION);
    expect(await unpacker.push(damage(gzipSync(small)))).toBe('damaged');
    expect(given / small.length).toBeGreaterThan(share - 0.04);
    unpacker.cancel();
  });

  it('tells of how much input it came', async () => {
    const bomb = gzipSync(new Uint8Array(50 * PORTION));
    const consumed = new Set<number>();
    const unpacker = new GzipUnpacker((_, input) => void consumed.add(input), PORTION);
    await unpacker.push(bomb);
    await unpacker.push(bomb);
    await unpacker.settle();
    expect([...consumed]).toEqual([bomb.length, 2 * bomb.length]);
    unpacker.cancel();
  });

  it('is with the sink once it is settled', async () => {
    let given = 0;
    const unpacker = new GzipUnpacker((bytes) => void (given += bytes.length), PORTION);
    await unpacker.push(packed);
    await unpacker.settle();
    expect(given).toBe(plain.length);
    unpacker.cancel();
  });

  it('waits for a sink that has enough, and ends with it', async () => {
    let calls = 0;
    let goOn = (): void => expect.unreachable();
    const enough = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const large = 16 * PORTION;
    const zeros = new Uint8Array(1000 * large);
    const bomb = gzipSync(zeros);
    const unpacker = new GzipUnpacker(() => {
      calls += 1;
      return enough;
    }, large);
    const before = process.memoryUsage().arrayBuffers;
    const pushed = unpacker.push(bomb);
    await setTimeout(200);
    expect(calls).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * large);
    // Had it been collected meanwhile, nothing would have been measured.
    expect(zeros).toHaveLength(1000 * large);
    unpacker.cancel();
    goOn();
    expect(await pushed).toBeNull();
    expect(calls).toBe(1);
  });

  it('gives nothing more after it was cancelled within the sink', async () => {
    let calls = 0;
    const unpacker: GzipUnpacker = new GzipUnpacker(() => {
      calls += 1;
      unpacker.cancel();
      return undefined;
    }, PORTION);
    await pour(unpacker, packed);
    expect(calls).toBe(1);
  });

  it('hands on what the sink throws', async () => {
    const unpacker = new GzipUnpacker(() => {
      throw new Error('no room');
    }, PORTION);
    await expect(pour(unpacker, packed)).rejects.toThrow('no room');
    unpacker.cancel();
  });
});

describe('a gzip stream that stalls', () => {
  const open = (): PassThrough => {
    const stream = new PassThrough();
    stream.write(gzipSync(capture));
    return stream;
  };

  it('is left when the consumer has enough', async () => {
    const walker: CaptureWalker = new CaptureWalker(
      ({ frame }) => {
        if (frame === 3) walker.stop();
      },
      () => expect.unreachable(),
    );
    expect(await readCaptureStream(open(), walker)).toMatchObject({ records: 3, stopped: true });
  });

  it('delivers what came before the signal', async () => {
    const controller = new AbortController();
    const walker = new CaptureWalker(
      () => undefined,
      () => expect.unreachable(),
    );
    const facts = await readCaptureStream(open(), walker, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(facts).toMatchObject({ records: 10, stopped: true });
  });
});
