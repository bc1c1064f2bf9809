/** Reasons and steps of a report at their borders: what is told, and what is left out. */
import { describe, expect, it } from 'vitest';
import type { RemedyStep, VerdictReason } from '../../src/diagnosis/findings.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import type { End } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import type { Judged } from './judged.ts';
import { Recorded } from './judged.ts';
import { high, Incident, low } from './talks.ts';

const codes = ({ report }: Judged): string[] => report.verdict.reasons.map(({ code }) => code);
const steps = ({ report }: Judged): readonly RemedyStep[] =>
  report.remedy.filter(({ code }) => ['start-service', 'capture-again', 'look-elsewhere'].includes(code));
const reason = ({ report }: Judged, code: VerdictReason['code']): VerdictReason | undefined =>
  report.verdict.reasons.find((one) => one.code === code);

const counters = (before: number, after: number): Evidence =>
  collectEvidence([
    { name: 'b', role: 'counters-before', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${before} 1\n` },
    { name: 'a', role: 'counters-after', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${after} 9\n` },
  ]);

/** `high` is served and closed by the target every four seconds, `low` is silent, and sends its SYN again. */
function pods(count: number, again: readonly number[] = [], incident = new Incident()): Incident {
  for (let i = 0; i < count; i += 1) {
    incident.served(100 + i * 4, high(100 + i * 4));
    incident.silent(100.5 + i * 4, low(100.5 + i * 4), again);
  }
  return incident;
}

/** SYNs and SYN-ACKs alone, of a pod that is served and one that starves. */
function handshakes(count: number): Recorded {
  const capture = new Recorded();
  for (let i = 0; i < count; i += 1) {
    const winner = new Talk(capture, `1:${40_000 + i}`);
    winner.syn(100 + i, high(100 + i));
    winner.synAck(100.001 + i, high(100 + i));
    const loser = new Talk(capture, `1:${50_000 + i}`);
    for (const after of [0.2, 1.2]) loser.syn(100 + i + after, low(100 + i + after));
  }
  const last = new Talk(capture, '7:9000');
  last.syn(160, 1);
  last.synAck(160.001, 1);
  return capture;
}

describe('few predictions', () => {
  it.each<[string, number, readonly number[], readonly [syns: number, attempts: number] | null]>([
    ['not ten of ten connects', 10, [], null],
    ['nine of nine connects', 9, [], [9, 9]],
    ['not ten of five connects', 5, [1], null],
    ['twelve of four connects', 4, [1, 2], [12, 4]],
  ])('are told of: %s', (_, connects, again, told) => {
    // The damage takes certainty away.
    const judged = pods(connects, again).until(260).damaged().judge();
    expect(judged.report.verdict.grade).not.toBe('confirmed');
    const [syns, attempts] = told ?? [];
    expect(reason(judged, 'few-predictions')).toEqual(
      told === null ? undefined : { code: 'few-predictions', syns, needed: 10, attempts, neededAttempts: 5 },
    );
  });

  it('are not told of where evidence made up for them', () => {
    const judged = pods(3)
      .until(260)
      .judge({ evidence: counters(5, 8) });
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(codes(judged)).toEqual(['predicted-and-silent', 'within-chance']);
  });

  it('are not told of where others were answered', () => {
    const incident = pods(1);
    for (let i = 0; i < 2; i += 1) incident.servedFromClient(120 + i, low(120 + i));
    expect(codes(incident.until(260).judge())).toEqual(['contradicted', 'within-chance']);
  });

  it('of several targets are told of together, and are many when they are', () => {
    const each = (count: number): Judged => {
      const incident = new Incident();
      for (let i = 0; i < count; i += 1) {
        const to: End = `${200 + i}:80`;
        incident.served(100 + i, high(100 + i), 1, to);
        incident.silent(100.5 + i, low(100.5 + i), [], 1, to);
      }
      return incident.until(260).judge({ evidence: null });
    };
    expect(reason(each(6), 'few-predictions')).toMatchObject({ syns: 6, attempts: 6 });
    expect(codes(each(12))).not.toContain('few-predictions');
  });
});

