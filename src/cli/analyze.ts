import type { Renderer } from '../report/renderer.ts';
import type { AnonymizeArguments } from './anonymous.ts';
import { anonymizerFor } from './anonymous.ts';
import { complainAboutInputs, complainAboutNotReached } from './complaints.ts';
import type { GivenOptions } from './engine.ts';
import { engineOptions } from './engine.ts';
import { inputsOf } from './evidence-files.ts';
import type { FailOn } from './exit-code.ts';
import { exitCodeOf, isNothingRead } from './exit-code.ts';
import { notReachedIn, summaryOf } from '../report/several.ts';
import { wantsPartial } from './interruption.ts';
import type { Io } from './io.ts';
import { withOutput } from './output.ts';
import type { SeveralRenderer } from '../report/several-renderer.ts';
import { createProgressLine, NO_PROGRESS } from './progress.ts';
import { analyzeSeveral, isSeveral } from './several.ts';
import { Skipped } from './skipped.ts';
import { wantsColor, wantsProgress, widthFor } from './terminal.ts';

/** Loads the renderer of each format only when it is asked for. */
const RENDERERS = {
  text: async (): Promise<Renderer> => (await import('../report/text/render.ts')).renderText,
  json: async (): Promise<Renderer> => (await import('../report/json.ts')).renderJson,
};

/** The same for several reports and their summary. */
const SEVERAL = {
  text: async (): Promise<SeveralRenderer> => (await import('../report/text/several.ts')).SEVERAL_TEXT,
  json: async (): Promise<SeveralRenderer> => (await import('../report/several-json.ts')).SEVERAL_JSON,
};

export type AnalyzeFormat = keyof typeof RENDERERS;

export const ANALYZE_FORMATS = ['text', 'json'] as const satisfies readonly AnalyzeFormat[];

export interface AnalyzeArguments extends GivenOptions, AnonymizeArguments {
  readonly captures: readonly string[];
  readonly merge: boolean | undefined;
  readonly jobs: number | undefined;
  readonly format: AnalyzeFormat;
  readonly failOn: FailOn;
  readonly output: string | undefined;
  readonly color: boolean | undefined;
  readonly width: number | undefined;
  readonly progress: boolean;
  readonly partialOnInterrupt: boolean | undefined;
}

/** Rows of a list in the text report unless `--limit` says otherwise. */
const TEXT_LIMIT = 10;
/** Entries of a list for the text report to choose from: its sentences and commands name what the lists hold. */
const LEAST_FOR_TEXT = 1000;

/** `synscope analyze`: the report of one or more captures. Returns the exit code. JSON always has the what-if. */
export async function analyze(io: Io, args: AnalyzeArguments): Promise<number> {
  const [engine, render] = await Promise.all([io.loadEngine(), RENDERERS[args.format]()]);
  const anonymizer = await anonymizerFor(args);
  const interruption = wantsPartial(args.captures, args.partialOnInterrupt)
    ? io.holdInterruption?.()
    : undefined;
  const progress = wantsProgress(io, args.progress) ? createProgressLine(io) : NO_PROGRESS;
  return withOutput(io, args.output, inputsOf(args), async (output) => {
    const whatIf = args.whatIf === true || args.format === 'json';
    const limit =
      args.format === 'text' && args.limit !== undefined ? Math.max(args.limit, LEAST_FOR_TEXT) : args.limit;
    const options = engineOptions(io, { ...args, whatIf, limit }, progress.update, interruption?.signal);
    const how = {
      width: widthFor(output, args.width),
      color: wantsColor(io.env, output, args.color),
      limit: args.limit ?? TEXT_LIMIT,
    };
    if (isSeveral(io, args.captures, args.merge)) {
      const renderer = await SEVERAL[args.format]();
      const out = { io, output, anonymizer, renderer, render: how, progress };
      return analyzeSeveral(engine, args.captures, options, args.jobs ?? 1, args.failOn, out);
    }
    const skipped = new Skipped();
    const together = { ...options, onSkipped: skipped.take };
    const report = anonymizer.report(await engine.analyzeFiles(args.captures, together));
    progress.erase();
    interruption?.release();
    complainAboutInputs(io.stderr, report, false);
    complainAboutNotReached(io.stderr, notReachedIn([summaryOf(report)]));
    skipped.tell(io.stderr, anonymizer);
    if (args.format === 'json' || !isNothingRead(report)) output.write(render(report, how));
    return exitCodeOf(report, args.failOn);
  });
}
