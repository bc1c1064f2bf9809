import { CAUSES, GRADES } from '../../../diagnosis/codes.ts';
import { ADEQUACY_EXPLANATIONS } from './adequacy.ts';
import { explainCause } from './causes.ts';
import type { Explanation } from './entry.ts';
import { explainGrade } from './grades.ts';
import { ASSUMPTION_EXPLANATIONS, EVIDENCE_EXPLANATIONS, REASON_EXPLANATIONS } from './reasons.ts';
import {
  ANSWER_EXPLANATIONS,
  explainInvisible,
  FATE_EXPLANATIONS,
  INVISIBLE_CAUSES,
  REGIME_EXPLANATIONS,
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
  {
    kind: 'cause',
    heading: 'Causes: why a SYN got no SYN-ACK',
    entries: CAUSES.map((code) => ({ code, explanation: explainCause(code) })),
  },
  {
    kind: 'grade',
    heading: 'Grades: how sure it is that the per-host timestamp check is at work',
    entries: GRADES.map((code) => ({ code, explanation: explainGrade(code) })),
  },
  group('limit of a capture', 'Limits: what a capture lacks', ADEQUACY_EXPLANATIONS),
  group('reason of a verdict', 'Reasons of a verdict', REASON_EXPLANATIONS),
  group('assumption of a verdict', 'Assumptions of a verdict', ASSUMPTION_EXPLANATIONS),
  group('evidence', 'Evidence from the target', EVIDENCE_EXPLANATIONS),
  group('clocks behind an address', 'Clocks behind an address', REGIME_EXPLANATIONS),
  {
    kind: 'cause that cannot be seen at the target',
    heading: 'What cannot be seen at the target',
    entries: INVISIBLE_CAUSES.map((code) => ({ code, explanation: explainInvisible(code) })),
  },
  group('fate of a SYN', 'Fates: what the model says the target did with a SYN', FATE_EXPLANATIONS),
  group('answer to a SYN', 'Answers: what came back for a SYN', ANSWER_EXPLANATIONS),
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
  return {
    kind,
    heading,
    entries: Object.entries(explanations).map(([code, explanation]) => ({ code, explanation })),
  };
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
