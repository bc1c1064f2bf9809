/** Real kernels' captures with one record in a hundred damaged: still the right verdict, with the damage counted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/api/analyze.ts';
import { renderText } from '../../src/api/render.ts';
import type { Report } from '../../src/report/report.ts';
import { accusation, FIXTURES, scenariosIn, truthOf } from '../captures/scenarios.ts';
import { anatomyOf } from '../fuzz/anatomy.ts';
import type { Piece } from '../fuzz/anatomy.ts';
import { Dice } from '../fuzz/dice.ts';
import { concatBytes } from '../support/pcap-writer.ts';

const ONE_IN = 100;
const SEEDS = [1, 2, 3];
type Damage = (record: Uint8Array, headerLength: number, dice: Dice) => Uint8Array;

/** What happens to a record. */
const DAMAGES: readonly Damage[] = [
  // Its header: a length or a time that is none any more.
  (record, headerLength, dice) => overwritten(record, dice.below(headerLength), dice.bytes(4)),
  // Its packet.
  (record, headerLength, dice) =>
    overwritten(record, headerLength + dice.below(record.length - headerLength - 4), dice.bytes(4)),
  () => new Uint8Array(0),
  // Bytes of nobody behind it.
  (record, _headerLength, dice) => concatBytes([record, dice.bytes(1 + dice.below(200))]),
];

function overwritten(record: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const copy = record.slice();
  copy.set(bytes.subarray(0, Math.min(bytes.length, copy.length - at)), at);
  return copy;
}

function damaged(
  capture: Uint8Array,
  seed: number,
): { readonly bytes: Uint8Array; readonly records: number } {
  const dice = new Dice(seed);
  const { pieces, headerLength } = anatomyOf(capture, Infinity);
  let records = 0;
  const treat = ({ start, end, dataStart }: Piece): Uint8Array => {
    const record = capture.subarray(start, end);
    if (!dice.onceIn(ONE_IN)) return record;
    records += 1;
    return dice.pick(DAMAGES)(record, dataStart - start, dice);
  };
  return { bytes: concatBytes([capture.subarray(0, headerLength), ...pieces.map(treat)]), records };
}

const damagedFindings = ({ adequacy }: Report): number =>
  adequacy.findings.find((finding) => finding.code === 'damaged')?.problems ?? 0;

describe.each(scenariosIn(FIXTURES))('$name, one record in a hundred damaged', ({ directory }) => {
  const capture = Uint8Array.from(readFileSync(join(directory, 'target.pcap')));
  const guilty = truthOf(directory).some(
    ({ cause }) => cause === 'tw-recycle-reject' || cause === 'undecided',
  );

  it.each(SEEDS)('keeps its verdict (seed %i)', async (seed) => {
    const { bytes, records } = damaged(capture, seed);
    const report = await analyze(bytes, { name: 'damaged.pcap' });
    expect(guilty ? ['confirmed', 'probable'] : ['none']).toContain(accusation(report));

    // Removed records leave no trace, and what is wrong within a packet is no problem of the file.
    const problems = damagedFindings(report);
    expect(problems).toBeGreaterThan(0);
    expect(problems).toBeLessThanOrEqual(2 * records);
    expect(report.problems.reduce((sum, problem) => sum + 1 + problem.more, 0)).toBeGreaterThanOrEqual(
      problems,
    );
    expect(report.verdict.grade === 'confirmed').toBe(false);
  });
});

describe('one time that makes no sense', () => {
  const directory = join(FIXTURES, 'linux-4.9/two-pods-one-snat');
  const capture = Uint8Array.from(readFileSync(join(directory, 'target.pcap')));

  it.each([0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])('(%i) ends no connection', async (seconds) => {
    const sound = await analyze(capture);
    for (const index of [500, 2000]) {
      const bytes = capture.slice();
      new DataView(bytes.buffer).setUint32(anatomyOf(bytes).pieces[index]?.start ?? 0, seconds, true);
      const report = await analyze(bytes);
      expect(report.verdict.grade).toBe('confirmed');
      expect(Math.abs(report.totals.rejected - sound.totals.rejected)).toBeLessThanOrEqual(2);
      expect(report.adequacy.findings).toContainEqual({ code: 'untimed', packets: 1 });
      expect(report.adequacy.seconds).toBe(sound.adequacy.seconds);
    }
  });
});

describe('times that make no sense all through', () => {
  const capture = Uint8Array.from(readFileSync(join(FIXTURES, 'linux-4.9/gaps-around-60s/target.pcap')));

  it.each([
    ['all zero', () => 0],
    ['turning over and over', (second: number) => 0xffff_fff0 - (second < 60 ? 0 : 100) + (second % 10)],
  ])('(%s) rule nothing out', async (_what, secondsOf) => {
    const bytes = capture.slice();
    const view = new DataView(bytes.buffer);
    const { pieces } = anatomyOf(bytes, Infinity);
    const first = view.getUint32(pieces[0]?.start ?? 0, true);
    for (const { start } of pieces)
      view.setUint32(start, secondsOf(view.getUint32(start, true) - first), true);
    if (secondsOf(1) === 0) for (const { start } of pieces) view.setUint32(start + 4, 0, true);
    const report = await analyze(bytes);
    expect(report.totals.syns).toBeGreaterThan(200);
    expect(['no-evidence', 'cannot-tell']).toContain(report.verdict.grade);
    expect(renderText(report)).not.toContain('in -');
  });
});
