import { escapeTerminal } from '../escape/terminal.ts';
import { columnsOf, shorten, wrap } from './columns.ts';
import type { Paint, Style } from './style.ts';

/** What every part of the text report is laid out with. */
export interface Layout {
  /** Columns of the page; no line is longer. */
  readonly width: number;
  readonly style: Style;
  /** Rows that a table shows before it only counts the rest. */
  readonly limit: number;
}

const NARROWEST = 40;
const WIDEST = 120;
const PROSE = 96;

/** The width the page is set in: what the terminal has, within what reads well. */
export function pageWidth(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.trunc(width)));
}

/** A heading with a quiet rule behind it, and the lines under it; nothing when there are none. */
export function section(layout: Layout, title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const { bold, dim } = layout.style;
  const heading = shorten(escapeTerminal(title), layout.width - 1);
  const rule = '─'.repeat(layout.width - columnsOf(heading) - 1);
  return ['', `${bold(heading)} ${dim(rule)}`, ...lines];
}

interface Hanging {
  readonly indent: number;
  /** Put before the first line, inside the indentation. */
  readonly mark?: string;
  readonly paintMark?: Paint;
  readonly paint?: Paint;
}

/** A paragraph with a hanging indentation; its text is escaped here once more, lest a caller forget. */
export function paragraph(
  layout: Layout,
  text: string,
  { indent, mark, paintMark, paint }: Hanging,
): string[] {
  const margin = ' '.repeat(indent);
  const lines = wrap(escapeTerminal(text), Math.min(PROSE, layout.width) - indent);
  return lines.map((line, index) => {
    const painted = paint === undefined ? line : paint(line);
    if (index > 0 || mark === undefined) return margin + painted;
    const gap = ' '.repeat(Math.max(0, indent - mark.length - 1));
    return `${gap}${paintMark === undefined ? mark : paintMark(mark)} ${painted}`;
  });
}
