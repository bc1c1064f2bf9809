import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { CAUSES } from '../../src/diagnosis/codes.ts';
import { GRADE_RULES } from '../../src/diagnosis/grades.ts';
import { CATALOGUE } from '../../src/report/sentences/explain/catalogue.ts';
import { columnsOf } from '../../src/report/text/columns.ts';
import { CONFIRMED } from '../report/fixtures.ts';
import { worldWith } from './memory-io.ts';

const EVERY_CODE = [...new Set(CATALOGUE.flatMap(({ entries }) => entries.map(({ code }) => code)))];

async function explained(...argv: string[]): Promise<string> {
  const world = worldWith({ report: CONFIRMED });
  expect(await run(['explain', ...argv], world.io)).toBe(0);
  return world.stdout.text;
}

/** The text without the breaks of lines. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

describe('explain', () => {
  it('lists every code, a line each', async () => {
    const list = await explained();
    for (const code of EVERY_CODE) expect(list).toMatch(new RegExp(`^  ${code} `, 'm'));
  });

  it.each([80, 40])('explains every code, within the %d columns of the page', async (width) => {
    const list = await explained('--width', String(width));
    const pages = await Promise.all(EVERY_CODE.map((code) => explained(code, '--width', String(width))));
    for (const [at, code] of EVERY_CODE.entries()) {
      expect(flat(pages[at] ?? '')).toContain(`${code} (`);
      expect(list).toMatch(new RegExp(`^  ${code}$|^  ${code} `, 'm'));
    }
    const lines = [list, ...pages].join('\n').split('\n');
    expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
  });

  it('says of a cause how it is recognised, what in the kernel stands behind it, and what to do', async () => {
    for (const cause of CAUSES.filter((each) => each !== 'unexplained')) {
      const page = await explained(cause);
      for (const heading of ['How it is recognised', 'In the kernel', 'What to do']) {
        expect(page).toContain(`\n${heading}\n`);
      }
    }
  });

  it('takes the rule of a grade from the table of rules', async () => {
    for (const { grade, when } of GRADE_RULES) {
      expect(flat(await explained(grade))).toContain(when.slice(1));
    }
  });

  it('explains a word that stands for two things twice', async () => {
    const page = await explained('unknown');
    expect(page).toContain('unknown (fate of a SYN)');
    expect(page).toContain('unknown (answer to a SYN)');
  });

  it('explains several codes at once, however they are written', async () => {
    const page = await explained('Confirmed', 'short');
    expect(page).toContain('confirmed (grade)');
    expect(page).toContain('short (limit of a capture)');
  });

  it.each([
    ['tw-recycle', 'no code "tw-recycle"; did you mean tw-recycle-reject or disable-tw-recycle?'],
    ['tw_recycle_reject', 'did you mean tw-recycle-reject?'],
    ['shrot', 'did you mean short?'],
    ['quantum', 'no code "quantum"; synscope explain lists all codes'],
    ['', 'no code ""; synscope explain lists all codes'],
    ['x'.repeat(100_000), 'synscope explain lists all codes'],
  ])('refuses a code that is none, and helps', async (code, complaint) => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(['explain', code], world.io)).toBe(2);
    expect(world.stderr.text).toContain(complaint);
    expect(world.stdout.text).toBe('');
  });
});
