import { jsonString } from '../escape/json.ts';
import type { RowDialect } from './row-encoder.ts';

/** SYNs as newline-delimited JSON: one object a line, safe to print. */
export const NDJSON: RowDialect = {
  header: '',
  file: (name) => `{"file":${jsonString(name)}`,
  before: [
    ',"frame":',
    ',"time":"',
    '","src":"',
    '","srcPort":',
    ',"dst":"',
    '","dstPort":',
    ',"seq":',
    ',"tsval":',
    ',"tsecr":',
    ',"attempt":',
    ',"retransmission":',
    ',"answer":"',
    '","fate":"',
    '","cause":',
    ',"duplicateOf":',
    ',"stampTsval":',
    ',"stampSecond":',
    ',"stampFrame":',
    ',"lagTicks":',
    ',"acceptedFrom":',
  ],
  quote: '"',
  nothing: 'null',
  end: '}\n',
};
