import { escapeTerminal } from '../escape/terminal.ts';
import type { EvidenceProblem } from '../../evidence/evidence.ts';
import type { EvidenceReport, Report } from '../report.ts';
import { EVIDENCE_FINDING_SENTENCES } from '../sentences/evidence-findings.ts';
import { evidenceProblemClause } from '../sentences/evidence-problems.ts';
import { EVIDENCE_REASON_SENTENCES } from '../sentences/evidence-reasons.ts';
import { tell } from '../sentences/tell.ts';
import { listed } from '../wording/list.ts';
import { count, counted } from '../wording/number.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** Pods, and files that were not used, named one by one. */
const NAMED = 3;

/** What the evidence says about the verdict; contradictions first, and loud. */
export function evidenceReasonLines(layout: Layout, { evidence }: Report): string[] {
  if (evidence === null) return [];
  const { red } = layout.style;
  return [
    ...evidence.contradictions.flatMap((reason) =>
      paragraph(layout, `Contradiction: ${tell(EVIDENCE_REASON_SENTENCES, reason)}`, {
        indent: 4,
        mark: '!',
        paintMark: red,
        paint: red,
      }),
    ),
    ...evidence.reasons.flatMap((reason) =>
      paragraph(layout, tell(EVIDENCE_REASON_SENTENCES, reason), { indent: 4, mark: '·' }),
    ),
  ];
}

/** What else the evidence says, and which peers are pods. */
export function evidenceLines(layout: Layout, { evidence }: Report): string[] {
  if (evidence === null) return [];
  const told = evidence.findings.flatMap((finding) => tell(EVIDENCE_FINDING_SENTENCES, finding) ?? []);
  const unused = evidence.problems.filter(({ expected }) => expected === 'evidence');
  return [
    ...[...podSentence(evidence), ...told].flatMap((sentence) =>
      paragraph(layout, sentence, { indent: 4, mark: '·' }),
    ),
    ...(unused.length === 0
      ? []
      : paragraph(layout, unusedSentence(unused), { indent: 4, mark: '·', paint: layout.style.dim })),
  ];
}

/** Files of evidence, or lines of them, that were not understood. */
export function evidenceProblemLines(layout: Layout, { evidence }: Report): string[] {
  const problems = evidence?.problems ?? [];
  const others = problems.filter(({ expected }) => expected !== 'evidence');
  const shown = others.slice(0, layout.limit);
  const more = others.length - shown.length;
  return [
    ...shown.flatMap((problem) =>
      paragraph(layout, `${escapeTerminal(problem.file)}: ${evidenceProblemClause(problem)}`, {
        indent: 4,
        mark: '!',
        paintMark: layout.style.yellow,
      }),
    ),
    ...(more > 0 ? paragraph(layout, `… and ${count(more)} more in the evidence`, { indent: 4 }) : []),
  ];
}

function unusedSentence(unused: readonly EvidenceProblem[]): string {
  return `Not used, since none of the kinds that are read: ${someOf(unused.map(({ file }) => fileName(file)))}.`;
}

function podSentence({ podPeers }: EvidenceReport): string[] {
  const [first] = podPeers;
  if (first === undefined) return [];
  const one = podPeers.length === 1;
  const block = one ? ` (${first.cidr} of ${first.node})` : '';
  const names = someOf(podPeers.map(({ address }) => address));
  return [
    `${names} ${one ? 'is a pod address' : 'are pod addresses'}${block}: no SNAT happens on ${one ? 'its' : 'their'} way.`,
  ];
}

function someOf(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return listed(rest > 0 ? [...names.slice(0, NAMED), counted(rest, 'more', 'more')] : names);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
