/** The captures that lie beside the checkout, in `../shared/captures`; they are not part of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../shared/captures');
export const PUBLIC_CAPTURES: string = join(ROOT, 'public');
export const REAL_KERNEL_CAPTURES: string = join(ROOT, 'real-kernel');

/** To be put behind the name of a test that is skipped when they are missing. */
export const NEED_SHARED = 'needs ../shared/captures';

export function haveSharedCaptures(): boolean {
  return existsSync(join(PUBLIC_CAPTURES, 'INDEX.tsv'));
}

/** Rows of a TSV file as objects. */
export function readTsv(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

/** Every capture file below a directory, as paths relative to it, truth and text files left out. */
export function listCaptures(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:pcap|pcapng|snoop)(?:\.gz|\.zst)?$/.test(path))
    .sort();
}
