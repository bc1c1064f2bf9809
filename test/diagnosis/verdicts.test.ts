/** A few packets judged as a whole capture is: grades, kernels, the switch that is turned, and the causes by sums and rows. */
import { describe, expect, it } from 'vitest';
import type { Cause, Grade } from '../../src/diagnosis/codes.ts';
import type { VerdictReason } from '../../src/diagnosis/findings.ts';
import { fisherExact } from '../../src/diagnosis/fisher.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import { Talk } from '../tracking/wire.ts';
import type { End } from '../tracking/wire.ts';
import type { Judged } from './judged.ts';
import { high, Incident, low } from './talks.ts';

/** Pods behind one address, once a second: `high` is served and closed by the target, `low` is silent. */
function twoPods(count: number, incident = new Incident(), to: End = '200:80', from = 100): Incident {
  for (let i = 0; i < count; i += 1) {
    incident.served(from + i, high(from + i), 1, to);
    incident.silent(from + 0.5 + i, low(from + 0.5 + i), [], 1, to);
  }
  return incident;
}

/** The same with the check switched off: `low` is served as well, and closes first itself. */
function offPods(count: number, incident: Incident, from: number): Incident {
  for (let i = 0; i < count; i += 1) {
    incident.served(from + i, high(from + i));
    incident.servedFromClient(from + 0.5 + i, low(from + 0.5 + i));
  }
  return incident;
}

const reason = ({ report }: Judged, code: VerdictReason['code']): VerdictReason | undefined =>
  report.verdict.reasons.find((one) => one.code === code);

const codes = ({ report }: Judged): string[] => report.verdict.reasons.map(({ code }) => code);

/** The sums by cause, which must be what the rows add up to. */
function causes(judged: Judged): Partial<Record<Cause, number>> {
  const rows: Partial<Record<Cause, number>> = {};
  for (const { cause } of judged.rows) if (cause !== null) rows[cause] = (rows[cause] ?? 0) + 1;
  const sums = judged.report.causes.filter(({ syns }) => syns > 0).map(({ code, syns }) => [code, syns]);
  expect(Object.fromEntries(sums)).toEqual(rows);
  return rows;
}

describe('a target with the check', () => {
  it.each<[number, Grade]>([
    [2, 'no-evidence'],
    [3, 'possible'],
    [6, 'possible'],
    [7, 'probable'],
    [11, 'probable'],
    [12, 'confirmed'],
  ])('with %i connects of either pod: %s', (count, grade) => {
    expect(twoPods(count).until(200).judge().report.verdict.grade).toBe(grade);
  });

  it('is accused for reasons that are told, and shows no sign of another cause', () => {
    const judged = twoPods(12).until(200).judge();
    expect(codes(judged)).toEqual(['predicted-and-silent', 'beyond-chance']);
    const [target] = judged.verdicts.targets;
    expect([...(target?.causes ?? [])]).toEqual([['tw-recycle-reject', 12]]);
    expect(target).toMatchObject({ stuck: [], disputed: false, checkAbsent: false, early: 0 });
  });

  it.each([
    ['probable', true],
    ['possible', false],
  ] as const)(
    'is %s where one of eleven predictions was served and the file is damaged: %s',
    (grade, damaged) => {
      const incident = twoPods(10);
      incident.served(110, high(110));
      incident.servedFromClient(110.5, low(110.5));
      if (damaged) incident.damaged();
      expect(incident.until(200).judge().report.verdict.grade).toBe(grade);
    },
  );

  it('is accused of what it threw away, attempt by attempt', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) {
      incident.served(100 + i * 4, high(100 + i * 4));
      incident.silent(100.5 + i * 4, low(100.5 + i * 4), [1]);
    }
    // Sent again after 1 s, and served 70 s later: no stamp is left.
    const late = incident.silent(145, low(145), [1, 3, 7]);
    late.syn(225, low(225));
    late.synAck(225.001, low(225));
    const judged = incident.until(260).judge();
    expect(judged.report.totals).toMatchObject({ rejected: 28, rejectedAttempts: 13, lostAttempts: 12 });
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 28 });
    expect(reason(judged, 'predicted-and-silent')).toEqual({
      code: 'predicted-and-silent',
      syns: 28,
      attempts: 13,
    });
    expect(judged.report.peers[0]).toMatchObject({
      rejected: 28,
      lostAttempts: 12,
      secondsWaited: 12 + 80.001,
    });
  });

  it('is no target of other clients with clocks ahead of the stamp', () => {
    const incident = twoPods(12);
    incident.silent(115, low(115), [], 2);
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 12, unexplained: 1 });
    expect(reason(judged, 'silent-but-not-predicted')).toEqual({
      code: 'silent-but-not-predicted',
      syns: 1,
      sampleFrame: 2 + 12 * 7,
    });
  });

  it('rejects also what the capture ends too early for, where somebody listens', () => {
    const incident = twoPods(12);
    incident.silent(112.5, low(112.5));
    const judged = incident.until(113).judge();
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 13 });
    expect(judged.report.totals).toMatchObject({ rejected: 13, lostAttempts: 13 });
  });
});

