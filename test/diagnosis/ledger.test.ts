/** Where the check meets a full queue, a closed port or an old connection: what is counted, and what is not. */
import { describe, expect, it } from 'vitest';
import { fisherExact } from '../../src/diagnosis/fisher.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import type { End } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import { high, Incident, low } from './talks.ts';

/** Pods behind one address, once a second: `high` is served and closed by the target, `low` is silent. */
function twoPods(
  count: number,
  incident = new Incident(),
  to: End = '200:80',
  from = 100,
  host = 1,
): Incident {
  for (let i = 0; i < count; i += 1) {
    incident.served(from + i, high(from + i), host, to);
    incident.silent(from + 0.5 + i, low(from + 0.5 + i), [], host, to);
  }
  return incident;
}

/** A client whose handshake the target does not complete: it sends its SYN-ACK again after 1 and 3 s. */
function stuck(incident: Incident, at: number, to: End = '200:80'): Talk {
  const talk = new Talk(incident, incident.from(3), to);
  talk.syn(at, high(at));
  for (const after of [0.001, 1, 3]) {
    talk.synAck(at + after, high(at));
    talk.fromClient(at + after + 0.001, 'A', high(at + after));
  }
  return talk;
}

describe('a SYN that would be rejected, at a full queue', () => {
  it('is not charged to the check, nor its connect', () => {
    const incident = twoPods(12);
    stuck(incident, 120);
    incident.silent(121.5, high(121.5));
    incident.silent(122, low(122));
    const { report } = incident.until(200).judge();
    expect(incident.causes()).toEqual({ none: 13, 'tw-recycle-reject': 12, 'syn-queue-full': 2 });
    expect(report.totals).toMatchObject({ rejected: 12, rejectedAttempts: 12, lostAttempts: 12 });
  });

  it('is not charged to it where a stamp may have stood against it either', () => {
    const incident = twoPods(12);
    stuck(incident, 168);
    incident.silent(170, high(170));
    incident.silent(111.101 + 59.5, low(170));
    expect(incident.until(300).causes()).toEqual({ none: 13, 'tw-recycle-reject': 12, 'syn-queue-full': 2 });
  });

  it('is charged to the check once a handshake was completed', () => {
    const incident = twoPods(12);
    const first = stuck(incident, 118);
    stuck(incident, 118.1);
    incident.silent(121.5, high(121.5));
    first.fromClient(121.7, 'A', high(121.7));
    first.fromTarget(121.8, 'A', { payload: 10 });
    incident.silent(122, low(122));
    incident.silent(122.5, low(122.5));
    expect(incident.until(200).causes()).toEqual({ none: 14, 'tw-recycle-reject': 14, 'syn-queue-full': 1 });
  });

  it('speaks against the check when it is answered', () => {
    const incident = twoPods(12);
    stuck(incident, 120);
    incident.silent(121.5, high(121.5));
    incident.servedFromClient(122, low(122));
    expect(incident.until(200).judge().verdicts.facts).toMatchObject({ predicted: 12, contradicted: 1 });
  });
});

describe('answers against the check', () => {
  it('rule it out once a second stamp is contradicted: a first may be there for a FIN that was not captured', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    for (let i = 0; i < 5; i += 1) incident.servedFromClient(101 + i, low(101 + i));
    expect(incident.until(110).judge().verdicts).toMatchObject({
      grade: 'no-evidence',
      facts: { contradicted: 5, contradictedStamps: 1 },
    });
    incident.served(120, high(120));
    incident.servedFromClient(121, low(121));
    expect(incident.until(200).judge().verdicts).toMatchObject({
      grade: 'ruled-out',
      facts: { contradicted: 6, contradictedStamps: 2 },
    });
  });
});

describe('requests that were open', () => {
  it('are told of while the listener was stuck, not of handshakes on their way before', () => {
    const incident = new Incident();
    const slow = new Talk(incident, incident.from(1));
    slow.syn(100, high(100));
    slow.synAck(100.001, high(100));
    incident.servedFromClient(100.1, high(100.1));
    slow.fromClient(100.5, 'A', high(100.5));
    slow.fromTarget(100.6, 'A', { payload: 5 });
    stuck(incident, 120);
    incident.silent(122, high(122));
    const { causes } = incident.until(200).judge().report;
    expect(causes.find(({ code }) => code === 'syn-queue-full')?.evidence).toContainEqual({
      code: 'requests-open',
      whenSilent: 1,
      whenAnswered: null,
    });
  });
});

describe('an attempt that ends before its SYN is settled', () => {
  it('counts as rejected and lost, as the one that follows on the same ports', () => {
    const incident = twoPods(12);
    const talk = incident.silent(112, low(112));
    talk.clientSeq += 5000;
    talk.syn(112.2, low(112.2));
    const { totals } = incident.until(200).judge().report;
    expect(totals).toMatchObject({ rejected: 14, rejectedAttempts: 14, lostAttempts: 14 });
  });

  it('does not count where its SYN was answered', () => {
    const incident = twoPods(10);
    // Two of the predictions fail.
    incident.servedFromClient(110, low(110));
    incident.served(111, high(111));
    const { report, verdicts } = incident.until(200).judge();
    expect(report.verdict.grade).toBe('possible');
    expect(verdicts.facts.contradicted).toBe(1);
    expect(report.totals).toMatchObject({ rejected: 10, rejectedAttempts: 10, lostAttempts: 10 });
  });
});

