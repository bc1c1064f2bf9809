/** What is told of the peers adds up to what is told of their target. */
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../src/diagnosis/findings.ts';
import type { Report } from '../../src/report/report.ts';
import { Incident } from './talks.ts';

function sumOfPeers({ peers }: Report): Agreement {
  const sum = (field: keyof Agreement): number =>
    peers.reduce((total, { agreement }) => total + agreement[field], 0);
  return {
    rejectSilent: sum('rejectSilent'),
    rejectAnswered: sum('rejectAnswered'),
    passSilent: sum('passSilent'),
    passAnswered: sum('passAnswered'),
    possibleSilent: sum('possibleSilent'),
    possibleAnswered: sum('possibleAnswered'),
    unknownSilent: sum('unknownSilent'),
    unknownAnswered: sum('unknownAnswered'),
  };
}

describe('the agreement of peers', () => {
  it('counts SYNs that some kernels let through, while of others it is not known', () => {
    // Without timestamps, in the first minute.
    const incident = new Incident();
    for (let i = 0; i < 10; i += 1) incident.served(1 + i, undefined, 1);
    for (let i = 0; i < 3; i += 1) incident.silent(20 + i, undefined, [], 2);
    for (let i = 0; i < 5; i += 1) incident.served(100 + i, undefined, 1);
    for (let i = 0; i < 2; i += 1) incident.silent(110 + i, undefined, [], 2);
    const { report } = incident.judge();
    const [target] = report.targets;
    expect(report.peers.map(({ address, agreement }) => [address, agreement.unknownSilent])).toEqual([
      ['0.0.0.2', 3],
      ['0.0.0.1', 0],
    ]);
    expect(sumOfPeers(report)).toEqual(target?.agreement);
    expect(target?.agreement).toMatchObject({ unknownAnswered: 10, passAnswered: 5, passSilent: 1 });
  });

  it('counts SYNs that no kernel is known to let through', () => {
    const incident = new Incident();
    incident.served(1, 1000, 1);
    for (let i = 0; i < 3; i += 1) incident.silent(20 + i, 5000, [], 2);
    const { report } = incident.until(200).judge();
    expect(report.targets[0]?.agreement).toMatchObject({ unknownSilent: 3, unknownAnswered: 1 });
    expect(sumOfPeers(report)).toEqual(report.targets[0]?.agreement);
  });

  it('counts what was rejected, let through and not known side by side', () => {
    const incident = new Incident();
    for (let i = 0; i < 20; i += 1) {
      incident.served(1 + i * 5, 100_000 + i * 5000, 1 + (i % 3));
      incident.silent(3 + i * 5, i * 5000, [1], 1 + (i % 2));
    }
    const { report } = incident.judge();
    expect(report.targets[0]?.agreement.rejectSilent).toBeGreaterThan(10);
    expect(sumOfPeers(report)).toEqual(report.targets[0]?.agreement);
  });
});