describe('the kernel', () => {
  const all = ['2.6.18', '2.6.32', '3.2', '3.6', '3.14', '3.17', '4.10', '4.11'];

  it('stays open where every one of them would have done the same', () => {
    const oneHost = twoPods(12).until(200).judge();
    expect(oneHost.report.verdict.kernel).toEqual({ profile: null, source: 'undetermined', candidates: all });
  });

  it.each<[string, (incident: Incident) => void, string, readonly string[]]>([
    [
      'is of 3.17 or later when it drops SYNs without timestamps',
      (incident) => incident.silent(112, undefined),
      '3.17',
      ['3.17', '4.10', '4.11'],
    ],
    [
      'is of 3.16 or older when it serves them: the memory of 3.14 to 3.16 tells as well',
      (incident) => incident.servedFromClient(112, undefined),
      '3.14',
      ['2.6.18', '2.6.32', '3.2', '3.6', '3.14'],
    ],
  ])('%s', (_, happens, profile, candidates) => {
    const incident = twoPods(12);
    happens(incident);
    const { kernel, grade } = incident.until(200).judge().report.verdict;
    expect({ grade, ...kernel }).toEqual({ grade: 'confirmed', profile, source: 'inferred', candidates });
  });

  it('is of 3.13 or older when another address of the host remembers too', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) {
      incident.served(100 + i, high(100 + i));
      incident.servedFromClient(100.2 + i, high(100.2 + i), 1, '201:80');
      incident.silent(100.5 + i, low(100.5 + i), [], 1, '201:80');
    }
    const { verdict, targets } = incident.until(200).judge().report;
    expect(verdict.kernel).toEqual({
      profile: '3.2',
      source: 'inferred',
      candidates: ['2.6.18', '2.6.32', '3.2', '3.6'],
    });
    expect(verdict.grade).toBe('confirmed');
    expect(targets.map(({ address, grade, rejected }) => [address, grade, rejected])).toEqual([
      ['0.0.0.201', 'confirmed', 12],
      ['0.0.0.200', 'no-evidence', 0],
    ]);
  });

  it('is given, and then nothing is inferred', () => {
    const profile = kernelProfile('3.2');
    expect(twoPods(12).until(200).judge({ profile }).report.verdict.kernel).toEqual({
      profile: '3.2',
      source: 'given',
      candidates: ['3.2'],
    });
  });

  it('without the check rules it out, and says how well the silence fits all the same', () => {
    const judged = twoPods(12)
      .until(200)
      .judge({ profile: kernelProfile('4.12+') });
    expect(judged.report.verdict.grade).toBe('ruled-out');
    expect(reason(judged, 'kernel-without-check')).toEqual({
      code: 'kernel-without-check',
      profile: '4.12+',
    });
    // The silence follows the timestamps: it is not called random, and the kernel that was given is doubted.
    expect(causes(judged)).toEqual({ unexplained: 12 });
    expect(reason(judged, 'kernel-against-capture')).toEqual({ code: 'kernel-against-capture', syns: 12 });
    expect(judged.report.verdict.checkAbsent).toBe(false);
  });

  it('is not inferred where nobody is accused', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    expect(incident.until(200).judge().report.verdict.kernel).toEqual({
      profile: null,
      source: 'undetermined',
      candidates: [],
    });
  });
});

