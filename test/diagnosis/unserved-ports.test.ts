/** A port that serves nobody, beside one at which the check is at work: the check is not accused of both. */
import { describe, expect, it } from 'vitest';
import type { End } from '../tracking/wire.ts';
import { high, Incident, low } from './talks.ts';

const CLOSED: End = '200:8080';

/** Twelve connects of the loser to port 80, each of them dropped between two of the winner that are served. */
function recycling(): Incident {
  const incident = new Incident();
  for (let i = 0; i < 12; i += 1) {
    incident.served(100 + i, high(100 + i));
    incident.silent(100.5 + i, low(100.5 + i));
  }
  return incident;
}

describe('a SYN behind the stamp, to a port', () => {
  it('that refuses others, and whose RST the capture lost, was not rejected', () => {
    const incident = recycling();
    for (let i = 0; i < 4; i += 1) incident.refused(101.2 + i, low(101.2 + i), 1, CLOSED);
    incident.silent(106.2, low(106.2), [], 1, CLOSED);
    expect(incident.until(200).causes()).toEqual({
      none: 12,
      'tw-recycle-reject': 12,
      'port-closed': 4,
      unexplained: 1,
    });
  });

  it('that is silent to those ahead of the stamp too was not rejected', () => {
    const incident = recycling();
    for (let i = 0; i < 3; i += 1) incident.silent(100.2 + i, high(100.2 + i), [], 1, CLOSED);
    for (let i = 0; i < 3; i += 1) incident.silent(106.2 + i, low(106.2 + i), [], 1, CLOSED);
    expect(incident.until(200).causes()).toEqual({ none: 12, 'tw-recycle-reject': 12, unexplained: 6 });
  });

  it('that was silent to hardly anybody ahead of the stamp was rejected', () => {
    const incident = recycling();
    for (let i = 0; i < 2; i += 1) incident.silent(100.2 + i, high(100.2 + i), [], 1, CLOSED);
    for (let i = 0; i < 3; i += 1) incident.silent(106.2 + i, low(106.2 + i), [], 1, CLOSED);
    expect(incident.until(200).causes()).toEqual({ none: 12, 'tw-recycle-reject': 15, unexplained: 2 });
  });

  it('that serves those ahead of the stamp was rejected', () => {
    const incident = recycling();
    incident.served(100.1, high(100.1), 1, CLOSED);
    for (let i = 0; i < 3; i += 1) incident.silent(100.2 + i, high(100.2 + i), [], 1, CLOSED);
    for (let i = 0; i < 3; i += 1) incident.silent(106.2 + i, low(106.2 + i), [], 1, CLOSED);
    expect(incident.until(200).causes()).toEqual({ none: 13, 'tw-recycle-reject': 15, unexplained: 3 });
  });
});
