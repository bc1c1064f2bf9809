/**
 * What real kernels did with each SYN, against what synscope says they did: nothing missed, nobody accused.
 * Each test compares whole sets, SYN by SYN.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fate } from '../../src/kernel/fate.ts';
import { NEED_SHARED, REAL_KERNEL_CAPTURES } from '../support/shared-captures.ts';
import type { Listed, TrueSyn } from './scenarios.ts';
import { accusation, counterDelta, FIXTURES, identityOf, listed, scenariosIn, truthOf } from './scenarios.ts';

/** What the model says of a SYN that the kernel may have thrown away. */
const REJECTING: ReadonlySet<Fate> = new Set(['reject', 'possible-reject']);
/** Causes that the capture shows beyond doubt, so that the sets must be equal. */
const CERTAIN = ['tw-recycle-reject', 'time-wait-reject', 'port-closed'];

if (!existsSync(REAL_KERNEL_CAPTURES)) {
  process.stderr.write(
    `SKIPPED: no captures at ${REAL_KERNEL_CAPTURES}; only those of fixtures/ are tested\n`,
  );
}

const SCENARIOS: readonly (readonly [name: string, directory: string])[] = [
  ...scenariosIn(FIXTURES).map(({ name, directory }) => [name, directory] as const),
  ...scenariosIn(REAL_KERNEL_CAPTURES).map(({ name, directory }) => [`shared/${name}`, directory] as const),
];

describe('the scenarios', () => {
  it('shipped are all there', () => {
    expect(scenariosIn(FIXTURES)).toHaveLength(18);
  });

  it.skipIf(!existsSync(REAL_KERNEL_CAPTURES))(`beside the checkout are all there (${NEED_SHARED})`, () => {
    expect(scenariosIn(REAL_KERNEL_CAPTURES)).toHaveLength(20);
  });
});

describe.each(SCENARIOS)('%s', (_name, directory) => {
  const truth = truthOf(directory);
  const undecided = truth.filter((syn) => syn.cause === 'undecided');
  let found: Listed = { report: Object.create(null), rows: [] };
  beforeAll(async () => {
    found = await listed(join(directory, 'target.pcap'));
  });

  it('lists every SYN, in order', () => {
    expect(found.rows.map((row) => [row.frame, row.time, identityOf(row)])).toEqual(
      truth.map((syn) => [syn.frame, syn.time, syn.identity]),
    );
  });

  it('tells the answer of each', () => {
    const answers = new Map(truth.map((syn) => [syn.frame, syn.answer]));
    const wrong = found.rows.filter((row) => {
      const answer = answers.get(row.frame);
      // At the very end of a capture nobody can know whether an answer was still to come.
      return row.answer !== answer && !(row.answer === 'unknown' && answer === 'none');
    });
    expect(wrong).toEqual([]);
  });

  it.each(CERTAIN)('finds the SYNs with cause %s, and no others', (cause) => {
    const open = new Set(undecided.map((syn) => syn.frame));
    expect(
      found.rows.filter((row) => row.cause === cause && !open.has(row.frame)).map((row) => row.frame),
    ).toEqual(framesWith(truth, cause));
  });

  it('says with each rejected SYN that it was, or may have been, rejected', () => {
    const rejected = found.rows.filter((row) => row.cause === 'tw-recycle-reject');
    expect(rejected.filter((row) => !REJECTING.has(row.fate))).toEqual([]);
  });

  it('counts in the report what it lists', () => {
    const { totals } = found.report;
    const rejected = found.rows.filter((row) => row.cause === 'tw-recycle-reject');
    expect({
      syns: totals.syns,
      answered: totals.answered,
      attempts: totals.attempts,
      rejected: totals.rejected,
      rejectedAttempts: totals.rejectedAttempts,
    }).toEqual({
      syns: truth.length,
      answered: truth.filter((syn) => syn.answer === 'syn-ack').length,
      attempts: new Set(found.rows.map((row) => row.attempt)).size,
      rejected: rejected.length,
      rejectedAttempts: new Set(rejected.map((row) => row.attempt)).size,
    });
  });

  const guilty = undecided.length > 0 || framesWith(truth, 'tw-recycle-reject').length > 0;
  it('accuses the target if it did it, and nobody else', () => {
    expect(accusation(found.report)).toBe(guilty ? 'confirmed' : 'none');
  });
});

/** Where causes overlap SYN by SYN, only the kernel's own counter knows how many fell to the check. */
const MIXED = SCENARIOS.filter(([, directory]) =>
  truthOf(directory).some((syn) => syn.cause === 'undecided'),
);

describe.each(MIXED)('%s', (_name, directory) => {
  it('brackets the count of the kernel', async () => {
    const { rows } = await listed(join(directory, 'target.pcap'));
    const undecided = new Set(framesWith(truthOf(directory), 'undecided'));
    const open = rows.filter((row) => undecided.has(row.frame));
    const count = counterDelta(directory, 'TcpExt.PAWSPassive');
    expect(open.filter((row) => row.cause === 'tw-recycle-reject').length).toBeLessThanOrEqual(count);
    expect(open.filter((row) => REJECTING.has(row.fate)).length).toBeGreaterThanOrEqual(count);
  });
});

function framesWith(truth: readonly TrueSyn[], cause: string): number[] {
  return truth.filter((syn) => syn.cause === cause).map((syn) => syn.frame);
}
