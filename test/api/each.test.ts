/** Several files one by one: a report on each, whatever the others are, and a summary. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Crew } from '../../src/api/each.ts';
import { analyzeEachBy } from '../../src/api/each.ts';
import { listEachSyns } from '../../src/api/syns.ts';
import type { Progress, Report, SynRow } from '../../src/index.ts';
import { analyzeEach, analyzeFile, renderText } from '../../src/index.ts';
import { FIXTURES } from '../captures/scenarios.ts';

const SOUND = join(FIXTURES, 'linux-4.9/one-shared-clock/target.pcap');
const GUILTY = join(FIXTURES, 'linux-4.9/gaps-around-60s/target.pcap');

const NOBODY = 65_534;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'synscope-each-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Permissions bind everybody but root. */
async function asNobody<Result>(action: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(NOBODY);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

describe('analyzeEach', () => {
  it('gives each file the report that it gets alone', async () => {
    const { files, summary } = await analyzeEach([SOUND, GUILTY], { seed: 1 });
    expect(files).toEqual([await analyzeFile(SOUND, { seed: 1 }), await analyzeFile(GUILTY, { seed: 1 })]);
    expect(summary.files.map(({ file: name, state, grade }) => [name, state, grade])).toEqual([
      [SOUND, 'read', files[0]?.verdict.grade],
      [GUILTY, 'read', 'confirmed'],
    ]);
    expect(summary.totals).toEqual({ files: 2, read: 2, unreadable: 0, notReached: 0, accusing: 1 });
  });

  it.each([
    ['missing', () => join(folder, 'nowhere.pcap'), 'unreadable'],
    ['empty', () => file('empty.pcap', ''), 'empty-file'],
    ['an HTML page', () => file('page.pcap', '<!doctype html><title>404</title>'), 'foreign-format'],
    ['noise', () => file('noise.pcap', '\0noise\u0001'.repeat(99)), 'unknown-format'],
    ['a directory without captures', () => join(FIXTURES, '..', 'bin'), 'is-directory'],
    ['a device', () => '/dev/null', 'not-a-file'],
    [
      'a link that leads to itself',
      () => {
        const path = join(folder, 'loop.pcap');
        symlinkSync(path, path);
        return path;
      },
      'unreadable',
    ],
  ])('is not stopped by one that is %s', async (_what, bad, kind) => {
    const path = bad();
    const { files, summary } = await analyzeEach([SOUND, path, GUILTY]);
    expect(summary.totals).toMatchObject({ files: 3, read: 2, unreadable: 1, accusing: 1 });
    expect(summary.files[1]).toMatchObject({ file: path, state: 'unreadable', grade: null, problems: 1 });
    expect(files[1]?.problems.map((problem) => problem.kind)).toEqual([kind]);
  });

  it.skipIf(process.platform === 'win32')('says of what it may not look at that it may not', async () => {
    const place = mkdtempSync(join(tmpdir(), 'synscope-locked-'));
    const [capture, plain, hidden] = ['ring.pcap0', 'ring', 'hidden'].map((name) => join(place, name));
    if (capture === undefined || plain === undefined || hidden === undefined) throw new Error('no paths');
    for (const path of [capture, plain]) copyFileSync(SOUND, path);
    mkdirSync(hidden);
    for (const path of [capture, plain, hidden]) chmodSync(path, 0);
    chmodSync(place, 0o755);
    const refused = async (path: string): Promise<unknown> => {
      const { files } = await asNobody(() => analyzeEach([path]));
      return files.map(({ problems }) => problems.map((one) => [one.capture, one.kind, one.detail]));
    };
    expect(await refused(place)).toEqual([
      [[plain, 'unreadable', 'EACCES']],
      [[capture, 'unreadable', 'EACCES']],
    ]);
    expect(await refused(hidden)).toEqual([[[hidden, 'unreadable', 'EACCES']]]);
    const merged = await asNobody(() => analyzeFile([place, hidden]));
    expect(merged.problems.map(({ detail }) => detail)).toEqual(['EACCES', 'EACCES', 'EACCES']);
    rmSync(place, { recursive: true, force: true });
  });

  it.runIf(process.platform === 'linux')('passes over no file whose name is not UTF-8', async () => {
    const place = mkdtempSync(join(tmpdir(), 'synscope-latin-1-'));
    for (const last of ['\xe8.pcap', '\xe9.pcap', '\xe9']) {
      copyFileSync(SOUND, Buffer.from(`${place}/caf${last}`, 'latin1'));
    }
    const { files } = await analyzeEach([place]);
    rmSync(place, { recursive: true, force: true });
    const pages = files.map((report) => renderText(report));
    expect(pages).toHaveLength(3);
    for (const page of pages) expect(page).toContain('name is not UTF-8');
  });

  it('hands reports over one by one, and keeps none then', async () => {
    const seen: string[] = [];
    const onReport = (report: Report): void => void seen.push(...report.captures.map(({ name }) => name));
    const { files, summary } = await analyzeEach([SOUND, GUILTY], { onReport });
    expect(seen).toEqual([SOUND, GUILTY]);
    expect([files.length, summary.totals.read]).toEqual([0, 2]);
  });

  it('has one budget for all of them, and says which it did not come to', async () => {
    const alone = (await analyzeFile(SOUND)).totals.packets;
    const { files, summary } = await analyzeEach([SOUND, GUILTY, join(folder, 'third.pcap')], {
      maxPackets: alone + 10,
    });
    expect(files.map((report) => report.totals.packets)).toEqual([alone, 10]);
    expect(summary.files.map(({ state }) => state)).toEqual(['read', 'read', 'not-reached']);
  });

  describe('by a crew', () => {
    /** Begins what it is given at once, and is done with the last first. */
    class Backwards implements Crew {
      readonly ahead: number;
      readonly log: string[] = [];
      private readonly jobs: (() => void)[] = [];

      constructor(ahead: number) {
        this.ahead = ahead;
      }

      async analyze(path: string, onProgress: (progress: Progress) => void): Promise<Report | null> {
        this.log.push(`+${path}`);
        onProgress({ file: path, bytesRead: 1, bytesTotal: null, packets: 1 });
        await new Promise<void>((resolve) => {
          this.jobs.unshift(resolve);
          setTimeout(() => this.jobs.shift()?.(), 5);
        });
        this.log.push(`-${path}`);
        if (path.endsWith('dropped')) return null;
        if (path.endsWith('broken')) throw new Error(path);
        return analyzeFile(SOUND, { limit: 0 }).then((report) => ({
          ...report,
          captures: report.captures.map((capture) => ({ ...capture, name: path })),
        }));
      }
    }

    it('has the reports in their order, whoever is done first', async () => {
      const crew = new Backwards(3);
      const progress: string[] = [];
      const onProgress = ({ file: path }: Progress): void => void progress.push(path);
      const { files, summary } = await analyzeEachBy(crew, ['a', 'b', 'dropped', 'c', 'd'], { onProgress });
      expect(crew.log.slice(0, 4)).toEqual(['+a', '+b', '+dropped', '-dropped']);
      expect(files.map(({ captures }) => captures[0]?.name)).toEqual(['a', 'b', 'c', 'd']);
      expect(summary.files.map(({ file: path, state }) => `${path} ${state}`)).toEqual([
        'a read',
        'b read',
        'dropped not-reached',
        'c read',
        'd read',
      ]);
      // Only the capture that is waited for tells how far it is.
      expect(progress).toEqual(['a']);
    });

    it('gives out only so many captures ahead', async () => {
      const crew = new Backwards(2);
      const told: number[] = [];
      const onReport = (): void => void told.push(crew.log.filter((entry) => entry.startsWith('+')).length);
      await analyzeEachBy(crew, ['a', 'b', 'c', 'd', 'e'], { onReport });
      expect(told).toEqual([2, 3, 4, 5, 5]);
    });

    it('ends with what went wrong, after the reports before it', async () => {
      const seen: string[] = [];
      const onReport = ({ captures }: Report): void => void seen.push(...captures.map(({ name }) => name));
      const run = analyzeEachBy(new Backwards(4), ['a', 'b', 'broken', 'also broken'], { onReport });
      await expect(run).rejects.toThrow(new Error('broken'));
      expect(seen).toEqual(['a', 'b']);
    });
  });

  it('has no file for nothing', async () => {
    expect((await analyzeEach([])).summary.totals.files).toBe(0);
  });
});

describe('a directory', () => {
  let place = '';
  beforeAll(() => {
    place = join(folder, 'captures');
    mkdirSync(join(place, 'old'), { recursive: true });
    copyFileSync(SOUND, join(place, 'ring.pcap10'));
    copyFileSync(GUILTY, join(place, 'ring.pcap9'));
    copyFileSync(SOUND, join(place, 'no-extension'));
    copyFileSync(SOUND, join(place, 'old', 'older.pcap'));
    writeFileSync(join(place, 'notes.txt'), 'notes that somebody took while it ran');
    writeFileSync(join(place, 'broken.pcap'), 'no capture, though it is called one');
    linkSync(join(place, 'ring.pcap10'), join(place, 'z-hard.pcap'));
    symlinkSync('ring.pcap9', join(place, 'z-soft.pcap'));
    symlinkSync('.', join(place, 'z-loop'));
    symlinkSync('nowhere', join(place, 'z-dangling.txt'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(place, 'z-pipe.pcap')]);
  });

  it('stands for the captures right inside, by content, each once, in the order of their numbers', async () => {
    const { summary } = await analyzeEach([place]);
    expect(summary.files.map((each) => [each.file.slice(place.length + 1), each.state])).toEqual([
      ['broken.pcap', 'unreadable'],
      ['no-extension', 'read'],
      ['ring.pcap9', 'read'],
      ['ring.pcap10', 'read'],
    ]);
    const left = summary.skipped.map((each) => [each.file.slice(place.length + 1), each.reason]);
    expect(left).toEqual([
      ['notes.txt', 'no-capture'],
      ['old', 'directory'],
      ['z-dangling.txt', 'no-capture'],
      ['z-hard.pcap', 'same-file'],
      ['z-loop', 'directory'],
      ...(process.platform === 'win32' ? [] : [['z-pipe.pcap', 'special']]),
      ['z-soft.pcap', 'same-file'],
    ]);
    expect(summary.skipped.find((each) => each.file.endsWith('z-soft.pcap'))?.sameAs).toBe(
      join(place, 'ring.pcap9'),
    );
  });

  it('and a file in it are the same file once', async () => {
    const named = join(place, 'ring.pcap9');
    const { summary } = await analyzeEach([named, named, place]);
    expect(summary.files[0]?.file).toBe(named);
    expect(summary.totals.files).toBe(4);
    expect(summary.skipped.filter(({ reason }) => reason === 'same-file')).toHaveLength(4);
  });

  it('can be analysed as one stretch of traffic as well', async () => {
    const skipped: string[] = [];
    const report = await analyzeFile(place, { onSkipped: ({ reason }) => skipped.push(reason) });
    expect(report.captures).toHaveLength(4);
    expect(skipped).toContain('same-file');
  });
});

describe('the SYNs of several files', () => {
  it('are judged file by file', async () => {
    const rows: SynRow[] = [];
    const { files: reports } = await listEachSyns([GUILTY, SOUND], { seed: 1 }, (row) => rows.push(row));
    expect(reports.map((report) => report.verdict.grade)).toEqual(
      [await analyzeFile(GUILTY), await analyzeFile(SOUND)].map((report) => report.verdict.grade),
    );
    const own: SynRow[] = [];
    await listEachSyns([SOUND], { seed: 1 }, (row) => own.push(row));
    expect(rows.filter(({ file: name }) => name === SOUND)).toEqual(own);
    expect(rows.filter(({ cause }) => cause === 'tw-recycle-reject')).toHaveLength(136);
  });
});
