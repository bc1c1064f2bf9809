import { accuses } from '../../diagnosis/grades.ts';
import { addToGroup } from '../../units/group.ts';
import type { CauseReport, Report } from '../report.ts';
import { INVISIBLE_TEXTS } from '../sentences/advice.ts';
import { CAUSE_EVIDENCE_TEXTS } from '../sentences/cause-evidence.ts';
import { CAUSE_LABELS } from '../sentences/causes.ts';
import { tell } from '../sentences/tell.ts';
import { count } from '../wording/number.ts';
import { listed } from '../wording/list.ts';
import { commandLines } from './commands.ts';
import type { Layout } from './layout.ts';
import { paragraph, section } from './layout.ts';
import { tableLines } from './table.ts';

/** Why SYNs got no SYN-ACK: causes found, causes ruled out with what spoke against each, and what cannot be seen. */
export function causeSections(layout: Layout, report: Report): string[] {
  const found = report.causes.filter((cause) => cause.syns > 0);
  const others = found.some((cause) => cause.code !== 'tw-recycle-reject');
  const accused = accuses(report.verdict.grade);
  const unsaid = report.verdict.grade === 'cannot-tell';
  const unseen = invisibleLines(layout, report);
  const against = ruledOutLines(layout, report.causes);
  return [
    ...section(layout, 'Why SYNs got no SYN-ACK', others ? foundLines(layout, found) : []),
    ...section(layout, 'Ruled out', accused && against.length > 0 ? [...against, ...unseen] : against),
    ...section(layout, 'What cannot be seen here', accused || unsaid ? [] : unseen),
  ];
}

function foundLines(layout: Layout, found: readonly CauseReport[]): string[] {
  return [
    ...tableLines(layout, {
      key: 'cause',
      columns: [{ head: ['SYNs'] }, { head: ['for example', 'frame'] }],
      rows: found.map((cause) => ({
        key: cause.code,
        cells: [count(cause.syns), cause.sampleFrame === null ? '-' : String(cause.sampleFrame)],
      })),
    }),
    ...found.flatMap((cause) => {
      const clauses = clausesOf(cause, true);
      const sentence = `${cause.code}: ${clauses.join('; ')}.`;
      return clauses.length === 0 ? [] : paragraph(layout, sentence, { indent: 4, mark: '·' });
    }),
  ];
}

/** Causes that the same observation speaks against share a line. */
function ruledOutLines(layout: Layout, causes: readonly CauseReport[]): string[] {
  const labels = new Map<string, string[]>();
  for (const cause of causes) {
    if (cause.status !== 'ruled-out') continue;
    const against = clausesOf(cause, false).join('; ');
    addToGroup(labels, against, CAUSE_LABELS[cause.code]);
  }
  return [...labels].flatMap(([against, names]) => {
    const reason = against === '' ? '' : `: ${against}`;
    return paragraph(layout, `${listed(names)}${reason}`, {
      indent: 4,
      mark: '✓',
      paintMark: layout.style.green,
    });
  });
}

function clausesOf({ evidence }: CauseReport, speaksFor: boolean): string[] {
  return evidence
    .map((each) => tell(CAUSE_EVIDENCE_TEXTS, each))
    .filter((each) => each.speaksFor === speaksFor && each.clause !== '')
    .map((each) => each.clause);
}

/** One line where the target is accused; otherwise with the commands, since it may well be one of these. */
function invisibleLines(layout: Layout, { invisible, verdict }: Report): string[] {
  const texts = invisible.map((code) => INVISIBLE_TEXTS[code]);
  if (texts.length === 0) return [];
  if (accuses(verdict.grade)) {
    const names = listed(texts.map(({ name }) => name));
    const sentence = `Not visible from here, neither way: ${names} (synscope explain ${invisible[0] ?? ''}).`;
    return paragraph(layout, sentence, { indent: 4, mark: '·' });
  }
  return texts.flatMap(({ name, here, commands }) =>
    paragraph(layout, `${name} (${here}); ${commands.purpose}`, { indent: 4, mark: '·' }).concat(
      commandLines(layout, commands.lines, 6),
    ),
  );
}
