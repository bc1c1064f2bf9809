import type { Grade } from '../diagnosis/codes.ts';
import type { Report } from '../report/report.ts';
import type { FilesSummary } from '../report/several.ts';
import { isNotReached } from '../report/several.ts';
import { isUnreadable } from '../report/sentences/problems.ts';

/** Nothing found; found; what was asked makes no sense or an input was not read, so that nobody knows. */
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

/** True when nothing was read of any input: there is nothing to report but why. */
export function isNothingRead(report: Report): boolean {
  const { captures, problems, totals } = report;
  if (isNotReached(report)) return true;
  if (totals.packets > 0 || captures.length === 0) return false;
  const unreadable = new Set(problems.filter(isUnreadable).map(({ capture }) => capture));
  return captures.every(({ name }) => unreadable.has(name));
}

/** The exit code of a finished analysis. An input that was not read outweighs what the others showed. */
export function exitCodeOf(report: Report, failOn: FailOn): number {
  if (report.problems.some(isUnreadable) || isNotReached(report)) return EXIT.unusable;
  const failing: readonly Grade[] = FAILING[failOn];
  return failing.includes(report.verdict.grade) ? EXIT.found : EXIT.clean;
}

/** The same for several captures, each judged by itself: the worst of them counts, and what was not read most. */
export function exitCodeOfEach(codes: readonly number[], { totals }: FilesSummary): number {
  return totals.notReached > 0 || codes.length === 0 ? EXIT.unusable : Math.max(...codes);
}
