import { CAUSES, GRADES } from '../../src/diagnosis/codes.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import { parseIncident } from '../support/traffic/language.ts';
import type { Incident, Recording } from '../support/traffic/incident.ts';

/** What a scenario file says: an incident, and what synscope must say about it. */
export interface Scenario {
  readonly title: string;
  readonly incident: Incident;
  /** Lines of the `synscope` block, by their key. */
  readonly expected: ReadonlyMap<string, string>;
  readonly targetKernel: string | null;
}

const KEYS: ReadonlySet<string> = new Set([
  'grade',
  'cause',
  'rejected',
  'lost connects',
  'causes',
  'adequacy',
  'reasons',
  'assumptions',
  'kernels',
  'targets',
  'peers',
  'told otherwise',
  'told with',
]);

/** Reads a scenario file: its first heading, its `incident` block, its `synscope` block. */
export function parseScenario(markdown: string): Scenario {
  const title = /^# (.+)$/m.exec(markdown)?.[1];
  const incident = block(markdown, 'incident');
  const expected = new Map<string, string>();
  for (const line of block(markdown, 'synscope').split('\n')) {
    if (line.trim() === '') continue;
    const [, key = '', value = ''] = /^([a-z ]+?): +(.*)$/.exec(line.trim()) ?? [];
    if (!KEYS.has(key)) throw new Error(`not understood: "${line}"`);
    expected.set(key, value.trim());
  }
  for (const key of ['grade', 'cause', 'rejected', 'causes', 'adequacy']) {
    if (!expected.has(key)) throw new Error(`"${key}" is missing`);
  }
  if (title === undefined) throw new Error('no title');
  const given = /^--target-kernel (\S+)$/.exec(expected.get('told with') ?? '');
  return { title, incident: parseIncident(incident), expected, targetKernel: given?.[1] ?? null };
}

/**
 * What synscope says, put in the words of the scenario's expectation, under the same keys. Every SYN packet is
 * compared: differences from the truth must be written down, under `told otherwise`, to be accepted.
 */
export function told(
  expected: ReadonlyMap<string, string>,
  report: Report,
  rows: readonly SynRow[],
  recording: Recording,
): ReadonlyMap<string, string> {
  const { verdict, totals } = report;
  const sayings = new Map<string, string>([
    ['grade', verdict.grade],
    ['cause', verdict.cause ?? 'none'],
    ['rejected', String(totals.rejected)],
    ['lost connects', String(totals.lostAttempts)],
    [
      'causes',
      list(
        CAUSES.flatMap((code) => report.causes.filter((c) => c.code === code && c.syns > 0)).map(
          (c) => `${c.code} ${c.syns}`,
        ),
      ),
    ],
    ['adequacy', list(report.adequacy.findings.map(({ code }) => code))],
    ['reasons', list(verdict.reasons.map(({ code }) => code))],
    ['assumptions', list(verdict.assumptions.map(({ code }) => code))],
    ['kernels', list(verdict.kernel.candidates)],
    ['targets', list(report.targets.map(({ address, grade }) => `${address} ${grade}`))],
    ['peers', list(report.peers.map(({ address, rejected, syns }) => `${address} ${rejected} of ${syns}`))],
    ['told otherwise', list(differences(rows, recording))],
  ]);
  const result = new Map<string, string>();
  for (const [key, value] of expected) result.set(key, sayings.get(key) ?? value);
  return result;
}

/** The SYN packets whose cause differs from what happened, counted by what happened and what was told. */
export function differences(rows: readonly SynRow[], { truth }: Recording): string[] {
  const counts = new Map<string, number>();
  const count = (what: string): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  };
  const seen = new Set<number>();
  for (const row of rows) {
    seen.add(row.frame);
    const happened = truth.get(row.frame) ?? 'no SYN';
    const said = row.duplicateOf === null ? (row.cause ?? '-') : 'duplicate';
    if (said !== happened) count(`${happened} told as ${said}`);
  }
  for (const [frame, happened] of truth) if (!seen.has(frame)) count(`${happened} not told`);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `${times} ${what}`);
}

/** Codes that at least one scenario must expect. */
export const MUST_BE_COVERED: readonly string[] = [...CAUSES, ...GRADES];

function list(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

function block(markdown: string, name: string): string {
  const found = new RegExp(`^\`\`\`${name}\n([^]*?)^\`\`\`$`, 'm').exec(markdown)?.[1];
  if (found === undefined) throw new Error(`no ${name} block`);
  return found;
}
