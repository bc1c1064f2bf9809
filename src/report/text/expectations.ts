import { escapeTerminal } from '../escape/terminal.ts';
import type { Report } from '../report.ts';
import { EXPECTATION_SENTENCES } from '../sentences/expectations.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** Expected sources beside those that sent SYNs; nothing when none were named. */
export function expectationLines(layout: Layout, { expectations }: Report): string[] {
  if (expectations === null) return [];
  const { style } = layout;
  const sentence = escapeTerminal(EXPECTATION_SENTENCES[expectations.finding](expectations));
  return expectations.finding === 'met'
    ? paragraph(layout, sentence, { indent: 4, mark: '✓', paintMark: style.green })
    : paragraph(layout, sentence, { indent: 4, mark: '!', paintMark: style.yellow });
}
