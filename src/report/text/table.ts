/**
 * Tables of one key (an address, a cause) and some numbers. Three shapes, the first that fits the page: a plain
 * table; the key on a line of its own above its numbers (long IPv6 addresses); a list of `name value` pairs.
 */
import Table from 'cli-table3';
import { columnsOf, shorten, wrap } from './columns.ts';
import type { Layout } from './layout.ts';
import type { Paint } from './style.ts';

export interface Column {
  /** Head, a line per element. */
  readonly head: readonly string[];
  readonly align?: 'left' | 'right';
  readonly paint?: (cell: string) => Paint | undefined;
}

export interface TableOf {
  readonly key: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Row {
  /** Escaped, but not painted, like the cells. */
  readonly key: string;
  readonly cells: readonly string[];
}

const INDENT = 2;
const GAP = 2;
const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** The lines of a table, none wider than the page. */
export function tableLines(layout: Layout, table: TableOf): string[] {
  const room = layout.width - INDENT;
  const numbers = table.columns.map((column, at) =>
    Math.max(...column.head.map(columnsOf), ...table.rows.map((row) => columnsOf(row.cells[at] ?? ''))),
  );
  const numbersWidth = numbers.reduce((sum, width) => sum + width + GAP, 0);
  const keyWidth = Math.max(columnsOf(table.key), ...table.rows.map((row) => columnsOf(row.key)));
  if (keyWidth + numbersWidth <= room) return plain(layout, table, keyWidth, keyWidth + numbersWidth);
  const narrowKey = columnsOf(table.key);
  if (narrowKey + numbersWidth <= room) return keyAbove(layout, table, narrowKey, narrowKey + numbersWidth);
  return table.rows.flatMap((row) => asList(layout, table, row));
}

function plain(layout: Layout, table: TableOf, keyWidth: number, width: number): string[] {
  const headLines = Math.max(1, ...table.columns.map((column) => column.head.length));
  const lines = grid(layout, table, keyWidth);
  const start = INDENT + keyWidth;
  const rows = table.rows.map(({ key }, at) => {
    const line = ' '.repeat(INDENT) + key + ' '.repeat(keyWidth - columnsOf(key));
    return (line + (lines[headLines + at] ?? '').slice(start)).trimEnd();
  });
  return [...lines.slice(0, headLines), rule(layout, width), ...rows];
}

function keyAbove(layout: Layout, table: TableOf, keyWidth: number, width: number): string[] {
  const headLines = Math.max(1, ...table.columns.map((column) => column.head.length));
  const lines = grid(layout, table, keyWidth);
  const rows = table.rows.flatMap((row, at) => [
    ' '.repeat(INDENT) + shorten(row.key, layout.width - INDENT),
    lines[headLines + at] ?? '',
  ]);
  return [...lines.slice(0, headLines), rule(layout, width), ...rows];
}

function asList(layout: Layout, table: TableOf, row: Row): string[] {
  const pairs = table.columns.map((column, at) => `${column.head.join(' ')} ${row.cells[at] ?? ''}`.trim());
  const margin = ' '.repeat(INDENT);
  return [
    margin + shorten(row.key, layout.width - INDENT),
    ...wrap(pairs.join(', '), layout.width - 2 * INDENT).map((line) => margin + margin + line),
  ];
}

function rule(layout: Layout, width: number): string {
  return ' '.repeat(INDENT) + layout.style.dim('─'.repeat(width));
}

/**
 * The lines with blank room for the keys. Keys are names of any script, and cli-table3, which measures some marks and
 * pictures otherwise than terminals do, would cut what seems too wide to it.
 */
function grid(layout: Layout, table: TableOf, keyWidth: number): string[] {
  const widths = table.columns.map((column, at) =>
    Math.max(...column.head.map(columnsOf), ...table.rows.map((row) => columnsOf(row.cells[at] ?? ''))),
  );
  const cells = new Table({
    chars: NO_BORDERS,
    colAligns: ['left', ...table.columns.map((column) => column.align ?? 'right')],
    colWidths: [keyWidth + GAP, ...widths.map((width) => width + GAP)],
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  });
  const { dim } = layout.style;
  cells.push([
    { content: dim(table.key), vAlign: 'bottom' },
    ...table.columns.map((column) => ({
      content: column.head.map(dim).join('\n'),
      vAlign: 'bottom' as const,
    })),
  ]);
  for (const row of table.rows) {
    cells.push([
      '',
      ...table.columns.map((column, at) => {
        const cell = row.cells[at] ?? '';
        const paint = column.paint?.(cell);
        return paint === undefined ? cell : paint(cell);
      }),
    ]);
  }
  return cells
    .toString()
    .split('\n')
    .map((line) => (' '.repeat(INDENT) + line).trimEnd());
}
