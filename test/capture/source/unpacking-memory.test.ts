/** What unpacking costs, whatever a file claims: captures that wait take little, and all of it is given back. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CaptureProblem } from '../../../src/capture/problem.ts';
import { PausableCapture } from '../../../src/capture/source/pausable.ts';
import { pullStream } from '../../../src/capture/source/byte-pull.ts';
import { readCaptureStream } from '../../../src/capture/source/stream.ts';
import { CaptureWalker } from '../../../src/capture/walker.ts';
import { concatBytes, pcapRecord, writePcap } from '../../support/pcap-writer.ts';

const MIB = 1024 * 1024;
const ZEROS = 128 * 1024;
const PACKET = { seconds: 1_700_000_000, fraction: 0, data: new Uint8Array(1000) };
const LONG = { ...PACKET, data: new Uint8Array(60_000) };
const capture = writePcap([PACKET]);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of array buffers, or of all that lies outside of the heap, WebAssembly as well, without garbage. */
function used(of: 'arrayBuffers' | 'external'): number {
  collectGarbage();
  return process.memoryUsage()[of];
}

type Ending = 'whole' | 'cut off' | 'damaged';

/** A zstd frame of the capture and so many packets of 128 KiB zeros, each in 23 bytes. */
function zstdFrame(windowLog: number, zeros: number, ending: Ending = 'whole'): Uint8Array {
  const block = (type: number, length: number, last = false): Uint8Array => {
    const word = (length << 3) | (type << 1) | (last ? 1 : 0);
    return Uint8Array.of(word & 0xff, (word >> 8) & 0xff, word >> 16);
  };
  const header = pcapRecord({
    ...PACKET,
    capturedLength: ZEROS,
    originalLength: ZEROS,
    data: new Uint8Array(0),
  });
  const zero = concatBytes([block(0, header.length), header, block(1, ZEROS), Uint8Array.of(0)]);
  return concatBytes([
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3),
    block(0, capture.length),
    capture,
    ...Array.from({ length: zeros }, () => zero),
    ...(ending === 'whole' ? [block(0, 0, true)] : []),
    ...(ending === 'damaged' ? [block(3, 10, true)] : []),
  ]);
}

interface Waiting {
  readonly capture: PausableCapture;
  readonly problems: readonly CaptureProblem[];
}

/** Opens a capture and reads until a packet waits, or all is read. */
async function waiting(bytes: Uint8Array): Promise<Waiting> {
  const problems: CaptureProblem[] = [];
  const opened = new PausableCapture(
    () => pullStream(chunks(bytes), null),
    () => undefined,
    (problem) => problems.push(problem),
    {},
  );
  while (!opened.waits && !opened.isRead) await opened.advance(Number.NEGATIVE_INFINITY);
  return { capture: opened, problems };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16_384)
    yield await Promise.resolve(bytes.subarray(at, at + 16_384));
}

describe('a bomb that waits for others', () => {
  it.each([
    ['gzip', gzipSync(writePcap(Array.from({ length: 800 }, () => LONG))), 40],
    ['zstd', zstdFrame(17, 400), 4],
  ])('is unpacked as far as it is wanted: %s', async (_, bytes, packets) => {
    const before = used('arrayBuffers');
    const opened: Waiting[] = [];
    for (let i = 0; i < 16; i += 1) {
      const one = await waiting(bytes);
      for (let taken = 0; taken < packets; taken += 1) {
        one.capture.release();
        while (!one.capture.waits) await one.capture.advance(Number.NEGATIVE_INFINITY);
      }
      opened.push(one);
    }
    // A window of 1.5 MiB each, and what comes of a slice of the compressed bytes only in part.
    expect(used('arrayBuffers') - before).toBeLessThan(16 * 4 * MIB);
    for (const { capture: each } of opened) each.close();
  });

  it('gives all of its packets in their order', async () => {
    const packet = { fraction: 0, data: new Uint8Array(1000) };
    const packets = Array.from({ length: 20_000 }, (_, index) => ({
      ...packet,
      seconds: 1_700_000_000 + index,
    }));
    const frames: number[] = [];
    const opened = new PausableCapture(
      () => pullStream(chunks(gzipSync(writePcap(packets))), null),
      ({ frame }) => frames.push(frame),
      () => expect.unreachable(),
      {},
    );
    while (opened.waits || !opened.isRead) {
      if (opened.waits) opened.release();
      else await opened.advance(Number.NEGATIVE_INFINITY);
    }
    expect(frames).toEqual(packets.map((_, index) => index + 1));
    expect(opened.close()).toMatchObject({ frames: 20_000, records: 20_000, stopped: false });
  });
});

describe('the memory for unpacking zstd', () => {
  const WINDOW_LOG = 26;

  it.each<[string, Ending, boolean]>([
    ['at the end of a capture', 'whole', false],
    ['where it is cut off', 'cut off', false],
    ['where it is damaged', 'damaged', false],
    ['where nothing more is wanted', 'whole', true],
  ])('is given back %s', async (_, ending, stops) => {
    const bytes = zstdFrame(WINDOW_LOG, 4, ending);
    const before = used('external');
    for (let i = 0; i < 6; i += 1) {
      const walker: CaptureWalker = new CaptureWalker(
        () => {
          if (stops) walker.stop();
        },
        () => undefined,
      );
      const facts = await readCaptureStream(chunks(bytes), walker);
      expect(facts.frames).toBeGreaterThan(0);
    }
    expect(used('external') - before).toBeLessThan(2 * 2 ** WINDOW_LOG);
  });

  it('is given back by what was only looked at', async () => {
    const before = used('external');
    for (let i = 0; i < 6; i += 1) {
      const { capture: looked } = await waiting(zstdFrame(WINDOW_LOG, 4));
      looked.close();
    }
    expect(used('external') - before).toBeLessThan(2 * 2 ** WINDOW_LOG);
  });

  it('has a limit for all captures together, and serves again when there is room', async () => {
    const largest = zstdFrame(27, 4);
    const [one, other] = [await waiting(largest), await waiting(largest)];
    expect(one.problems).toEqual([]);
    expect(other.problems).toMatchObject([{ kind: 'size-limit', needed: 160 * MIB, detail: 'memory' }]);
    other.capture.close();
    one.capture.close();
    const again = await waiting(largest);
    expect([again.capture.waits, again.problems]).toEqual([true, []]);
    again.capture.close();
  });
});
