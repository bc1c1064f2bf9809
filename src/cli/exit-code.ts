import type { Grade } from '../diagnosis/codes.ts';
import type { Report } from '../report/report.ts';
import type { FilesSummary } from '../report/several.ts';
import { isUnreadable } from '../report/sentences/problems.ts';

/** Nothing found; found; what was asked makes no sense or an input could not be read. */
export const EXIT = { clean: 0, found: 1, unusable: 2 } as const;

/** Which grades make the run fail, by the value of `--fail-on`. */
const FAILING = {
  confirmed: ['confirmed'],
  probable: ['confirmed', 'probable'],
  possible: ['confirmed', 'probable', 'possible'],
  never: [],
} as const satisfies Record<string, readonly Grade[]>;

export type FailOn = keyof typeof FAILING;

export const FAIL_ON = ['confirmed', 'probable', 'possible', 'never'] as const satisfies readonly FailOn[];

/** True when none of the inputs could be read: there is nothing to report but that. */
export function isNothingRead({ captures, problems, totals }: Report): boolean {
  if (totals.packets > 0 || captures.length === 0) return false;
  const unreadable = new Set(problems.filter(isUnreadable).map(({ capture }) => capture));
  return captures.every(({ name }) => unreadable.has(name));
}

/** The exit code of a finished analysis. An input that could not be read outweighs what the others showed. */
export function exitCodeOf(report: Report, failOn: FailOn): number {
  if (report.problems.some(isUnreadable)) return EXIT.unusable;
  const failing: readonly Grade[] = FAILING[failOn];
  return failing.includes(report.verdict.grade) ? EXIT.found : EXIT.clean;
}

/** The same for several captures, each judged by itself: the worst of them counts, and what could not be read most. */
export function exitCodeOfFiles({ files, totals }: FilesSummary, failOn: FailOn): number {
  if (totals.unreadable > 0 || totals.files === 0) return EXIT.unusable;
  const failing: readonly Grade[] = FAILING[failOn];
  return files.some(({ grade }) => grade !== null && failing.includes(grade)) ? EXIT.found : EXIT.clean;
}
