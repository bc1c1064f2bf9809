import type { WhatIfAssumption } from '../../diagnosis/what-if/result.ts';
import { escapeTerminal } from '../escape/terminal.ts';
import type { Report } from '../report.ts';
import { tell } from '../sentences/tell.ts';
import {
  replayErrorSentence,
  scenarioSentence,
  unsupportedSentence,
  WHAT_IF_ASSUMPTIONS,
} from '../sentences/what-if.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** The same captures under changed rules; nothing when they were not replayed. */
export function whatIfLines(layout: Layout, { whatIf }: Report): string[] {
  if (whatIf === null) return [];
  const { style } = layout;
  const lines: string[] = [];
  for (const scenario of whatIf.scenarios) {
    const harm = scenario.newlyLost > 0;
    const helps = scenario.rescued > 0 && !harm;
    lines.push(
      ...paragraph(layout, escapeTerminal(scenarioSentence(scenario, whatIf)), {
        indent: 4,
        mark: harm ? '!' : helps ? '✓' : '·',
        ...(harm ? { paintMark: style.yellow } : helps ? { paintMark: style.green } : {}),
      }),
    );
  }
  const notes = [
    ...whatIf.unsupported.map(unsupportedSentence),
    ...assumptionsOf(whatIf.scenarios.flatMap(({ assumptions }) => assumptions)),
    ...(whatIf.error > 0 ? [replayErrorSentence(whatIf.error)] : []),
    ...(whatIf.complete
      ? []
      : ['Only the first part of the capture was replayed; the rest is too much to keep.']),
  ];
  for (const note of notes) lines.push(...paragraph(layout, note, { indent: 4, mark: '·' }));
  return lines;
}

/** Each assumption once. */
function assumptionsOf(all: readonly WhatIfAssumption[]): string[] {
  return [...new Set(all.map((assumption) => `Assumed: ${tell(WHAT_IF_ASSUMPTIONS, assumption)}`))];
}
