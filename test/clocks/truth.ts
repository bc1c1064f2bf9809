import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Captures of real kernels with their truth; not part of the package, so absent in most checkouts. */
export const REAL_KERNEL = join(import.meta.dirname, '../../../shared/captures/real-kernel');

/** One SYN packet of a truth table. */
export interface TruthRow {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly src: string;
  readonly dst: string;
  readonly ports: number;
  readonly attempt: string;
  readonly tsval: number | null;
  readonly host: string;
}

/** Directories, relative to `REAL_KERNEL`, that hold a truth table. */
export function truthDirectories(): string[] {
  if (!existsSync(REAL_KERNEL)) return [];
  return readdirSync(REAL_KERNEL, { withFileTypes: true })
    .filter((kernel) => kernel.isDirectory())
    .flatMap((kernel) => readdirSync(join(REAL_KERNEL, kernel.name)).map((name) => join(kernel.name, name)))
    .filter((directory) => existsSync(join(REAL_KERNEL, directory, 'truth.tsv')))
    .sort();
}

/** The SYN packets of a directory, in capture order. */
export function readTruth(directory: string): TruthRow[] {
  const [header = '', ...lines] = readFileSync(join(REAL_KERNEL, directory, 'truth.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    const [seconds = '', fraction = ''] = cell('time').split('.');
    return {
      seconds: Number(seconds),
      nanoseconds: Number(fraction.padEnd(9, '0')),
      src: cell('src'),
      dst: cell('dst'),
      ports: (Number(cell('srcPort')) << 16) | Number(cell('dstPort')),
      attempt: ['src', 'srcPort', 'dst', 'dstPort', 'seq'].map(cell).join(' '),
      tsval: cell('tsval') === '' ? null : Number(cell('tsval')),
      host: cell('hiddenHost'),
    };
  });
}
