import type { Grade } from '../../diagnosis/codes.ts';
import { escapeTerminal } from '../escape/terminal.ts';
import type { Report } from '../report.ts';
import { GRADE_NAMES } from '../sentences/grades.ts';
import { REASON_SENTENCES } from '../sentences/reasons.ts';
import { tell } from '../sentences/tell.ts';
import { wrap } from './columns.ts';
import { evidenceReasonLines } from './evidence.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';
import type { Paint, Style } from './style.ts';

const PROSE = 90;

const GRADE_PAINT: Readonly<Record<Grade, (style: Style) => Paint>> = {
  confirmed: (style) => style.red,
  probable: (style) => style.red,
  possible: (style) => style.yellow,
  'cannot-tell': (style) => style.yellow,
  'no-evidence': (style) => style.green,
  'ruled-out': (style) => style.green,
};

/** The paint that goes with a grade. */
export function gradePaint(style: Style, grade: Grade): Paint {
  return GRADE_PAINT[grade](style);
}

/** The verdict behind a coloured bar, and why it has its grade. */
export function verdictLines(layout: Layout, report: Report): string[] {
  const { style, width } = layout;
  const { verdict } = report;
  const paint = gradePaint(style, verdict.grade);
  const bar = paint('▌');
  const why = [
    ...evidenceReasonLines(layout, report),
    ...verdict.reasons.flatMap((reason) =>
      paragraph(layout, tell(REASON_SENTENCES, reason), { indent: 4, mark: '·' }),
    ),
  ];
  return [
    '',
    `${bar} ${style.bold(paint(GRADE_NAMES[verdict.grade].toUpperCase()))}`,
    ...wrap(escapeTerminal(verdict.sentence), Math.min(PROSE, width - 2)).map(
      (line) => `${bar} ${style.bold(line)}`,
    ),
    ...(why.length === 0 ? [] : ['']),
    ...why,
  ];
}
