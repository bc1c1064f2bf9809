import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { columnsOf } from '../../src/report/text/columns.ts';
import { renderText } from '../../src/report/text/render.ts';
import { anyReport } from './arbitrary.ts';
import { ALL_ADEQUACY, ALL_ASSUMPTIONS, ALL_PROBLEM_KINDS, ALL_REASONS, ALL_REMEDIES } from './every-code.ts';
import {
  CANNOT_TELL,
  changed,
  CONFIRMED,
  LONG_ADDRESSES,
  NO_EVIDENCE,
  POSSIBLE,
  PROBABLE,
  reportWith,
  RULED_OUT,
} from './fixtures.ts';

const COLOURS = new RegExp(String.raw`\p{Cc}\[(?:1|2|22|31|32|33|36|39)m`, 'gu');
const ANYTHING_UNSAFE = /(?!\n)\p{C}|[\p{Zl}\p{Zp}]/u;

const EVERYTHING = reportWith(
  { reasons: ALL_REASONS, assumptions: ALL_ASSUMPTIONS },
  {
    adequacy: { seconds: 12.34, findings: ALL_ADEQUACY },
    remedy: ALL_REMEDIES,
    problems: ALL_PROBLEM_KINDS.map((kind, index) => ({
      capture: 'target.pcap',
      kind,
      offset: 24 + index,
      frame: index % 3,
      needed: index % 2 === 0 ? 1_500 : null,
      available: 233,
      detail: index % 4 === 0 ? 'word' : null,
      more: index % 5,
    })),
  },
);

const PAGES: readonly (readonly [string, Report, number])[] = [
  ['confirmed-80', CONFIRMED, 80],
  ['confirmed-120', CONFIRMED, 120],
  ['probable-80', PROBABLE, 80],
  ['possible-80', POSSIBLE, 80],
  ['cannot-tell-80', CANNOT_TELL, 80],
  ['no-evidence-80', NO_EVIDENCE, 80],
  ['ruled-out-80', RULED_OUT, 80],
  ['long-addresses-80', LONG_ADDRESSES, 80],
  ['everything-100', EVERYTHING, 100],
];

describe('renderText', () => {
  it.each(PAGES)('lays out %s as it was approved', async (name, report, width) => {
    const page = renderText(report, { width, color: false, limit: 20 });
    await expect(page).toMatchFileSnapshot(`pages/${name}.txt`);
  });

  it('colours without changing a letter', () => {
    for (const [, report, width] of PAGES) {
      const plain = renderText(report, { width, color: false, limit: 10 });
      const coloured = renderText(report, { width, color: true, limit: 10 });
      expect(coloured).not.toBe(plain);
      expect(coloured.replaceAll(COLOURS, '')).toBe(plain);
    }
  });

  it('never writes past the width, nor anything a terminal would obey', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 40, max: 130 }), fc.nat(12), (report, width, limit) => {
        const page = renderText(report, { width, color: false, limit });
        expect(page).not.toMatch(ANYTHING_UNSAFE);
        for (const line of page.split('\n'))
          expect(columnsOf(line)).toBeLessThanOrEqual(Math.min(width, 120));
      }),
      { numRuns: 300 },
    );
  });

  it('says which SYNs count as thrown away beyond those of the table', () => {
    const rejected = CONFIRMED.totals.rejected + 3;
    const targets = CONFIRMED.targets.map((target) =>
      target.rejected > 0 ? { ...target, rejected } : target,
    );
    const report = reportWith({}, { targets, totals: { ...CONFIRMED.totals, rejected } });
    const how = { width: 120, color: false, limit: 10 };
    expect(renderText(report, how)).toContain(
      '· 3 more SYNs count as thrown away: the capture ended before an answer could have come.',
    );
    expect(renderText(CONFIRMED, how)).not.toContain('thrown away: the capture ended');
  });

  it('only counts what is beyond the limit', () => {
    const page = renderText(CONFIRMED, { width: 80, color: false, limit: 3 });
    expect(page).toContain('… and 268 more rejected SYNs');
    expect(page.match(/10\.32\.0\.4:\d+/g)).toHaveLength(3);
    expect(renderText(CONFIRMED, { width: 80, color: false, limit: 0 })).toContain(
      '… and 271 more rejected SYNs',
    );
  });

  it('says of an input that could not be read just that', () => {
    const captures = changed(CONFIRMED.captures, {
      format: null,
      packets: 0,
      bytes: 0,
      firstTime: null,
      lastTime: null,
    });
    const [line] = renderText(reportWith({}, { captures }), { width: 80, color: false, limit: 10 }).split(
      '\n',
    );
    expect(line).toBe('target.pcap  not read');
  });

  it('shows an escape sequence in a file name instead of obeying it', () => {
    const report = reportWith({}, { captures: changed(CONFIRMED.captures, { name: 'a\u001b[2Jb' }) });
    expect(renderText(report, { width: 80, color: false, limit: 10 })).toContain('a\\x1b[2Jb');
  });
});
