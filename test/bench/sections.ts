/** What is measured: each section generates its captures, one at a time, compares programs on them, and deletes them. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Generated } from './generate.ts';
import { generate } from './generate.ts';
import type { KindName } from './kinds.ts';
import { KINDS } from './kinds.ts';
import type { Command, Meter } from './measure.ts';
import type { Machine } from './programs.ts';
import { counters, listers, synscope, unpacker } from './programs.ts';
import type { Row } from './rounds.ts';
import { compare } from './rounds.ts';

export interface Section {
  readonly title: string;
  readonly capture: Generated | null;
  readonly rows: readonly Row[];
  /** Which way round the ratios are to be read: the first row against each, or each against the first. */
  readonly ratio: 'first-per-this' | 'this-per-first' | 'none';
}

export interface Bench {
  readonly machine: Machine;
  readonly meter: Meter;
  readonly rounds: number;
  readonly scale: number;
  readonly seed: number;
  /** Whether programs that take minutes on a large capture run too. */
  readonly slow: boolean;
}

/** The whole analysis against those who only count, on one kind of capture. */
export function analysis(bench: Bench, kind: KindName): Section {
  return withCapture(bench, kind, bench.scale, (file, capture) => {
    const commands = [
      synscope(bench.machine, 'analyze', file),
      ...counters(bench.machine, file, KINDS[kind].form, bench.slow),
    ];
    return { title: titleOf(kind), capture, ratio: 'first-per-this', rows: run(bench, commands) };
  });
}

/** Listing the SYNs. tcpdump walks a list of all connections for each packet, so the capture is a small one. */
export function listing(bench: Bench): Section {
  return withCapture(bench, 'syn-only', bench.scale * 0.05, (file, capture) => ({
    title: `listing the SYNs, ${titleOf('syn-only')}`,
    capture,
    ratio: 'first-per-this',
    rows: run(bench, listers(bench.machine, file)),
  }));
}

/** The same traffic for longer: cost in proportion, memory flat. */
export function growth(bench: Bench, kind: KindName, shares: readonly number[]): Section {
  const rows: Row[] = [];
  for (const share of shares) {
    withCapture(bench, kind, bench.scale * share, (file, capture) => {
      check(bench, file, capture);
      const command = synscope(bench.machine, 'analyze', file);
      for (const row of run(bench, [command])) rows.push({ ...row, name: `${capture.packets} packets` });
    });
  }
  return { title: `growing captures, ${titleOf(kind)}`, capture: null, ratio: 'none', rows };
}

/** Starting, and a capture of ten packets. */
export function start(bench: Bench): Section {
  return withCapture(bench, 'snap', 1e-9, (file, capture) => {
    const { machine } = bench;
    const commands: Command[] = [
      { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
      synscope(machine, '--version'),
      { ...synscope(machine, 'analyze', file), name: 'synscope analyze (10 packets)' },
    ];
    return {
      title: 'starting',
      capture,
      ratio: 'this-per-first',
      rows: compare(bench.meter, commands, bench.rounds * 4),
    };
  });
}

/** The ways in which a capture may come: file, pipe, gzip, zstd, and unpacking without looking. */
export function inputs(bench: Bench): Section {
  return withCapture(bench, 'snap', bench.scale * 0.3, (file, capture) => {
    const { machine } = bench;
    const commands: Command[] = [
      { ...synscope(machine, 'analyze', file), name: 'file' },
      { ...synscope(machine, 'analyze', '-'), name: 'pipe', piped: file },
    ];
    const packed: string[] = [];
    for (const [program, ending] of [
      ['gzip', 'gz'],
      ['zstd', 'zst'],
    ] as const) {
      if (!machine.peers.has(program)) continue;
      const name = `${file}.${ending}`;
      spawnSync('sh', ['-c', `${program} -q -c "$1" > "$2"`, 'sh', file, name], { stdio: 'inherit' });
      packed.push(name);
      commands.push({ ...synscope(machine, 'analyze', name), name: program });
      commands.push({ ...unpacker(machine, name), name: `${program}, unpacking alone` });
    }
    const rows = run(bench, commands);
    for (const name of packed) rmSync(name);
    return { title: 'ways in', capture, ratio: 'this-per-first', rows };
  });
}

/** Two captures of the same length, one after the other and at once: what a second core is worth. */
export function sideBySide(bench: Bench): Section {
  return withCapture(bench, 'snap', bench.scale, (first, capture) =>
    withCapture(bench, 'pcapng', bench.scale, (second) => ({
      title: `two captures, one of them as pcapng, ${titleOf('snap')}`,
      capture,
      ratio: 'none',
      rows: run(bench, [
        { ...synscope(bench.machine, 'analyze', first, second), name: 'one after the other' },
        { ...synscope(bench.machine, 'analyze', '--jobs', '2', first, second), name: '--jobs 2' },
      ]),
    })),
  );
}

function run(bench: Bench, commands: readonly Command[]): Row[] {
  return compare(bench.meter, commands, bench.rounds);
}

/**
 * Sees that synscope reads the whole capture and finds its SYNs, and warms the cache of files on the way.
 * @throws Error when it does not: what is measured then would be worth nothing
 */
function check({ machine }: Bench, file: string, capture: Generated): void {
  const [program = '', ...args] = synscope(machine, 'analyze', file, '--format', 'json').argv;
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  const report: unknown = stdout.startsWith('{') ? JSON.parse(stdout) : null;
  const found = totalsIn(report);
  if (found?.packets !== capture.packets || found.syns !== capture.syns) {
    const told = found === null ? stderr : JSON.stringify(found);
    throw new Error(
      `synscope analyze: expected ${capture.packets} packets and ${capture.syns} SYNs, got ${told}`,
    );
  }
}

function totalsIn(report: unknown): { readonly packets: unknown; readonly syns: unknown } | null {
  if (typeof report !== 'object' || report === null || !('totals' in report)) return null;
  const { totals } = report;
  if (typeof totals !== 'object' || totals === null || !('packets' in totals) || !('syns' in totals))
    return null;
  return { packets: totals.packets, syns: totals.syns };
}

function titleOf(kind: KindName): string {
  return KINDS[kind].title;
}

function withCapture<T>(
  bench: Bench,
  kind: KindName,
  scale: number,
  use: (file: string, capture: Generated) => T,
): T {
  const file = join(bench.machine.places.directory, `${kind}.${KINDS[kind].form.format}`);
  try {
    return use(file, generate(KINDS[kind], file, scale, bench.seed));
  } finally {
    rmSync(file, { force: true });
  }
}
