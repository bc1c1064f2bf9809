import type { SynRow } from '../report/syn-row.ts';
import type { Report } from '../report/report.ts';
import type { FilesReport } from '../report/several.ts';
import { notReachedIn, summarise, summaryOf } from '../report/several.ts';
import type { RowDialect } from '../report/syns/row-encoder.ts';
import type { AnonymizeArguments } from './anonymous.ts';
import { anonymizerFor } from './anonymous.ts';
import { complainAboutInputs, complainAboutNotReached } from './complaints.ts';
import type { GivenOptions } from './engine.ts';
import { engineOptions } from './engine.ts';
import { inputsOf } from './evidence-files.ts';
import { exitCodeOf, exitCodeOfEach } from './exit-code.ts';
import { wantsPartial } from './interruption.ts';
import type { Io } from './io.ts';
import { withOutput } from './output.ts';
import { createProgressLine, NO_PROGRESS } from './progress.ts';
import { isSeveral } from './several.ts';
import { Skipped } from './skipped.ts';
import { wantsProgress } from './terminal.ts';

/** Loads each format only when it is asked for. */
const ROW_FORMATS = {
  ndjson: async (): Promise<RowDialect> => (await import('../report/syns/ndjson.ts')).NDJSON,
  csv: async (): Promise<RowDialect> => (await import('../report/syns/csv.ts')).CSV,
};

export type SynsFormat = keyof typeof ROW_FORMATS;

export const SYNS_FORMATS = ['ndjson', 'csv'] as const satisfies readonly SynsFormat[];

export interface SynsArguments extends GivenOptions, AnonymizeArguments {
  readonly captures: readonly string[];
  readonly merge: boolean | undefined;
  readonly format: SynsFormat;
  readonly output: string | undefined;
  readonly progress: boolean;
  readonly partialOnInterrupt: boolean | undefined;
}

/** `synscope syns`: a line per SYN, in capture order, file by file unless they are merged. Returns the exit code; finding something is no failure here. */
export async function syns(io: Io, args: SynsArguments): Promise<number> {
  const [engine, format, { RowEncoder }] = await Promise.all([
    io.loadEngine(),
    ROW_FORMATS[args.format](),
    import('../report/syns/row-encoder.ts'),
  ]);
  const anonymizer = await anonymizerFor(args);
  const interruption = wantsPartial(args.captures, args.partialOnInterrupt)
    ? io.holdInterruption?.()
    : undefined;
  return withOutput(io, args.output, inputsOf(args), async (output) => {
    const watched = wantsProgress(io, args.progress) && !output.isTerminal;
    const progress = watched ? createProgressLine(io) : NO_PROGRESS;
    const rows = new RowEncoder(format, (bytes) => output.write(bytes));
    const skipped = new Skipped();
    const given = engineOptions(
      io,
      args,
      (state) => {
        rows.flush();
        progress.update(state);
      },
      interruption?.signal,
    );
    const options = { ...given, onSkipped: skipped.take };
    const onRow = (row: SynRow): void => rows.write(anonymizer.row(row));
    const { files, summary } = isSeveral(io, args.captures, args.merge)
      ? await engine.listEachSyns(args.captures, options, onRow)
      : together(await engine.listSyns(args.captures, options, onRow));
    rows.flush();
    progress.erase();
    interruption?.release();
    for (const report of files) complainAboutInputs(io.stderr, anonymizer.report(report), true);
    complainAboutNotReached(io.stderr, notReachedIn(anonymizer.summary(summary).files));
    skipped.tell(io.stderr, anonymizer);
    return exitCodeOfEach(
      files.map((report) => exitCodeOf(report, 'never')),
      summary,
    );
  });
}

/** One report, of however many captures, as if it were of several. */
function together(report: Report): Pick<FilesReport, 'files' | 'summary'> {
  return { files: [report], summary: summarise([summaryOf(report)], []) };
}
