/** Each other cause on a few packets, at the border from which it is told, by sums and by rows, with its evidence. */
import { describe, expect, it } from 'vitest';
import type { Cause } from '../../src/diagnosis/codes.ts';
import type { CauseEvidence, CauseStatus } from '../../src/diagnosis/findings.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import { Talk } from '../tracking/wire.ts';
import type { Judged } from './judged.ts';
import { high, Incident, low } from './talks.ts';

/** The sums by cause, which must be what the rows add up to. */
function causes(judged: Judged): Partial<Record<Cause, number>> {
  const rows: Partial<Record<Cause, number>> = {};
  for (const { cause } of judged.rows) if (cause !== null) rows[cause] = (rows[cause] ?? 0) + 1;
  const sums = judged.report.causes.filter(({ syns }) => syns > 0).map(({ code, syns }) => [code, syns]);
  expect(Object.fromEntries(sums)).toEqual(rows);
  return rows;
}

function told(
  { report }: Judged,
  code: Cause,
): { readonly status: CauseStatus; readonly evidence: readonly CauseEvidence[] } | undefined {
  const cause = report.causes.find((one) => one.code === code);
  return cause === undefined ? undefined : { status: cause.status, evidence: cause.evidence };
}

/** Clients that the target serves, one connect a second. */
function busy(count = 12, incident = new Incident()): Incident {
  for (let i = 0; i < count; i += 1) incident.servedFromClient(100 + i, high(100 + i), 1);
  return incident;
}

