import type { SynLineWriter } from '../report/syns/ndjson.ts';
import { complainAboutInputs } from './complaints.ts';
import { engineOptions } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { ChunkedWriter, withOutput } from './output.ts';
import { createProgressLine, NO_PROGRESS } from './progress.ts';
import { wantsProgress } from './terminal.ts';

interface RowFormat {
  readonly header: string;
  readonly line: SynLineWriter;
}

/** Loads the writer of each format only when it is asked for. */
const ROW_FORMATS = {
  ndjson: async (): Promise<RowFormat> => {
    const { createNdjsonWriter } = await import('../report/syns/ndjson.ts');
    return { header: '', line: createNdjsonWriter() };
  },
  csv: async (): Promise<RowFormat> => {
    const { createCsvWriter, CSV_HEADER } = await import('../report/syns/csv.ts');
    return { header: CSV_HEADER, line: createCsvWriter() };
  },
};

export type SynsFormat = keyof typeof ROW_FORMATS;

export const SYNS_FORMATS = ['ndjson', 'csv'] as const satisfies readonly SynsFormat[];

export interface SynsArguments {
  readonly captures: readonly string[];
  readonly format: SynsFormat;
  readonly targetKernel: string | undefined;
  readonly output: string | undefined;
  readonly progress: boolean;
}

/** `synscope syns`: a line per SYN, in capture order. Returns the exit code; finding something is no failure here. */
export async function syns(io: Io, args: SynsArguments): Promise<number> {
  const [engine, format] = await Promise.all([io.loadEngine(), ROW_FORMATS[args.format]()]);
  return withOutput(io, args.output, async (output) => {
    const watched = wantsProgress(io, args.progress) && !output.isTerminal;
    const progress = watched ? createProgressLine(io) : NO_PROGRESS;
    const lines = new ChunkedWriter(output);
    lines.write(format.header);
    const report = await engine.listSyns(
      args.captures,
      engineOptions({ targetKernel: args.targetKernel }, (state) => {
        lines.flush();
        progress.update(state);
      }),
      (row) => lines.write(format.line(row)),
    );
    lines.flush();
    progress.erase();
    complainAboutInputs(io.stderr, report, true);
    return exitCodeOf(report, 'never');
  });
}