describe('chance', () => {
  it('is weighed where one SYN must, and one may have been rejected', () => {
    const incident = pods(1);
    incident.silent(100.101 + 59.5, low(170));
    const judged = incident.until(260).judge();
    expect(judged.verdicts.facts).toMatchObject({ predicted: 1, possible: 1, contradicted: 0 });
    expect(codes(judged)).toContain('within-chance');
  });
});

describe('a capture of handshakes', () => {
  it('is accused by what is assumed, and by nothing else', () => {
    const judged = handshakes(12).judge();
    expect(judged.report.verdict.grade).toBe('probable');
    expect(judged.report.verdict.reasons).toEqual([
      { code: 'assumed-and-silent', syns: 24, silent: 24 },
      { code: 'beyond-chance', pValue: expect.any(Number) },
    ]);
    expect(judged.report.verdict.assumptions).toEqual([{ code: 'stamp-from-served-syns' }]);
    expect(steps(judged)).toEqual([{ code: 'capture-again', because: 'syn-only' }]);
  });

  it('tells what was silent without being assumed to be rejected beside it', () => {
    const capture = handshakes(12);
    const ahead = new Talk(capture, '1:60000');
    for (const at of [115, 116]) ahead.syn(at, high(at));
    expect(reason(capture.judge(), 'assumed-and-silent')).toEqual({
      code: 'assumed-and-silent',
      syns: 24,
      silent: 26,
    });
  });

  it('tells of no silence where there was none', () => {
    expect(codes(handshakes(0).judge())).toEqual(['nothing-silent']);
  });

  it('need not be made again where the counters confirm it', () => {
    const judged = handshakes(12).judge({ evidence: counters(5, 29) });
    expect(judged.report.verdict.grade).toBe('confirmed');
    expect(steps(judged)).toEqual([]);
  });
});

describe('a capture without the replies', () => {
  it('asks for another one, and says nothing of who closed first', () => {
    const incident = new Incident();
    for (let i = 0; i < 3; i += 1) {
      const talk = new Talk(incident, incident.from(1));
      talk.syn(100 + i, high(100 + i));
      talk.fromClient(100.002 + i, 'A', high(100 + i));
      talk.fromClient(100.01 + i, 'A', high(100 + i), { payload: 5 });
      talk.fromClient(100.02 + i, 'FA', high(100 + i));
    }
    const judged = incident.until(200).judge();
    expect(judged.report.verdict.grade).toBe('cannot-tell');
    expect(codes(judged)).toEqual([]);
    expect(steps(judged)).toEqual([{ code: 'capture-again', because: 'one-way' }]);
  });
});

describe('timestamps that stepped back', () => {
  /** Two clocks take turns, and every client closes first. */
  function turns(count: number): Incident {
    const incident = new Incident();
    for (let i = 0; i < count; i += 1) {
      incident.servedFromClient(100 + i, high(100 + i));
      incident.servedFromClient(100.5 + i, low(100.5 + i), 1);
    }
    return incident;
  }

  it('are told of where they were served, of every peer', () => {
    const incident = turns(3);
    incident.servedFromClient(120, high(120), 2);
    incident.servedFromClient(121, low(121), 2);
    incident.silent(122, low(122), [], 2);
    const judged = incident.until(200).judge();
    expect(reason(judged, 'served-while-behind')).toEqual({
      code: 'served-while-behind',
      stepsBack: 5,
      served: 4,
    });
  });

  it('are not told of where none was served, nor beside what speaks for or against the check', () => {
    const unserved = new Incident();
    unserved.servedFromClient(100, high(100));
    unserved.silent(101, low(101));
    expect(codes(unserved.until(200).judge())).not.toContain('served-while-behind');
    // As much for as against.
    const both = turns(2);
    both.served(120, high(120));
    both.servedFromClient(121, low(121));
    both.silent(122, low(122));
    const judged = both.until(200).judge();
    expect(judged.verdicts.facts).toMatchObject({ predicted: 1, contradicted: 1 });
    expect(codes(judged)).not.toContain('served-while-behind');
  });
});