describe('the switch', () => {
  it.each([
    [10, 10, 'off', 'confirmed'],
    [9, 10, null, 'ruled-out'],
    [10, 9, null, 'no-evidence'],
  ] as const)(
    'turned off after %i rejections, and %i predictions served since: %s',
    (before, after, to, grade) => {
      const incident = offPods(after, twoPods(before), 100 + before);
      const judged = incident.until(200).judge();
      const turned = reason(judged, 'switch-turned');
      expect(turned).toEqual(
        to === null ? undefined : { code: 'switch-turned', to, afterFrame: 1 + before * 7, syns: after },
      );
      expect(judged.report.verdict.grade).toBe(grade);
    },
  );

  it('turned on is the reverse', () => {
    const incident = twoPods(12, offPods(12, new Incident(), 100), '200:80', 112);
    const judged = incident.until(200).judge();
    expect(reason(judged, 'switch-turned')).toEqual({
      code: 'switch-turned',
      to: 'on',
      afterFrame: 1 + 11 * 12 + 7,
      syns: 12,
    });
    expect(judged.report.verdict.grade).toBe('confirmed');
  });

  it('is not believed to be turned back and forth', () => {
    const judged = offPods(12, twoPods(12, offPods(1, new Incident(), 99)), 112)
      .until(200)
      .judge();
    expect(reason(judged, 'switch-turned')).toBeUndefined();
    expect(judged.report.verdict.grade).toBe('ruled-out');
  });
});

describe('evidence', () => {
  const still = (before: number, after: number): ReturnType<typeof collectEvidence> =>
    collectEvidence([
      { name: 'b', role: 'counters-before', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${before} 1\n` },
      { name: 'a', role: 'counters-after', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${after} 9\n` },
    ]);
  const grades = ({ report }: Judged): readonly (readonly [string, Grade])[] =>
    report.targets.map(({ address, grade }) => [address, grade]);

  it('confirms what three silent SYNs make possible, when the counter agrees', () => {
    const judged = twoPods(3)
      .until(200)
      .judge({ evidence: still(5, 8) });
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 3 });
  });

  it('refutes it, when the counter stood still', () => {
    const judged = twoPods(12)
      .until(200)
      .judge({ evidence: still(5, 5) });
    expect(judged.report.verdict.grade).toBe('ruled-out');
    expect(judged.report.totals.rejected).toBe(0);
  });

  it('that the check does not exist is said of the busiest target alone', () => {
    const incident = new Incident();
    for (const to of ['201:80', '200:80', '200:80'] as const) incident.served(100, high(100), 1, to);
    const { verdicts } = incident.until(200).judge({ evidence: still(5, 5) });
    expect(verdicts.targets.map(({ checkAbsent }) => checkAbsent)).toEqual([false, true]);
    expect(verdicts.checkAbsent).toBe(true);
  });

  it('narrows the kernel down, unless it is plainly that of another host', () => {
    // Without a column of 3.2 or later.
    const old = twoPods(12)
      .until(200)
      .judge({ evidence: still(5, 17) });
    expect(old.report.verdict.kernel.candidates).toEqual(['2.6.18', '2.6.32']);
    const incident = twoPods(12);
    incident.silent(112, undefined);
    const { kernel } = incident.until(200).judge({ evidence: still(5, 18) }).report.verdict;
    expect(kernel).toEqual({ profile: '3.17', source: 'inferred', candidates: ['3.17', '4.10', '4.11'] });
  });

  it('speaks of the busiest target alone, where the capture accuses none', () => {
    const incident = new Incident();
    incident.served(100, high(100), 1, '201:80');
    incident.served(101, high(101), 1, '200:80');
    incident.served(102, high(102), 1, '200:80');
    incident.served(103, high(103), 1, '202:80');
    expect(grades(incident.until(200).judge({ evidence: still(5, 9) }))).toEqual([
      ['0.0.0.201', 'no-evidence'],
      ['0.0.0.200', 'probable'],
      ['0.0.0.202', 'no-evidence'],
    ]);
    const ruledOut = incident.judge({ evidence: still(5, 5) });
    expect(grades(ruledOut).map(([, grade]) => grade)).toEqual(['no-evidence', 'ruled-out', 'no-evidence']);
    expect(ruledOut.report.verdict.grade).toBe('ruled-out');
  });
});

