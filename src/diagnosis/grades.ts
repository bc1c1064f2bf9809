import type { Grade } from './codes.ts';

/**
 * What is known of a target (or of the whole capture) when its grade is decided. Counts are SYN packets; `first…` are
 * first SYN packets of attempts, the independent ones.
 */
export interface GradeFacts {
  readonly syns: number;
  /** Predicted to be rejected, silent. */
  readonly predicted: number;
  /** Attempts whose first SYN packet was predicted to be rejected, and silent. */
  readonly predictedAttempts: number;
  /** The same where the capture alone does not decide (possible fate, or assumed stamps). */
  readonly possible: number;
  /** Predicted to be rejected, yet answered, unless the switch was turned in between. */
  readonly contradicted: number;
  /** The stamps that those were answered against. */
  readonly contradictedStamps: number;
  /** Silent although the model lets them pass (full listeners excepted). */
  readonly unpredicted: number;
  readonly silent: number;
  /** Probability that prediction and silence agree this well by chance. */
  readonly pValue: number;
  /** The capture holds replies of the target. */
  readonly twoWay: boolean;
  readonly kernelHasCheck: boolean;
  /** Records were damaged: a TSval that nobody sent may have become a stamp. */
  readonly damaged: boolean;
  /** The times of the capture do not move, or went back by as long as a stamp counts: no SYN must have been rejected. */
  readonly timeless: boolean;
  /** Stamps are assumed from served SYNs. */
  readonly assumed: boolean;
}

export interface GradeRule {
  readonly grade: Grade;
  /** The rule in words; shown by `explain` and in the documentation. */
  readonly when: string;
  readonly holds: (facts: GradeFacts) => boolean;
}

/** Predicted and silent SYNs, and attempts that begin with one, which certainty needs. */
export const CERTAIN_SYNS = 10;
export const CERTAIN_ATTEMPTS = 5;
/** Share of contradictions that eviction, or a stalled target at the 60 s border, may account for. */
const FEW_CONTRADICTIONS = 0.02;
/** The same where less is claimed, or where stamps are only assumed. */
const SOME_CONTRADICTIONS = 0.1;

function contradictionShare(facts: GradeFacts): number {
  const decided = facts.predicted + facts.possible + facts.contradicted;
  return decided === 0 ? 0 : facts.contradicted / decided;
}

/** The rules, in the order in which they are tried: the first that holds gives the grade. */
export const GRADE_RULES: readonly GradeRule[] = [
  {
    grade: 'ruled-out',
    when: 'the target runs a kernel without the check (4.12 or later)',
    holds: (facts) => !facts.kernelHasCheck,
  },
  {
    grade: 'cannot-tell',
    when: 'the capture holds no SYN, or none of the target’s replies and no pattern of its own',
    holds: (facts) => facts.syns === 0 || (!facts.twoWay && !facts.assumed),
  },
  {
    grade: 'confirmed',
    when: 'ten or more silent SYNs of five or more connects were predicted, no predicted one was answered, hardly any other was silent, and chance is below one in a million',
    holds: (facts) =>
      !facts.assumed &&
      facts.predicted >= CERTAIN_SYNS &&
      facts.predictedAttempts >= CERTAIN_ATTEMPTS &&
      facts.contradicted === 0 &&
      facts.pValue <= 1e-6 &&
      facts.unpredicted <= 0.1 * facts.predicted,
  },
  {
    grade: 'probable',
    when: 'three or more silent SYNs were predicted, at most one in fifty predictions was answered, and chance is below one in a thousand',
    holds: (facts) =>
      facts.predicted + facts.possible >= 3 &&
      contradictionShare(facts) <=
        (facts.assumed || facts.damaged ? SOME_CONTRADICTIONS : FEW_CONTRADICTIONS) &&
      facts.pValue <= 1e-3,
  },
  {
    grade: 'possible',
    when: 'silent SYNs were predicted, at most one in ten predictions was answered, and chance is below one in twenty',
    holds: (facts) =>
      facts.predicted + facts.possible >= 1 &&
      contradictionShare(facts) <= SOME_CONTRADICTIONS &&
      facts.pValue <= 0.05,
  },
  {
    grade: 'ruled-out',
    when: 'three or more SYNs were answered although the check must have rejected them, by two or more remembered timestamps',
    holds: (facts) =>
      !facts.assumed &&
      !facts.timeless &&
      facts.contradicted >= 3 &&
      facts.contradictedStamps >= 2 &&
      facts.contradicted > facts.predicted,
  },
  {
    grade: 'cannot-tell',
    when: 'replies are missing, and the SYNs alone show no pattern',
    holds: (facts) => !facts.twoWay,
  },
  {
    grade: 'no-evidence',
    when: 'no SYN was predicted to be rejected, or too few to tell from chance',
    holds: () => true,
  },
];

/** The grade that the facts earn, by the table above. */
export function gradeOf(facts: GradeFacts): Grade {
  return GRADE_RULES.find((rule) => rule.holds(facts))?.grade ?? 'cannot-tell';
}

/** Accusing grades from strongest to weakest; the others accuse nobody. */
const ACCUSING: readonly Grade[] = ['confirmed', 'probable', 'possible'];

export function accuses(grade: Grade): boolean {
  return ACCUSING.includes(grade);
}

/** The weaker of two grades, where the second is a ceiling set by what the capture can show. */
export function capped(grade: Grade, ceiling: Grade): Grade {
  const at = ACCUSING.indexOf(grade);
  const limit = ACCUSING.indexOf(ceiling);
  return at >= 0 && limit > at ? ceiling : grade;
}
