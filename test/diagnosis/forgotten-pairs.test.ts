/** Beyond the ceiling of pairs a slot goes to another peer: what is told of that one is not told of the peer before it. */
import { describe, expect, it } from 'vitest';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { high, Incident, low } from './talks.ts';

const limits = { ...TRACKING_LIMITS, pairs: 1 };
const BEFORE = '0.0.0.1';
const NOW = '0.0.0.2';

/** The host `host` has a clock that is ahead, and one that starves: rejected so many times from `from` on. */
function starve(incident: Incident, host: number, from: number, times: number): void {
  for (let at = from; at < from + times * 5; at += 5) {
    incident.served(at, high(at), host);
    incident.silent(at + 1, low(at + 1), [], host);
  }
}

describe('a peer that was forgotten', () => {
  it('was not filtered because the one that has its slot is', () => {
    const incident = new Incident();
    incident.served(100, 1000, 3);
    incident.silent(150, 1000);
    for (let at = 200; at < 240; at += 10) incident.silent(at, 1000 + at * 1000, [], 2);
    const { report, rows } = incident.until(400).judge({ limits });
    const silent = rows.filter(({ answer }) => answer === 'none');
    expect(silent.map(({ src, cause }) => [src, cause])).toEqual([
      [BEFORE, 'unexplained'],
      ...Array.from({ length: 4 }, () => [NOW, 'source-filtered']),
    ]);
    expect(report.causes.find(({ code }) => code === 'source-filtered')?.syns).toBe(4);
  });

  it('met no stamp from before the capture because a clock of the one that has its slot did', () => {
    const incident = new Incident(95);
    incident.silent(100, low(100));
    incident.silent(125, low(125), [], 2);
    starve(incident, 2, 200, 12);
    const { report, rows } = incident.until(400).judge({ limits });
    expect(report.verdict.grade).toBe('confirmed');
    const early = rows.filter(({ fate }) => fate === 'unknown');
    expect(early.map(({ src, cause }) => [src, cause])).toEqual([
      [BEFORE, 'unexplained'],
      [NOW, 'tw-recycle-reject'],
    ]);
    const rejected = rows.filter(({ cause }) => cause === 'tw-recycle-reject');
    expect(report.totals.rejected).toBe(rejected.length);
  });

  it('leaves neither its counts to the one that has its slot, nor mixes them with those of others', () => {
    const incident = new Incident();
    incident.served(50, high(50), 5);
    starve(incident, 6, 60, 2);
    starve(incident, 7, 80, 1);
    starve(incident, 1, 100, 12);
    starve(incident, 2, 102, 13);
    const { report } = incident.until(400).judge({ limits: { ...limits, pairs: 2 } });
    expect(
      report.peers.map(({ address, rejected, lostAttempts }) => [address, rejected, lostAttempts]),
    ).toEqual([
      [NOW, 13, 13],
      [BEFORE, 12, 12],
    ]);
  });

  it('is not starved by the clocks of the one that has its slot', () => {
    const incident = new Incident();
    starve(incident, 1, 100, 12);
    starve(incident, 2, 300, 12);
    const { report } = incident.until(500).judge({ limits });
    expect(report.peers.map(({ address, clocks }) => [address, clocks?.starved])).toEqual([
      [NOW, [{ victim: 'B', by: 'A', rejections: 12 }]],
    ]);
  });
});
