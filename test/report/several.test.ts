/** Several reports in one output: laid out as approved, parsable, and safe whatever the files are called. */
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { SEVERAL_JSON } from '../../src/report/several-json.ts';
import type { SeveralRenderer } from '../../src/report/several-renderer.ts';
import type { SkippedInput } from '../../src/report/several.ts';
import { notReached, summarise, summaryOf } from '../../src/report/several.ts';
import { SEVERAL_TEXT } from '../../src/report/text/several.ts';
import { hostile } from './arbitrary.ts';
import { CONFIRMED, NO_EVIDENCE } from './fixtures.ts';

const OPTIONS = { width: 80, color: false, limit: 10 };

function named(report: Report, name: string): Report {
  return { ...report, captures: report.captures.map((capture) => ({ ...capture, name })) };
}

function unreadable(name: string): Report {
  const place = { offset: 0, frame: 0, needed: null, available: null, more: 0 };
  const capture = { ...CONFIRMED.captures[0], name, format: null, packets: 0, bytes: 0 };
  return {
    ...NO_EVIDENCE,
    captures: NO_EVIDENCE.captures.map((each) => ({ ...each, ...capture })),
    totals: { ...NO_EVIDENCE.totals, packets: 0 },
    problems: [{ capture: name, kind: 'foreign-format', detail: 'HTML page', ...place }],
  };
}

function printed(
  renderer: SeveralRenderer,
  reports: readonly Report[],
  skipped: readonly SkippedInput[] = [],
  left: readonly string[] = [],
  options: typeof OPTIONS = OPTIONS,
): string {
  const summary = summarise([...reports.map(summaryOf), ...left.map(notReached)], skipped);
  return [
    renderer.begin(CONFIRMED.tool),
    ...reports.map((report, index) => renderer.report(report, options, index)),
    renderer.end(summary, options),
  ].join('');
}

const THREE = [
  named(CONFIRMED, 'ring/target.pcap0'),
  unreadable('ring/page.pcap'),
  named(NO_EVIDENCE, 'ring/target.pcap1'),
];
const SKIPPED: readonly SkippedInput[] = [
  { file: 'ring/notes.txt', reason: 'no-capture', sameAs: null },
  { file: 'ring/link.pcap', reason: 'same-file', sameAs: 'ring/target.pcap0' },
  ...['a', 'b', 'c', 'd', 'e'].map((name) => ({
    file: `ring/${name}`,
    reason: 'directory' as const,
    sameAs: null,
  })),
];

/** Everything after the last rule: the summary. */
function summaryPart(text: string): string {
  return text.slice(text.lastIndexOf('━') + 1).trimStart();
}

describe('the text', () => {
  it('ends in a summary as it was approved', async () => {
    const long = `ring/${'of-the-busiest-node-'.repeat(4)}\u001b[31m.pcap2`;
    const text = printed(SEVERAL_TEXT, THREE, SKIPPED, [long]);
    await expect(summaryPart(text)).toMatchFileSnapshot('pages/summary-80.txt');
  });

  it('has the whole report of each file that was read, and why for one that was not', () => {
    const pages = printed(SEVERAL_TEXT, THREE).split(/\n━+\n\n/);
    expect(pages).toHaveLength(4);
    expect(pages[0]).toContain('▌ CONFIRMED');
    expect(pages[1]).toContain('✗ ring/page.pcap: an HTML page');
    expect(pages[1]).not.toContain('▌');
    expect(pages[2]).toContain('▌ NO EVIDENCE');
  });

  it.each([
    [['ring/a', 'ring/b'], '2 files in ring/:', ['a', 'b']],
    [['ring/1/a', 'ring/10/b'], '2 files in ring/:', ['1/a', '10/b']],
    [['/a', '/b/c'], '2 files in /:', ['a', 'b/c']],
    [['/tmp/a', 'b'], '2 files:', ['/tmp/a', 'b']],
    [['b', '/tmp/a', '../a'], '3 files:', ['b', '/tmp/a', '../a']],
    [['//a', '/a'], '2 files in /:', ['/a', 'a']],
  ])('names %j by what they do not share', (paths, head, names) => {
    const summary = summaryPart(
      printed(
        SEVERAL_TEXT,
        paths.map((path) => named(NO_EVIDENCE, path)),
      ),
    );
    expect(summary).toContain(`▌ ${head} `);
    for (const name of names) expect(summary).toMatch(new RegExp(`^  ${name} +no evidence`, 'm'));
  });

  it('keeps to the width, and colours without changing a letter', () => {
    for (const width of [40, 80, 120]) {
      const plain = printed(SEVERAL_TEXT, THREE, SKIPPED, [], { ...OPTIONS, width });
      for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      const coloured = printed(SEVERAL_TEXT, THREE, SKIPPED, [], { ...OPTIONS, width, color: true });
      expect(stripVTControlCharacters(coloured)).toBe(plain);
    }
  });

  it('is safe for a terminal whatever the files are called', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (a, b, c) => {
        const text = printed(
          SEVERAL_TEXT,
          [named(CONFIRMED, a), unreadable(b)],
          [{ file: c, reason: 'same-file', sameAs: a }],
          [c],
        );
        expect(text).toMatch(/^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\n)*$/u);
        expect(text).not.toMatch(/^::/m);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the JSON', () => {
  it('parses to the reports and the summary', () => {
    const parsed: unknown = JSON.parse(printed(SEVERAL_JSON, THREE, SKIPPED));
    expect(parsed).toEqual({
      schemaVersion: 1,
      tool: CONFIRMED.tool,
      files: THREE,
      summary: summarise(THREE.map(summaryOf), SKIPPED),
    });
    expect(JSON.parse(printed(SEVERAL_JSON, []))).toMatchObject({ files: [], summary: { files: [] } });
  });

  it('is laid out like any other', () => {
    const text = printed(SEVERAL_JSON, THREE, SKIPPED);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });

  it('keeps hostile names as they are, and harmless', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const text = printed(SEVERAL_JSON, [named(CONFIRMED, name)], [], [name]);
        expect(JSON.parse(text)).toMatchObject({ summary: { files: [{ file: name }, { file: name }] } });
        expect(text).toMatch(/^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\n)*$/u);
      }),
      { numRuns: 50 },
    );
  });
});
