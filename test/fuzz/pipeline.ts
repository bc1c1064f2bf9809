/** The whole way from bytes to reports, with everything checked that holds for any bytes at all. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Analyzer } from '../../src/api/analyzer.ts';
import type { AnalyzerSettings } from '../../src/api/analyzer.ts';
import type { CaptureFacts } from '../../src/capture/facts.ts';
import { readCaptureStream } from '../../src/capture/source/stream.ts';
import { CaptureWalker } from '../../src/capture/walker.ts';
import type { Grade } from '../../src/diagnosis/codes.ts';
import type { Verdicts } from '../../src/diagnosis/verdicts.ts';
import { renderJson } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { renderText } from '../../src/report/text/render.ts';
import type { Dice } from './dice.ts';

/** From the one that accuses most to those that accuse nobody. */
const ACCUSATIONS: readonly Grade[] = ['confirmed', 'probable', 'possible'];

/** Tables so small that every mutation meets full ones. */
const CRAMPED = { connections: 64, pairs: 32, targets: 16, listeners: 16, pendingSyns: 64, sightings: 16 };
/** Larger than the whole prefix of a record; a report may name no more frames than the bytes could hold. */
const LEAST_RECORD = 4;
const REPORT_SCHEMA = 'src/report/report.schema.json';

export interface Outcome {
  readonly report: Report;
  readonly rows: readonly SynRow[];
  /** 0 for nobody, 3 for confirmed. */
  readonly accusation: number;
  /** What must never be. */
  readonly faults: readonly string[];
}

/** How to look at a file. The rare ones cost more than the analysis itself. */
export interface Scrutiny {
  readonly cramped: boolean;
  readonly rows: boolean;
  readonly renderings: boolean;
  /** Feeds the file once more, in pieces of random sizes, and wants the same report. */
  readonly chunks: boolean;
}

/** How severely the report accuses, of the whole or of any target. */
export function accusationOf({ verdict, targets, totals }: Report): number {
  const severity = (grade: Grade): number =>
    3 - (ACCUSATIONS.includes(grade) ? ACCUSATIONS.indexOf(grade) : 3);
  const grades = [verdict, ...targets].map(({ grade }) => severity(grade));
  return Math.max(totals.rejected > 0 ? 1 : 0, ...grades);
}

/** Analyses a file in every way that `scrutiny` asks for. Throws what the analysis throws. */
export async function examine(bytes: Uint8Array, scrutiny: Scrutiny, dice: Dice): Promise<Outcome> {
  const settings: AnalyzerSettings = {
    seed: dice.word(),
    profile: null,
    limit: 50,
    tunnels: 'innermost',
    ...(scrutiny.cramped ? { limits: CRAMPED } : {}),
  };
  const { report, verdicts, facts } = await analysed([bytes], settings);
  const rows: SynRow[] = [];
  const faults = [...faultsOf(report, facts, bytes.length)];
  if (scrutiny.rows) {
    await analysed([bytes], { ...settings, onSyn: { verdicts, row: (row) => rows.push(row) } });
    faults.push(...faultsOfRows(rows, report));
  }
  if (scrutiny.renderings) faults.push(...faultsOfRenderings(report));
  // Of a damaged gzip member zlib gives what came before the damage, up to some chunk.
  if (scrutiny.chunks && !facts.problemCounts.has('corrupt-compression')) {
    const again = await analysed(inPieces(bytes, dice), settings);
    if (JSON.stringify(again.report) !== JSON.stringify(report)) faults.push('other chunks, other report');
  }
  return { report, rows, accusation: accusationOf(report), faults };
}

interface Analysed {
  readonly report: Report;
  readonly verdicts: Verdicts;
  readonly facts: CaptureFacts;
}

async function analysed(chunks: Iterable<Uint8Array>, settings: AnalyzerSettings): Promise<Analysed> {
  const analyzer = new Analyzer(settings);
  const walker = new CaptureWalker(
    (record) => analyzer.record(record),
    (problem) => analyzer.problem(0, problem),
  );
  analyzer.beginCapture('fuzz');
  const facts = await readCaptureStream(stream(chunks), walker);
  analyzer.endCapture(0, facts);
  return { ...analyzer.finish(), facts };
}

