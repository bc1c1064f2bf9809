import type { AdviceCommands } from '../sentences/advice.ts';
import { CATALOGUE, findCode } from '../sentences/explain/catalogue.ts';
import type { CatalogueEntry } from '../sentences/explain/catalogue.ts';
import { columnsOf, wrap } from './columns.ts';
import { commandLines } from './commands.ts';
import type { Layout } from './layout.ts';
import { pageWidth, paragraph, section } from './layout.ts';
import { createStyle } from './style.ts';

/** Where an explanation is shown. */
export interface ExplainOptions {
  readonly width: number;
  readonly color: boolean;
}

/** Columns in which a title is read with ease. */
const LEAST_FOR_TITLES = 24;

/** All codes, a line each, by kind. */
export function renderCatalogue(options: ExplainOptions): string {
  const layout = layoutOf(options);
  const lines = CATALOGUE.flatMap(({ heading, entries }) =>
    section(layout, heading, listOf(layout, entries)),
  );
  const hint = paragraph(layout, 'synscope explain <code> says more.', {
    indent: 2,
    paint: layout.style.dim,
  });
  return [...lines.slice(1), '', ...hint, ''].join('\n');
}

/** The explanations of one code; the empty text when there is none. */
export function renderExplanation(code: string, options: ExplainOptions): string {
  const layout = layoutOf(options);
  return findCode(code)
    .map((entry) => `${explanationLines(layout, entry).join('\n')}\n`)
    .join('\n');
}

/** Titles beside their codes, or below them where the page is narrow. */
function listOf(layout: Layout, entries: readonly CatalogueEntry[]): string[] {
  const codeWidth = Math.max(...entries.map(({ code }) => columnsOf(code)));
  const room = layout.width - codeWidth - 4;
  if (room < LEAST_FOR_TITLES) {
    return entries.flatMap(({ code, explanation }) => [
      `  ${code}`,
      ...wrap(explanation.title, layout.width - 6).map((line) => `      ${line}`),
    ]);
  }
  return entries.flatMap(({ code, explanation }) =>
    wrap(explanation.title, room).map(
      (line, index) => `  ${(index === 0 ? code : '').padEnd(codeWidth)}  ${line}`,
    ),
  );
}

function explanationLines(layout: Layout, entry: CatalogueEntry & { readonly kind: string }): string[] {
  const { bold, dim } = layout.style;
  const { title, meaning, recognised, kernel, advice } = entry.explanation;
  const block = (heading: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', bold(heading), ...lines];
  const commands = ({ purpose, lines }: AdviceCommands): string[] => [
    ...paragraph(layout, purpose, { indent: 2, paint: dim }),
    ...commandLines(layout, lines, 4),
  ];
  return [
    ...paragraph(layout, `${entry.code} (${entry.kind}): ${title}`, { indent: 0, paint: bold }),
    '',
    ...paragraph(layout, meaning, { indent: 2 }),
    ...block(
      'How it is recognised',
      recognised.flatMap((sign) => paragraph(layout, sign, { indent: 4, mark: '·' })),
    ),
    ...block('In the kernel', kernel === null ? [] : paragraph(layout, kernel, { indent: 2 })),
    ...block(
      'What to do',
      advice === null
        ? []
        : [...paragraph(layout, advice.text, { indent: 2 }), ...advice.commands.flatMap(commands)],
    ),
  ];
}

function layoutOf({ width, color }: ExplainOptions): Layout {
  return { width: pageWidth(width), style: createStyle(color), limit: Number.POSITIVE_INFINITY };
}
