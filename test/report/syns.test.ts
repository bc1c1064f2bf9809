import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../src/diagnosis/codes.ts';
import { FATES } from '../../src/kernel/fate.ts';
import { escapeTerminal } from '../../src/report/escape/terminal.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { createCsvWriter, CSV_HEADER, SYN_FIELDS } from '../../src/report/syns/csv.ts';
import { createNdjsonWriter } from '../../src/report/syns/ndjson.ts';
import { ANSWERS } from '../../src/tracking/answer.ts';
import { hostile } from './arbitrary.ts';

const ROW: SynRow = {
  file: 'target.pcap',
  frame: 1_021,
  time: '1714567923.123456789',
  src: '10.32.0.4',
  srcPort: 43_210,
  dst: '10.32.0.9',
  dstPort: 5672,
  seq: 3_735_928_559,
  tsval: 2_913_841_321,
  tsecr: 0,
  attempt: 77,
  retransmission: false,
  answer: 'none',
  fate: 'reject',
  cause: 'tw-recycle-reject',
  duplicateOf: null,
  stampTsval: 2_915_125_544,
  stampSecond: 1_714_567_920,
  stampFrame: 998,
  lagTicks: 1_284_223,
  acceptedFrom: 1_714_567_980,
};

const word = fc.integer({ min: 0, max: 0xffffffff });
const anyRow: fc.Arbitrary<SynRow> = fc.record({
  file: hostile,
  frame: fc.nat(),
  time: fc.constantFrom('0.000000000', '4294967296.999999999'),
  src: fc.oneof(fc.ipV4(), fc.ipV6()),
  srcPort: fc.nat(65_535),
  dst: fc.oneof(fc.ipV4(), fc.ipV6()),
  dstPort: fc.nat(65_535),
  seq: word,
  tsval: fc.option(word),
  tsecr: fc.option(word),
  attempt: fc.nat(),
  retransmission: fc.boolean(),
  answer: fc.constantFrom(...ANSWERS),
  fate: fc.constantFrom(...FATES),
  cause: fc.option(fc.constantFrom(...CAUSES)),
  duplicateOf: fc.option(fc.nat()),
  stampTsval: fc.option(word),
  stampSecond: fc.option(fc.nat()),
  stampFrame: fc.option(fc.nat()),
  lagTicks: fc.option(fc.integer()),
  acceptedFrom: fc.option(fc.nat()),
});

/** Splits one CSV line as RFC 4180 says. */
function csvFields(line: string): string[] {
  return line
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}

describe('NDJSON', () => {
  it('writes the fields in the order of the contract', () => {
    expect(createNdjsonWriter()(ROW)).toBe(`${JSON.stringify(ROW)}\n`);
  });

  it('parses back to the row, one line each, whatever the file is called', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), (rows) => {
        const write = createNdjsonWriter();
        const lines = rows.map(write).join('').split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(rows)));
        expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Cf}|[\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('CSV', () => {
  it('heads each column with the name it has in NDJSON', () => {
    expect(CSV_HEADER).toBe(`${Object.keys(ROW).join(',')}\n`);
    expect(createCsvWriter()(ROW)).toBe(
      'target.pcap,1021,1714567923.123456789,10.32.0.4,43210,10.32.0.9,5672,3735928559,2913841321,0,77,false,' +
        'none,reject,tw-recycle-reject,,2915125544,1714567920,998,1284223,1714567980\n',
    );
  });

  it('splits back into the fields, null as an empty one', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), (rows) => {
        const write = createCsvWriter();
        for (const row of rows) {
          const [file = '', ...fields] = csvFields(write(row).slice(0, -1));
          expect(file.replace(/^'/, '')).toBe(escapeTerminal(row.file).replace(/^'/, ''));
          expect(fields).toEqual(SYN_FIELDS.slice(1).map((field) => String(row[field] ?? '')));
        }
      }),
    );
  });
});