describe('several targets', () => {
  it('are judged each by itself, and the strongest grade leads, then the most rejected SYNs', () => {
    const incident = new Incident();
    twoPods(4, incident, '201:80', 100);
    twoPods(13, incident, '202:80', 110);
    twoPods(16, incident, '203:80', 130);
    for (let i = 0; i < 4; i += 1) incident.servedFromClient(150 + i, high(150 + i), 5, '204:80');
    const judged = incident.until(250).judge();
    expect(judged.report.targets.map(({ address, grade, rejected }) => [address, grade, rejected])).toEqual([
      ['0.0.0.203', 'confirmed', 16],
      ['0.0.0.202', 'confirmed', 13],
      ['0.0.0.201', 'possible', 4],
      ['0.0.0.204', 'no-evidence', 0],
    ]);
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(judged.verdicts.leading?.rejected).toBe(16);
    expect(judged.verdicts.facts).toMatchObject({ syns: 70, predicted: 33, silent: 33, twoWay: true });
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 33 });
  });

  it('that show a pattern only together accuse nobody', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) twoPods(1, incident, `${200 + i}:80`, 100 + i);
    const judged = incident.until(250).judge({ profile: kernelProfile('3.17') });
    expect(judged.verdicts.facts.predicted).toBe(12);
    expect(judged.report.verdict.grade).toBe('no-evidence');
    expect(judged.verdicts.leading).toBeNull();
    expect(codes(judged)).toContain('within-chance');
  });

  it('that share one memory are told from chance together', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) twoPods(1, incident, `${200 + i}:80`, 100 + i);
    const judged = incident.until(250).judge({ profile: kernelProfile('3.2') });
    expect(judged.report.targets.map(({ grade }) => grade)).toEqual(
      Array.from({ length: 12 }, () => 'possible'),
    );
    expect(judged.verdicts.facts.pValue).toBeLessThan(1e-6);
  });

  it('count what speaks against it together, too', () => {
    const incident = new Incident();
    for (let i = 0; i < 6; i += 1) {
      const to: End = `${200 + i}:80`;
      twoPods(1, incident, to, 100 + i);
      // Silent without a prediction, and answered against one.
      incident.silent(110 + i, high(110 + i), [], 1, to);
      if (i < 2) incident.servedFromClient(120 + i, low(120 + i), 1, to);
    }
    const judged = incident.until(250).judge({ profile: kernelProfile('3.2') });
    // 6 of 8 predicted ones silent, 6 of 12 others: by chance about once in four times.
    expect(judged.verdicts.facts.pValue).toBeCloseTo(fisherExact(6, 2, 6, 6), 12);
  });
});

