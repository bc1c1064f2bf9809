import type { ReportAnonymizer } from '../api/anonymize.ts';
import type { RenderOptions } from '../report/renderer.ts';
import type { Report } from '../report/report.ts';
import { notReachedIn } from '../report/several.ts';
import { VERSION } from '../report/version.ts';
import type { SeveralRenderer } from '../report/several-renderer.ts';
import { complainAboutInputs, complainAboutNotReached } from './complaints.ts';
import type { Engine, EngineOptions } from './engine.ts';
import type { FailOn } from './exit-code.ts';
import { exitCodeOf, exitCodeOfEach } from './exit-code.ts';
import type { Io, Output } from './io.ts';
import type { ProgressLine } from './progress.ts';

/** Whether what was named is several captures, each to be told by itself; a directory always is. */
export function isSeveral(io: Io, captures: readonly string[], merge: boolean | undefined): boolean {
  const [first = '-'] = captures;
  return merge !== true && (captures.length > 1 || (first !== '-' && io.isDirectory(first)));
}

/** What the reports go through on their way out. */
export interface SeveralOutput {
  readonly io: Io;
  readonly output: Output;
  readonly anonymizer: ReportAnonymizer;
  readonly renderer: SeveralRenderer;
  readonly render: RenderOptions;
  readonly progress: ProgressLine;
}

/**
 * A report on each capture as soon as it is there, and the summary; up to `jobs` captures are read at once. Returns the
 * exit code.
 */
export async function analyzeSeveral(
  engine: Engine,
  captures: readonly string[],
  options: EngineOptions,
  jobs: number,
  failOn: FailOn,
  { io, output, anonymizer, renderer, render, progress }: SeveralOutput,
): Promise<number> {
  const codes: number[] = [];
  output.write(renderer.begin({ name: 'synscope', version: VERSION }));
  const onReport = (named: Report): void => {
    const report = anonymizer.report(named);
    progress.erase();
    complainAboutInputs(io.stderr, report, false);
    output.write(renderer.report(report, render, codes.length));
    codes.push(exitCodeOf(report, failOn));
  };
  const crew = jobs > 1 ? await io.startCrew(jobs, options) : null;
  try {
    const each = await engine.analyzeEachBy(crew, captures, { ...options, onReport });
    const summary = anonymizer.summary(each.summary);
    progress.erase();
    complainAboutNotReached(io.stderr, notReachedIn(summary.files));
    output.write(renderer.end(summary, render));
    return exitCodeOfEach(codes, summary);
  } finally {
    await crew?.close();
  }
}
