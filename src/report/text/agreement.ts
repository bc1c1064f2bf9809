import type { Agreement } from '../../diagnosis/findings.ts';
import type { Report } from '../report.ts';
import { count } from '../wording/number.ts';
import type { Layout } from './layout.ts';
import type { Paint } from './style.ts';
import type { Column, Row } from './table.ts';
import { tableLines } from './table.ts';

const NOT_AT_WORK = 'so the check is not at work';

/**
 * Prediction beside observation; nothing where nothing was predicted, or where there is no check to predict. The undecided rows show only where there is
 * something in them.
 */
export function agreementLines(layout: Layout, { verdict }: Report): string[] {
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
  return tableLines(layout, {
    key: 'the model says',
    columns: [
      { head: ['no answer'], paint: faintZero },
      { head: ['answered'], paint: faintZero },
      ...(rows.some((each) => each.cells[2] !== '') ? [remark] : []),
    ],
    rows,
  });
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
