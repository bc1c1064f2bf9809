import { CAUSES, GRADES } from '../../../diagnosis/codes.ts';
import { codesOf } from '../codes-of.ts';
import { EXPECTATION_CLAUSES } from '../evidence-problems.ts';
import { PROBLEM_KINDS } from '../problems.ts';
import { ADEQUACY_EXPLANATIONS } from './adequacy.ts';
import { explainCause } from './causes.ts';
import type { Explanation } from './entry.ts';
import { explainEvidenceProblem, FINDING_EXPLANATIONS } from './evidence.ts';
import { explainGrade } from './grades.ts';
import { explainProblem } from './problems.ts';
import { ASSUMPTION_EXPLANATIONS, EVIDENCE_EXPLANATIONS, REASON_EXPLANATIONS } from './reasons.ts';
import {
  EXPECTED_EXPLANATIONS,
  PLACE_EXPLANATIONS,
  PLACE_SIGN_EXPLANATIONS,
  SIGN_EXPLANATIONS,
  STATUS_EXPLANATIONS,
} from './signs.ts';
import {
  SCENARIO_EXPLANATIONS,
  STEP_EXPLANATIONS,
  UNSUPPORTED_EXPLANATIONS,
  WHAT_IF_ASSUMPTION_EXPLANATIONS,
} from './steps.ts';
import {
  ANSWER_EXPLANATIONS,
  explainInvisible,
  FATE_EXPLANATIONS,
  INVISIBLE_CAUSES,
  REGIME_EXPLANATIONS,
  UNDETERMINED_EXPLANATIONS,
} from './words.ts';

/** One code with its explanation. */
export interface CatalogueEntry {
  readonly code: string;
  readonly explanation: Explanation;
}

/** Codes of one kind, in the order in which they are shown. */
export interface CatalogueGroup {
  /** What the codes are, singular: `cause`. */
  readonly kind: string;
  readonly heading: string;
  readonly entries: readonly CatalogueEntry[];
}

/** Everything that `synscope explain` knows. */
export const CATALOGUE: readonly CatalogueGroup[] = [
  explained('cause', 'Causes: why a SYN got no SYN-ACK', CAUSES, explainCause),
  explained(
    'grade',
    'Grades: how sure it is that the per-host timestamp check is at work',
    GRADES,
    explainGrade,
  ),
  group('limit of a capture', 'Limits: what a capture lacks', ADEQUACY_EXPLANATIONS),
  group('reason of a verdict', 'Reasons of a verdict', REASON_EXPLANATIONS),
  group('assumption of a verdict', 'Assumptions of a verdict', ASSUMPTION_EXPLANATIONS),
  group('clocks behind an address', 'Clocks behind an address', REGIME_EXPLANATIONS),
  group('reason not to name clocks', 'Why clocks are not told', UNDETERMINED_EXPLANATIONS),
  explained(
    'cause that cannot be seen at the target',
    'What cannot be seen at the target',
    INVISIBLE_CAUSES,
    explainInvisible,
  ),
  group('fate of a SYN', 'Fates: what the model says the target did with a SYN', FATE_EXPLANATIONS),
  group('answer to a SYN', 'Answers: what came back for a SYN', ANSWER_EXPLANATIONS),
  group('status of a cause', 'Causes found and ruled out', STATUS_EXPLANATIONS),
  group('sign of a cause', 'What speaks for or against a cause', SIGN_EXPLANATIONS),
  group(
    'evidence beside the capture',
    'Evidence beside the capture: confirmed, contradicted',
    EVIDENCE_EXPLANATIONS,
  ),
  group('finding in the evidence', 'What evidence says by itself', FINDING_EXPLANATIONS),
  explained(
    'problem of evidence',
    'Files of evidence that were not understood',
    codesOf(EXPECTATION_CLAUSES),
    explainEvidenceProblem,
  ),
  group('expected sources', 'Expected sources (--expect)', EXPECTED_EXPLANATIONS),
  group('place of capture', 'Where it was captured', PLACE_EXPLANATIONS),
  group('sign of the place of capture', 'What tells where it was captured', PLACE_SIGN_EXPLANATIONS),
  group('step of the remedy', 'What to do', STEP_EXPLANATIONS),
  group('what if', 'What if (--what-if)', SCENARIO_EXPLANATIONS),
  group('reason not to replay', 'What if: why something is not replayed', UNSUPPORTED_EXPLANATIONS),
  group('assumption of what-if', 'What if: assumptions', WHAT_IF_ASSUMPTION_EXPLANATIONS),
  explained('problem of a capture', 'Problems of a capture', PROBLEM_KINDS, explainProblem),
];

/** Every entry of that code: a word may be a fate and an answer. Case and surrounding space do not matter. */
export function findCode(code: string): readonly (CatalogueEntry & { readonly kind: string })[] {
  const wanted = code.trim().toLowerCase();
  return CATALOGUE.flatMap(({ kind, entries }) =>
    entries
      .filter((entry) => entry.code === wanted)
      .map(({ explanation }) => ({ code: wanted, explanation, kind })),
  );
}

/** Codes that come near to a word that is none: those that hold it, or are a few letters away; nearest first. */
export function nearestCodes(word: string): readonly string[] {
  const wanted = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
    .slice(0, LONGEST);
  const codes = new Set(CATALOGUE.flatMap(({ entries }) => entries.map(({ code }) => code)));
  return [...codes]
    .map((code) => ({ code, distance: wanted !== '' && code.includes(wanted) ? 0 : distance(wanted, code) }))
    .filter((each) => each.distance <= Math.max(2, each.code.length / 3))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTED)
    .map(({ code }) => code);
}

const SUGGESTED = 3;
const LONGEST = 40;

function group(
  kind: string,
  heading: string,
  explanations: Readonly<Record<string, Explanation>>,
): CatalogueGroup {
  const entries = Object.entries(explanations).map(([code, explanation]) => ({ code, explanation }));
  return { kind, heading, entries };
}

function explained<Code extends string>(
  kind: string,
  heading: string,
  codes: readonly Code[],
  explain: (code: Code) => Explanation,
): CatalogueGroup {
  return { kind, heading, entries: codes.map((code) => ({ code, explanation: explain(code) })) };
}

/** Levenshtein's distance: letters to insert, remove or change. */
function distance(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 0; i < from.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const change = (before[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      row.push(Math.min(change, (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    before = row;
  }
  return before[to.length] ?? 0;
}
