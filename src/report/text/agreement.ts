import type { Agreement } from '../../diagnosis/findings.ts';
import type { Report, TargetReport } from '../report.ts';
import { count, counted } from '../wording/number.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';
import type { Paint } from './style.ts';
import type { Column, Row } from './table.ts';
import { tableLines } from './table.ts';

const NOT_AT_WORK = 'so the check is not at work';

/**
 * Prediction beside observation; nothing where nothing was predicted, or where there is no check to predict. The
 * undecided rows show only where there is something in them.
 */
export function agreementLines(layout: Layout, report: Report): string[] {
  const { verdict } = report;
  const rows = agreementRows(
    verdict.agreement,
    verdict.grade === 'ruled-out' ? NOT_AT_WORK : 'contradicts the model',
  );
  if (rows.length === 0 || verdict.checkAbsent) return [];
  const { red, dim } = layout.style;
  const faintZero = (cell: string): Paint | undefined => (cell === '0' ? dim : undefined);
  const remark: Column = {
    head: [''],
    align: 'left',
    paint: (cell) => (cell.startsWith('contradicts') ? red : dim),
  };
  const lines = tableLines(layout, {
    key: 'the model says',
    columns: [
      { head: ['no answer'], paint: faintZero },
      { head: ['answered'], paint: faintZero },
      ...(rows.some((each) => each.cells[2] !== '') ? [remark] : []),
    ],
    rows,
  });
  const more = countedBesides(report);
  if (more === 0) return lines;
  const why = 'the capture ended before an answer could have come';
  const orEarly =
    verdict.agreement.unknownSilent > 0 ? ', or what shut them out was remembered before it began' : '';
  const sentence = `${counted(more, 'more SYN')} ${more === 1 ? 'counts' : 'count'} as thrown away: ${why}${orEarly}.`;
  return [...lines, ...paragraph(layout, sentence, { indent: 4, mark: '·' })];
}

/** Rejected SYNs that the table does not show as such, where the report lists all accused targets. */
function countedBesides({ targets, totals }: Report): number {
  const accused = targets.filter(({ rejected }) => rejected > 0);
  const sum = (of: (target: TargetReport) => number): number =>
    accused.reduce((total, target) => total + of(target), 0);
  if (sum(({ rejected }) => rejected) !== totals.rejected) return 0;
  return Math.max(
    0,
    totals.rejected - sum(({ agreement }) => agreement.rejectSilent + agreement.possibleSilent),
  );
}

function agreementRows(agreement: Agreement, answered: string): Row[] {
  const { rejectSilent, rejectAnswered, passSilent, passAnswered } = agreement;
  const { possibleSilent, possibleAnswered, unknownSilent, unknownAnswered } = agreement;
  if (Object.values(agreement).every((value) => value === 0)) return [];
  const decided = rejectSilent + rejectAnswered + passSilent + passAnswered > 0;
  const rows = !decided
    ? []
    : [
        row('thrown away', rejectSilent, rejectAnswered, rejectAnswered > 0 ? answered : ''),
        row('let through', passSilent, passAnswered, passSilent > 0 ? 'silent for another reason' : ''),
      ];
  if (possibleSilent + possibleAnswered > 0) {
    rows.push(row('maybe thrown away', possibleSilent, possibleAnswered, ''));
  }
  if (unknownSilent + unknownAnswered > 0 && rows.length > 0) {
    rows.push(row('not known', unknownSilent, unknownAnswered, ''));
  }
  return rows;
}

function row(key: string, silent: number, answered: number, remark: string): Row {
  return { key, cells: [count(silent), count(answered), remark] };
}
