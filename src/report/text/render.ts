import type { RenderOptions } from '../renderer.ts';
import type { Report } from '../report.ts';
import { adequacyLines } from './adequacy.ts';
import { agreementLines } from './agreement.ts';
import { captureLines } from './captures.ts';
import { causeSections } from './causes.ts';
import { clockLines } from './clocks.ts';
import { evidenceLines } from './evidence.ts';
import { expectationLines } from './expectations.ts';
import { peerSections, targetLines } from './hosts.ts';
import type { Layout } from './layout.ts';
import { pageWidth, section } from './layout.ts';
import { problemLines, undecodedLines } from './problems.ts';
import { rejectionLines } from './rejections.ts';
import { remedyLines } from './remedy.ts';
import { createStyle } from './style.ts';
import { verdictLines } from './verdict.ts';
import { whatIfLines } from './what-if.ts';

/**
 * The report for a terminal: the verdict first, then what it rests on, then who is hit, then what to do.
 * No line is longer than `width` (40 to 120 columns), and nothing from outside reaches the terminal unescaped.
 */
export function renderText(report: Report, { width, color, limit }: RenderOptions): string {
  const layout: Layout = { width: pageWidth(width), style: createStyle(color), limit };
  return [
    ...captureLines(layout, report),
    ...verdictLines(layout, report),
    ...section(layout, 'What this capture can answer', adequacyLines(layout, report)),
    ...section(layout, 'What the evidence adds', evidenceLines(layout, report)),
    ...section(layout, 'Expected sources', expectationLines(layout, report)),
    ...section(layout, 'Prediction beside observation (SYN packets)', agreementLines(layout, report)),
    ...section(layout, 'Targets', targetLines(layout, report)),
    ...peerSections(layout, report),
    ...section(layout, 'Clocks behind the peers', clockLines(layout, report)),
    ...causeSections(layout, report),
    ...section(layout, 'Rejected SYNs', rejectionLines(layout, report)),
    ...section(layout, 'What if', whatIfLines(layout, report)),
    ...section(layout, 'What to do', remedyLines(layout, report)),
    ...section(layout, 'Problems', problemLines(layout, report)),
    ...section(layout, 'Not looked at', undecodedLines(layout, report)),
    '',
  ].join('\n');
}