describe('a filtered source', () => {
  it.each<[string, readonly (readonly number[])[], Cause]>([
    ['three silent SYNs of two connects', [[1], []], 'source-filtered'],
    ['two silent SYNs', [[], []], 'unexplained'],
    ['three silent SYNs of one connect', [[1, 3]], 'unexplained'],
  ])('is told from %s: %s', (_, connects, expected) => {
    const incident = busy();
    connects.forEach((again, i) => incident.silent(105 + i * 10, low(105 + i * 10), again, 2));
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ [expected]: connects.flat().length + connects.length });
    expect(judged.report.verdict.grade).toBe('no-evidence');
  });

  it.each<[string, (incident: Incident) => void]>([
    ['was served once', (incident) => incident.servedFromClient(150, high(150), 2)],
    ['was refused once', (incident) => incident.refused(150, high(150), 2)],
    [
      'was refused as often as an old connection answered',
      (incident) => {
        incident.refused(150, high(150), 2);
        // From before the capture, closed by the target, which is in TIME-WAIT.
        const talk = new Talk(incident, incident.from(2));
        talk.fromClient(151, 'A', high(151), { payload: 10 });
        talk.fromTarget(151.1, 'FA');
        talk.fromClient(151.2, 'FA', high(151.2));
        talk.fromTarget(151.3, 'A');
        const ack = talk.clientSeq;
        talk.clientSeq -= 900;
        talk.syn(152, low(152));
        talk.fromTarget(152.001, 'A', { ack });
      },
    ],
    [
      'was refused once, and is still waiting at the end',
      (incident) => {
        incident.refused(150, high(150), 2);
        incident.silent(199.9999, high(199.9), [], 2);
      },
    ],
    [
      'was served as often as it was refused',
      (incident) => {
        incident.servedFromClient(150, high(150), 2);
        incident.refused(152, high(152), 2);
      },
    ],
    ['is still waiting at the end', (incident) => incident.silent(199.9999, high(199.9), [], 2)],
  ])('is not one that %s', (_, happens) => {
    const incident = busy();
    incident.silent(105, low(105), [1, 3], 2);
    incident.silent(115, low(115), [1, 3], 2);
    happens(incident);
    const judged = incident.until(200).judge();
    expect(causes(judged)['source-filtered']).toBeUndefined();
    expect(causes(judged).unexplained).toBe(6);
  });

  it.each([
    [10, 'source-filtered'],
    [9, 'unexplained'],
  ] as const)('may have one SYN in the last moment to %i silent ones: %s', (silent, expected) => {
    const incident = busy();
    for (let i = 0; i < silent; i += 1) incident.silent(105 + i, low(105 + i), [], 2);
    incident.silent(199.9999, high(199.9), [], 2);
    expect(causes(incident.until(200).judge())).toEqual({ [expected]: silent });
  });

  it('may be one of several', () => {
    const incident = busy();
    for (const host of [2, 3, 4]) {
      incident.silent(105, low(105), [1, 3], host);
      incident.silent(115, low(115), [1, 3], host);
    }
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'source-filtered': 18 });
    expect(told(judged, 'source-filtered')?.evidence).toContainEqual({
      code: 'peers-never-served',
      peers: 3,
    });
  });

  it('is none where nobody at all was served', () => {
    const incident = new Incident();
    incident.silent(105, low(105), [1, 3], 2);
    incident.silent(115, low(115), [1, 3], 2);
    incident.refused(150, high(150), 1);
    expect(causes(incident.until(200).judge())).toEqual({ unexplained: 6, 'port-closed': 1 });
  });

  it('says nothing against a verdict on others, and says how many they are', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) {
      incident.served(100 + i, high(100 + i));
      incident.silent(100.5 + i, low(100.5 + i));
      incident.silent(100.7 + i, low(100.7 + i), [], 2);
    }
    const judged = incident.until(200).judge();
    expect(judged.report.verdict.grade).toBe('possible');
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 12, 'source-filtered': 12 });
    expect(told(judged, 'source-filtered')).toEqual({
      status: 'found',
      evidence: [
        { code: 'peers-never-served', peers: 1 },
        { code: 'silent-peers-served', peers: 1 },
      ],
    });
  });

  it('takes nothing from the grade of a target that rejects others', () => {
    const incident = new Incident();
    for (let i = 0; i < 16; i += 1) {
      incident.served(100 + i, high(100 + i));
      incident.silent(100.5 + i, low(100.5 + i));
    }
    incident.silent(120, low(120), [1, 3], 2);
    incident.silent(130, low(130), [1, 3], 2);
    const judged = incident.until(200).judge();
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 16, 'source-filtered': 6 });
  });

  it.each([
    [10, 'source-filtered'],
    [9, 'unexplained'],
  ] as const)('at random: %i silences among served SYNs are %s', (count, expected) => {
    const incident = new Incident();
    for (let i = 0; i < 20; i += 1) {
      if (i < count) incident.silent(100 + i, high(100 + i));
      incident.servedFromClient(100.5 + i, high(100.5 + i));
    }
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ [expected]: count });
    expect(told(judged, 'source-filtered')?.evidence).toEqual([
      { code: 'peers-never-served', peers: 0 },
      { code: 'silent-peers-served', peers: 1 },
      { code: 'at-random', syns: count, pValue: 1 },
    ]);
  });
});