describe('the target that leads', () => {
  const leading = ({ verdicts }: Judged): string =>
    `${verdicts.leading?.rejected ?? 'none'} ${verdicts.leading?.grade ?? ''}`.trim();

  it('has the strongest grade, whichever comes first', () => {
    // Grades of 3, 8 and 13 rejections: possible, probable, confirmed.
    for (const counts of [
      [3, 8, 13],
      [13, 8, 3],
      [8, 13, 3],
    ]) {
      const incident = new Incident();
      counts.forEach((count, i) => twoPods(count, incident, `${201 + i}:80`, 100 + 20 * i));
      expect(leading(incident.until(250).judge())).toBe('13 confirmed');
    }
    const two = twoPods(8, twoPods(3, new Incident(), '201:80'), '202:80', 120);
    expect(leading(two.until(250).judge())).toBe('8 probable');
  });

  it('is the first of those with a grade and as many rejections', () => {
    const incident = twoPods(13, twoPods(13, new Incident(), '202:80'), '201:80', 120);
    const judged = incident.until(250).judge();
    expect(judged.report.targets.map(({ address }) => address)).toEqual(['0.0.0.202', '0.0.0.201']);
    expect(judged.verdicts.leading?.slot).toBe(judged.verdicts.targets[0]?.slot);
  });

  it('is outweighed by more rejections of a weaker grade in the list, not in the verdict', () => {
    const incident = twoPods(13, new Incident(), '201:80');
    for (let i = 0; i < 20; i += 1) {
      incident.served(120 + i, high(120 + i), 1, '202:80');
      incident.silent(120.5 + i, low(120.5 + i), [], 1, '202:80');
      if (i < 8) incident.silent(120.7 + i, high(120.7 + i), [], 1, '202:80');
    }
    const judged = incident.until(250).judge();
    expect(judged.report.targets.map(({ grade, rejected }) => [grade, rejected])).toEqual([
      ['probable', 20],
      ['confirmed', 13],
    ]);
    expect(leading(judged)).toBe('13 confirmed');
  });
});

describe('where it was captured', () => {
  /** Handshakes seen at the target: SYNs come from afar, SYN-ACKs from here. */
  function here(incident: Incident, count: number, to: End, synTtl: number, synAckTtl: number): void {
    for (let i = 0; i < count; i += 1) {
      const talk = new Talk(incident, incident.from(1), to);
      talk.syn(100 + i, high(100 + i), { ttl: synTtl });
      talk.synAck(100.0001 + i, high(100 + i), { ttl: synAckTtl });
      talk.fromClient(100.0002 + i, 'A', high(100 + i));
      talk.fromClient(100.1 + i, 'FA', high(100 + i));
      talk.fromTarget(100.101 + i, 'FA');
    }
  }
  const place = (incident: Incident): string => incident.until(250).judge().report.vantage.place;

  it('is told of the busiest target where none is accused, whichever comes first', () => {
    for (const [first, second] of [
      [6, 9],
      [9, 6],
    ] as const) {
      const incident = new Incident();
      here(incident, first, '201:80', 55, first > second ? 64 : 55);
      here(incident, second, '202:80', 55, second > first ? 64 : 55);
      expect(place(incident)).toBe('target');
    }
  });

  it('is told of the accused target where one is', () => {
    const incident = twoPods(7, new Incident(), '203:80', 150);
    here(incident, 40, '201:80', 55, 64);
    expect(place(incident)).toBe('unknown');
  });

  it('is unknown where nothing was sent to anybody', () => {
    expect(place(new Incident())).toBe('unknown');
  });

  it('at the clients takes the strongest grade away', () => {
    const incident = twoPods(13);
    here(incident, 20, '200:80', 64, 55);
    const judged = incident.until(250).judge();
    expect([judged.report.vantage.place, judged.report.verdict.grade]).toEqual(['client', 'probable']);
    expect(reason(judged, 'capped-by-adequacy')).toMatchObject({ adequacy: 'not-at-target' });
  });
});

