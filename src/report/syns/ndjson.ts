/**
 * SYNs as newline-delimited JSON. Captures hold millions of them, so a line is joined from its values directly: the
 * numbers, codes, times and addresses are made by this program and need no escaping; only the file name is from
 * outside, and it is escaped once per file, not once per row.
 */
import { jsonString } from '../escape/json.ts';
import type { SynRow } from '../syn-row.ts';

/** Turns a row into its line, line break included. */
export type SynLineWriter = (row: SynRow) => string;

/** A writer of NDJSON lines. */
export function createNdjsonWriter(): SynLineWriter {
  let file: string | null = null;
  let start = '';
  return (row) => {
    if (row.file !== file) {
      file = row.file;
      start = `{"file":${jsonString(file)},"frame":`;
    }
    return (
      start +
      row.frame +
      ',"time":"' +
      row.time +
      '","src":"' +
      row.src +
      '","srcPort":' +
      row.srcPort +
      ',"dst":"' +
      row.dst +
      '","dstPort":' +
      row.dstPort +
      ',"seq":' +
      row.seq +
      ',"tsval":' +
      row.tsval +
      ',"tsecr":' +
      row.tsecr +
      ',"attempt":' +
      row.attempt +
      ',"retransmission":' +
      row.retransmission +
      ',"answer":"' +
      row.answer +
      '","fate":"' +
      row.fate +
      (row.cause === null ? '","cause":null' : '","cause":"' + row.cause + '"') +
      ',"duplicateOf":' +
      row.duplicateOf +
      ',"stampTsval":' +
      row.stampTsval +
      ',"stampSecond":' +
      row.stampSecond +
      ',"stampFrame":' +
      row.stampFrame +
      ',"lagTicks":' +
      row.lagTicks +
      ',"acceptedFrom":' +
      row.acceptedFrom +
      '}\n'
    );
  };
}
