/**
 * SYN by SYN. What became of a SYN is told by the verdict on its target, and that stands only after the last packet:
 * the input is read twice, with the same tables, so that both readings number and forget alike.
 */
import type { CaptureProblemKind } from '../capture/problem.ts';
import { Intake } from '../capture/source/intake.ts';
import type { Report } from '../report/report.ts';
import type { FilesReport, FileSummary } from '../report/several.ts';
import { notReached, summaryOf } from '../report/several.ts';
import type { SynRow } from '../report/syn-row.ts';
import { Analyzer } from './analyzer.ts';
import { filesReport } from './each.ts';
import { givenText } from './given.ts';
import { Budget } from './input/budget.ts';
import type { CaptureBytes, ReplayableSource } from './input/source.ts';
import { replayableBytes, replayablePath } from './input/source.ts';
import { selectCaptures } from './input/select.ts';
import type { AnalyzeStreamOptions } from './analyze.ts';
import type { AnalyzeOptions } from './options.ts';
import type { Settings } from './options.ts';
import { settingsOf } from './options.ts';
import { mergeInto, Reading, run } from './run.ts';

/** Options of `readSyns`. */
export interface ReadSynsOptions extends AnalyzeStreamOptions {
  /** Receives the report that the causes rest on, before the first row. Its `problems` say what could not be read. */
  readonly onReport?: (report: Report) => void;
}

/**
 * Every TCP segment with SYN set and ACK clear, in capture order, with its answer, fate and cause.
 *
 * Rows are made as they are asked for; leaving the loop early ends the reading. A file is read twice; a stream is kept
 * until its end or a limit first, in memory or, beyond 64 MiB, in a temporary file.
 *
 * @param source a path, several paths (one stretch of traffic, as for `analyzeFile`), or the capture itself
 * @throws RangeError when an option makes no sense; TypeError when `source` is none of these
 *
 * @example
 * for await (const syn of readSyns('target.pcap')) {
 *   if (syn.cause === 'tw-recycle-reject') console.log(syn.frame, syn.src, syn.lagTicks);
 * }
 */
export async function* readSyns(
  source: string | readonly string[] | CaptureBytes,
  options: ReadSynsOptions = {},
): AsyncGenerator<SynRow, void, undefined> {
  const settings = settingsOf(options);
  const budget = new Budget(options);
  const sources = await replayable(source, givenText('name', options.name ?? '(stream)'), options, budget);
  try {
    const wanted = stillToRead(sources, budget);
    const { report, verdicts, packets } = await run(wanted, options, settings, undefined, budget);
    options.onReport?.(report);
    if (packets === 0) return;
    const rows: SynRow[] = [];
    const analyzer = new Analyzer({ ...settings, onSyn: { verdicts, row: (row) => rows.push(row) } });
    const second = upTo(packets, options);
    const [only] = wanted;
    const reading = new Reading(analyzer, second, new Budget(second));
    const portions =
      wanted.length === 1 && only !== undefined
        ? pourAgain(only, report, reading)
        : mergeInto(wanted, reading);
    for await (const _ of portions) yield* rows.splice(0);
    analyzer.finish();
    yield* rows;
  } finally {
    for (const one of sources) one.close();
  }
}

/**
 * Hands every SYN packet to `onRow`, in capture order, and returns the report: `readSyns` for those who need no pause
 * between rows.
 * @throws RangeError when an option makes no sense
 */
export async function listSyns(
  paths: readonly string[],
  options: AnalyzeOptions,
  onRow: (row: SynRow) => void,
): Promise<Report> {
  const settings = settingsOf(options);
  const budget = new Budget(options);
  return list(await replayable(paths, '', options, budget), options, settings, budget, onRow);
}

