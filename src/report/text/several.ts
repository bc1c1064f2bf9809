import { GRADES } from '../../diagnosis/codes.ts';
import { escapeName, escapeTerminal } from '../escape/terminal.ts';
import type { RenderOptions } from '../renderer.ts';
import type { Report } from '../report.ts';
import type { FilesSummary, FileSummary } from '../several.ts';
import { summaryOf } from '../several.ts';
import type { SeveralRenderer } from '../several-renderer.ts';
import { GRADE_NAMES } from '../sentences/grades.ts';
import { skippedSentences } from '../sentences/skipped.ts';
import { count, counted } from '../wording/number.ts';
import { shorten, wrap } from './columns.ts';
import { alarming } from './hosts.ts';
import type { Layout } from './layout.ts';
import { pageWidth, paragraph } from './layout.ts';
import { problemLines } from './problems.ts';
import { renderText } from './render.ts';
import { captureLines } from './captures.ts';
import type { Paint } from './style.ts';
import { createStyle } from './style.ts';
import type { Row } from './table.ts';
import { tableLines } from './table.ts';
import { gradePaint } from './verdict.ts';

/** Columns that everything but the names takes; one long name must not push the others apart. */
const BESIDE_NAMES = 56;
const SHORTEST_NAME = 16;
const NOT_READ = 'not read';
const NOT_REACHED = 'not reached';

/** Reports one after the other with a rule between them, and a table at the end. */
export const SEVERAL_TEXT: SeveralRenderer = {
  begin: () => '',
  report: (report, options, index) =>
    `${index === 0 ? '' : between(layoutOf(options))}${
      summaryOf(report).state === 'read' ? renderText(report, options) : notRead(report, options)
    }`,
  end: (summary, options) => {
    const layout = layoutOf(options);
    return `${summary.files.length === 0 ? '' : between(layout)}${summaryLines(layout, summary).join('\n')}\n`;
  },
};

function layoutOf({ width, color, limit }: RenderOptions): Layout {
  return { width: pageWidth(width), style: createStyle(color), limit };
}

function between({ width, style }: Layout): string {
  return `\n${style.dim('━'.repeat(width))}\n\n`;
}

/** Of what was not read there is nothing to say but why. */
function notRead(report: Report, options: RenderOptions): string {
  const layout = layoutOf(options);
  const problems = problemLines(layout, report);
  return `${[...captureLines(layout, report), ...(problems.length === 0 ? [] : ['', ...problems])].join('\n')}\n`;
}

function summaryLines(layout: Layout, summary: FilesSummary): string[] {
  const { style } = layout;
  const { totals, files, skipped } = summary;
  const paint =
    totals.accusing > 0 ? style.red : totals.unreadable + totals.notReached > 0 ? style.yellow : style.green;
  const bar = paint('▌');
  const folder = sharedFolder(files);
  const head = `${counted(totals.files, 'file')}${folder === '' ? '' : ` in ${escapeTerminal(folder)}`}`;
  const notes = [
    ...skippedSentences(skipped).flatMap((sentence) => paragraph(layout, sentence, { indent: 4, mark: '·' })),
    ...(totals.read < 2
      ? []
      : paragraph(
          layout,
          'Each file is judged by itself. Files of one capture (a ring, several interfaces) belong together: --merge.',
          { indent: 4, mark: '·', paint: style.dim },
        )),
  ];
  return [
    `${bar} ${style.bold(paint('SUMMARY'))}`,
    ...wrap(`${head}: ${findings(summary)}.`, layout.width - 2).map((line) => `${bar} ${style.bold(line)}`),
    '',
    ...tableLines(layout, {
      key: 'file',
      columns: [
        { head: ['tcp_tw_recycle'], align: 'left', paint: statePaint(layout) },
        { head: ['rejected'], paint: alarming(layout) },
        { head: ['attempts'] },
        { head: ['lost'], paint: alarming(layout) },
        { head: ['problems'], paint: (cell) => (cell === '0' ? style.dim : style.yellow) },
      ],
      rows: files.map((file) => rowOf(file, folder, layout.width - BESIDE_NAMES)),
    }),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ];
}

function findings({ totals }: FilesSummary): string {
  const { files, read, unreadable, notReached } = totals;
  const some = (number: number): string => {
    if (files === 1) return 'it';
    return number === files ? 'all of them' : count(number);
  };
  return [
    ...(read === 0 ? [] : [accusations(totals)]),
    ...(unreadable === 0 ? [] : [`${some(unreadable)} could not be read`]),
    ...(notReached === 0 ? [] : [`${some(notReached)} not reached before the run ended`]),
  ].join('; ');
}

function accusations({ accusing, files, read }: FilesSummary['totals']): string {
  const what = 'SYNs thrown away by tcp_tw_recycle';
  if (files === 1) return accusing === 1 ? `it shows ${what}` : `it shows no ${what}`;
  if (accusing > 0) return `${count(accusing)} ${accusing === 1 ? 'shows' : 'show'} ${what}`;
  return read === files ? `none shows ${what}` : `none that was read shows ${what}`;
}

function rowOf(file: FileSummary, folder: string, width: number): Row {
  const name = escapeName(file.file.slice(folder.length));
  const key = shorten(name, Math.max(SHORTEST_NAME, width));
  if (file.grade === null) {
    const state = file.state === 'not-reached' ? NOT_REACHED : NOT_READ;
    return { key, cells: [state, '-', '-', '-', count(file.problems)] };
  }
  const { rejected, attempts, lostAttempts, problems } = file;
  return {
    key,
    cells: [GRADE_NAMES[file.grade], count(rejected), count(attempts), count(lostAttempts), count(problems)],
  };
}

/** What all names begin with, up to a slash: it is said once. */
function sharedFolder(files: readonly FileSummary[]): string {
  const [first] = files;
  if (first === undefined || files.length < 2) return '';
  let folder = folderOf(first.file);
  while (!files.every(({ file }) => file.startsWith(folder))) folder = folderOf(folder.slice(0, -1));
  return folder;
}

/** Paint for the cells of the first column. */
function statePaint({ style }: Layout): (cell: string) => Paint | undefined {
  return (cell) => {
    if (cell === NOT_READ) return style.red;
    if (cell === '-' || cell === NOT_REACHED) return style.yellow;
    const grade = GRADES.find((each) => GRADE_NAMES[each] === cell);
    return grade === undefined ? undefined : gradePaint(style, grade);
  };
}

/** A path up to its last slash; nothing without one. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