describe('other causes', () => {
  it('are named beside an accusation, the three with the most SYNs, and what nobody explains is not one', () => {
    const incident = pods(12);
    for (let i = 0; i < 2; i += 1) incident.refused(150 + i, high(150 + i), 1, '200:81');
    // Lost replies.
    for (let i = 0; i < 3; i += 1) {
      const talk = new Talk(incident, incident.from(1));
      talk.syn(160 + i * 5, high(160));
      talk.synAck(160.001 + i * 5, high(160));
      talk.syn(161 + i * 5, high(161));
      talk.synAck(161.001 + i * 5, high(161));
      talk.fromClient(161.002 + i * 5, 'A', high(161));
    }
    // Old connections that are alive, four times, and one in TIME-WAIT.
    for (let i = 0; i < 4; i += 1) {
      const talk = new Talk(incident, incident.from(1)).open(180 + i * 2, high(180));
      talk.fromClient(180.1 + i * 2, 'A', high(180), { payload: 100 });
      talk.fromTarget(180.11 + i * 2, 'A', { payload: 100 });
      const ack = talk.clientSeq;
      talk.clientSeq += 50_000;
      talk.syn(181 + i * 2, high(181 + i * 2));
      talk.fromTarget(181.001 + i * 2, 'A', { ack });
    }
    const closed = incident.served(200, high(200));
    const ack = closed.clientSeq;
    closed.clientSeq -= 900;
    closed.syn(201, high(201) - 2000);
    closed.fromTarget(201.001, 'A', { ack });
    incident.silent(212, high(212), [1, 2, 3, 4]);
    const judged = incident.until(300).judge();
    expect(
      Object.fromEntries(
        judged.report.causes.filter(({ syns }) => syns > 0).map((one) => [one.code, one.syns]),
      ),
    ).toEqual({
      'tw-recycle-reject': 12,
      'port-closed': 2,
      'reply-lost': 3,
      'tuple-collision': 4,
      'time-wait-reject': 1,
      unexplained: 5,
    });
    expect(judged.report.verdict.reasons.filter(({ code }) => code === 'other-cause')).toEqual([
      { code: 'other-cause', cause: 'tuple-collision', syns: 4 },
      { code: 'other-cause', cause: 'reply-lost', syns: 3 },
      { code: 'other-cause', cause: 'port-closed', syns: 2 },
    ]);
  });

  it('are not named where nobody is accused', () => {
    const incident = new Incident();
    incident.servedFromClient(100, high(100));
    incident.refused(101, high(101), 1, '200:81');
    expect(codes(incident.until(200).judge())).toEqual(['nothing-silent', 'no-server-first-close']);
  });
});

describe('closed ports', () => {
  it('are named from the most SYNs on, by number where they have as many, three at most', () => {
    const incident = new Incident();
    incident.servedFromClient(100, high(100));
    const refused: readonly (readonly [End, number])[] = [
      ['200:90', 2],
      ['200:83', 1],
      ['201:85', 4],
      ['200:82', 2],
      ['200:84', 1],
    ];
    for (const [to, count] of refused) {
      for (let i = 0; i < count; i += 1) incident.refused(110 + i, high(110), 1, to);
    }
    expect(steps(incident.until(200).judge())).toEqual([
      { code: 'start-service', target: '0.0.0.201', port: 85 },
      { code: 'start-service', target: '0.0.0.200', port: 82 },
      { code: 'start-service', target: '0.0.0.200', port: 90 },
    ]);
  });
});

describe('who closed first', () => {
  it('is not told where counters accuse although the capture shows no close of the target', () => {
    const incident = new Incident();
    for (let i = 0; i < 3; i += 1) incident.servedFromClient(100 + i, high(100 + i));
    incident.until(200);
    expect(codes(incident.judge())).toEqual(['nothing-silent', 'no-server-first-close']);
    const judged = incident.judge({ evidence: counters(5, 9) });
    expect(judged.report.verdict.grade).toBe('probable');
    expect(codes(judged)).toEqual(['nothing-silent']);
  });
});
