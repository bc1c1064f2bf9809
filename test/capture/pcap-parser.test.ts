/** An independent reader as oracle: record by record the same, on generated captures and on other people's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { parse, type ParsedPacket } from 'pcap-parser';
import { describe, expect, it } from 'vitest';
import { writePcap } from '../support/pcap-writer.ts';
import {
  haveSharedCaptures,
  listCaptures,
  NEED_SHARED,
  PUBLIC_CAPTURES,
  REAL_KERNEL_CAPTURES,
} from '../support/shared-captures.ts';
import { walk } from '../support/walk.ts';

interface Row {
  readonly seconds: number;
  readonly microseconds: number;
  readonly originalLength: number;
  readonly data: string;
}

/** What pcap-parser makes of a capture. */
function byPcapParser(capture: Uint8Array): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    const parser = parse(Readable.from([Buffer.from(capture)]));
    parser.on('packet', ({ header, data }: ParsedPacket) => {
      rows.push({
        seconds: header.timestampSeconds,
        microseconds: header.timestampMicroseconds,
        originalLength: header.originalLength,
        data: data.toString('hex'),
      });
    });
    parser.on('error', reject);
    parser.on('end', () => resolve(rows));
  });
}

function byWalker(capture: Uint8Array): Row[] {
  return walk(capture).records.map(({ seconds, nanoseconds, originalLength, data }) => ({
    seconds,
    microseconds: nanoseconds / 1_000,
    originalLength,
    data,
  }));
}

describe('pcap-parser and the walker', () => {
  it('agree on every capture that can be written', async () => {
    const packet = fc.record({
      seconds: fc.nat({ max: 0xffff_ffff }),
      fraction: fc.nat({ max: 999_999 }),
      data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      originalLength: fc.integer({ min: 300, max: 9_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 15 }), fc.boolean(), async (packets, littleEndian) => {
        const capture = writePcap(packets, { littleEndian });
        expect(byWalker(capture)).toEqual(await byPcapParser(capture));
      }),
      { numRuns: 60 },
    );
  });

  /** Where they differ, and why we are right. */
  const different = new Set([
    // Microseconds of 1,000,000 and more, which we carry.
    'the-tcpdump-group+tcpdump/timestamp_invalid_micro.pcap',
    // A damaged length: pcap-parser waits for the bytes to the end, we go on behind the damage.
    'OISF+suricata-verify/tls_DER-incomplete-header.pcap',
  ]);

  const files = haveSharedCaptures()
    ? [PUBLIC_CAPTURES, REAL_KERNEL_CAPTURES].flatMap((root) =>
        listCaptures(root)
          .filter((file) => file.endsWith('.pcap') && !different.has(file))
          .map((file) => join(root, file))
          .filter((path) => isMicroseconds(readFileSync(path))),
      )
    : [];

  it.skipIf(files.length === 0).each(files)(`agree on %s (${NEED_SHARED})`, async (path) => {
    const capture = readFileSync(path);
    expect(byWalker(capture)).toEqual(await byPcapParser(capture));
  });
});

/** pcap-parser knows this magic only, in both byte orders. */
function isMicroseconds(capture: Uint8Array): boolean {
  return ['a1b2c3d4', 'd4c3b2a1'].includes(Buffer.from(capture.subarray(0, 4)).toString('hex'));
}
