import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeFile } from '../../src/api/analyze.ts';
import { CAUSES, GRADES } from '../../src/diagnosis/codes.ts';
import { INVISIBLE_CAUSES } from '../../src/diagnosis/findings.ts';
import { EVIDENCE_ROLES, mayBeEvidence } from '../../src/evidence/role.ts';
import { FATES } from '../../src/kernel/fate.ts';
import { renderJson } from '../../src/report/json.ts';
import { SCHEMA_VERSION } from '../../src/report/report.ts';
import { SEVERAL_JSON } from '../../src/report/several-json.ts';
import { notReached, summarise, summaryOf } from '../../src/report/several.ts';
import { ADEQUACY_SENTENCES } from '../../src/report/sentences/adequacy.ts';
import { ASSUMPTION_SENTENCES } from '../../src/report/sentences/assumptions.ts';
import { CAUSE_EVIDENCE_TEXTS } from '../../src/report/sentences/cause-evidence.ts';
import { EVIDENCE_FINDING_SENTENCES } from '../../src/report/sentences/evidence-findings.ts';
import { EVIDENCE_REASON_SENTENCES } from '../../src/report/sentences/evidence-reasons.ts';
import { REGIME_EXPLANATIONS } from '../../src/report/sentences/explain/words.ts';
import { PROBLEM_KINDS } from '../../src/report/sentences/problems.ts';
import { REASON_SENTENCES } from '../../src/report/sentences/reasons.ts';
import { remedyCodes } from '../../src/report/sentences/remedy.ts';
import { ANSWERS } from '../../src/tracking/answer.ts';
import { anyReport } from './arbitrary.ts';
import { CONFIRMED, GRADED, reportWith } from './fixtures.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const parseJson: (text: string) => Json = JSON.parse;
const schema = parseJson(
  readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'),
);

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema with every object closed: what this release may write, not what a reader must accept. */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const inside = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each)]));
  return 'properties' in inside ? { ...inside, additionalProperties: false } : inside;
}

function compile(from: Json): (report: unknown) => boolean {
  if (!isObject(from)) throw new Error('the schema is no object');
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(from);
}

const validates = compile(schema);
const validatesClosed = compile(closed(schema));
const validatesFilesClosed = compileFiles(closed(schema));
const SKIP_REASONS = ['same-file', 'no-capture', 'directory', 'special'] as const;

/** The part of the schema for several reports in one document. */
function compileFiles(from: Json): (files: unknown) => boolean {
  if (!isObject(from)) throw new Error('the schema is no object');
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true }).addSchema(from);
  return ajv.compile({ $ref: `urn:synscope:report:${SCHEMA_VERSION}#/$defs/files` });
}

/** All values of `const` and `enum` right below a definition, through oneOf and `code`. */
function codesOf(definition: string): string[] {
  const definitions = isObject(schema) ? (schema['$defs'] ?? null) : null;
  const found: string[] = [];
  const collect = (value: Json | undefined): void => {
    if (value === undefined || !isObject(value)) return;
    if (typeof value['const'] === 'string') found.push(value['const']);
    for (const each of Array.isArray(value['enum']) ? value['enum'] : []) found.push(String(each));
    for (const each of Array.isArray(value['oneOf']) ? value['oneOf'] : []) collect(each);
    if (value['properties'] !== undefined && isObject(value['properties']))
      collect(value['properties']['code']);
  };
  if (isObject(definitions)) collect(definitions[definition]);
  return found;
}

/** `linux-4.9/two-pods-one-snat` and so on. */
function fixtureDirectories(): string[] {
  const root = new URL('../../fixtures/', import.meta.url);
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(new URL(name, root)).map((scenario) => `${name}/${scenario}`));
}

