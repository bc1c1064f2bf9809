import { escapeName, escapeTerminal } from '../report/escape/terminal.ts';
import type { Report } from '../report/report.ts';
import { ADEQUACY_SENTENCES } from '../report/sentences/adequacy.ts';
import { errnoWords } from '../report/sentences/errno.ts';
import { isUnreadable, problemSentence } from '../report/sentences/problems.ts';
import { tell } from '../report/sentences/tell.ts';
import { listed } from '../report/wording/list.ts';
import { counted } from '../report/wording/number.ts';
import { EXIT } from './exit-code.ts';
import type { Output } from './io.ts';
import { InputFailed, OutputClosed, OutputFailed, UsageError } from './io.ts';

/** Captures named one by one; the rest is counted. */
const NAMED = 3;

/**
 * Says on standard error, a line each, which inputs could not be read (or, with `all`, every problem, and whether the
 * reading ended early).
 */
export function complainAboutInputs(stderr: Output, { adequacy, problems }: Report, all: boolean): void {
  for (const problem of problems) {
    if (all || isUnreadable(problem)) {
      complain(stderr, `${escapeName(problem.capture)}: ${problemSentence(problem, escapeTerminal)}`);
    }
  }
  for (const finding of all ? adequacy.findings : []) {
    // The limit on bytes is a problem of the input that met it.
    if (finding.code !== 'partial' || finding.limit === 'bytes') continue;
    complain(stderr, tell(ADEQUACY_SENTENCES, finding).sentence);
  }
}

/** Says which captures nothing is known of, since the run ended first. */
export function complainAboutNotReached(stderr: Output, names: readonly string[]): void {
  if (names.length === 0) return;
  const shown = names.slice(0, NAMED).map(escapeName);
  const more = names.length > NAMED ? [counted(names.length - NAMED, 'more', 'more')] : [];
  complain(stderr, `not reached before the run ended: ${listed([...shown, ...more])}`);
}

/** Says in one line why a command failed, and returns the exit code. A reader that went away is no failure. */
export function complainAboutError(stderr: Output, error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.clean;
  if (error instanceof OutputFailed) {
    complain(stderr, `${escapeName(error.path)}: cannot be written: ${errnoWords(error.code)}`);
  } else if (error instanceof InputFailed) {
    complain(stderr, `${escapeName(error.path)}: cannot be read: ${errnoWords(error.code)}`);
  } else if (error instanceof UsageError || error instanceof RangeError) {
    complain(stderr, `${escapeTerminal(error.message)} (see synscope --help)`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    complain(stderr, `internal error: ${escapeTerminal(message)}; please report it`);
  }
  return EXIT.unusable;
}

function complain(stderr: Output, line: string): void {
  try {
    stderr.write(`synscope: ${line}\n`);
  } catch {
    // Nobody is left to be told.
  }
}
