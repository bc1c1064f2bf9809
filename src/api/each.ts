import type { Report } from '../report/report.ts';
import { SCHEMA_VERSION } from '../report/report.ts';
import type { FilesReport, FileSummary, SkippedInput } from '../report/several.ts';
import { notReached, summarise, summaryOf } from '../report/several.ts';
import { VERSION } from '../report/version.ts';
import { Budget } from './input/budget.ts';
import { selectCaptures } from './input/select.ts';
import { sourceOfPath } from './input/source.ts';
import type { AnalyzeOptions, Progress } from './options.ts';
import { settingsOf } from './options.ts';
import { run } from './run.ts';

/** Options of `analyzeEach`. */
export interface AnalyzeEachOptions extends AnalyzeOptions {
  /** Takes each report as soon as it is there; none is kept then, and `files` of the result stays empty. */
  readonly onReport?: (report: Report) => void;
}

/** Others who analyse captures, several at once: threads. */
export interface Crew {
  /** How many captures may be given to it while the report on the first of them is not there. */
  readonly ahead: number;
  /** Analyses the file at `path` as soon as one of them is free; null when the run is over by then. */
  analyze(path: string, onProgress: (progress: Progress) => void): Promise<Report | null>;
}

/**
 * Analyses capture files one by one, `-` for the standard input, directories for the captures in them: a report on each,
 * and a summary. What cannot be read never stops the others. Budgets (`maxPackets`, `maxSeconds`) are for all of them.
 *
 * @throws RangeError when an option makes no sense
 *
 * @example
 * const { files, summary } = await analyzeEach(['node-1.pcap', 'node-2.pcap']);
 * for (const { file, grade, lostAttempts } of summary.files) console.log(file, grade, lostAttempts);
 */
export async function analyzeEach(
  paths: readonly string[],
  options: AnalyzeEachOptions = {},
): Promise<FilesReport> {
  return analyzeEachBy(null, paths, options);
}

/**
 * As `analyzeEach`, by a crew, or without one in this thread. The reports come in the order of the captures whoever is
 * done first. The crew keeps the budget of time; `maxPackets` is not for it. The standard input stays in this thread.
 */
export async function analyzeEachBy(
  crew: Crew | null,
  paths: readonly string[],
  options: AnalyzeEachOptions,
): Promise<FilesReport> {
  const settings = settingsOf(options);
  const budget = new Budget(options);
  const { captures, skipped } = await selectCaptures(paths, options);
  const reports: Report[] = [];
  const files: FileSummary[] = [];
  const begin = async (path: string, index: number): Promise<Report | null> => {
    const onProgress = (progress: Progress): void => {
      // Of several at once, the one that is waited for tells how far it is.
      if (index === files.length) options.onProgress?.(progress);
    };
    if (crew !== null && path !== '-') return crew.analyze(path, onProgress);
    if (budget.spent !== null) return null;
    const { report } = await run(
      [sourceOfPath(path)],
      { ...options, onProgress },
      settings,
      undefined,
      budget,
    );
    return report;
  };
  for await (const [path, report] of inOrder(captures, crew?.ahead ?? 1, begin)) {
    files.push(report === null ? notReached(path) : summaryOf(report));
    if (report === null) continue;
    if (options.onReport === undefined) reports.push(report);
    else options.onReport(report);
  }
  return filesReport(reports, files, skipped);
}

/** What comes of each item, in their order, while no more than `ahead` of them are being worked on, or done and not told. */
async function* inOrder<Item, Result>(
  items: readonly Item[],
  ahead: number,
  begin: (item: Item, index: number) => Promise<Result>,
): AsyncGenerator<readonly [Item, Result], void, undefined> {
  const begun: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  for (const [index, item] of items.entries()) {
    const result = begin(item, index);
    // One that fails is told in its turn, if it comes to that.
    result.catch(() => undefined);
    begun.push({ item, result });
    const first = begun.length < ahead ? undefined : begun.shift();
    if (first !== undefined) yield [first.item, await first.result];
  }
  for (const { item, result } of begun) yield [item, await result];
}

/** The reports on several captures, as one document. */
export function filesReport(
  files: readonly Report[],
  summaries: readonly FileSummary[],
  skipped: readonly SkippedInput[],
): FilesReport {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'synscope', version: VERSION },
    files,
    summary: summarise(summaries, skipped),
  };
}
