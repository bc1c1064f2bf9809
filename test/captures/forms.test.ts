/** One traffic in ten forms: whatever the format, the link type or the snap length, the SYNs and causes are the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { REAL_KERNEL_CAPTURES } from '../support/shared-captures.ts';
import type { Listed } from './scenarios.ts';
import { FIXTURES, identityOf, listed, truthOf } from './scenarios.ts';

const SHIPPED = join(FIXTURES, 'linux-4.9/capture-forms');
const SHARED = join(REAL_KERNEL_CAPTURES, 'linux-4.9.154/s14-formats');
const TRUTH = truthOf(SHIPPED);
const REJECTED = TRUTH.filter((syn) => syn.cause === 'tw-recycle-reject').map((syn) => syn.identity);

/** Told from nothing but the SYN itself, the answer and the verdict; frames and times differ from capture to capture. */
function toldOf({ rows }: Listed): string[] {
  return rows
    .filter((row) => row.duplicateOf === null)
    .map((row) => `${identityOf(row)} ${row.retransmission} ${row.answer} ${row.fate} ${row.cause}`)
    .sort();
}

function numbersOf({ report }: Listed): unknown {
  const {
    packets: _packets,
    segments: _segments,
    duplicates: _duplicates,
    undecoded: _undecoded,
    ...totals
  } = report.totals;
  return { grade: report.verdict.grade, agreement: report.verdict.agreement, totals };
}

let plain: Listed = { report: Object.create(null), rows: [] };
beforeAll(async () => {
  plain = await listed(join(SHIPPED, 'target.pcap'));
});

describe('the same traffic', () => {
  const forms = ['nano.pcap', 'dumpcap.pcapng', 'snap68.pcap', 'any_sll_one.pcap', 'any_sll2_one.pcap'];
  it.each(forms)('in %s gives the same SYNs, causes and numbers', async (form) => {
    const found = await listed(join(SHIPPED, form));
    expect(found.rows.filter((row) => row.duplicateOf !== null)).toEqual([]);
    expect(toldOf(found)).toEqual(toldOf(plain));
    expect(numbersOf(found)).toEqual(numbersOf(plain));
  });

  it('has its TSecr cut off by a snap length of 68, and its TSval not', async () => {
    const { rows } = await listed(join(SHIPPED, 'snap68.pcap'));
    expect(rows.filter((row) => row.tsval === null || row.tsecr !== null)).toEqual([]);
  });
});

describe('captured on all interfaces, every packet four times', () => {
  const files = [join(SHIPPED, 'any_sll.pcap'), join(SHARED, 'any_sll2.pcap')].filter((file) =>
    existsSync(file),
  );
  it.each(files)('gives the same numbers after folding: %s', async (file) => {
    const found = await listed(file);
    const again = found.rows.filter((row) => row.duplicateOf !== null);
    expect(again).toHaveLength(3 * TRUTH.length);
    expect(again.filter((row) => row.cause !== null)).toEqual([]);
    const first = new Map(found.rows.map((row) => [row.frame, identityOf(row)]));
    expect(again.filter((row) => identityOf(row) !== first.get(row.duplicateOf ?? 0))).toEqual([]);
    expect(toldOf(found)).toEqual(toldOf(plain));
    expect(numbersOf(found)).toEqual(numbersOf(plain));
  });
});

describe('captured with a filter for SYNs', () => {
  it('is probable, from assumed stamps, and accuses no SYN that was served', async () => {
    const { report, rows } = await listed(join(SHIPPED, 'synonly.pcap'));
    expect(report.verdict.grade).toBe('probable');
    expect(report.adequacy.findings.map((finding) => finding.code)).toContain('syn-only');
    expect(report.verdict.assumptions.map((one) => one.code)).toContain('stamp-from-served-syns');
    expect(report.remedy.map((step) => step.code)).toContain('capture-again');

    const accused = rows.filter((row) => row.cause === 'tw-recycle-reject');
    expect(accused.map((row) => row.fate).filter((fate) => fate !== 'possible-reject')).toEqual([]);
    const rejected = new Set(REJECTED);
    expect(accused.map(identityOf).filter((identity) => !rejected.has(identity))).toEqual([]);
    expect(accused.length / REJECTED.length).toBeGreaterThanOrEqual(0.95);
  });
});

describe('captured one way', () => {
  it('cannot tell, and says that the replies are missing', async () => {
    const { report, rows } = await listed(join(SHIPPED, 'inbound.pcap'));
    expect(report.verdict.grade).toBe('cannot-tell');
    expect(report.adequacy.findings).toContainEqual(
      expect.objectContaining({ code: 'one-way', silentSide: 'target' }),
    );
    expect(report.verdict.sentence).toMatch(/only what the clients sent/);
    expect(rows.map(identityOf).sort()).toEqual(TRUTH.map((syn) => syn.identity).sort());
    expect(rows.filter((row) => row.cause === 'tw-recycle-reject' || row.answer === 'none')).toEqual([]);
  });
});
