import type { Report } from '../report/report.ts';
import type { CaptureBytes } from './input/source.ts';
import { sourceOfBytes, sourceOfPath } from './input/source.ts';
import type { AnalyzeOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { run } from './run.ts';

/** Options for a capture that has no path. */
export interface AnalyzeStreamOptions extends AnalyzeOptions {
  /** What the report calls the capture. Default `(stream)`. */
  readonly name?: string;
}

/**
 * Analyses one or more capture files, `-` for the standard input, as one stretch of traffic in the order given.
 * Compressed files (gzip, zstd) are unpacked on the way. Memory does not grow with the size of the files.
 *
 * What a file holds never throws: damage, an unknown format, even a missing file is told in `report.problems`.
 *
 * @throws RangeError when an option makes no sense
 *
 * @example
 * const report = await analyzeFile('target.pcap', { targetKernel: '3.10.0-1160.el7.x86_64' });
 * console.log(report.verdict.grade, report.totals.rejected);
 */
export async function analyzeFile(
  paths: string | readonly string[],
  options: AnalyzeOptions = {},
): Promise<Report> {
  const list = typeof paths === 'string' ? [paths] : paths;
  return (await run(list.map(sourceOfPath), options, settingsOf(options))).report;
}

/**
 * Analyses a capture that arrives as a stream, a web stream, any iterable of chunks, or as bytes in memory.
 *
 * @throws RangeError when an option makes no sense; an error of the stream is told in `report.problems`
 *
 * @example
 * const response = await fetch('https://captures.example/target.pcap.gz');
 * const report = await analyze(response.body, { name: 'target.pcap.gz' });
 */
export async function analyze(stream: CaptureBytes, options: AnalyzeStreamOptions = {}): Promise<Report> {
  const source = sourceOfBytes(stream, options.name ?? '(stream)');
  return (await run([source], options, settingsOf(options))).report;
}