describe('report.schema.json', () => {
  it('accepts what renderJson prints for each grade, and nothing in it is undeclared', () => {
    for (const report of GRADED) expect(validatesClosed(JSON.parse(renderJson(report, OPTIONS)))).toBe(true);
  });

  it('accepts any report the types allow', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(validatesClosed(JSON.parse(renderJson(report, OPTIONS)))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each(fixtureDirectories())('accepts the report on fixtures/%s, with its evidence', async (directory) => {
    const place = new URL(`../../fixtures/${directory}/`, import.meta.url);
    const names = readdirSync(place);
    const evidence = names
      .filter(mayBeEvidence)
      .map((name) => ({ name, text: readFileSync(new URL(name, place), 'utf8') }));
    const captures = names.filter((name) => /\.pcap(?:ng)?$/.test(name));
    expect(captures.length).toBeGreaterThan(0);
    for (const name of captures) {
      const report = await analyzeFile(fileURLToPath(new URL(name, place)), { evidence, seed: 1 });
      expect(report.evidence?.findings.length).toBeGreaterThan(0);
      expect(validatesClosed(JSON.parse(renderJson(report, OPTIONS)))).toBe(true);
    }
  });

  it('accepts what is printed for several captures, and nothing in it is undeclared', () => {
    const skipped = SKIP_REASONS.map((reason) => ({ file: 'a', reason, sameAs: null }));
    const summary = summarise([...GRADED.map(summaryOf), notReached('b')], skipped);
    const text = [
      SEVERAL_JSON.begin(CONFIRMED.tool),
      ...GRADED.map((report, index) => SEVERAL_JSON.report(report, OPTIONS, index)),
      SEVERAL_JSON.end(summary, OPTIONS),
    ].join('');
    const files: unknown = JSON.parse(text);
    expect(validatesFilesClosed(files)).toBe(true);
    expect(validatesFilesClosed({ ...Object(files), files: [{}] })).toBe(false);
    expect(validatesFilesClosed({ ...Object(files), summary: { ...summary, totals: {} } })).toBe(false);
  });

  it('lets a later release add fields', () => {
    expect(validates({ ...CONFIRMED, unheardOf: [] })).toBe(true);
    expect(validates({ ...CONFIRMED, totals: { ...CONFIRMED.totals, more: 1 } })).toBe(true);
  });

  it('rejects a report that lacks any of its fields, at any depth', () => {
    const lacking = [...withoutOneField(parseJson(renderJson(CONFIRMED, OPTIONS)))];
    expect(lacking.length).toBeGreaterThan(100);
    expect(lacking.filter(([, report]) => validates(report)).map(([path]) => path)).toEqual([]);
  });

  it.each([
    ['a grade of its own', reportWith({}), { verdict: { ...CONFIRMED.verdict, grade: 'certain' } }],
    ['a negative count', CONFIRMED, { totals: { ...CONFIRMED.totals, syns: -1 } }],
    ['a broken count', CONFIRMED, { totals: { ...CONFIRMED.totals, syns: 1.5 } }],
    ['a time as a number', CONFIRMED, { rejections: [{ ...CONFIRMED.rejections[0], time: 1714567923.1 }] }],
    ['a TSval past 32 bits', CONFIRMED, { rejections: [{ ...CONFIRMED.rejections[0], tsval: 2 ** 32 }] }],
    ['a finding without its numbers', CONFIRMED, { adequacy: { seconds: 1, findings: [{ code: 'short' }] } }],
    ['a code that it does not know', CONFIRMED, { remedy: [{ code: 'pray' }] }],
    ['another schema version', CONFIRMED, { schemaVersion: 2 }],
  ])('rejects %s', (_, report, change) => {
    expect(validates(report)).toBe(true);
    expect(validates({ ...report, ...change })).toBe(false);
  });

  it('knows the same codes as the program', () => {
    expect(codesOf('cause')).toEqual([...CAUSES]);
    expect(codesOf('grade')).toEqual([...GRADES]);
    expect(codesOf('fate')).toEqual([...FATES]);
    expect(codesOf('answer')).toEqual([...ANSWERS]);
    expect(codesOf('problemKind')).toEqual([...PROBLEM_KINDS]);
    expect(codesOf('adequacyFinding').sort()).toEqual(Object.keys(ADEQUACY_SENTENCES).sort());
    expect(codesOf('adequacyCode').sort()).toEqual(Object.keys(ADEQUACY_SENTENCES).sort());
    expect(codesOf('verdictReason').sort()).toEqual(Object.keys(REASON_SENTENCES).sort());
    expect(codesOf('assumption').sort()).toEqual(Object.keys(ASSUMPTION_SENTENCES).sort());
    expect(codesOf('causeEvidence').sort()).toEqual(Object.keys(CAUSE_EVIDENCE_TEXTS).sort());
    expect(codesOf('evidenceReason').sort()).toEqual(Object.keys(EVIDENCE_REASON_SENTENCES).sort());
    expect(codesOf('evidenceFinding').sort()).toEqual(Object.keys(EVIDENCE_FINDING_SENTENCES).sort());
    expect(codesOf('evidenceRole')).toEqual([...EVIDENCE_ROLES]);
    expect(codesOf('invisibleCause')).toEqual([...INVISIBLE_CAUSES]);
    expect(codesOf('clockRegime').sort()).toEqual(Object.keys(REGIME_EXPLANATIONS).sort());
    expect(codesOf('remedyStep').sort()).toEqual([...remedyCodes()].sort());
    expect(isObject(schema) && schema['$id']).toBe(`urn:synscope:report:${SCHEMA_VERSION}`);
  });
});

const OPTIONS = { width: 80, color: false, limit: 10 };

/** Every variant of `value` with one field taken out somewhere, with the path of that field. */
function* withoutOneField(value: Json, path = ''): Generator<readonly [string, Json]> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      for (const [where, changed] of withoutOneField(each, `${path}[${index}]`)) {
        yield [where, value.with(index, changed)];
      }
    }
  } else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield [`${path}.${key}`, rest];
      for (const [where, changed] of withoutOneField(each, `${path}.${key}`))
        yield [where, { ...value, [key]: changed }];
    }
  }
}
