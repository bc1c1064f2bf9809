import type { Crew } from '../api/each.ts';
import type { EvidenceFile } from '../evidence/evidence.ts';
import type { Report } from '../report/report.ts';
import type { FilesReport, SkippedInput } from '../report/several.ts';
import type { SynRow } from '../report/syn-row.ts';
import type { EvidenceArguments } from './evidence-files.ts';
import { readEvidence } from './evidence-files.ts';
import type { Io } from './io.ts';

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
  readonly evidence?: readonly EvidenceFile[];
  readonly expect?: readonly string[];
  readonly whatIf?: boolean;
  readonly maxBytes?: number;
  readonly maxPackets?: number;
  readonly maxSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onSkipped?: (skipped: SkippedInput) => void;
}

/** What the commands need of `src/api`, several paths being one stretch of traffic unless it is said; `-` is the standard input. A RangeError names an option that makes no sense. */
export interface Engine {
  readonly analyzeFiles: (paths: readonly string[], options: EngineOptions) => Report | Promise<Report>;
  /** A report on each capture, handed over when it is there, and a summary; by a crew, or without one in this thread. */
  readonly analyzeEachBy: (
    crew: Crew | null,
    paths: readonly string[],
    options: EngineOptions & { readonly onReport: (report: Report) => void },
  ) => FilesReport | Promise<FilesReport>;
  /** As `listSyns`, each capture by itself; returns a report on each, and a summary. */
  readonly listEachSyns: (
    paths: readonly string[],
    options: EngineOptions,
    onRow: (row: SynRow) => void,
  ) => Promise<Pick<FilesReport, 'files' | 'summary'>>;
  readonly listSyns: (
    paths: readonly string[],
    options: EngineOptions,
    onRow: (row: SynRow) => void,
  ) => Promise<Report>;
}

/** What a command line says that the engine wants to know. */
export interface GivenOptions extends EvidenceArguments {
  readonly targetKernel: string | undefined;
  readonly limit?: number | undefined;
  readonly expect?: readonly string[] | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxPackets?: number | undefined;
  readonly maxSeconds?: number | undefined;
  /** Replay the captures under changed rules too. */
  readonly whatIf?: boolean | undefined;
}

/**
 * The options of a command line that the engine wants; what was not given is left out. Reads the evidence.
 *
 * @throws InputFailed for evidence that cannot be read.
 */
export function engineOptions(
  io: Io,
  given: GivenOptions,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): EngineOptions {
  const evidence = readEvidence(io, given);
  return {
    ...(given.targetKernel === undefined ? {} : { targetKernel: given.targetKernel }),
    ...(given.limit === undefined ? {} : { limit: given.limit }),
    ...(evidence === null ? {} : { evidence }),
    ...(given.expect === undefined ? {} : { expect: given.expect.flatMap(commaSeparated) }),
    ...(given.whatIf === true ? { whatIf: true } : {}),
    ...(given.maxBytes === undefined ? {} : { maxBytes: given.maxBytes }),
    ...(given.maxPackets === undefined ? {} : { maxPackets: given.maxPackets }),
    ...(given.maxSeconds === undefined ? {} : { maxSeconds: given.maxSeconds }),
    ...(signal === undefined ? {} : { signal }),
    onProgress,
  };
}

function commaSeparated(text: string): string[] {
  return text.split(',').filter((part) => part.trim() !== '');
}