describe('silence at random', () => {
  const counter = (before: number, after: number): ReturnType<typeof collectEvidence> =>
    collectEvidence([
      { name: 'b', role: 'counters-before', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${before} 1\n` },
      { name: 'a', role: 'counters-after', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${after} 9\n` },
    ]);

  /** One in two connects of a clock ahead is dropped, so many of them. */
  function dropped(incident: Incident, count: number, from = 200): Incident {
    for (let i = 0; i < count; i += 1) {
      incident.silent(from + i, high(from + i));
      incident.servedFromClient(from + 0.5 + i, high(from + 0.5 + i));
    }
    return incident;
  }

  /** The clock behind starves; so many of its SYNs are served all the same. */
  function starving(incident: Incident, silent: number, served: number): Incident {
    for (let i = 0; i < silent + served; i += 1) {
      incident.served(100 + i, high(100 + i));
      if (i < silent) incident.silent(100.5 + i, low(100.5 + i));
      else incident.servedFromClient(100.5 + i, low(100.5 + i));
    }
    return incident;
  }

  it('is none where most of it follows the timestamps, though the kernel is said to have no such check', () => {
    const incident = dropped(starving(new Incident(), 12, 0), 10);
    const judged = incident.until(300).judge({ profile: kernelProfile('4.12+') });
    expect(judged.verdicts.facts.pValue).toBeLessThan(0.05);
    expect(causes(judged)).toEqual({ unexplained: 22 });
  });

  it.each([
    [8, 8, { unexplained: 18 }],
    [8, 9, { 'source-filtered': 18 }],
  ] as const)(
    'may follow them by chance: %i predicted ones silent, and %i of them served',
    (silent, served, expected) => {
      const incident = starving(new Incident(), silent, served);
      for (let i = 0; i < 100; i += 1) incident.servedFromClient(130 + i * 0.5, high(130 + i * 0.5));
      const judged = dropped(incident, 10).until(300).judge();
      expect(judged.verdicts.facts.pValue).toBeLessThan(0.05);
      expect(causes(judged)).toEqual(expected);
    },
  );

  it('is not told where the counters of the kernel accuse the check', () => {
    const judged = dropped(new Incident(), 12)
      .until(300)
      .judge({ evidence: counter(5, 9) });
    expect(judged.report.verdict.grade).toBe('probable');
    expect(causes(judged)).toEqual({ unexplained: 12 });
  });

  it('is not told where too few were served to show that what the check must reject is all that is silent', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    for (let i = 0; i < 7; i += 1) incident.silent(101 + i, low(101 + i));
    for (let i = 0; i < 5; i += 1) incident.silent(110 + i, high(110 + i));
    const judged = incident.until(200).judge();
    expect(judged.verdicts.facts.pValue).toBeGreaterThan(0.05);
    expect(causes(judged)).toEqual({ unexplained: 12 });
  });

  it('is not told from what a peer met that is filtered', () => {
    const incident = dropped(new Incident(), 9);
    incident.silent(220, low(220), [1, 3], 2);
    incident.silent(230, low(230), [1, 3], 2);
    expect(causes(incident.until(300).judge())).toEqual({ 'source-filtered': 6, unexplained: 9 });
  });

  it.each([
    [2, { unexplained: 10 }],
    [3, { 'source-filtered': 11 }],
  ] as const)(
    'takes %i silences after the first minute, of which alone the model knows',
    (late, expected) => {
      const incident = new Incident(195);
      for (let i = 0; i < 8; i += 1) incident.silent(200 + i, high(200 + i));
      const judged = dropped(incident, late, 300).until(400).judge();
      expect(judged.report.targets[0]?.agreement).toMatchObject({ unknownSilent: 8, passSilent: late });
      expect(causes(judged)).toEqual(expected);
    },
  );
});

describe('a closed port', () => {
  it('answers with RST', () => {
    const incident = busy();
    incident.refused(120, high(120));
    incident.refused(121, low(121), 2);
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'port-closed': 2 });
    expect(judged.rows.filter(({ answer }) => answer === 'rst')).toHaveLength(2);
  });
});

