import { escapeName, escapeTerminal } from '../escape/terminal.ts';
import type { CaptureReport, Report } from '../report.ts';
import { duration } from '../wording/duration.ts';
import { secondsBetween } from '../wording/instant.ts';
import { counted, size } from '../wording/number.ts';
import { columnsOf, shorten, wrap } from './columns.ts';
import type { Layout } from './layout.ts';

/** What was read: one line per capture (or two, when the name is long), for one at least. */
export function captureLines(layout: Layout, { captures, tool, totals }: Report): string[] {
  const { dim } = layout.style;
  const shown = captures.slice(0, Math.max(1, layout.limit));
  const lines = shown.flatMap((capture) => captureLine(layout, capture));
  if (captures.length > 1) {
    const more = captures.length - shown.length;
    const rest = more > 0 ? `… and ${counted(more, 'more capture')}; ` : '';
    lines.push(dim(shorten(`${rest}${counted(totals.packets, 'packet')} in all`, layout.width)));
  }
  return lines.length > 0 ? lines : [dim(`synscope ${tool.version}`)];
}

function captureLine({ width, style }: Layout, capture: CaptureReport): string[] {
  const name = shorten(escapeName(capture.name), width);
  const facts = captureFacts(capture);
  if (columnsOf(name) + columnsOf(facts) + 2 <= width) return [`${style.bold(name)}  ${style.dim(facts)}`];
  return [style.bold(name), ...wrap(facts, width - 2).map((line) => `  ${style.dim(line)}`)];
}

function captureFacts(capture: CaptureReport): string {
  if (capture.format === null && capture.packets === 0) return 'not read';
  const format = capture.format === null ? 'unknown format' : escapeTerminal(capture.format);
  const compression = capture.compression === null ? '' : ` in ${escapeTerminal(capture.compression)}`;
  const seconds = capture.lastTime === null ? null : secondsBetween(capture.firstTime, capture.lastTime);
  // Where the clock stepped back, the last packet may be before the first.
  const span = seconds === null || Number(seconds) < 0 ? '' : ` in ${duration(Number(seconds))}`;
  return `${format}${compression}, ${size(capture.bytes)}, ${counted(capture.packets, 'packet')}${span}`;
}
