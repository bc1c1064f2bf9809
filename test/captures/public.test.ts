/**
 * Other people's captures: `syns` against what tshark saw in them, and nobody accused. None of them holds a drop by
 * tcp_tw_recycle, although TSval goes back in several.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEED_SHARED, PUBLIC_CAPTURES, readTsv } from '../support/shared-captures.ts';
import { accusation, identityOf, listed } from './scenarios.ts';

const INDEX = join(PUBLIC_CAPTURES, 'INDEX.tsv');
const SYN = 0x02;
const ACK = 0x10;

/** Frames whose rows in the truth are no SYNs on the wire, by file, and why. */
const NOT_ON_THE_WIRE: ReadonlyMap<string, { readonly frames: readonly number[]; readonly why: string }> =
  new Map([
    [
      'arkime+arkime/ospf.pcap',
      {
        frames: [25, 180, 182, 184, 186, 188, 190, 192, 194, 196, 198, 220, 233, 237, 239, 241, 243],
        why: 'ICMPv6 errors quote the SYN that caused them; it was on the wire in an earlier frame',
      },
    ],
  ]);

if (!existsSync(INDEX)) process.stderr.write(`SKIPPED: no captures at ${PUBLIC_CAPTURES}\n`);

describe.skipIf(!existsSync(INDEX))(`public captures (${NEED_SHARED})`, () => {
  const files = existsSync(INDEX) ? readTsv(INDEX).map((row) => row['file'] ?? '') : [];

  it('are all there', () => {
    expect(files).toHaveLength(112);
  });

  it.each(files)('%s', async (file) => {
    const { report, rows } = await listed(join(PUBLIC_CAPTURES, file));
    expect(rows.map((row) => `${row.frame} ${row.time} ${identityOf(row)} ${row.tsecr ?? ''}`)).toEqual(
      truthOf(file),
    );

    expect(rows.filter((row) => row.cause === 'tw-recycle-reject')).toEqual([]);
    expect(report.rejections).toEqual([]);
    expect(accusation(report)).toBe('none');

    const frames = new Map(rows.map((row) => [row.frame, row]));
    const again = rows.filter((row) => row.duplicateOf !== null);
    expect(again.filter((row) => row.cause !== null || !frames.has(row.duplicateOf ?? 0))).toEqual([]);
    expect(report.totals.syns).toBe(rows.length - again.length);
  });
});

/** SYN set and ACK clear, as tshark sees them, without those that are no SYNs on the wire. */
function truthOf(file: string): string[] {
  const quoted = new Set(NOT_ON_THE_WIRE.get(file)?.frames);
  const kept: string[] = [];
  for (const row of readTsv(join(PUBLIC_CAPTURES, 'truth', `${file}.tsv`))) {
    const cell = (name: string): string => row[name] ?? '';
    if ((Number(cell('flags')) & (SYN | ACK)) !== SYN) continue;
    if (quoted.delete(Number(cell('frame')))) continue;
    const time = cell('epoch_ns').padStart(10, '0');
    const identity = ['src', 'sport', 'dst', 'dport', 'seq', 'tsval'].map(cell).join(' ');
    kept.push(`${cell('frame')} ${time.slice(0, -9)}.${time.slice(-9)} ${identity} ${cell('tsecr')}`);
  }
  if (quoted.size > 0) throw new Error(`${file}: no SYN rows for frames ${[...quoted].join(', ')}`);
  return kept;
}
