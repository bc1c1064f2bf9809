import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../src/diagnosis/codes.ts';
import { FATES } from '../../src/kernel/fate.ts';
import { escapeTerminal } from '../../src/report/escape/terminal.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { CSV } from '../../src/report/syns/csv.ts';
import { NDJSON } from '../../src/report/syns/ndjson.ts';
import type { RowDialect } from '../../src/report/syns/row-encoder.ts';
import { RowEncoder, SYN_FIELDS } from '../../src/report/syns/row-encoder.ts';
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

/** All that is written for these rows. */
function written(dialect: RowDialect, rows: readonly SynRow[]): string {
  const chunks: Uint8Array[] = [];
  const encoder = new RowEncoder(dialect, (bytes) => chunks.push(bytes.slice()));
  for (const row of rows) encoder.write(row);
  encoder.flush();
  return Buffer.concat(chunks).toString('utf8');
}

/** Splits one CSV line as RFC 4180 says. */
function csvFields(line: string): string[] {
  return line
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}

describe('NDJSON', () => {
  it('writes the fields in the order of the contract', () => {
    expect(written(NDJSON, [ROW])).toBe(`${JSON.stringify(ROW)}\n`);
  });

  it('parses back to the row, one line each, whatever the file is called', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), (rows) => {
        const lines = written(NDJSON, rows).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(rows)));
        expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Cf}|[\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('CSV', () => {
  it('heads each column with the name it has in NDJSON', () => {
    expect(written(CSV, [ROW])).toBe(
      `${Object.keys(ROW).join(',')}\n` +
        'target.pcap,1021,1714567923.123456789,10.32.0.4,43210,10.32.0.9,5672,3735928559,2913841321,0,77,false,' +
        'none,reject,tw-recycle-reject,,2915125544,1714567920,998,1284223,1714567980\n',
    );
  });

  it('splits back into the fields, null as an empty one', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1 }), (rows) => {
        const [, ...lines] = written(CSV, rows).trimEnd().split('\n').map(csvFields);
        expect(lines.map((fields) => fields.slice(1))).toEqual(
          rows.map((row) => SYN_FIELDS.slice(1).map((field) => String(row[field] ?? ''))),
        );
        expect(lines.map(([file = '']) => file.replace(/^'/, ''))).toEqual(
          rows.map((row) => escapeTerminal(row.file).replace(/^'/, '')),
        );
      }),
    );
  });
});

describe('RowEncoder', () => {
  const spans = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.maxSafeNat(),
    fc.maxSafeInteger(),
    fc.integer({ min: 0, max: 10 }).map((power) => 10 ** power),
    fc.integer({ min: 0, max: 10 }).map((power) => 10 ** power - 1),
  );

  it('writes every whole number as JavaScript does', () => {
    fc.assert(
      fc.property(spans, spans, (seq, lagTicks) => {
        const text = written(NDJSON, [{ ...ROW, seq, lagTicks }]);
        expect(text).toContain(`"seq":${seq},`);
        expect(text).toContain(`"lagTicks":${lagTicks},`);
      }),
    );
  });

  it('loses nothing where one buffer ends and the next begins, nor to a giant name', () => {
    const rows = Array.from({ length: 3_000 }, (_, index) =>
      Object.assign({}, ROW, { frame: index, file: index % 1_000 === 7 ? 'x'.repeat(300_000) : ROW.file }),
    );
    expect(written(NDJSON, rows)).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  });
});
