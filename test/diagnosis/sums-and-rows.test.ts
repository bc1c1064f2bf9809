/** Whatever happens: what is told of targets and peers in sums is what their SYN packets add up to, one by one. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../src/diagnosis/findings.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import type { End } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import type { Judged } from './judged.ts';
import { high, Incident, low } from './talks.ts';

/** One thing that happens at `at` between a host and a listener; `ts` is its clock. */
type Happens = (incident: Incident, at: number, ts: number | undefined, host: number, to: End) => void;

const HAPPENINGS: readonly Happens[] = [
  (incident, at, ts, host, to) => incident.served(at, ts, host, to),
  (incident, at, ts, host, to) => incident.servedFromClient(at, ts, host, to),
  (incident, at, ts, host, to) => incident.silent(at, ts, [], host, to),
  (incident, at, ts, host, to) => incident.silent(at, ts, [1, 3], host, to),
  (incident, at, ts, host, to) => incident.refused(at, ts ?? 1, host, to),
  /** Two pods behind one address. */
  (incident, at, _, host, to) => {
    for (let i = 0; i < 8; i += 1) {
      incident.served(at + i, high(at + i), host, to);
      incident.silent(at + i + 0.5, low(at + i + 0.5), [], host, to);
    }
  },
  /** A drop at random, one in two. */
  (incident, at, ts, host, to) => {
    for (let i = 0; i < 6; i += 1) {
      incident.silent(at + i, ts, [], host, to);
      incident.servedFromClient(at + i + 0.5, ts, host, to);
    }
  },
  /** A full queue: a handshake that the target does not complete. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to);
    talk.syn(at, ts);
    for (const after of [0.001, 1, 3, 7]) {
      talk.synAck(at + after, ts);
      talk.fromClient(at + after + 0.001, 'A', ts);
    }
  },
  /** A source port that comes round while the target holds the old connection in TIME-WAIT, asked three times. */
  (incident, at, ts, host, to) => {
    const talk = incident.served(at, high(at), host, to);
    const ack = talk.clientSeq;
    talk.clientSeq -= 900;
    talk.syn(at + 2, ts);
    talk.fromTarget(at + 2.001, 'A', { ack });
    talk.syn(at + 2.3, ts);
    talk.syn(at + 9, ts);
  },
  /** A SYN on a connection that is alive. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to).open(at, ts);
    talk.fromClient(at + 0.1, 'A', ts, { payload: 100 });
    talk.fromTarget(at + 0.11, 'A', { payload: 100 }, ts !== undefined);
    const ack = talk.clientSeq;
    talk.clientSeq += 50_000;
    talk.syn(at + 2, ts);
    talk.fromTarget(at + 2.001, 'A', { ack });
    talk.syn(at + 3, ts);
  },
  /** The same, and the target serves it: it had forgotten the connection. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to).open(at, ts);
    talk.fromClient(at + 0.1, 'A', ts, { payload: 100 });
    talk.fromTarget(at + 0.11, 'A', { payload: 100 }, ts !== undefined);
    talk.clientSeq += 50_000;
    talk.targetSeq += 90_000;
    talk.open(at + 2, ts);
  },
  /** The same, and the target refuses it. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to).open(at, ts);
    talk.fromClient(at + 0.1, 'A', ts, { payload: 100 });
    talk.fromTarget(at + 0.11, 'A', { payload: 100 }, ts !== undefined);
    talk.clientSeq += 50_000;
    talk.syn(at + 2, ts);
    incident.send({
      at: at + 2.001,
      from: to,
      to: talk.client,
      flags: 'RA',
      seq: 0,
      ack: talk.clientSeq,
    });
  },
  /** A SYN that is captured twice, as on a bridge. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to);
    talk.syn(at, ts, { ipId: 7 });
    talk.syn(at + 0.000_05, ts, { ipId: 7 });
  },
  /** A SYN-ACK that does not reach the client. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to);
    talk.syn(at, ts);
    talk.synAck(at + 0.001, ts);
    talk.syn(at + 1, ts);
    talk.synAck(at + 1.001, ts);
    talk.fromClient(at + 1.002, 'A', ts);
  },
  /** Replies that took another way. */
  (incident, at, ts, host, to) => {
    const talk = new Talk(incident, incident.from(host), to);
    talk.syn(at, ts);
    talk.fromClient(at + 0.002, 'A', ts);
    talk.fromClient(at + 0.01, 'A', ts, { payload: 5 });
  },
];

const CLOCKS: readonly ((at: number) => number | undefined)[] = [high, low, () => undefined];