describe('replies that took another way', () => {
  /** Handshakes of a client that goes on although no SYN-ACK was captured. */
  function oneWay(incident: Incident, count: number, to: End): void {
    for (let i = 0; i < count; i += 1) {
      const talk = new Talk(incident, incident.from(1), to);
      talk.syn(120 + i, high(120 + i));
      talk.fromClient(120.002 + i, 'A', high(120.002 + i));
      talk.fromClient(120.01 + i, 'A', high(120.01 + i), { payload: 5 });
    }
  }

  it('leave nothing to be told of a target, and of others as much as ever', () => {
    const incident = twoPods(12);
    oneWay(incident, 6, '201:80');
    const judged = incident.until(250).judge();
    const grades = judged.report.targets.map(({ address, grade }) => [address, grade]);
    expect(grades).toEqual([
      ['0.0.0.200', 'probable'],
      ['0.0.0.201', 'cannot-tell'],
    ]);
    expect(reason(judged, 'capped-by-adequacy')).toEqual({
      code: 'capped-by-adequacy',
      limit: 'probable',
      adequacy: 'records-lost',
    });
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 12 });
  });

  it('leave nothing to be told when none was captured at all', () => {
    const incident = new Incident();
    oneWay(incident, 6, '201:80');
    incident.silent(130, low(130), [1, 3]);
    const judged = incident.until(250).judge();
    expect(judged.report.verdict.grade).toBe('cannot-tell');
    expect(judged.rows.map(({ answer, cause }) => [answer, cause])).toEqual(
      Array.from({ length: 9 }, () => ['unknown', null]),
    );
  });
});

describe('a target that never answers', () => {
  it('is as silent as it is, and none whose replies took another way', () => {
    const incident = new Incident();
    incident.servedFromClient(100, high(100), 1, '201:80');
    incident.silent(101, high(101), [1, 3], 1, '202:80');
    const { report } = incident.until(250).judge();
    expect(report.targets.map(({ address, grade }) => [address, grade])).toEqual([
      ['0.0.0.201', 'no-evidence'],
      ['0.0.0.202', 'no-evidence'],
    ]);
    expect(report.causes.find(({ code }) => code === 'unexplained')?.syns).toBe(3);
  });
});

describe('the first minute', () => {
  it('charges silence to a stamp from before the capture where the same clock starves later on', () => {
    const incident = new Incident(100);
    for (let i = 0; i < 6; i += 1) incident.silent(101 + i, low(101 + i));
    const judged = twoPods(14, incident, '200:80', 108).until(250).judge();
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 20 });
    expect(judged.report.totals).toMatchObject({ rejected: 20, rejectedAttempts: 14 });
    expect(judged.report.peers[0]?.rejected).toBe(20);
  });

  it('charges it to the target at which it was', () => {
    const incident = new Incident(100);
    for (let i = 0; i < 6; i += 1) incident.silent(101 + i, low(101 + i));
    twoPods(14, twoPods(14, incident, '200:80', 108), '201:80', 130);
    const judged = incident.until(250).judge();
    expect(judged.report.targets.map(({ address, rejected }) => [address, rejected])).toEqual([
      ['0.0.0.200', 20],
      ['0.0.0.201', 14],
    ]);
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 34 });
  });

  it('does not where it never does', () => {
    const incident = new Incident(100);
    for (let i = 0; i < 6; i += 1) incident.silent(101 + i, 1_200_000_000 + i * 1000);
    const judged = twoPods(14, incident, '200:80', 108).until(250).judge();
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 14, unexplained: 6 });
  });
});

describe('a clock', () => {
  it('is none of a SYN without timestamps, which is counted once for each connect that surely has none', () => {
    const incident = twoPods(6);
    incident.silent(110, undefined, [1, 3], 1);
    incident.servedFromClient(120, undefined, 1);
    incident.silent(130, undefined, [], 1, '200:80', { optionsCut: true });
    const [peer] = incident.until(200).judge().report.peers;
    expect(peer?.clocks?.evidence.withoutTimestamps).toBe(2);
  });

  it('has the attempts that were rejected, and those that were lost for any reason', () => {
    const incident = twoPods(14);
    incident.silent(120, high(120), [1]);
    const judged = incident.until(200).judge();
    const clocks = judged.report.peers[0]?.clocks?.clocks ?? [];
    expect(
      clocks.map(({ attempts, connected, rejectedAttempts }) => [attempts, connected, rejectedAttempts]),
    ).toEqual([
      [15, 14, 0],
      [14, 0, 14],
    ]);
    expect(judged.report.peers[0]?.clocks?.starved).toEqual([{ victim: 'B', by: 'A', rejections: 14 }]);
  });
});
