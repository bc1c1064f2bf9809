/** Which clock starves which: told by the stamp that the target's kernel held, whatever address it was written through. */
import { describe, expect, it } from 'vitest';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import { high, Incident, low } from '../diagnosis/talks.ts';

const middle = (at: number): number => 1_200_000_000 + at * 1000;

/** Two clocks at one address of the target, and one that is ahead of both at another. */
function twoAddresses(): Incident {
  const incident = new Incident();
  incident.served(98, middle(98));
  incident.served(100, middle(100));
  for (let at = 101; at < 150; at += 4) {
    incident.served(at, high(at), 1, '201:80');
    incident.silent(at + 1, low(at + 1));
  }
  return incident.until(250);
}

describe('the clock that starves another', () => {
  it.each([
    ['3.14', [{ victim: 'B', by: 'A', rejections: 13 }]],
    // Up to 3.13 one stamp for all addresses of the target: it was written through the other one.
    ['3.2', []],
  ] as const)('on a target with Linux %s', (kernel, starved) => {
    const { report } = twoAddresses().judge({ profile: kernelProfile(kernel) });
    expect(report.verdict.cause).toBe('tw-recycle-reject');
    const [peer] = report.peers;
    expect(peer).toMatchObject({ address: '0.0.0.1', target: '0.0.0.200', rejected: 13 });
    expect(peer?.clocks?.starved).toEqual(starved);
  });
});
