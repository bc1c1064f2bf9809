import type { CaptureProblemKind } from '../../capture/problem.ts';
import type { ProblemReport } from '../report.ts';
import { count, counted } from '../wording/number.ts';
import { codesOf } from './codes-of.ts';
import { isLossyName } from '../../units/lossy-name.ts';
import { errnoWords } from './errno.ts';
import { foreignSentence } from './foreign.ts';

interface ProblemText {
  /** What is wrong, from the numbers and the detail; the detail is from outside and comes already escaped. */
  readonly what: (problem: ProblemReport, detail: string | null) => string;
  /** Nothing can be read when it is met before the first frame. */
  readonly fatal: boolean;
  /** Whether a byte offset helps to find it. */
  readonly located: boolean;
}

const UNSPEAKABLE =
  'its name is not UTF-8, so it cannot be opened: rename it, or redirect it to the standard input';

const PROBLEM_TEXTS: Readonly<Record<CaptureProblemKind, ProblemText>> = {
  unreadable: {
    what: ({ capture }, detail) => {
      if (detail === null) return 'cannot be read';
      return detail === 'ENOENT' && isLossyName(capture) ? UNSPEAKABLE : errnoWords(detail);
    },
    fatal: true,
    located: false,
  },
  'is-directory': {
    what: () => 'a directory without captures (those inside it are not searched)',
    fatal: true,
    located: false,
  },
  'not-a-file': { what: () => 'it is neither a file nor a pipe', fatal: true, located: false },
  'empty-file': { what: () => 'the file is empty', fatal: true, located: false },
  'unknown-format': {
    what: () => 'not a capture: neither pcap nor pcapng',
    fatal: true,
    located: false,
  },
  'foreign-format': {
    what: (_, detail) => foreignSentence(detail),
    fatal: true,
    located: false,
  },
  'unsupported-version': {
    what: (_, detail) => `a version that synscope does not know${detail === null ? '' : ` (${detail})`}`,
    fatal: true,
    located: true,
  },
  'truncated-header': {
    what: (problem) => `the file ends inside its header${amounts(problem)}`,
    fatal: true,
    located: true,
  },
  'truncated-record': {
    what: (problem) => `the file ends inside a record${amounts(problem)}`,
    fatal: false,
    located: true,
  },
  'impossible-length': {
    what: (problem) => `a length that cannot be true${claimed(problem)}`,
    fatal: false,
    located: true,
  },
  'bad-block': {
    what: (_, detail) => `a block that contradicts itself${detail === null ? '' : ` (${detail})`}`,
    fatal: false,
    located: true,
  },
  'missing-interface': {
    what: ({ needed }) =>
      needed === null
        ? 'a packet of an interface that was never described'
        : `a packet of interface ${needed}, which was never described`,
    fatal: false,
    located: true,
  },
  garbage: {
    what: (problem) =>
      `${problem.available === null ? 'bytes' : counted(problem.available, 'byte')} that belong to no record`,
    fatal: false,
    located: true,
  },
  'unknown-timestamp-unit': {
    what: (_, detail) => `a timestamp unit that makes no sense${detail === null ? '' : ` (${detail})`}`,
    fatal: false,
    located: true,
  },
  'corrupt-compression': {
    what: (_, detail) => `the compressed data is damaged${detail === null ? '' : ` (${detail})`}`,
    fatal: true,
    located: true,
  },
  'size-limit': {
    what: ({ needed }, detail) => {
      if (needed === null) return 'reading stopped at the limit';
      if (detail === 'memory') {
        return `reading stopped: unpacking it takes more than ${counted(needed, 'byte')} of memory`;
      }
      return detail === 'ratio'
        ? `reading stopped: unpacked, it is more than ${count(needed)} times its size, as no capture is`
        : `reading stopped at the limit of ${counted(needed, 'byte')}`;
    },
    fatal: false,
    located: true,
  },
  'merged-late': {
    what: ({ needed, available }) =>
      available === null || needed === null
        ? 'merged late'
        : `merged ${counted(available, 'second')} late: more than ${count(needed)} captures overlap there`,
    fatal: false,
    located: false,
  },
};

/** Every kind of problem there is a sentence for. */
export const PROBLEM_KINDS: readonly CaptureProblemKind[] = codesOf(PROBLEM_TEXTS);

/** A kind of problem in the words of the report, without the numbers and details of any one capture. */
export function problemWords(kind: CaptureProblemKind): string {
  return PROBLEM_TEXTS[kind].what({ ...BLANK, kind }, null);
}

const BLANK = {
  capture: '',
  offset: 0,
  frame: 0,
  needed: null,
  available: null,
  detail: null,
  more: 0,
} as const;

/** True when the input as a whole could not be used: nothing was read before the problem, or reading failed. */
export function isUnreadable(problem: ProblemReport): boolean {
  return PROBLEM_TEXTS[problem.kind].fatal && (problem.frame === 0 || problem.kind === 'unreadable');
}

/**
 * One problem as a clause without the name of the capture: `the file ends inside a record: needed 1,500, there were
 * 233, at byte 40 (after frame 1)`. `escape` makes the detail, which is from outside, safe for the output.
 */
export function problemSentence(problem: ProblemReport, escape: (text: string) => string): string {
  const text = PROBLEM_TEXTS[problem.kind];
  const detail = problem.detail === null ? null : escape(problem.detail);
  let sentence = text.what(problem, detail);
  if (text.located) sentence += ` at byte ${problem.offset}`;
  if (problem.frame > 0) sentence += `, after frame ${problem.frame}`;
  if (problem.more > 0) sentence += `; ${count(problem.more)} more of this kind`;
  return sentence;
}

function amounts({ needed, available }: ProblemReport): string {
  if (needed === null || available === null) return '';
  return ` (${count(available)} of ${counted(needed, 'byte')} are there)`;
}

function claimed({ needed, available }: ProblemReport): string {
  if (needed === null) return '';
  const limit = available === null ? '' : `, ${count(available)} possible`;
  return ` (${counted(needed, 'byte')} claimed${limit})`;
}
