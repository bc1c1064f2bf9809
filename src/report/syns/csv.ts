import { csvField } from '../escape/csv.ts';
import type { RowDialect } from './row-encoder.ts';
import { SYN_FIELDS } from './row-encoder.ts';

/**
 * SYNs as CSV: a header, then a line per SYN, null as an empty field. Quoted as RFC 4180 says, but with plain line
 * feeds, which other programs in a pipe prefer.
 */
export const CSV: RowDialect = {
  header: `${SYN_FIELDS.join(',')}\n`,
  file: csvField,
  before: SYN_FIELDS.slice(1).map(() => ','),
  quote: '',
  nothing: '',
  end: '\n',
};