/** As `listSyns`, each capture by itself and one after the other; returns a report on each, and a summary. */
export async function listEachSyns(
  paths: readonly string[],
  options: AnalyzeOptions,
  onRow: (row: SynRow) => void,
): Promise<FilesReport> {
  const settings = settingsOf(options);
  const budget = new Budget(options);
  const { captures, skipped } = await selectCaptures(paths, options);
  const reports: Report[] = [];
  const files: FileSummary[] = [];
  for (const path of captures) {
    if (budget.spent !== null) {
      files.push(notReached(path));
      continue;
    }
    const source = await replayablePath(path, budget.signal, options);
    const report = await list([source], options, settings, budget, onRow);
    reports.push(report);
    files.push(summaryOf(report));
  }
  return filesReport(reports, files, skipped);
}

async function list(
  sources: readonly ReplayableSource[],
  options: AnalyzeOptions,
  settings: Settings,
  budget: Budget,
  onRow: (row: SynRow) => void,
): Promise<Report> {
  try {
    const wanted = stillToRead(sources, budget);
    const { report, verdicts, packets } = await run(wanted, options, settings, undefined, budget);
    if (packets === 0) return report;
    const second = await run(wanted, upTo(packets, options), settings, { verdicts, row: onRow });
    return second.packets < packets ? cutShort(report) : report;
  } finally {
    for (const one of sources) one.close();
  }
}

/**
 * The sources that are still to be read: all of them, or when the run was over while streams were kept, what was kept of
 * those. That is read in peace.
 */
function stillToRead(sources: readonly ReplayableSource[], budget: Budget): readonly ReplayableSource[] {
  const kept = budget.over ? sources.filter((source) => source.kept) : [];
  if (kept.length === 0) return sources;
  budget.leaveInPeace();
  return kept;
}

/** The only source once more, chunk by chunk. */
async function* pourAgain(
  source: ReplayableSource,
  report: Report,
  reading: Reading,
): AsyncGenerator<void, void, undefined> {
  const { analyzer, budget } = reading;
  const capture = analyzer.beginCapture(source.name);
  const walker = reading.walkerInto(capture);
  const intake = new Intake(walker, reading.readOptions());
  try {
    for await (const chunk of again(source, report)) {
      await intake.take(chunk);
      yield;
      if (!intake.wantsMore || budget.signal?.aborted === true) break;
    }
    await intake.finish();
  } finally {
    intake.cancel();
  }
  analyzer.endCapture(capture, walker.end());
}

async function replayable(
  source: string | readonly string[] | CaptureBytes,
  name: string,
  options: AnalyzeOptions,
  { signal }: Budget,
): Promise<ReplayableSource[]> {
  if (typeof source !== 'string' && !isPaths(source)) {
    return [await replayableBytes(source, name, signal, options)];
  }
  const { captures } = await selectCaptures(source, options);
  const sources: ReplayableSource[] = [];
  for (const path of captures) sources.push(await replayablePath(path, signal, options));
  return sources;
}

function isPaths(source: readonly string[] | CaptureBytes): source is readonly string[] {
  return Array.isArray(source) && source.every((one) => typeof one === 'string');
}

/** The bytes once more. A fault that the report tells of is no news; a new one is thrown. */
async function* again(source: ReplayableSource, report: Report): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source.chunks();
  } catch (error) {
    if (!report.problems.some(({ capture, kind }) => capture === source.name && FAULTS.has(kind)))
      throw error;
  }
}

/** The report of a first reading whose second one was interrupted. */
function cutShort(report: Report): Report {
  const { findings, seconds } = report.adequacy;
  const others = findings.filter(({ code }) => code !== 'partial');
  return {
    ...report,
    adequacy: { seconds, findings: [...others, { code: 'partial', limit: 'interrupted' }] },
  };
}

/** The second reading ends where the first did, however long it takes. */
function upTo(packets: number, options: AnalyzeOptions): AnalyzeOptions {
  const { maxSeconds: _spent, signal, ...rest } = options;
  const open = signal === undefined || signal.aborted ? rest : { ...rest, signal };
  return { ...open, maxPackets: packets };
}

const FAULTS: ReadonlySet<CaptureProblemKind> = new Set(['unreadable', 'is-directory', 'not-a-file']);
