/** Two captures at once: one by one, merged, and SYN by SYN, from files, as the command line reads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnonymizer } from '../../src/api/anonymize.ts';
import { analyzeFile } from '../../src/api/analyze.ts';
import { analyzeEach } from '../../src/api/each.ts';
import { listEachSyns, listSyns } from '../../src/api/syns.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { SEVERAL_JSON } from '../../src/report/several-json.ts';
import { SEVERAL_TEXT } from '../../src/report/text/several.ts';
import { concatBytes } from '../support/pcap-writer.ts';
import { anatomyOf } from './anatomy.ts';
import type { Seed } from './corpus.ts';
import type { Dice } from './dice.ts';
import { accusationOf, faultsOfReport, faultsOfRows, faultsOfText, refusedBySchema } from './pipeline.ts';

export interface SeveralOutcome {
  /** The most severe one of the merged report and of the single ones. */
  readonly accusation: number;
  readonly faults: readonly string[];
}

const PAGE = { width: 80, color: false, limit: 10 };
/** Enough of the hash of an address not to meet it by chance. */
const TELLING_ADDRESS = /^(?:\d{2,3}\.\d+\.\d+\.\d+|[\da-f]+:[\da-f:]{6,})$/;

/** Ways to have two files: another mutant of the same capture, the sound one, or one cut in two and turned round. */
export function pairOf(mutant: Uint8Array, sibling: Uint8Array, sound: Seed, dice: Dice): Uint8Array[] {
  const how = dice.below(4);
  if (how === 0) return [mutant, sound.bytes];
  if (how === 1) return [mutant, sibling];
  const { pieces, headerLength } = anatomyOf(mutant);
  if (pieces.length < 2) return [sibling, mutant];
  const at = dice.pick(pieces).start;
  const head = mutant.subarray(0, headerLength === 0 ? (pieces[0]?.end ?? 0) : headerLength);
  return [concatBytes([head, mutant.subarray(at)]), mutant.subarray(0, at)];
}

/** Throws what the analysis throws. */
export async function examineSeveral(parts: readonly Uint8Array[], dice: Dice): Promise<SeveralOutcome> {
  const directory = mkdtempSync(join(tmpdir(), 'synscope-fuzzed-'));
  try {
    const paths = parts.map((bytes, index) => {
      const path = join(directory, `${index}.pcap`);
      writeFileSync(path, bytes);
      return path;
    });
    const options = { seed: dice.word() & 0x7fffffff, limit: 50, whatIf: dice.onceIn(3) };
    const merged = await analyzeFile(paths, options);
    const { files, summary } = await analyzeEach(paths, options);
    const faults = [...faultsOfReport(merged)];
    for (const report of files) faults.push(...faultsOfReport(report));
    if (files.length !== summary.totals.files)
      faults.push(`${files.length} reports, ${summary.totals.files} files`);
    if (dice.onceIn(3)) faults.push(...(await faultsOfListing(paths, options, merged, files)));
    if (dice.onceIn(3)) {
      const tool = merged.tool;
      const told = (how: typeof SEVERAL_JSON, reports: readonly Report[], all: typeof summary): string =>
        [
          how.begin(tool),
          ...reports.map((report, at) => how.report(report, PAGE, at)),
          how.end(all, PAGE),
        ].join('');
      faults.push(...faultsOfText(told(SEVERAL_TEXT, files, summary)));
      const refused = refusedBySchema(told(SEVERAL_JSON, files, summary));
      if (refused !== null) faults.push(refused);
      const { report: hide, summary: hideIn } = createAnonymizer('a key');
      const hidden = told(SEVERAL_JSON, files.map(hide), hideIn(summary)) + JSON.stringify(hide(merged));
      faults.push(...[...addressesIn([...files, merged])].filter((one) => hidden.includes(`"${one}"`)));
      if (hidden.includes(directory)) faults.push('the name of a file is not hidden');
    }
    return { accusation: Math.max(...[merged, ...files].map(accusationOf)), faults };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function faultsOfListing(
  paths: readonly string[],
  options: Parameters<typeof listSyns>[1],
  merged: Report,
  files: readonly Report[],
): Promise<string[]> {
  const faults: string[] = [];
  const rows: SynRow[] = [];
  const same = (one: Report | undefined, other: Report | undefined): boolean =>
    JSON.stringify(one?.totals) === JSON.stringify(other?.totals);
  const report = await listSyns(paths, options, (row) => rows.push(row));
  if (!same(report, merged)) faults.push('a list of SYNs whose report is another');
  faults.push(...faultsOfRows(rows, report, true));
  const single: SynRow[] = [];
  const { files: reports } = await listEachSyns(paths, options, (row) => single.push(row));
  for (const [index, each] of reports.entries()) {
    if (!same(each, files[index])) faults.push(`a list of SYNs of file ${index} whose report is another`);
    faults.push(
      ...faultsOfRows(
        single.filter(({ file }) => file === paths[index]),
        each,
      ),
    );
  }
  return faults;
}

function addressesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string' && TELLING_ADDRESS.test(value)) found.add(value);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) addressesIn(inner, found);
  }
  return found;
}
