/** The verdict on the whole capture, made of those on its targets. */
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../src/diagnosis/findings.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import type { End } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import { high, Incident, low } from './talks.ts';

/** Pods behind one address, once a second: `high` is served and closed by the target, `low` is silent. */
function twoPods(count: number, incident = new Incident(), to: End = '200:80', from = 100): Incident {
  for (let i = 0; i < count; i += 1) {
    incident.served(from + i, high(from + i), 1, to);
    incident.silent(from + 0.5 + i, low(from + 0.5 + i), [], 1, to);
  }
  return incident;
}

const counters = (before: number, after: number): Evidence =>
  collectEvidence([
    { name: 'b', role: 'counters-before', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${before} 1\n` },
    { name: 'a', role: 'counters-after', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${after} 9\n` },
  ]);
const settings = (text: string): Evidence => collectEvidence([{ name: 'sysctl.txt', text }]);

describe('the verdict on the whole', () => {
  it('cannot tell anything where nothing was sent to anybody', () => {
    const { report } = new Incident().judge();
    expect(report.verdict.grade).toBe('cannot-tell');
    expect(report.vantage).toMatchObject({ place: 'unknown', evidence: [] });
  });

  it('is that of the targets that were heard, if any was', () => {
    const unheard = (incident: Incident): Incident => {
      for (let i = 0; i < 3; i += 1) {
        const talk = new Talk(incident, incident.from(1), '201:80');
        talk.syn(120 + i, high(120 + i));
        talk.fromClient(120.002 + i, 'A', high(120.002 + i));
        talk.fromClient(120.01 + i, 'A', high(120.01 + i), { payload: 5 });
      }
      return incident.until(200);
    };
    const both = new Incident();
    both.servedFromClient(100, high(100));
    expect(unheard(both).judge().report.verdict.grade).toBe('no-evidence');
    // A target that sends something, though no reply to a SYN of it was captured.
    const none = new Incident();
    none.send({ at: 100, from: '201:80', to: '7:9', flags: 'A', seq: 5, ack: 5 });
    expect(unheard(none).judge().report.verdict.grade).toBe('cannot-tell');
  });

  it('leads with the stronger grade, even of two that are not certain, though the weaker rejects more', () => {
    const incident = twoPods(10, new Incident(), '201:80', 100);
    // Ten of eleven predictions came true: possible.
    incident.served(110, high(110), 1, '201:80');
    incident.servedFromClient(110.5, low(110.5), 1, '201:80');
    twoPods(8, incident, '202:80', 120);
    const { report, verdicts } = incident.until(250).judge();
    expect(report.targets.map(({ grade, rejected }) => [grade, rejected])).toEqual([
      ['possible', 10],
      ['probable', 8],
    ]);
    expect([report.verdict.grade, verdicts.leading?.rejected]).toEqual(['probable', 8]);
  });

  it('adds up prediction and observation', () => {
    const incident = twoPods(4, twoPods(3), '201:80', 120);
    incident.servedFromClient(140, high(140), 1, '202:80');
    const { targets, verdict } = incident.until(250).judge().report;
    const sum = (field: keyof Agreement): number =>
      targets.reduce((total, { agreement }) => total + agreement[field], 0);
    expect(verdict.agreement).toMatchObject({ rejectSilent: 7, passAnswered: 8, rejectAnswered: 0 });
    expect([sum('rejectSilent'), sum('passAnswered')]).toEqual([7, 8]);
  });

  it('stays as it is where evidence says nothing against it', () => {
    const incident = new Incident();
    incident.servedFromClient(100, high(100));
    incident.until(200);
    const on = incident.judge({ evidence: settings('net.ipv4.tcp_tw_recycle = 1\n') }).report.verdict;
    const off = incident.judge({ evidence: settings('net.ipv4.tcp_tw_recycle = 0\n') }).report.verdict;
    expect([on.grade, off.grade]).toEqual(['no-evidence', 'ruled-out']);
  });

  it('says of the records of any target that they are damaged', () => {
    expect(twoPods(2).until(200).judge().verdicts.facts).toMatchObject({ damaged: false, timeless: false });
    const damaged = twoPods(2, twoPods(2), '201:80', 120).damaged().until(200).judge();
    expect(damaged.verdicts.facts).toMatchObject({ damaged: true, timeless: false, assumed: false });
  });
});

describe('times that do not move', () => {
  it('are told of the whole as of its targets', () => {
    const incident = new Incident(100);
    for (const to of ['200:80', '201:80'] as const) new Talk(incident, incident.from(1), to).syn(100, 5);
    const { verdicts } = incident.judge();
    expect([verdicts.facts.timeless, ...verdicts.targets.map(({ facts }) => facts.timeless)]).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('the target that evidence is about', () => {
  it.each<[string, string, readonly End[]]>([
    ['is the busiest', '0.0.0.200', ['201:80', '200:80', '200:80', '202:80']],
    ['is the first of those that are as busy', '0.0.0.201', ['201:80', '200:80', '202:80']],
    ['is the first, though others have more to tell', '0.0.0.203', ['203:80', '203:80', '201:80', '201:80']],
  ])('%s', (_, address, targets) => {
    const incident = new Incident();
    targets.forEach((to, i) => incident.servedFromClient(100 + i, high(100 + i), 1, to));
    const { report } = incident.until(200).judge({ evidence: counters(5, 9) });
    expect(report.targets.filter(({ grade }) => grade === 'probable').map((one) => one.address)).toEqual([
      address,
    ]);
  });
});

describe('where it was captured', () => {
  it('is told of the first of the targets that are as busy', () => {
    const incident = new Incident();
    for (const [to, synAckTtl] of [
      ['201:80', 64],
      ['202:80', 55],
    ] as const) {
      for (let i = 0; i < 8; i += 1) {
        const talk = new Talk(incident, incident.from(1), to);
        talk.syn(100 + i, high(100 + i), { ttl: 55 });
        talk.synAck(100.0001 + i, high(100 + i), { ttl: synAckTtl });
        talk.fromClient(100.0002 + i, 'A', high(100 + i));
        talk.fromClient(100.1 + i, 'FA', high(100 + i));
        talk.fromTarget(100.101 + i, 'FA');
      }
    }
    expect(incident.until(250).judge().report.vantage.place).toBe('target');
  });
});

describe('a kernel without the check', () => {
  const without = { profile: kernelProfile('4.12+') };

  it('is not doubted where nothing was silent', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    expect(incident.until(200).judge(without).report.verdict.reasons).toEqual([
      { code: 'kernel-without-check', profile: '4.12+' },
      { code: 'nothing-silent', syns: 1 },
    ]);
  });

  it('is doubted by the targets alone at which the check shows', () => {
    const incident = twoPods(12);
    // As close to a minute after the stamp as a tick: it may have been rejected.
    incident.silent(111.101 + 59.5, low(170));
    twoPods(1, incident, '201:80', 180);
    expect(incident.until(260).judge(without).report.verdict.reasons).toContainEqual({
      code: 'kernel-against-capture',
      syns: 13,
    });
  });
});
