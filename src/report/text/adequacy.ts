import type { KernelReport, Report } from '../report.ts';
import { escapeTerminal } from '../escape/terminal.ts';
import { ADEQUACY_SENTENCES } from '../sentences/adequacy.ts';
import { ASSUMPTION_SENTENCES } from '../sentences/assumptions.ts';
import { vantageSentence } from '../sentences/vantage.ts';
import { releasesText } from '../sentences/releases.ts';
import { tell } from '../sentences/tell.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** What the capture can answer: its limits, what was assumed, and the kernel it was judged by. */
export function adequacyLines(layout: Layout, { adequacy, vantage, verdict, totals }: Report): string[] {
  const { style } = layout;
  const texts = adequacy.findings.map((finding) => tell(ADEQUACY_SENTENCES, finding));
  const limits = texts.filter((text) => !text.note);
  const lines: string[] = [];
  if (limits.length === 0 && totals.syns > 0) {
    lines.push(
      ...paragraph(layout, 'Everything the model needs is there: both directions, closes and timestamps.', {
        indent: 4,
        mark: '✓',
        paintMark: style.green,
      }),
    );
  }
  for (const text of limits) {
    lines.push(...paragraph(layout, text.sentence, { indent: 4, mark: '!', paintMark: style.yellow }));
  }
  for (const text of texts) {
    if (text.note) lines.push(...paragraph(layout, text.sentence, { indent: 4, mark: '·' }));
  }
  const place = vantageSentence(vantage);
  if (place !== null) lines.push(...paragraph(layout, place, { indent: 4, mark: '·' }));
  for (const assumption of verdict.assumptions) {
    const sentence = `Assumed: ${lowerFirst(tell(ASSUMPTION_SENTENCES, assumption))}`;
    lines.push(...paragraph(layout, sentence, { indent: 4, mark: '·' }));
  }
  const told = verdict.assumptions.some((assumption) => assumption.code === 'profile-inferred');
  const kernel = told ? null : kernelSentence(verdict.kernel);
  if (kernel !== null) lines.push(...paragraph(layout, kernel, { indent: 4, mark: '·' }));
  return lines;
}

function kernelSentence({ profile, source, candidates }: KernelReport): string | null {
  if (profile !== null && source === 'given')
    return `Judged by the rules of kernel ${escapeTerminal(profile)}, as given.`;
  if (profile !== null && source === 'inferred')
    return `Judged by the rules of kernel ${escapeTerminal(profile)}, inferred.`;
  if (candidates.length === 0) return null;
  return `Kernels that fit this capture equally well: ${escapeTerminal(releasesText(candidates))} (--target-kernel names it).`;
}

function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z ]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
