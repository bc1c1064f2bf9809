/** Scenarios with truth: those shipped in fixtures/, and all of them where ../shared/captures is there. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { listSyns } from '../../src/api/syns.ts';
import type { Grade } from '../../src/diagnosis/codes.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { readTsv } from '../support/shared-captures.ts';

export const FIXTURES: string = resolve(import.meta.dirname, '../../fixtures');

/** A SYN packet and what is known of it. */
export interface TrueSyn {
  readonly frame: number;
  readonly time: string;
  /** Addresses, ports, sequence number, TSval: the same in every form of one traffic. */
  readonly identity: string;
  readonly answer: string;
  readonly cause: string;
}

export interface Scenario {
  readonly name: string;
  readonly directory: string;
}

/** Every directory below `root` that holds a truth table. */
export function scenariosIn(root: string): Scenario[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('truth.tsv'))
    .map((path) => ({ name: dirname(path), directory: join(root, dirname(path)) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The truth about `target.pcap`, in capture order. */
export function truthOf(directory: string): TrueSyn[] {
  return readTsv(join(directory, 'truth.tsv')).map((row) => {
    const cell = (name: string): string => row[name] ?? '';
    return {
      frame: Number(cell('frame')),
      time: cell('time'),
      identity: ['src', 'srcPort', 'dst', 'dstPort', 'seq', 'tsval'].map(cell).join(' '),
      answer: cell('answer'),
      cause: cell('cause') === '-' ? '' : cell('cause'),
    };
  });
}

/** By how much one of the kernel's counters moved during the scenario. */
export function counterDelta(directory: string, counter: string): number {
  const scenario: unknown = JSON.parse(readFileSync(join(directory, 'scenario.json'), 'utf8'));
  const deltas: unknown = Reflect.get(Object(scenario), 'counterDelta');
  return Number(Reflect.get(Object(deltas), counter) ?? 0);
}

export interface Listed {
  readonly report: Report;
  readonly rows: readonly SynRow[];
}

/** What `synscope syns` and `synscope analyze` say about a capture. */
export async function listed(path: string): Promise<Listed> {
  const rows: SynRow[] = [];
  const report = await listSyns([path], {}, (row) => rows.push(row));
  return { report, rows };
}

export function identityOf(row: SynRow): string {
  return [row.src, row.srcPort, row.dst, row.dstPort, row.seq, row.tsval ?? ''].join(' ');
}

const ACCUSING: ReadonlySet<Grade> = new Set(['confirmed', 'probable', 'possible']);

/** The grade by which tcp_tw_recycle is accused, of the whole or of any target; `none` when it is not. */
export function accusation({ verdict, targets }: Report): Grade | 'none' {
  return [verdict, ...targets].find(({ grade }) => ACCUSING.has(grade))?.grade ?? 'none';
}
