/** What the engineer brings from the target, weighed against what the capture says. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeFile } from '../../src/api/analyze.ts';
import type { EvidenceFile } from '../../src/evidence/evidence.ts';
import type { Report } from '../../src/report/report.ts';
import { FIXTURES, scenariosIn, truthOf } from './scenarios.ts';

const TWO_PODS = join(FIXTURES, 'linux-4.9/two-pods-one-snat');

function evidenceIn(directory: string): EvidenceFile[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
}

function analyzed(
  directory: string,
  evidence: readonly EvidenceFile[],
  form = 'target.pcap',
): Promise<Report> {
  return analyzeFile(join(directory, form), { evidence });
}

const codes = (list: readonly { readonly code: string }[] | undefined): string[] =>
  (list ?? []).map(({ code }) => code);

describe.each(scenariosIn(FIXTURES))('$name with its evidence', ({ directory }) => {
  it('has no contradiction, and its controls stay unaccused', async () => {
    const report = await analyzed(directory, evidenceIn(directory));
    expect(report.evidence?.contradictions).toEqual([]);
    const guilty = truthOf(directory).some(
      ({ cause }) => cause === 'tw-recycle-reject' || cause === 'undecided',
    );
    expect(report.verdict.grade).toBe(guilty ? 'confirmed' : 'ruled-out');
  });
});

describe('the counter PAWSPassive', () => {
  it('that grew by exactly the rejected SYNs is named as proof', async () => {
    const report = await analyzed(TWO_PODS, evidenceIn(TWO_PODS));
    expect(report.evidence?.reasons).toContainEqual({ code: 'counter-agrees', syns: report.totals.rejected });
  });

  it('makes a capture of SYNs alone probable at best, but says how near it is', async () => {
    const directory = join(FIXTURES, 'linux-4.9/capture-forms');
    const report = await analyzed(directory, evidenceIn(directory), 'synonly.pcap');
    expect(report.verdict.grade).toBe('probable');
    expect(codes(report.evidence?.reasons)).toContain('counter-near');
  });

  it('raises what a one-way capture cannot tell', async () => {
    const directory = join(FIXTURES, 'linux-4.9/capture-forms');
    expect((await analyzed(directory, [], 'inbound.pcap')).verdict.grade).toBe('cannot-tell');
    const report = await analyzed(directory, evidenceIn(directory), 'inbound.pcap');
    expect(report.verdict.grade).toBe('probable');
    expect(codes(report.evidence?.reasons)).toContain('counter-grew');
  });

  it('that stood still refutes an accusation, and says so', async () => {
    const before = readFileSync(join(TWO_PODS, 'netstat-before.txt'), 'utf8');
    const after = readFileSync(join(TWO_PODS, 'netstat-after.txt'), 'utf8');
    const still = keeping('PAWSPassive', before, after);
    const report = await analyzed(TWO_PODS, [
      { name: 'netstat-before.txt', text: before },
      { name: 'netstat-after.txt', text: still },
    ]);
    expect(report.verdict.grade).toBe('ruled-out');
    expect(report.totals.rejected).toBe(0);
    expect(codes(report.evidence?.contradictions)).toEqual(['counter-against-capture']);
  });
});

describe('the switch', () => {
  it('that is off rules the check out, and contradicts a capture that shows it at work', async () => {
    const settings = readFileSync(join(TWO_PODS, 'sysctl.txt'), 'utf8');
    const off = settings.replace('tcp_tw_recycle = 1', 'tcp_tw_recycle = 0');
    expect(off).not.toBe(settings);
    const report = await analyzed(TWO_PODS, [{ name: 'sysctl.txt', text: off }]);
    expect(report.verdict.grade).toBe('ruled-out');
    expect(report.totals.rejected).toBe(0);
    expect(codes(report.evidence?.contradictions)).toEqual(['settings-against-capture']);
  });

  it('that is off where nothing was accused is the reason', async () => {
    const directory = join(FIXTURES, 'linux-4.9/recycle-off');
    const report = await analyzed(directory, evidenceIn(directory));
    expect(codes(report.evidence?.reasons)).toContain('recycle-is-off');
  });

  it('that the kernel does not have is the reason', async () => {
    const directory = join(FIXTURES, 'linux-6.18/time-wait-reuse');
    const report = await analyzed(directory, evidenceIn(directory));
    expect(report.verdict.grade).toBe('ruled-out');
    expect(codes(report.evidence?.reasons)).toContain('kernel-lacks-key');
  });
});

/** The later text with one counter as it was in the earlier. */
function keeping(counter: string, before: string, after: string): string {
  const column = columnOf(counter, before);
  const old = before.split('\n')[column.line + 1]?.split(' ')[column.index] ?? '';
  const lines = after.split('\n');
  const values = (lines[column.line + 1] ?? '').split(' ');
  values[column.index] = old;
  lines[column.line + 1] = values.join(' ');
  return lines.join('\n');
}

function columnOf(counter: string, text: string): { readonly line: number; readonly index: number } {
  const line = text.split('\n').findIndex((one) => one.split(' ').includes(counter));
  return { line, index: text.split('\n')[line]?.split(' ').indexOf(counter) ?? -1 };
}
