/** The bench: `npm run bench` prints what synscope costs beside others; see README.md in this directory. */
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KindName } from './kinds.ts';
import { isKindName, KIND_NAMES } from './kinds.ts';
import { Meter } from './measure.ts';
import { lookAround } from './programs.ts';
import type { Bench, Section } from './sections.ts';
import { analysis, growth, inputs, listing, sideBySide, start } from './sections.ts';
import { figure, table } from './table.ts';

const [root = '', directory = '', ...rest] = process.argv.slice(2);
const { values } = parseArgs({
  args: rest,
  options: {
    /** Tiny captures, one round: only to see that the bench works. */
    smoke: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '42' },
    /** Names of sections, separated by commas. */
    only: { type: 'string', default: '' },
    /** With the programs that take minutes on a large capture: tshark, pcap-parser, p0f. */
    slow: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const places = { root, directory, bench: join(directory, 'bench') };
const bench: Bench = {
  machine: lookAround(places),
  meter: new Meter(join(root, 'test', 'bench'), directory),
  rounds: values.smoke ? 1 : Number(values.rounds),
  scale: values.smoke ? 0.001 : Number(values.scale),
  seed: Number(values.seed),
  slow: values.slow || values.smoke,
};

const OTHERS: Readonly<Record<string, () => Section>> = {
  list: () => listing(bench),
  growth: () => growth(bench, 'snap', [0.05, 0.1, 0.2, 0.5, 1]),
  'syn-growth': () => growth(bench, 'syn-only', [0.1, 1]),
  start: () => start(bench),
  inputs: () => inputs(bench),
  jobs: () => sideBySide(bench),
};

const wanted = values.only === '' ? [...KIND_NAMES, ...Object.keys(OTHERS)] : values.only.split(',');
const sections: Section[] = [];
const machine = {
  cpus: cpus().length,
  model: cpus()[0]?.model ?? '',
  memory: totalmem(),
  kernel: release(),
  node: process.version,
};
process.stdout.write(`${machine.cpus} x ${machine.model}, Linux ${machine.kernel}, Node ${machine.node}\n`);
for (const name of wanted) {
  const section = sectionOf(name);
  sections.push(section);
  process.stdout.write(`\n${show(section)}\n`);
}
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, scale: bench.scale, seed: bench.seed, sections }, null, 2)}\n`,
  );
}

function sectionOf(name: string): Section {
  const other = OTHERS[name];
  if (other !== undefined) return other();
  if (isKindName(name)) return analysis(bench, name satisfies KindName);
  throw new RangeError(`no section ${name}; there are ${[...KIND_NAMES, ...Object.keys(OTHERS)].join(', ')}`);
}

function show({ title, capture, ratio, rows }: Section): string {
  const about =
    capture === null
      ? ''
      : `: ${capture.packets} packets, ${capture.syns} SYNs (${capture.dropped} dropped), ` +
        `${(capture.bytes / 1e6).toFixed(0)} MB, ${capture.span.toFixed(0)} s of traffic`;
  const first = rows[0]?.name ?? '';
  const compared = { 'first-per-this': [`${first} / it`], 'this-per-first': [`it / ${first}`], none: [] }[
    ratio
  ];
  const cells = rows.map((row) => [
    row.name,
    ...[row.cpu, row.wall, row.resident].map(figure),
    ...compared.map(() => figure(ratio === 'this-per-first' ? row.thisPerFirst : row.firstPerThis)),
  ]);
  return `${title}${about}\n${table(['', 'CPU s', 'wall s', 'peak MB', ...compared], cells)}`;
}
