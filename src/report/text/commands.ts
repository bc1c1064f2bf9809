import { escapeTerminal } from '../escape/terminal.ts';
import { columnsOf, wrap } from './columns.ts';
import type { Layout } from './layout.ts';

/** Shell lines to paste, indented; where the page is too narrow, broken at spaces so that they still paste. */
export function commandLines(layout: Layout, lines: readonly string[], indent: number): string[] {
  const margin = ' '.repeat(indent);
  return lines
    .flatMap((line) => broken(escapeTerminal(line), layout.width - indent))
    .map((line) => margin + layout.style.cyan(line));
}

function broken(line: string, width: number): string[] {
  if (columnsOf(line) <= width) return [line];
  const parts = wrap(line, width - 2);
  return parts.map((part, index) => (index < parts.length - 1 ? `${part} \\` : part));
}
