import type { Grade } from '../diagnosis/codes.ts';
import { accuses } from '../diagnosis/grades.ts';
import type { Report } from './report.ts';
import type { SCHEMA_VERSION } from './report.ts';
import { isUnreadable } from './sentences/problems.ts';

/**
 * What was named, or lies in a directory that was named, and is not analysed. `same-file`: it is `sameAs` under another
 * name. `no-capture`: by its content. `directory`: inside of a directory; those are not searched. `special`: a socket, a
 * device or a pipe in a directory.
 */
export interface SkippedInput {
  readonly file: string;
  readonly reason: 'same-file' | 'no-capture' | 'directory' | 'special';
  readonly sameAs: string | null;
}

/** One capture among several, in short. */
export interface FileSummary {
  readonly file: string;
  /** `read`: as far as it goes. `unreadable`: nothing could be read. `not-reached`: the run ended before its first byte. */
  readonly state: 'read' | 'unreadable' | 'not-reached';
  /** Null unless it was read. */
  readonly grade: Grade | null;
  readonly packets: number;
  readonly syns: number;
  readonly attempts: number;
  /** SYN packets that were rejected, and attempts that never connected because of it. */
  readonly rejected: number;
  readonly lostAttempts: number;
  readonly problems: number;
}

/** Several captures, each judged by itself, in short. */
export interface FilesSummary {
  /** In the order in which they were analysed. */
  readonly files: readonly FileSummary[];
  readonly skipped: readonly SkippedInput[];
  readonly totals: {
    readonly files: number;
    readonly read: number;
    readonly unreadable: number;
    readonly notReached: number;
    /** Files whose verdict accuses a target: confirmed, probable or possible. */
    readonly accusing: number;
  };
}

/** Several captures, each with a report of its own. */
export interface FilesReport {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: Report['tool'];
  readonly files: readonly Report[];
  readonly summary: FilesSummary;
}

/** A report on one capture in short. */
export function summaryOf(report: Report): FileSummary {
  const { captures, problems, totals, verdict } = report;
  const state = stateOf(report);
  return {
    file: captures[0]?.name ?? '',
    state,
    grade: state === 'read' ? verdict.grade : null,
    packets: totals.packets,
    syns: totals.syns,
    attempts: totals.attempts,
    rejected: totals.rejected,
    lostAttempts: totals.lostAttempts,
    problems: problems.reduce((sum, { more }) => sum + 1 + more, 0),
  };
}

/** True when the run ended before anything was read: there is nothing that a verdict could be on. */
export function isNotReached({ adequacy, captures, problems, totals }: Report): boolean {
  return (
    totals.packets === 0 &&
    problems.length === 0 &&
    captures.every(({ format }) => format === null) &&
    adequacy.findings.some(({ code }) => code === 'partial')
  );
}

function stateOf(report: Report): FileSummary['state'] {
  if (report.totals.packets === 0 && report.problems.some(isUnreadable)) return 'unreadable';
  return isNotReached(report) ? 'not-reached' : 'read';
}

/** The line of a capture that the run did not come to. */
export function notReached(file: string): FileSummary {
  const nothing = { packets: 0, syns: 0, attempts: 0, rejected: 0, lostAttempts: 0, problems: 0 };
  return { file, state: 'not-reached', grade: null, ...nothing };
}

/** The captures that the run did not come to. */
export function notReachedIn(files: readonly FileSummary[]): string[] {
  return files.filter(({ state }) => state === 'not-reached').map(({ file }) => file);
}

/** Adds up. */
export function summarise(files: readonly FileSummary[], skipped: readonly SkippedInput[]): FilesSummary {
  const count = (wanted: (file: FileSummary) => boolean): number => files.filter(wanted).length;
  return {
    files,
    skipped,
    totals: {
      files: files.length,
      read: count(({ state }) => state === 'read'),
      unreadable: count(({ state }) => state === 'unreadable'),
      notReached: count(({ state }) => state === 'not-reached'),
      accusing: count(({ grade }) => grade !== null && accuses(grade)),
    },
  };
}
