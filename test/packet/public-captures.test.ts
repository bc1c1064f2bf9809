/**
 * Other people's captures against what tshark 4.0 saw in them: every TCP segment with SYN set, with time,
 * addresses, ports, sequence number, TSval, TSecr and flags. Differences are fixed or stand in the table here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../src/packet/segment.ts';
import { SYN } from '../../src/packet/segment.ts';
import { formatAddress } from '../../src/units/address.ts';
import { unsigned } from '../../src/units/serial.ts';
import { formatEpoch } from '../../src/units/time.ts';
import { decodeFile } from '../support/decoding.ts';

const CAPTURES = resolve(import.meta.dirname, '../../../shared/captures/public');
const TRUTH = join(CAPTURES, 'truth');

interface Difference {
  readonly file: string;
  readonly frame: number;
  /** The row as we have it, or null where we have none. */
  readonly ours: string | null;
  readonly why: string;
}

/** Frames of ospf.pcap in which an ICMPv6 "no route" quotes the SYN that caused it. */
const QUOTES = [25, 180, 182, 184, 186, 188, 190, 192, 194, 196, 198, 220, 233, 237, 239, 241, 243];

const DIFFERENCES: readonly Difference[] = [
  ...QUOTES.map((frame) => ({
    file: 'arkime+arkime/ospf.pcap',
    frame,
    ours: null,
    why: 'a SYN quoted in an ICMPv6 error; it was on the wire in an earlier frame',
  })),
  {
    file: 'the-tcpdump-group+tcpdump/timestamp_invalid_micro.pcap',
    frame: 2,
    ours: '2 1418145371.000000000 137.116.81.94 80 131.155.215.69 46656 3078856592 234205008 1131021154 18',
    why: 'the record has 1,000,000 microseconds, a whole second; the truth prints them as a tenth',
  },
];

/** Packed with zstd, which is unpacked further left in the pipeline than here. */
const PACKED = 'seladb+PcapPlusPlus/pcapng-example.pcapng.zst';

if (!existsSync(TRUTH)) process.stderr.write(`SKIPPED: no public captures at ${CAPTURES}\n`);

describe.skipIf(!existsSync(TRUTH))('SYN segments of the public captures', () => {
  const files = existsSync(TRUTH)
    ? readdirSync(TRUTH, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsv'))
    : [];

  it('are all there', () => {
    expect(files.length).toBe(112);
  });

  const captures = files.map((file) => file.slice(0, -'.tsv'.length));
  it.each(captures.filter((file) => file !== PACKED))('%s', (file) => {
    const found: string[] = [];
    decodeFile(join(CAPTURES, file), (segment) => {
      if ((segment.flags & SYN) !== 0) found.push(rowOf(segment));
    });
    expect(found).toEqual(withDifferences(file, truthOf(file)));
  });
});

function rowOf(segment: Segment): string {
  const { family, src0, src1, src2, src3, dst0, dst1, dst2, dst3 } = segment;
  return [
    segment.frame,
    formatEpoch(segment.seconds, segment.nanoseconds),
    formatAddress(family, src0, src1, src2, src3),
    segment.srcPort,
    formatAddress(family, dst0, dst1, dst2, dst3),
    segment.dstPort,
    unsigned(segment.seq),
    segment.hasTsval ? unsigned(segment.tsval) : '-',
    segment.hasTsecr ? unsigned(segment.tsecr) : '-',
    segment.flags,
  ].join(' ');
}

function truthOf(file: string): string[] {
  const [, ...lines] = readFileSync(join(TRUTH, `${file}.tsv`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [frame, time = '', src, sport, dst, dport, seq, tsval, tsecr, flags] = line.split('\t');
    const whole = time.slice(0, -9);
    return [
      frame,
      `${whole}.${time.slice(-9)}`,
      src,
      sport,
      dst,
      dport,
      seq,
      tsval === '' ? '-' : tsval,
      tsecr === '' ? '-' : tsecr,
      Number(flags) & 0xff,
    ].join(' ');
  });
}

/** The truth with our view put in where it is argued for. An argument that changes nothing fails. */
function withDifferences(file: string, rows: readonly string[]): string[] {
  const ours = new Map(DIFFERENCES.filter((row) => row.file === file).map((row) => [row.frame, row.ours]));
  const kept: string[] = [];
  for (const row of rows) {
    const frame = Number(row.split(' ', 1)[0]);
    const replacement = ours.get(frame);
    if (replacement === row) throw new Error(`frame ${frame} of ${file} no longer differs`);
    if (replacement !== null) kept.push(replacement ?? row);
    ours.delete(frame);
  }
  if (ours.size > 0) throw new Error(`${file} has no frames ${[...ours.keys()].join(', ')}`);
  return kept;
}
