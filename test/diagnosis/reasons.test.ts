/** Why a verdict has its grade, what it rests on, and what to do: word for word, on a few packets each. */
import { describe, expect, it } from 'vitest';
import type { Assumption, RemedyStep, VerdictReason } from '../../src/diagnosis/findings.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import { Talk } from '../tracking/wire.ts';
import { Recorded } from './judged.ts';
import { high, Incident, low } from './talks.ts';

/** `high` is served and closed by the target once a second, `low` is silent. */
function twoPods(count: number): Incident {
  const incident = new Incident();
  for (let i = 0; i < count; i += 1) {
    incident.served(100 + i, high(100 + i));
    incident.silent(100.5 + i, low(100.5 + i));
  }
  return incident;
}

/** Connections of which no end is seen. */
function open(count: number): Incident {
  const incident = new Incident();
  for (let i = 0; i < count; i += 1) new Talk(incident, incident.from(1)).open(100 + i, high(100 + i));
  return incident;
}

/** The target serves every clock, though it has closed first. */
function servedAll(count: number): Incident {
  const incident = new Incident();
  for (let i = 0; i < count; i += 1) {
    incident.served(100 + i, high(100 + i));
    incident.servedFromClient(100.5 + i, low(100.5 + i));
  }
  return incident;
}

const HELP: readonly RemedyStep[] = [
  { code: 'disable-tw-recycle' },
  { code: 'verify-paws-passive' },
  { code: 'keep-timestamps' },
  { code: 'target-not-yours' },
  { code: 'upgrade-kernel' },
  { code: 'tw-reuse-is-different' },
];
const CHANCE = { pValue: expect.any(Number) };

describe('a verdict', () => {
  it.each<
    [string, Incident, readonly (VerdictReason | object)[], readonly Assumption[], readonly RemedyStep[]]
  >([
    ['on nothing', new Incident(), [{ code: 'no-syns' }], [], [{ code: 'capture-again', because: 'no-syn' }]],
    [
      'on a connection that is closed',
      (() => {
        const incident = new Incident();
        incident.servedFromClient(100, high(100));
        return incident;
      })(),
      [{ code: 'nothing-silent', syns: 1 }, { code: 'no-server-first-close' }],
      [],
      [],
    ],
    [
      'on connections without an end',
      open(2),
      [{ code: 'nothing-silent', syns: 2 }],
      [],
      [{ code: 'capture-again', because: 'no-fin' }],
    ],
    [
      'on silence before any end of a connection',
      (() => {
        const incident = open(1);
        incident.silent(120, high(120));
        return incident;
      })(),
      [{ code: 'silent-but-not-predicted', syns: 1, sampleFrame: 5 }],
      [],
      [{ code: 'capture-again', because: 'no-fin' }],
    ],
    [
      'on silence of another kind',
      (() => {
        const incident = new Incident();
        incident.servedFromClient(100, high(100));
        incident.silent(120, high(120));
        return incident;
      })(),
      [{ code: 'silent-but-not-predicted', syns: 1, sampleFrame: 8 }, { code: 'no-server-first-close' }],
      [],
      [{ code: 'look-elsewhere' }],
    ],
    [
      'on predictions that were answered',
      servedAll(3),
      [
        { code: 'contradicted', syns: 3, sampleFrame: 8 },
        { code: 'nothing-silent', syns: 6 },
        { code: 'within-chance', ...CHANCE },
      ],
      [],
      [],
    ],
    [
      'on rejections',
      twoPods(12),
      [
        { code: 'predicted-and-silent', syns: 12, attempts: 12 },
        { code: 'beyond-chance', ...CHANCE },
      ],
      [],
      HELP,
    ],
    [
      'on rejections beside a closed port',
      (() => {
        const incident = twoPods(12);
        incident.refused(120, high(120));
        return incident;
      })(),
      [
        { code: 'predicted-and-silent', syns: 12, attempts: 12 },
        { code: 'beyond-chance', ...CHANCE },
        { code: 'other-cause', cause: 'port-closed', syns: 1 },
      ],
      [],
      [...HELP, { code: 'look-elsewhere' }],
    ],
    [
      'on rejections of a kernel that shows which it is',
      (() => {
        const incident = twoPods(12);
        incident.silent(112, undefined);
        return incident;
      })(),
      [
        { code: 'predicted-and-silent', syns: 13, attempts: 13 },
        { code: 'beyond-chance', ...CHANCE },
      ],
      [{ code: 'profile-inferred', profile: '3.17', candidates: ['3.17', '4.10', '4.11'] }],
      HELP,
    ],
    [
      'on one rejection on the border of a second',
      (() => {
        const incident = twoPods(12);
        incident.silent(111.101 + 59.5, low(170));
        return incident;
      })(),
      [
        { code: 'predicted-and-silent', syns: 12, attempts: expect.any(Number) },
        { code: 'beyond-chance', ...CHANCE },
      ],
      [{ code: 'clock-border', syns: 1 }],
      HELP,
    ],
    [
      'on few rejections',
      twoPods(3),
      [
        { code: 'predicted-and-silent', syns: 3, attempts: 3 },
        { code: 'within-chance', ...CHANCE },
        { code: 'few-predictions', syns: 3, needed: 10, attempts: 3, neededAttempts: 5 },
      ],
      [],
      HELP,
    ],
  ])('%s', (_, incident, reasons, assumptions, remedy) => {
    const { report } = incident.until(260).judge();
    expect(report.verdict.reasons).toEqual(reasons);
    expect(report.verdict.assumptions).toEqual(assumptions);
    expect(report.remedy).toEqual(remedy);
  });

  it('on SYNs whose timestamps the snap length cut off asks for another capture', () => {
    const capture = new Recorded();
    for (let i = 0; i < 4; i += 1) {
      new Talk(capture, `1:${40_000 + i}`).syn(100 + i, undefined, { optionsCut: true });
    }
    const talk = new Talk(capture, '1:41000').open(120);
    talk.fromClient(121, 'FA');
    talk.fromTarget(121.1, 'FA', {}, false);
    talk.fromClient(200, 'A');
    const { report } = capture.judge();
    expect(report.remedy).toEqual([{ code: 'capture-again', because: 'snaplen-cuts-timestamps' }]);
  });

  it('with a kernel that was given assumes none, and names one without the check', () => {
    const incident = twoPods(12);
    incident.silent(112, undefined);
    const given = incident.until(260).judge({ profile: kernelProfile('3.17') }).report;
    expect(given.verdict.assumptions).toEqual([]);
    const without = incident.judge({ profile: kernelProfile('4.12+') }).report;
    expect(without.verdict.reasons[0]).toEqual({ code: 'kernel-without-check', profile: '4.12+' });
    expect(without.remedy).toEqual([{ code: 'look-elsewhere' }]);
  });
});

