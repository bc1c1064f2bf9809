/** What speaks against a cause, and what does not: each of its signs by itself, on a few packets. */
import { describe, expect, it } from 'vitest';
import type { Cause } from '../../src/diagnosis/codes.ts';
import type { CauseEvidence, CauseStatus } from '../../src/diagnosis/findings.ts';
import { collectEvidence } from '../../src/evidence/evidence.ts';
import { Talk } from '../tracking/wire.ts';
import type { Judged } from './judged.ts';
import { high, Incident, low } from './talks.ts';

const OFF = collectEvidence([{ name: 'sysctl.txt', text: 'net.ipv4.tcp_tw_recycle = 0\n' }]);

function finding(
  { report }: Judged,
  code: Cause,
): { readonly status: CauseStatus | undefined; readonly evidence: readonly CauseEvidence[] | undefined } {
  const cause = report.causes.find((one) => one.code === code);
  return { status: cause?.status, evidence: cause?.evidence };
}

function status(judged: Judged, code: Cause): CauseStatus | undefined {
  return finding(judged, code).status;
}

/** One client that is served once a second. */
function busy(incident = new Incident()): Incident {
  for (let i = 0; i < 12; i += 1) incident.servedFromClient(100 + i, high(100 + i));
  return incident;
}

/** A client whose handshake the target does not complete. */
function stuck(incident: Incident, at: number): void {
  const talk = new Talk(incident, incident.from(3));
  talk.syn(at, high(at));
  for (const after of [0.001, 1, 3]) {
    talk.synAck(at + after, high(at));
    talk.fromClient(at + after + 0.001, 'A', high(at + after));
  }
}

describe('a full queue', () => {
  it('is ruled out by SYNs served in the second of a silence, as long as no SYN-ACK was repeated', () => {
    const incident = busy();
    incident.silent(105.5, high(105.5));
    expect(status(incident.until(200).judge(), 'syn-queue-full')).toBe('ruled-out');
    stuck(incident, 150);
    const judged = incident.judge();
    expect(judged.report.causes.filter(({ syns }) => syns > 0).map(({ code }) => code)).toEqual([
      'unexplained',
    ]);
    expect(status(judged, 'syn-queue-full')).toBe('not-seen');
    expect(status(judged, 'accept-queue-overflow')).toBe('not-seen');
  });

  it('is not ruled out by a silence in whose second nobody was served', () => {
    const incident = busy();
    incident.silent(130.5, high(130.5));
    expect(status(incident.until(200).judge(), 'accept-queue-overflow')).toBe('not-seen');
  });
});

describe('a filter', () => {
  it('is ruled out when all who met silence were served as well, and only then', () => {
    const incident = busy();
    incident.silent(105.5, high(105.5));
    expect(status(incident.until(200).judge(), 'source-filtered')).toBe('ruled-out');
    const stranger = busy();
    stranger.silent(105.5, high(105.5), [], 2);
    const judged = stranger.until(200).judge();
    expect(status(judged, 'source-filtered')).toBe('not-seen');
    expect(finding(judged, 'source-filtered').evidence).toContainEqual({
      code: 'silent-peers-served',
      peers: 0,
    });
  });

  it('is judged by the peers that met silence, not by those that met none', () => {
    const incident = busy();
    for (let host = 2; host < 6; host += 1) incident.servedFromClient(120 + host, high(120), host);
    incident.silent(130, high(130), [], 2);
    incident.silent(131, high(131), [], 3);
    expect(finding(incident.until(200).judge(), 'source-filtered').evidence).toContainEqual({
      code: 'silent-peers-served',
      peers: 2,
    });
  });
});

describe('an old connection', () => {
  it('in TIME-WAIT is neither found nor ruled out by the bare ACK of one that is alive', () => {
    const incident = busy();
    const talk = new Talk(incident, incident.from(1)).open(120, high(120));
    talk.fromClient(120.1, 'A', high(120.1), { payload: 100 });
    talk.fromTarget(120.11, 'A', { payload: 100 });
    const ack = talk.clientSeq;
    talk.clientSeq += 50_000;
    talk.syn(122, high(122));
    talk.fromTarget(122.001, 'A', { ack });
    incident.silent(130, high(130));
    const judged = incident.until(200).judge();
    expect(status(judged, 'tuple-collision')).toBe('found');
    expect(finding(judged, 'time-wait-reject')).toEqual({
      status: 'not-seen',
      evidence: [{ code: 'bare-acks', count: 1 }],
    });
  });
});

describe('the check', () => {
  it('is ruled out by settings that switch it off, in so many words', () => {
    const incident = busy();
    incident.silent(105.5, high(105.5));
    expect(finding(incident.until(200).judge({ evidence: OFF }), 'tw-recycle-reject')).toEqual({
      status: 'ruled-out',
      evidence: [{ code: 'check-absent' }],
    });
  });

  it('is credited with what it may have rejected beside what it must have', () => {
    const incident = new Incident();
    for (let i = 0; i < 12; i += 1) {
      incident.served(100 + i, high(100 + i));
      incident.silent(100.5 + i, low(100.5 + i));
    }
    // So close to a minute after the last stamp that a tick of the kernel's clock decides.
    incident.silent(111.101 + 59.5, low(170));
    expect(finding(incident.until(260).judge(), 'tw-recycle-reject')).toMatchObject({
      status: 'found',
      evidence: [{ code: 'predictions', silent: 13, answered: 0 }],
    });
  });

  it('is not ruled out where as many predictions were silent as were answered', () => {
    const incident = new Incident();
    incident.served(100, high(100));
    incident.silent(101, low(101));
    incident.servedFromClient(102, low(102));
    const judged = incident.until(200).judge();
    expect(judged.report.verdict.grade).toBe('no-evidence');
    expect(finding(judged, 'tw-recycle-reject')).toMatchObject({
      status: 'not-seen',
      evidence: [{ code: 'predictions', silent: 1, answered: 1 }],
    });
  });
});