describe('an old connection', () => {
  /** A connection that the client closes last-but-one, so that the target is in TIME-WAIT without timestamps' help. */
  function reused(gaps: readonly number[], answers: readonly boolean[]): Incident {
    const incident = busy(4);
    const talk = incident.served(120, high(120));
    const ack = talk.clientSeq;
    talk.clientSeq -= 900;
    gaps.forEach((gap, i) => {
      talk.syn(gap, low(gap));
      if (answers[i] === true) talk.fromTarget(gap + 0.001, 'A', { ack });
    });
    return incident;
  }

  it('in TIME-WAIT answers with a bare ACK', () => {
    const judged = reused([121], [true]).until(200).judge();
    expect(causes(judged)).toEqual({ 'time-wait-reject': 1 });
    expect(judged.rows.at(-1)?.answer).toBe('ack');
    expect(told(judged, 'time-wait-reject')).toEqual({
      status: 'found',
      evidence: [
        { code: 'bare-acks', count: 1 },
        { code: 'time-wait-cost', attempts: 1, connected: 0, seconds: 0, longestSeconds: 0 },
      ],
    });
    expect(judged.report.remedy.map(({ code }) => code)).toEqual(['avoid-tuple-reuse']);
  });

  it('says nothing within half a second of that', () => {
    const judged = reused([121, 121.3], [true, false]).until(200).judge();
    expect(causes(judged)).toEqual({ 'time-wait-reject': 2 });
    expect(judged.rows.map(({ answer }) => answer).slice(-2)).toEqual(['ack', 'none']);
  });

  it('that is alive answers with a bare ACK as well, or not at all', () => {
    const incident = busy(4);
    const talk = new Talk(incident, incident.from(1)).open(120, high(120));
    talk.fromClient(120.1, 'A', high(120.1), { payload: 100 });
    talk.fromTarget(120.11, 'A', { payload: 100 });
    talk.fromClient(120.2, 'A', high(120.2), { payload: 100 });
    const ack = talk.clientSeq;
    talk.clientSeq += 50_000;
    talk.syn(122, high(122));
    talk.fromTarget(122.001, 'A', { ack });
    talk.syn(123, high(123));
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'tuple-collision': 2 });
    expect(told(judged, 'tuple-collision')).toEqual({
      status: 'found',
      evidence: [{ code: 'live-tuples', count: 2 }],
    });
    expect(judged.report.remedy.map(({ code }) => code)).toEqual(['look-elsewhere']);
  });

  it('is counted apart, alive or in TIME-WAIT, though both answer alike', () => {
    const incident = reused([121, 121.3], [true, false]);
    const alive = new Talk(incident, incident.from(1)).open(130, high(130));
    alive.fromClient(130.1, 'A', high(130.1), { payload: 100 });
    alive.fromTarget(130.11, 'A', { payload: 100 });
    const ack = alive.clientSeq;
    alive.clientSeq += 50_000;
    alive.syn(132, high(132));
    alive.fromTarget(132.001, 'A', { ack });
    alive.syn(133, high(133));
    expect(causes(incident.until(200).judge())).toEqual({ 'time-wait-reject': 2, 'tuple-collision': 2 });
  });
});

describe('a reply', () => {
  it('that did not reach the client, which sends its SYN again', () => {
    const incident = busy();
    const talk = new Talk(incident, incident.from(1));
    talk.syn(120, high(120));
    talk.synAck(120.001, high(120));
    talk.syn(121, high(121));
    talk.synAck(121.001, high(121));
    talk.fromClient(121.002, 'A', high(121.002));
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'reply-lost': 1 });
    expect(told(judged, 'reply-lost')).toEqual({
      status: 'found',
      evidence: [{ code: 'sent-again-after-syn-ack', count: 1 }],
    });
  });
});

