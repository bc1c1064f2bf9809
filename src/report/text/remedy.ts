import { escapeTerminal } from '../escape/terminal.ts';
import type { Report } from '../report.ts';
import { remedyText } from '../sentences/remedy.ts';
import { wrap } from './columns.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** What to do, step by step, with commands to paste. */
export function remedyLines(layout: Layout, report: Report): string[] {
  const { bold, cyan, dim } = layout.style;
  return report.remedy.flatMap((step, index) => {
    const text = remedyText(report, step);
    const lines = index === 0 ? [] : [''];
    lines.push(...paragraph(layout, text.title, { indent: 5, mark: `${index + 1}.`, paint: bold }));
    for (const sentence of text.paragraphs) lines.push(...paragraph(layout, sentence, { indent: 5 }));
    for (const commands of text.commands) {
      lines.push(...paragraph(layout, commands.purpose, { indent: 5, paint: dim }));
      for (const line of commands.lines) {
        for (const part of commandLines(escapeTerminal(line), layout.width - 7))
          lines.push(`       ${cyan(part)}`);
      }
    }
    return lines;
  });
}

/** A command line as it is, or, where the page is too narrow for it, broken at spaces so that it still pastes. */
function commandLines(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const parts = wrap(line, width - 2);
  return parts.map((part, index) => (index < parts.length - 1 ? `${part} \\` : part));
}