async function* stream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

function* inPieces(bytes: Uint8Array, dice: Dice): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const length = 1 + dice.below(dice.pick([4, 64, 5000, 400_000]));
    yield bytes.slice(at, at + length);
    at += length;
  }
}

function* faultsOf(report: Report, facts: CaptureFacts, size: number): Generator<string> {
  const unpacked = Math.max(size, facts.bytes);
  if (facts.frames > unpacked / LEAST_RECORD) yield `${facts.frames} frames in ${unpacked} bytes`;
  if (facts.problemCount > unpacked / LEAST_RECORD + 2)
    yield `${facts.problemCount} problems in ${unpacked} bytes`;
  if (facts.records > facts.frames) yield `${facts.records} records in ${facts.frames} frames`;
  yield* faultsOfReport(report);
}

/** What contradicts itself, or is no number. */
export function* faultsOfReport(report: Report): Generator<string> {
  const { totals } = report;
  const told = totals.answered + totals.silent + totals.refused + totals.challenged + totals.unknown;
  if (told !== totals.syns) yield `${told} answers for ${totals.syns} SYNs`;
  if (totals.rejected > totals.syns) yield `${totals.rejected} of ${totals.syns} SYNs rejected`;
  if (report.adequacy.seconds < 0) yield `${report.adequacy.seconds} seconds`;
  yield* oddNumbers(report, 'report');
}

/** Where a number may be negative: clocks are compared with each other there. */
const SIGNED: ReadonlySet<string> = new Set(['aheadTicks', 'aheadSeconds', 'acceptedFrom', 'second']);

function* oddNumbers(value: unknown, path: string): Generator<string> {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) yield `${path} is ${value}`;
    else if (value < 0 && !SIGNED.has(path.slice(path.lastIndexOf('.') + 1))) yield `${path} is ${value}`;
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* oddNumbers(inner, `${path}.${key}`);
  }
}

/** @param merged the rows are of several captures, whose frames come in any order of each other */
export function* faultsOfRows(
  rows: readonly SynRow[],
  { totals }: Report,
  merged: boolean = false,
): Generator<string> {
  const once = rows.filter((row) => row.duplicateOf === null);
  if (once.length !== totals.syns) yield `${once.length} rows for ${totals.syns} SYNs`;
  const rejected = once.filter((row) => row.cause === 'tw-recycle-reject').length;
  if (rejected !== totals.rejected) yield `${rejected} rows rejected, ${totals.rejected} in the report`;
  const frames = rows.map((row) => row.frame);
  if (!merged && frames.some((frame, index) => index > 0 && frame <= (frames[index - 1] ?? 0)))
    yield 'rows out of order';
}

const schema = JSON.parse(
  readFileSync(resolve(process.env['SYNSCOPE_ROOT'] ?? process.cwd(), REPORT_SCHEMA), 'utf8'),
);
const validators = new Ajv2020({ strict: false }).addSchema(schema);
const validate = validators.compile({ $ref: schema.$id });
const validateFiles = validators.compile({ $ref: `${schema.$id}#/$defs/files` });
/** Line breaks apart, nothing in a report moves a terminal. */
const CONTROL = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

function* faultsOfRenderings(report: Report): Generator<string> {
  const page = { width: 80, color: false, limit: 10 };
  const json = renderJson(report, page);
  if (!validate(JSON.parse(json))) yield `schema: ${JSON.stringify(validate.errors)}`;
  yield* faultsOfText(json);
  yield* faultsOfText(renderText(report, page));
}

export function* faultsOfText(text: string): Generator<string> {
  if (CONTROL.test(text)) yield `a control character in ${text.slice(0, 40)}`;
}

/** What the schema of several reports says against a text; null for nothing. */
export function refusedBySchema(json: string): string | null {
  if (CONTROL.test(json)) return 'a control character in JSON of several';
  return validateFiles(JSON.parse(json)) ? null : `schema: ${JSON.stringify(validateFiles.errors)}`;
}