describe('what speaks against a cause', () => {
  it('is seen where others were served in the very second of a silence', () => {
    const incident = busy();
    incident.silent(105.5, high(105.5));
    incident.silent(107.5, high(107.5));
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ unexplained: 2 });
    const queue = {
      status: 'ruled-out',
      evidence: [
        { code: 'syn-acks-repeated', count: 0 },
        { code: 'served-meanwhile', syns: 2, seconds: 2, peers: 1, spared: 0 },
      ],
    };
    expect(Object.fromEntries(judged.report.causes.map(({ code }) => [code, told(judged, code)]))).toEqual({
      'tw-recycle-reject': {
        status: 'not-seen',
        evidence: [{ code: 'predictions', silent: 0, answered: 0, pValue: 1 }],
      },
      'time-wait-reject': { status: 'ruled-out', evidence: [{ code: 'bare-acks', count: 0 }] },
      'accept-queue-overflow': queue,
      'syn-queue-full': queue,
      'port-closed': { status: 'ruled-out', evidence: [{ code: 'resets', count: 0 }] },
      'source-filtered': {
        status: 'ruled-out',
        evidence: [
          { code: 'peers-never-served', peers: 0 },
          { code: 'silent-peers-served', peers: 1 },
          { code: 'at-random', syns: 2, pValue: 1 },
        ],
      },
      'reply-lost': { status: 'ruled-out', evidence: [{ code: 'sent-again-after-syn-ack', count: 0 }] },
      'tuple-collision': { status: 'ruled-out', evidence: [{ code: 'live-tuples', count: 0 }] },
      unexplained: { status: 'found', evidence: [] },
    });
  });

  it('is a prediction that was answered more often than silent', () => {
    const incident = busy();
    for (let i = 0; i < 3; i += 1) {
      incident.served(120 + i, high(120 + i));
      incident.servedFromClient(120.5 + i, low(120.5 + i));
    }
    incident.silent(130, high(130));
    const judged = incident.until(200).judge();
    expect(told(judged, 'tw-recycle-reject')).toEqual({
      status: 'ruled-out',
      evidence: [{ code: 'predictions', silent: 0, answered: 3, pValue: expect.closeTo(1) }],
    });
    expect(judged.report.verdict.grade).toBe('ruled-out');
  });

  it('is nothing where nothing was silent, or where no reply was captured', () => {
    const served = busy().until(200).judge();
    expect(
      served.report.causes.every(({ status, evidence }) => status === 'not-seen' && evidence.length === 0),
    ).toBe(true);
    expect(served.report.causes.map(({ code }) => code)).not.toContain('unexplained');
    const incident = new Incident();
    incident.silent(120, low(120), [1, 3]);
    const deaf = incident.until(200).judge();
    expect(
      deaf.report.causes.every(({ status, evidence }) => status === 'not-seen' && evidence.length === 0),
    ).toBe(true);
  });
});

