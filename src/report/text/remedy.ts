import type { Report } from '../report.ts';
import { remedyText } from '../sentences/remedy.ts';
import { commandLines } from './commands.ts';
import type { Layout } from './layout.ts';
import { paragraph } from './layout.ts';

/** What to do, step by step, with commands to paste. */
export function remedyLines(layout: Layout, report: Report): string[] {
  const { bold, dim } = layout.style;
  return report.remedy.flatMap((step, index) => {
    const text = remedyText(report, step);
    const lines = index === 0 ? [] : [''];
    lines.push(...paragraph(layout, text.title, { indent: 5, mark: `${index + 1}.`, paint: bold }));
    for (const sentence of text.paragraphs) lines.push(...paragraph(layout, sentence, { indent: 5 }));
    for (const commands of text.commands) {
      lines.push(...paragraph(layout, commands.purpose, { indent: 5, paint: dim }));
      lines.push(...commandLines(layout, commands.lines, 7));
    }
    return lines;
  });
}
