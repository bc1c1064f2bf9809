import type { Report } from '../report/report.ts';
import { SCHEMA_VERSION } from '../report/report.ts';
import type { FilesReport, FileSummary, SkippedInput } from '../report/several.ts';
import { notReached, summarise, summaryOf } from '../report/several.ts';
import { VERSION } from '../report/version.ts';
import { Budget } from './input/budget.ts';
import { selectCaptures } from './input/select.ts';
import { sourceOfPath } from './input/source.ts';
import type { AnalyzeOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { run } from './run.ts';

/** Options of `analyzeEach`. */
export interface AnalyzeEachOptions extends AnalyzeOptions {
  /** Takes each report as soon as it is there; none is kept then, and `files` of the result stays empty. */
  readonly onReport?: (report: Report) => void;
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
    const { report } = await run([sourceOfPath(path)], options, settings, undefined, budget);
    files.push(summaryOf(report));
    if (options.onReport === undefined) reports.push(report);
    else options.onReport(report);
  }
  return filesReport(reports, files, skipped);
}

function filesReport(
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