describe('a full queue', () => {
  /** A client whose handshake the target does not complete: it sends its SYN-ACK again after 1 and 3 s. */
  function stuck(incident: Incident, at: number, host = 3): void {
    const talk = new Talk(incident, incident.from(host));
    talk.syn(at, high(at));
    talk.synAck(at + 0.001, high(at));
    talk.fromClient(at + 0.002, 'A', high(at + 0.002));
    talk.synAck(at + 1, high(at));
    talk.fromClient(at + 1.001, 'A', high(at + 1));
    talk.synAck(at + 3, high(at));
    talk.fromClient(at + 3.001, 'A', high(at + 3));
  }

  it('drops SYNs while handshakes cannot be completed', () => {
    const incident = busy(4);
    stuck(incident, 120);
    incident.silent(122, high(122));
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'syn-queue-full': 1 });
    expect(told(judged, 'syn-queue-full')).toEqual({
      status: 'found',
      evidence: [
        { code: 'syn-acks-repeated', count: 2 },
        { code: 'served-meanwhile', syns: 0, seconds: 1, peers: 0, spared: 0 },
        { code: 'requests-open', whenSilent: 1, whenAnswered: null },
      ],
    });
    expect(judged.report.verdict.grade).toBe('no-evidence');
    expect(judged.report.verdict.reasons.map(({ code }) => code)).not.toContain('silent-but-not-predicted');
    expect(judged.report.remedy.map(({ code }) => code)).toEqual(['look-elsewhere']);
  });

  /** One more is answered with as many handshakes open: it was the accept queue. */
  function overflow(): Incident {
    const incident = busy(4);
    stuck(incident, 120);
    incident.silent(122, high(122));
    incident.servedFromClient(124, high(124));
    return incident.until(200);
  }

  it('is the accept queue where a SYN is answered although no handshake has gone', () => {
    const judged = overflow().judge();
    expect(causes(judged)).toEqual({ 'accept-queue-overflow': 1 });
    expect(told(judged, 'accept-queue-overflow')?.evidence).toContainEqual({
      code: 'requests-open',
      whenSilent: 1,
      whenAnswered: 1,
    });
  });

  it.each([
    ['TCPReqQFullDrop', 'syn-queue-full'],
    ['ListenOverflows', 'accept-queue-overflow'],
  ] as const)('is the one that the counter %s names', (counter, cause) => {
    const snapshot = (value: number): string => `TcpExt: ${counter} DelayedACKs\nTcpExt: ${value} ${value}\n`;
    const evidence = collectEvidence([
      { name: 'b', role: 'counters-before', text: snapshot(1) },
      { name: 'a', role: 'counters-after', text: snapshot(2) },
    ]);
    expect(causes(overflow().judge({ evidence }))).toEqual({ [cause]: 1 });
  });

  it('is told from the check, SYN by SYN', () => {
    const incident = new Incident();
    for (let i = 0; i < 14; i += 1) {
      incident.served(100 + i, high(100 + i));
      incident.silent(100.5 + i, low(100.5 + i));
    }
    stuck(incident, 120);
    // Predicted, between two that should have passed: the queue was full all the while.
    incident.silent(121.5, high(121.5));
    incident.silent(122, low(122));
    incident.silent(122.5, high(122.5));
    const judged = incident.until(200).judge();
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 14, 'syn-queue-full': 3 });
    expect(judged.rows.filter(({ cause }) => cause === 'syn-queue-full').map(({ fate }) => fate)).toEqual([
      'pass',
      'possible-reject',
      'pass',
    ]);
    // What neither explains is told besides.
    incident.silent(110.25, high(110.25));
    expect(causes(incident.judge())).toEqual({
      'tw-recycle-reject': 14,
      'syn-queue-full': 3,
      unexplained: 1,
    });
  });

  it('counts against a peer that is filtered as well, where it was', () => {
    const incident = busy(4);
    incident.silent(105, high(105), [1, 3], 2);
    incident.silent(115, high(115), [1, 3], 2);
    stuck(incident, 120);
    incident.silent(122, high(122), [], 2);
    incident.silent(122.5, high(122.5), [], 2);
    expect(causes(incident.until(200).judge())).toEqual({ 'source-filtered': 6, 'syn-queue-full': 2 });
  });

  it('leaves no silence to a filter at random', () => {
    const incident = new Incident();
    for (let i = 0; i < 20; i += 1) {
      if (i < 12) incident.silent(100 + i, high(100 + i));
      incident.servedFromClient(100.5 + i, high(100.5 + i));
    }
    stuck(incident, 140);
    incident.silent(142, high(142));
    expect(causes(incident.until(200).judge())).toEqual({ unexplained: 12, 'syn-queue-full': 1 });
  });

  it('is of one target, and says nothing of another', () => {
    const incident = busy(4);
    stuck(incident, 120);
    incident.silent(122, high(122), [], 1, '201:80');
    incident.servedFromClient(123, high(123), 1, '201:80');
    expect(causes(incident.until(200).judge())).toEqual({ unexplained: 1 });
  });
});

describe('a filtered peer at a target with the check', () => {
  it('is not charged with what the check explains', () => {
    const incident = new Incident();
    for (let i = 0; i < 14; i += 1) {
      incident.served(100 + i, high(100 + i));
      incident.silent(100.5 + i, low(100.5 + i));
    }
    // The capture knows a close of this peer, yet no SYN of it was ever served.
    const middle = new Talk(incident, incident.from(2));
    middle.fromClient(110, 'A', high(110), { payload: 10 });
    middle.fromTarget(110.1, 'FA');
    middle.fromClient(110.2, 'FA', high(110.2));
    incident.silent(111, low(111), [1, 3], 2);
    incident.silent(112, high(112), [1], 2);
    const judged = incident.until(200).judge();
    expect(causes(judged)).toEqual({ 'tw-recycle-reject': 17, 'source-filtered': 2 });
    expect(judged.report.verdict.grade).toBe('confirmed');
    // Nor does it explain what others meet, which speaks against the check.
    for (let i = 0; i < 4; i += 1) incident.silent(130 + i, high(130 + i));
    const doubtful = incident.judge();
    expect(doubtful.verdicts.facts.unpredicted).toBe(4);
    expect(doubtful.report.verdict.grade).toBe('probable');
  });
});
