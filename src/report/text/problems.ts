import { escapeTerminal } from '../escape/terminal.ts';
import type { ProblemReport, Report, UndecodedReport } from '../report.ts';
import { isUnreadable, problemSentence } from '../sentences/problems.ts';
import { counted } from '../wording/number.ts';
import { moreLine } from './hosts.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** What was wrong with the inputs, and what in them was not understood. */
export function problemLines(layout: Layout, { problems, totals }: Report): string[] {
  const shown = problems.slice(0, layout.limit);
  const undecoded = totals.undecoded.slice(0, layout.limit);
  return [
    ...shown.flatMap((problem) => problemLine(layout, problem)),
    ...moreLine(layout, problems.length - shown.length, 'problem'),
    ...undecoded.flatMap((each) => paragraph(layout, undecodedSentence(each), { indent: 4, mark: '·' })),
    ...moreLine(
      layout,
      totals.undecoded.length - undecoded.length,
      'kind of packet',
      'more kinds of packets',
    ),
  ];
}

function problemLine(layout: Layout, problem: ProblemReport): string[] {
  const { red, yellow } = layout.style;
  const sentence = `${escapeTerminal(problem.capture)}: ${problemSentence(problem, escapeTerminal)}`;
  const fatal = isUnreadable(problem);
  return paragraph(layout, sentence, { indent: 4, mark: fatal ? '✗' : '!', paintMark: fatal ? red : yellow });
}

function undecodedSentence({ layer, reason, number, packets, sampleFrame }: UndecodedReport): string {
  const what = number === null ? reason : `${reason} ${number}`;
  return `${counted(packets, 'packet')} not decoded: ${escapeTerminal(layer)}, ${escapeTerminal(what)} (for example frame ${sampleFrame}).`;
}