describe('a second sighting of a SYN', () => {
  it('is no SYN', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) {
      incident.served(100 + i, high(100 + i));
      const talk = new Talk(incident, incident.from(1));
      for (const later of [0, 0.00001]) talk.syn(100.5 + i + later, low(100.5 + i), { ipId: 20_000 + i });
    }
    const { totals, targets } = incident.until(200).judge().report;
    expect([totals.rejected, totals.rejectedAttempts]).toEqual([12, 12]);
    expect(targets[0]?.agreement).toMatchObject({ rejectSilent: 12, passAnswered: 12 });
  });
});

describe('a connection that is used again long after its close', () => {
  it('speaks against the check when TIME-WAIT answers, not when the target serves it', () => {
    const contradicted = (answer: (talk: Talk, ack: number) => void): number => {
      const incident = new Incident();
      const talk = incident.served(100, high(100));
      const ack = talk.clientSeq;
      talk.clientSeq += 90_000;
      talk.syn(130, high(130));
      answer(talk, ack);
      return incident.until(200).judge().verdicts.facts.contradicted;
    };
    expect(contradicted((talk, ack) => void talk.fromTarget(130.001, 'A', { ack }))).toBe(1);
    expect(contradicted((talk) => void talk.synAck(130.001, high(130)))).toBe(0);
    expect(contradicted(() => undefined)).toBe(0);
  });
});

describe('a port that refuses more than it serves', () => {
  it('speaks against the check where it serves what the check must reject', () => {
    const incident = twoPods(12);
    for (let i = 0; i < 3; i += 1) incident.refused(113 + i, high(113 + i), 1, '200:81');
    incident.servedFromClient(118, low(118), 1, '200:81');
    expect(incident.until(200).judge().verdicts.facts).toMatchObject({ predicted: 12, contradicted: 1 });
  });
});

describe('silence in the first minute of a clock that starves later on', () => {
  const charged = (happens: (incident: Incident) => void): number | undefined => {
    const incident = new Incident(100);
    happens(incident);
    for (let i = 0; i < 3; i += 1) incident.silent(108 + i, low(108 + i), [], 1, '200:81');
    return twoPods(14, incident, '200:80', 120).until(250).causes()['tw-recycle-reject'];
  };

  it('is charged to a stamp from before the capture, unless the port refuses or was ever stuck', () => {
    expect(charged((incident) => void incident.servedFromClient(101, high(101), 2, '200:81'))).toBe(17);
    expect(charged((incident) => void incident.refused(101, high(101), 2, '200:81'))).toBe(14);
    expect(charged((incident) => void stuck(incident, 101, '200:81'))).toBe(14);
  });
});

describe('the first silence that was not predicted', () => {
  it('is that of each target', () => {
    const incident = new Incident();
    incident.servedFromClient(100, high(100), 1, '200:80');
    incident.servedFromClient(101, high(101), 1, '201:80');
    incident.silent(120, high(120), [1], 1, '200:80');
    incident.silent(125, high(125), [1], 1, '201:80');
    incident.silent(130, high(130), [1], 1, '200:80');
    const { verdicts } = incident.until(200).judge();
    const [first, second] = verdicts.targets.map(({ firstUnpredicted }) => firstUnpredicted);
    expect((second ?? 0) - (first ?? 0)).toBe(2);
  });
});

describe('peers whose slots go to others', () => {
  it('leave what is counted of the rest as it is', () => {
    const incident = new Incident();
    for (let host = 1; host <= 6; host += 1) twoPods(4 + host, incident, '200:80', 100 + host * 20, host);
    const { peers } = incident.until(300).judge({ limits: { ...TRACKING_LIMITS, pairs: 4 } }).report;
    expect(peers.map(({ address, rejected }) => [address, rejected])).toEqual([
      ['0.0.0.6', 10],
      ['0.0.0.5', 9],
      ['0.0.0.4', 8],
      ['0.0.0.3', 7],
    ]);
  });
});

describe('the test against chance', () => {
  it('leaves out what may or may not have been rejected, and what nobody is served at', () => {
    const border = twoPods(6);
    border.silent(105.101 + 59.5, low(164));
    expect(border.until(300).judge().verdicts.facts).toMatchObject({
      possible: 1,
      pValue: expect.closeTo(fisherExact(6, 0, 0, 6), 12),
    });
    const closed = twoPods(6);
    for (let i = 0; i < 3; i += 1) closed.silent(106 + i, high(106 + i), [], 1, '200:8080');
    for (let i = 0; i < 3; i += 1) closed.silent(110 + i, low(110 + i), [], 1, '200:8080');
    expect(closed.until(300).judge().verdicts.facts).toMatchObject({
      predicted: 6,
      pValue: expect.closeTo(fisherExact(6, 0, 3, 6), 12),
    });
  });
});
