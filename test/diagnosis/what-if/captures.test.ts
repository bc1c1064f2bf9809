/** What-if on captures of real kernels, where it is known which pod starved which. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeFiles } from '../../../src/api/index.ts';
import type { Scenario, WhatIf } from '../../../src/diagnosis/what-if/result.ts';
import type { Report } from '../../../src/report/report.ts';
import { scenarioSentence } from '../../../src/report/sentences/what-if.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');

async function analyze(fixture: string, whatIf = true): Promise<Report> {
  return analyzeFiles([join(FIXTURES, fixture, 'target.pcap')], { whatIf, seed: 7 });
}

function replayed(report: Report): WhatIf {
  if (report.whatIf === null) throw new Error('not replayed');
  return report.whatIf;
}

function scenario(
  { scenarios }: WhatIf,
  code: Scenario['code'],
  clock: string | null = null,
  kernel: Scenario['kernel'] = null,
): Scenario {
  const found = scenarios.find((one) => one.code === code && one.clock === clock && one.kernel === kernel);
  if (found === undefined) throw new Error(`no ${code} ${clock} ${kernel}`);
  return found;
}

const ACCUSED = [
  'linux-3.10/backlog-and-timestamps',
  'linux-3.10/three-pods-ipv6',
  'linux-3.10/two-server-addresses',
  'linux-4.9/clock-per-connection',
  'linux-4.9/closed-port',
  'linux-4.9/gaps-around-60s',
  'linux-4.9/two-pods-one-snat',
  'linux-4.9-traced/pod-without-timestamps',
  'linux-4.9-traced/syn-queue-and-timestamps',
];

describe.each(ACCUSED)('%s', (fixture) => {
  let report: Report;
  let result: WhatIf;
  beforeAll(async () => {
    report = await analyze(fixture);
    result = replayed(report);
  });

  it('starts from what the report counts as lost and rejected', () => {
    expect([result.lost, result.rejectedSyns]).toEqual([report.totals.lostAttempts, report.totals.rejected]);
    expect(result.complete).toBe(true);
  });

  it('replays with no rule changed what was observed', () => {
    expect(result.error).toBe(0);
  });

  it.each(['recycle-off', 'timestamps-off', 'clients-close-first'] as const)(
    '%s rescues every lost connect and loses none',
    (code) => {
      const { rescued, stillLost, newlyLost, undecided, rejectedSyns } = scenario(result, code);
      expect({ rescued, stillLost, newlyLost, undecided, rejectedSyns }).toEqual({
        rescued: result.lost,
        stillLost: 0,
        newlyLost: 0,
        undecided: 0,
        rejectedSyns: 0,
      });
    },
  );

  it('accounts for every lost connect in every scenario, and names what it assumes', () => {
    for (const { rescued, stillLost, assumptions } of result.scenarios) {
      expect(rescued + stillLost).toBe(result.lost);
      expect(assumptions.map(({ code }) => code)).toContain('connects-as-observed');
    }
  });

  it('switches timestamps off with less harm on 3.10 than on 3.17 and later', () => {
    for (const old of result.scenarios.filter(({ kernel }) => kernel === 'up-to-3.16')) {
      const later = scenario(result, 'timestamps-off-at-clock', old.clock, 'from-3.17');
      expect(later.rejectedSyns).toBeGreaterThanOrEqual(old.rejectedSyns);
      expect(later.rescued).toBeLessThanOrEqual(old.rescued);
    }
  });

  it('leaves the rest of the report as it is without it', async () => {
    expect({ ...report, whatIf: null }).toEqual(await analyze(fixture, false));
  });
});

describe('two pods behind one address, of which A starves B (4.9)', () => {
  let result: WhatIf;
  beforeAll(async () => {
    result = replayed(await analyze('linux-4.9/two-pods-one-snat'));
  });
  const off = (clock: string, kernel: Scenario['kernel']): Scenario =>
    scenario(result, 'timestamps-off-at-clock', clock, kernel);

  it('lets both work when either is silenced before 3.17', () => {
    expect(off('A', 'up-to-3.16')).toMatchObject({ rescued: 271, newlyLost: 0, rejectedSyns: 0 });
    expect(off('B', 'up-to-3.16')).toMatchObject({ rescued: 271, newlyLost: 0, rejectedSyns: 0 });
  });

  it('turns the tables from 3.17 on: the pod without timestamps starves', () => {
    const winner = off('A', 'from-3.17');
    expect(winner.rescued).toBe(271);
    // All of A's 310 connects but those before B's first close, and those that the capture cuts off.
    expect(winner.newlyLost + winner.undecided).toBeGreaterThan(300);
    expect(winner.newlyLost + winner.undecided).toBeLessThanOrEqual(310);
    expect(off('B', 'from-3.17')).toMatchObject({ rescued: 0, stillLost: 271, newlyLost: 0 });
  });

  it('lets both work without SNAT', () => {
    expect(scenario(result, 'no-snat')).toMatchObject({ rescued: 271, newlyLost: 0, rejectedSyns: 0 });
  });

  it('says so in sentences', () => {
    const say = (one: Scenario): string => scenarioSentence(one, result);
    expect(say(scenario(result, 'recycle-off'))).toBe(
      'With tcp_tw_recycle = 0 at the target, all 271 lost connects would have worked.',
    );
    expect(say(off('A', 'from-3.17'))).toMatch(
      /^With timestamps off at clock A of 10\.99\.0\.11 alone, target kernel 3\.17 or later, or RHEL 7, all 271 lost connects would have worked, but 3\d\d connects that worked would have been lost/,
    );
    expect(say(off('B', 'from-3.17'))).toContain('none of 271 lost connects would have worked.');
  });
});

describe('what is not replayed', () => {
  it('is hosts that cannot be told apart', async () => {
    const perConnection = replayed(await analyze('linux-4.9/clock-per-connection'));
    expect(perConnection.unsupported).toEqual([
      { code: 'timestamps-off-at-clock', because: 'clock-per-connection' },
      { code: 'no-snat', because: 'clock-per-connection' },
    ]);
    expect(perConnection.peer).toBeNull();
    const oneClock = replayed(await analyze('linux-4.9-traced/pod-without-timestamps'));
    expect(oneClock.unsupported).toEqual([{ code: 'timestamps-off-at-clock', because: 'one-clock' }]);
  });

  it.each([
    'linux-3.10/pod-without-timestamps',
    'linux-4.9/recycle-off',
    'linux-4.9/client-closes-first',
    'linux-6.18/time-wait-reuse',
  ])('is %s: nobody is accused', async (fixture) => {
    expect((await analyze(fixture)).whatIf).toBeNull();
  });

  it('is a capture of SYNs alone, where stamps are assumed', async () => {
    const path = join(FIXTURES, 'linux-4.9/capture-forms/synonly.pcap');
    expect((await analyzeFiles([path], { whatIf: true })).whatIf).toBeNull();
  });

  it('leaves what was silent for another reason silent, and says so', async () => {
    const { scenarios } = replayed(await analyze('linux-4.9-traced/syn-queue-and-timestamps'));
    for (const { assumptions } of scenarios) {
      expect(assumptions).toContainEqual({ code: 'other-silence-stays', syns: 678 });
    }
  });
});
