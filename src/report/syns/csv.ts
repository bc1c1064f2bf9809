/** SYNs as CSV (RFC 4180, but with plain line feeds, which pipes prefer): a header, then a line per SYN. */
import { csvField } from '../escape/csv.ts';
import type { SynRow } from '../syn-row.ts';
import type { SynLineWriter } from './ndjson.ts';

/** The fields of a row in the order of both formats. */
export const SYN_FIELDS = [
  'file',
  'frame',
  'time',
  'src',
  'srcPort',
  'dst',
  'dstPort',
  'seq',
  'tsval',
  'tsecr',
  'attempt',
  'retransmission',
  'answer',
  'fate',
  'cause',
  'duplicateOf',
  'stampTsval',
  'stampSecond',
  'stampFrame',
  'lagTicks',
  'acceptedFrom',
] as const satisfies readonly (keyof SynRow)[];

/** The first line, line break included. */
export const CSV_HEADER = `${SYN_FIELDS.join(',')}\n`;

/** A writer of CSV lines; null is an empty field. As in the other format only the file name needs escaping. */
export function createCsvWriter(): SynLineWriter {
  let file: string | null = null;
  let start = '';
  return (row) => {
    if (row.file !== file) {
      file = row.file;
      start = `${csvField(file)},`;
    }
    return (
      start +
      row.frame +
      ',' +
      row.time +
      ',' +
      row.src +
      ',' +
      row.srcPort +
      ',' +
      row.dst +
      ',' +
      row.dstPort +
      ',' +
      row.seq +
      ',' +
      (row.tsval ?? '') +
      ',' +
      (row.tsecr ?? '') +
      ',' +
      row.attempt +
      ',' +
      row.retransmission +
      ',' +
      row.answer +
      ',' +
      row.fate +
      ',' +
      (row.cause ?? '') +
      ',' +
      (row.duplicateOf ?? '') +
      ',' +
      (row.stampTsval ?? '') +
      ',' +
      (row.stampSecond ?? '') +
      ',' +
      (row.stampFrame ?? '') +
      ',' +
      (row.lagTicks ?? '') +
      ',' +
      (row.acceptedFrom ?? '') +
      '\n'
    );
  };
}
