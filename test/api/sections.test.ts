/** Captures put together as sections of one pcapng file: what lies between two of them is seen, and said. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report, SynRow } from '../../src/index.ts';
import { analyze, readSyns, renderText } from '../../src/index.ts';
import { FIXTURES } from '../captures/scenarios.ts';
import { concatBytes } from '../support/pcap-writer.ts';
import { PcapngBlocks } from '../support/pcapng-writer.ts';
import type { Split } from '../support/split-capture.ts';
import { splitCapture } from '../support/split-capture.ts';

const BYTES = new Uint8Array(readFileSync(join(FIXTURES, 'linux-4.9/gaps-around-60s/target.pcap')));

/** A classic capture (microseconds, little-endian) as a section of its own. */
function section({ bytes }: Split): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = new PcapngBlocks();
  const parts = [blocks.section(), blocks.interface({ linkType: view.getUint32(20, true) })];
  for (let at = 24; at < bytes.length;) {
    const length = view.getUint32(at + 8, true);
    const ticks = BigInt(view.getUint32(at, true)) * 1_000_000n + BigInt(view.getUint32(at + 4, true));
    const data = bytes.subarray(at + 16, at + 16 + length);
    parts.push(blocks.enhancedPacket({ data, ticks, originalLength: view.getUint32(at + 12, true) }));
    at += 16 + length;
  }
  return concatBytes(parts);
}

/** The capture in ten parts of as many frames. */
const parts = splitCapture(BYTES, 10, (frame, frames) => [Math.floor(((frame - 1) * 10) / frames)]);
const sections = (which: readonly number[]): Uint8Array =>
  concatBytes(which.map((part) => section(parts[part] ?? { bytes: new Uint8Array(24), frames: [] })));

async function fates(bytes: Uint8Array): Promise<SynRow['fate'][]> {
  const rows: SynRow['fate'][] = [];
  for await (const { fate } of readSyns(bytes, { seed: 1 })) rows.push(fate);
  return rows;
}

let whole: Report;
beforeAll(async () => {
  whole = await analyze(BYTES, { seed: 1 });
});

describe('sections of one file', () => {
  it.each([
    ['each going on where the one before ends', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['of which one is empty', [0, 1, 2, 3, 10, 4, 5, 6, 7, 8, 9]],
  ])('%s, are one capture', async (_, which) => {
    const report = await analyze(sections(which), { seed: 1 });
    expect(report.adequacy).toEqual(whole.adequacy);
    expect(report.peers).toEqual(whole.peers);
  });

  it('with a gap between them are told so, and judged behind it as from the beginning', async () => {
    const report = await analyze(sections([0, 1, 2, 3, 6, 7, 8, 9]), { seed: 1 });
    const [finding, ...others] = report.adequacy.findings.filter(({ code }) => code === 'gaps');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'gaps', count: 1 });
    const text = renderText(report).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(
      /! Nothing was captured for \d+ min \d+ s in between\. What the target remembered from then is/,
    );
    const behind = await fates(sections([6, 7, 8, 9]));
    expect((await fates(sections([0, 1, 2, 3, 6, 7, 8, 9]))).slice(-behind.length)).toEqual(behind);
  });

  it('of which a later one holds what came earlier have no gap', async () => {
    const report = await analyze(sections([6, 7, 8, 9, 0, 1, 2, 3]), { seed: 1 });
    expect(report.adequacy.findings.map(({ code }) => code)).not.toContain('gaps');
  });
});
