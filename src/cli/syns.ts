import type { RowDialect } from '../report/syns/row-encoder.ts';
import type { AnonymizeArguments } from './anonymous.ts';
import { anonymizerFor } from './anonymous.ts';
import { complainAboutInputs } from './complaints.ts';
import type { GivenOptions } from './engine.ts';
import { engineOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { wantsPartial } from './interruption.ts';
import type { Io } from './io.ts';
import { withOutput } from './output.ts';
import { createProgressLine, NO_PROGRESS } from './progress.ts';
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
  readonly format: SynsFormat;
  readonly output: string | undefined;
  readonly progress: boolean;
  readonly partialOnInterrupt: boolean | undefined;
}

/** `synscope syns`: a line per SYN, in capture order. Returns the exit code; finding something is no failure here. */
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
  return withOutput(io, args.output, async (output) => {
    const watched = wantsProgress(io, args.progress) && !output.isTerminal;
    const progress = watched ? createProgressLine(io) : NO_PROGRESS;
    const rows = new RowEncoder(format, (bytes) => output.write(bytes));
    const report = await engine.listSyns(
      args.captures,
      engineOptions(
        io,
        args,
        (state) => {
          rows.flush();
          progress.update(state);
        },
        interruption?.signal,
      ),
      (row) => rows.write(anonymizer.row(row)),
    );
    rows.flush();
    progress.erase();
    interruption?.release();
    complainAboutInputs(io.stderr, anonymizer.report(report), true);
    return exitCodeOf(report, 'never');
  });
}
