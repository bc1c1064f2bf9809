/** Several captures on the command line: a report each and a summary, or merged; and what the exit code says of them. */
import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { Report } from '../../src/report/report.ts';
import { CONFIRMED, NO_EVIDENCE, POSSIBLE } from '../report/fixtures.ts';
import type { World } from './memory-io.ts';
import { worldWith } from './memory-io.ts';

const UNREADABLE: Report = {
  ...NO_EVIDENCE,
  captures: [],
  totals: { ...NO_EVIDENCE.totals, packets: 0 },
  problems: [
    {
      capture: 'b\u001b[2J\n::error::x.pcap',
      kind: 'unreadable',
      offset: 0,
      frame: 0,
      needed: null,
      available: null,
      detail: 'ENOENT',
      more: 0,
    },
  ],
};

function worldOf(reports: readonly [Report, ...Report[]]): World {
  const [report, ...others] = reports;
  return worldWith({ report, others, directories: ['ring'] });
}

describe('several captures', () => {
  it.each([
    [[NO_EVIDENCE, NO_EVIDENCE], [], 0],
    [[NO_EVIDENCE, POSSIBLE], [], 1],
    [[NO_EVIDENCE, POSSIBLE], ['--fail-on', 'confirmed'], 0],
    [[CONFIRMED, UNREADABLE, NO_EVIDENCE], [], 2],
    [[CONFIRMED, UNREADABLE], ['--fail-on', 'never'], 2],
  ] as const)('end with the code of the worst (%#)', async (reports, options, code) => {
    const world = worldOf(reports);
    expect(await run(['analyze', 'a', 'b', 'c', ...options], world.io)).toBe(code);
  });

  it('end with 2, and say why, when the run ended before it came to one of them', async () => {
    for (const failOn of ['possible', 'never']) {
      const world = worldWith({ report: POSSIBLE, notReached: ['b.pcap'] });
      expect(await run(['analyze', 'a.pcap', 'b.pcap', '--fail-on', failOn], world.io)).toBe(2);
      expect(world.stderr.text).toBe('synscope: not reached before the run ended: b.pcap\n');
      expect(world.stdout.text).toContain(
        '2 files: 1 shows SYNs thrown away by tcp_tw_recycle; 1 not reached',
      );
    }
  });

  it('end with 2 when one could be read only in its beginning', async () => {
    const problems = UNREADABLE.problems.map((problem) => ({ ...problem, frame: 7, detail: 'EIO' }));
    const failed = { ...NO_EVIDENCE, problems };
    expect(await run(['analyze', 'a'], worldWith({ report: failed }).io)).toBe(2);
    expect(await run(['analyze', 'a', 'b'], worldOf([failed, NO_EVIDENCE]).io)).toBe(2);
  });

  it('get a report each, and a summary', async () => {
    const world = worldOf([CONFIRMED, UNREADABLE, NO_EVIDENCE]);
    await run(['analyze', 'a', 'b', 'c'], world.io);
    expect(world.stdout.text.match(/^▌ [A-Z ]+$/gm)).toEqual(['▌ CONFIRMED', '▌ NO EVIDENCE', '▌ SUMMARY']);
    expect(world.stderr.text).toBe('synscope: b\\x1b[2J\\x0a::error::x.pcap: no such file\n');
  });

  it('are analysed by a crew of as many as there are jobs, which goes home whatever happens', async () => {
    const world = worldOf([CONFIRMED, NO_EVIDENCE]);
    expect(await run(['analyze', 'a', 'b', '--jobs', '3'], world.io)).toBe(1);
    expect(world.crews).toEqual([3, -3]);
    const failing = worldWith({ report: NO_EVIDENCE, fail: new RangeError('target kernel "x": no') });
    expect(await run(['analyze', 'a', 'b', '--jobs', '2'], failing.io)).toBe(2);
    expect(failing.crews).toEqual([2, -2]);
  });

  it('are analysed by a crew with what is said to be the default', async () => {
    const world = worldOf([CONFIRMED, NO_EVIDENCE]);
    expect(await run(['analyze', 'a', 'b', '--jobs', '2', '--no-merge'], world.io)).toBe(1);
    expect(world.crews).toEqual([2, -2]);
  });

  it.each([
    ['one at a time', ['a', 'b', '--jobs', '1']],
    ['unless it is said', ['a', 'b']],
    ['for a single one', ['a', '--jobs', '4']],
  ])('are analysed without a crew: %s', async (_when, options) => {
    const world = worldOf([CONFIRMED, NO_EVIDENCE]);
    await run(['analyze', ...options], world.io);
    expect(world.crews).toEqual([]);
  });

  it.each([
    [['--jobs', '0'], '--jobs needs a whole number of at least 1'],
    [['--jobs', 'many'], '--jobs needs a whole number of at least 1'],
    [['--jobs', '2', '--merge'], '--jobs cannot help --merge'],
    [['--jobs', '2', '--max-packets', '5'], '--jobs cannot help --max-packets'],
  ])('cannot be analysed with %j', async (options, complaint) => {
    const world = worldOf([CONFIRMED, NO_EVIDENCE]);
    expect(await run(['analyze', 'a', 'b', ...options], world.io)).toBe(2);
    expect(world.stderr.text).toContain(complaint);
    expect(world.asked).toEqual([]);
  });

  it('are one JSON document', async () => {
    const world = worldOf([CONFIRMED, NO_EVIDENCE]);
    await run(['analyze', 'a', 'b', '-f', 'json'], world.io);
    expect(JSON.parse(world.stdout.text)).toMatchObject({
      schemaVersion: 1,
      files: [CONFIRMED, NO_EVIDENCE],
      summary: { totals: { files: 2 } },
    });
  });

  it('are what a directory stands for, even with one capture in it', async () => {
    const world = worldOf([CONFIRMED]);
    await run(['analyze', 'ring', '-f', 'json'], world.io);
    expect(JSON.parse(world.stdout.text)).toMatchObject({ files: [CONFIRMED] });
  });

  it.each([
    ['one capture', ['a']],
    ['--merge', ['a', 'b', '--merge']],
    ['--merge of a directory', ['ring', '--merge']],
  ])('are told as one with %s', async (_name, words) => {
    const world = worldOf([CONFIRMED]);
    expect(await run(['analyze', ...words, '-f', 'json'], world.io)).toBe(1);
    expect(JSON.parse(world.stdout.text)).toEqual(CONFIRMED);
  });

  it('say on standard error what was left out where no summary does', async () => {
    const skipped = [{ file: 'a\u202e', reason: 'same-file', sameAs: 'b' }] as const;
    const world = worldWith({ report: CONFIRMED, skipped });
    await run(['analyze', 'a', 'b', '--merge'], world.io);
    await run(['syns', 'a', 'b'], world.io);
    const line = 'synscope: Left out, the same file as one before: a\\u{202e} (b).\n';
    expect(world.stderr.text).toBe(line + line);
    await run(['analyze', 'a', 'b'], world.io);
    expect(world.stderr.text).toBe(line + line);
    expect(world.stdout.text).toContain('Left out, the same file as one before');
  });

  it('have their names taken out with the addresses', async () => {
    const world = worldOf([CONFIRMED, { ...NO_EVIDENCE, captures: CONFIRMED.captures }]);
    await run(['analyze', 'a', 'b', '--anonymize', '-f', 'json'], world.io);
    for (const { name } of CONFIRMED.captures) expect(world.stdout.text).not.toContain(`"${name}"`);
    expect(JSON.parse(world.stdout.text)).toMatchObject({ summary: { files: [{ file: 'capture-1' }, {}] } });
  });

  it('list their SYNs one after the other, or merged', async () => {
    const world = worldOf([NO_EVIDENCE, UNREADABLE]);
    expect(await run(['syns', 'a', 'b'], world.io)).toBe(2);
    expect(await run(['syns', 'a', 'b', '--merge'], world.io)).toBe(0);
  });
});
