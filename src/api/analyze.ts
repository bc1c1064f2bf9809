import type { Report } from '../report/report.ts';
import type { CaptureBytes } from './input/source.ts';
import { sourceOfBytes, sourceOfPath } from './input/source.ts';
import { givenText } from './given.ts';
import { selectCaptures } from './input/select.ts';
import type { AnalyzeOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { run } from './run.ts';

/** Options for a capture that has no path. */
export interface AnalyzeStreamOptions extends AnalyzeOptions {
  /** What the report calls the capture. Default `(stream)`. */
  readonly name?: string;
}

/**
 * Analyses a capture file, `-` for the standard input, or a directory of them. Compressed files (gzip, zstd) are unpacked
 * on the way. Memory does not grow with the size of the files.
 *
 * Several files are one stretch of traffic, merged by the times of their packets, in whatever order they are given: the
 * files of a ring, of several interfaces, overlapping ones. A packet that two of them hold within 20 ms counts once. For a
 * report on each file see `analyzeEach`.
 *
 * What a file holds never throws: damage, an unknown format, even a missing file is told in `report.problems`.
 *
 * @throws RangeError when an option makes no sense; TypeError when a path is no string
 *
 * @example
 * const report = await analyzeFile('target.pcap', { targetKernel: '3.10.0-1160.el7.x86_64' });
 * console.log(report.verdict.grade, report.totals.rejected);
 */
export async function analyzeFile(
  paths: string | readonly string[],
  options: AnalyzeOptions = {},
): Promise<Report> {
  const settings = settingsOf(options);
  const { captures } = await selectCaptures(paths, options);
  return (await run(captures.map(sourceOfPath), options, settings)).report;
}

/**
 * Analyses a capture that arrives as a stream, a web stream, any iterable of chunks, or as bytes in memory.
 *
 * @throws RangeError when an option makes no sense; TypeError when `stream` neither holds nor yields bytes, such as a
 * path. An error of the stream is told in `report.problems`.
 *
 * @example
 * const response = await fetch('https://captures.example/target.pcap.gz');
 * const report = await analyze(response.body, { name: 'target.pcap.gz' });
 */
export async function analyze(stream: CaptureBytes, options: AnalyzeStreamOptions = {}): Promise<Report> {
  const source = sourceOfBytes(stream, givenText('name', options.name ?? '(stream)'));
  return (await run([source], options, settingsOf(options))).report;
}
