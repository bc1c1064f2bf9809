import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/report/text/columns.ts';
import { createStyle } from '../../src/report/text/style.ts';
import { tableLines } from '../../src/report/text/table.ts';

const layout = { width: 120, style: createStyle(false), limit: 10 };
/** Marks on letters of several scripts, wide letters, pictures of one and of several code points. */
const telling = fc.constantFrom(
  '\u0301',
  '\u064b',
  '\u0e31',
  '\u{11a51}',
  '\u6f22',
  '\u{20000}',
  '\u{1f600}',
  '\u{1f1e9}',
);
/** Any text that is left after escaping. */
const name = fc
  .string({
    unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), telling),
    minLength: 1,
    maxLength: 12,
  })
  .filter((text) => !/[\p{C}\p{Z}]/u.test(text));

describe('tableLines', () => {
  it('leaves every name whole where there is room, whatever its script', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const rows = names.map((key) => ({ key, cells: ['7'] }));
        const lines = tableLines(layout, { key: 'peer', columns: [{ head: ['SYNs'] }], rows });
        names.forEach((key, at) => {
          expect(lines[at + 2]).toMatch(/^ {2}\S+ +7$/);
          expect(lines[at + 2]).toContain(key);
          expect(columnsOf(lines[at + 2] ?? '')).toBe(columnsOf(lines[1] ?? ''));
        });
      }),
      { numRuns: 2000, examples: [[['a\u2329b']], [['\u270c', '\u{1f200}']], [['\ufe10', 'e\u0301']]] },
    );
  });
});
