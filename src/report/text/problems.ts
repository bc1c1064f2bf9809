import { escapeName, escapeTerminal } from '../escape/terminal.ts';
import type { ProblemReport, Report } from '../report.ts';
import { isUnreadable, problemSentence } from '../sentences/problems.ts';
import { undecodedPhrase } from '../sentences/undecoded.ts';
import { count } from '../wording/number.ts';
import { evidenceProblemLines } from './evidence.ts';
import { moreLine } from './hosts.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';
import { tableLines } from './table.ts';

/** What was wrong with the inputs. */
export function problemLines(layout: Layout, report: Report): string[] {
  const { problems } = report;
  const shown = problems.slice(0, layout.limit);
  return [
    ...shown.flatMap((problem) => problemLine(layout, problem)),
    ...moreLine(layout, problems.length - shown.length, 'problem'),
    ...evidenceProblemLines(layout, report),
  ];
}

function problemLine(layout: Layout, problem: ProblemReport): string[] {
  const { red, yellow } = layout.style;
  const sentence = `${escapeName(problem.capture)}: ${problemSentence(problem, escapeTerminal)}`;
  const fatal = isUnreadable(problem);
  return paragraph(layout, sentence, { indent: 4, mark: fatal ? '✗' : '!', paintMark: fatal ? red : yellow });
}

/** What was in the capture but is not TCP, or could not be read as such. */
export function undecodedLines(layout: Layout, { totals }: Report): string[] {
  const shown = totals.undecoded.slice(0, layout.limit);
  if (shown.length === 0) return [];
  return [
    ...tableLines(layout, {
      key: 'what',
      columns: [{ head: ['packets'] }, { head: ['first', 'frame'] }],
      rows: shown.map((each) => ({
        key: escapeTerminal(undecodedPhrase(each)),
        cells: [count(each.packets), String(each.sampleFrame)],
      })),
    }),
    ...moreLine(layout, totals.undecoded.length - shown.length, 'kind'),
  ];
}