const counter = (before: number, after: number): ReturnType<typeof collectEvidence> =>
  collectEvidence([
    { name: 'b', role: 'counters-before', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${before} 1\n` },
    { name: 'a', role: 'counters-after', text: `TcpExt: PAWSPassive DelayedACKs\nTcpExt: ${after} 9\n` },
  ]);

const scenes = fc.record({
  /** The first minute of a capture is judged by other rules. */
  began: fc.constantFrom(0, 95),
  happenings: fc.array(
    fc.record({
      happens: fc.constantFrom(...HAPPENINGS),
      after: fc.constantFrom(0.05, 0.4, 2, 11, 40),
      clock: fc.constantFrom(...CLOCKS),
      host: fc.constantFrom(1, 1, 2, 3),
      to: fc.constantFrom<End>('200:80', '200:80', '200:443', '201:80'),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  /** How long the capture goes on after the last of it. */
  rest: fc.constantFrom(0.002, 30, 30),
  profile: fc.constantFrom(null, null, '2.6.18', '3.2', '3.17', '4.12+'),
  evidence: fc.constantFrom(null, null, counter(5, 5), counter(5, 8)),
});

type Scene = typeof scenes extends fc.Arbitrary<infer S> ? S : never;

function judged({ began, happenings, rest, profile, evidence }: Scene): Judged {
  const incident = new Incident(began);
  let at = 100;
  for (const { happens, after, clock, host, to } of happenings) {
    at += after;
    happens(incident, at, clock(at), host, to);
  }
  return incident
    .until(at + rest)
    .judge({ profile: profile === null ? null : kernelProfile(profile), evidence });
}

function tally<T>(items: readonly T[], keyOf: (item: T) => string | null): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const key = keyOf(item);
    if (key !== null) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function total(agreements: readonly Agreement[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const agreement of agreements)
    for (const [name, count] of Object.entries(agreement)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

interface Told {
  readonly causes: Readonly<Record<string, number>>;
  readonly causesByTarget: readonly Readonly<Record<string, number>>[];
  readonly agreement: Readonly<Record<string, number>>;
  readonly rejected: number;
  readonly rejectedByPeer: readonly number[];
}

/** What is told of the whole, of targets and of peers. */
function inSums({ report, verdicts }: Judged): Told {
  const found = report.causes.filter(({ syns }) => syns !== 0);
  return {
    causes: Object.fromEntries(found.map(({ code, syns }) => [code, syns])),
    causesByTarget: verdicts.targets.map(({ causes }) => Object.fromEntries(causes)),
    agreement: total(report.targets.map(({ agreement }) => agreement)),
    rejected: report.totals.rejected,
    rejectedByPeer: report.peers.map(({ rejected }) => rejected),
  };
}

/** The same, put together from what it consists of. */
function inParts({ report, rows }: Judged): Told {
  const rejected = rows.filter(({ cause }) => cause === 'tw-recycle-reject');
  return {
    causes: tally(rows, ({ cause }) => cause),
    causesByTarget: report.targets.map(({ address }) =>
      tally(rows, ({ dst, cause }) => (dst === address ? cause : null)),
    ),
    agreement: total(report.peers.map(({ agreement }) => agreement)),
    rejected: rejected.length,
    rejectedByPeer: report.peers.map(
      ({ address, target }) => rejected.filter(({ src, dst }) => src === address && dst === target).length,
    ),
  };
}

describe('the sums', () => {
  it('are those of the SYNs', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const told = judged(scene);
        expect(inSums(told)).toEqual(inParts(told));
      }),
      { numRuns: 200 },
    );
  });

  it('are so where a peer was never served, by a filter or by a stamp from before the capture', () => {
    const incident = new Incident(95);
    incident.silent(100.05, high(100.05), [], 1, '200:80');
    incident.silent(100.1, low(100.1), [1, 3], 1, '200:80');
    incident.served(100.15, high(100.15), 1, '201:80');
    incident.served(100.2, high(100.2), 3, '200:80');
    const told = incident.until(130.2).judge({ profile: null, evidence: counter(5, 8) });
    expect(inSums(told)).toEqual(inParts(told));
    expect(inSums(told).causes).toMatchObject({ 'tw-recycle-reject': 3, unexplained: 1 });
    incident.silent(165.05, high(165.05), [], 1, '200:80');
    const longer = incident.until(200.2).judge({ profile: null, evidence: counter(5, 8) });
    expect(inSums(longer)).toEqual(inParts(longer));
    expect(inSums(longer).causes).toMatchObject({ 'tw-recycle-reject': 3, 'source-filtered': 2 });
  });
});