describe('an answer of TIME-WAIT', () => {
  it.each([
    [1, 0],
    [30, 1],
  ])(
    '%i s after a close that recycle would have forgotten by then contradicts the check: %i',
    (age, count) => {
      const incident = new Incident();
      const talk = incident.served(100, high(100));
      const ack = talk.clientSeq;
      talk.clientSeq -= 900;
      talk.syn(100.1 + age, high(90));
      talk.fromTarget(100.101 + age, 'A', { ack });
      const { report, verdicts, rows } = incident.until(200).judge();
      expect(rows.map(({ answer }) => answer)).toEqual(['syn-ack', 'ack']);
      expect(verdicts.facts.contradicted).toBe(count);
      expect(report.verdict.grade).toBe('no-evidence');
    },
  );
});

describe('a SYN whose answer the capture ends too early for', () => {
  /** After an accusation on port 80, this happens; then a SYN that is behind comes in the last moment. */
  function last(
    to: '200:80' | '200:81',
    happens: (incident: Incident) => void = () => undefined,
  ): (string | null)[] {
    const incident = twoPods(12);
    happens(incident);
    incident.silent(119.9999, low(119), [], 1, to);
    const judged = incident.until(120).judge();
    const row = judged.rows.at(-1);
    expect(row?.answer).toBe('unknown');
    const rejected = judged.rows.filter(({ cause }) => cause === 'tw-recycle-reject').length;
    expect(judged.report.totals.rejected).toBe(rejected);
    expect(judged.report.peers[0]?.rejected).toBe(rejected);
    return [row?.cause ?? null];
  }
  const refusedAt81 = (incident: Incident): void => void incident.refused(118, high(118), 1, '200:81');

  it('is surely rejected where somebody listens, or where nothing is known of the port', () => {
    expect([last('200:80'), last('200:81')]).toEqual([['tw-recycle-reject'], ['tw-recycle-reject']]);
  });

  it('is not where the port refused more than it answered', () => {
    expect(last('200:81', refusedAt81)).toEqual([null]);
    const both = (incident: Incident): void => {
      incident.servedFromClient(117, high(117), 1, '200:81');
      refusedAt81(incident);
    };
    expect(last('200:81', both)).toEqual(['tw-recycle-reject']);
  });

  it('is not where the port was ever stuck', () => {
    const stuck = (incident: Incident): void => {
      const talk = new Talk(incident, incident.from(3));
      talk.syn(115, high(115));
      talk.synAck(115.001, high(115));
      talk.fromClient(115.002, 'A', high(115));
      talk.synAck(116, high(115));
      talk.fromClient(116.001, 'A', high(116));
    };
    expect(last('200:80', stuck)).toEqual([null]);
  });

  it('is rejected by the kernels alone that would', () => {
    const incident = twoPods(12);
    incident.silent(119.9999, undefined);
    incident.until(120);
    const rejected = (id: string): number =>
      incident.judge({ profile: kernelProfile(id) }).report.totals.rejected;
    expect([rejected('3.2'), rejected('3.17')]).toEqual([12, 13]);
  });
});
