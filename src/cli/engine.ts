import type { Report } from '../report/report.ts';
import type { SynRow } from '../report/syn-row.ts';

/** How far the reading of an input is. */
export interface Progress {
  readonly file: string;
  readonly bytesRead: number;
  /** Null when it is not known, as for a pipe. */
  readonly bytesTotal: number | null;
  readonly packets: number;
}

export interface EngineOptions {
  readonly targetKernel?: string;
  readonly limit?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** What the commands need of `src/api`; `-` is the standard input. A RangeError names an option that makes no sense. */
export interface Engine {
  readonly analyzeFiles: (paths: readonly string[], options: EngineOptions) => Report | Promise<Report>;
  readonly listSyns: (
    paths: readonly string[],
    options: EngineOptions,
    onRow: (row: SynRow) => void,
  ) => Promise<Report>;
}

/** The options of a command line that the engine wants; what was not given is left out. */
export function engineOptions(
  given: { readonly targetKernel: string | undefined; readonly limit?: number | undefined },
  onProgress: (progress: Progress) => void,
): EngineOptions {
  return {
    ...(given.targetKernel === undefined ? {} : { targetKernel: given.targetKernel }),
    ...(given.limit === undefined ? {} : { limit: given.limit }),
    onProgress,
  };
}
