/** Beyond the ceiling of targets a slot goes to another address: what was seen of the one before is not told of it. */
import { describe, expect, it } from 'vitest';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { Incident } from './talks.ts';

const limits = { ...TRACKING_LIMITS, targets: 4 };

describe('a target that was forgotten', () => {
  it('leaves neither its unheard peers nor its silent seconds to the one that has its slot', () => {
    const healthy = new Incident();
    for (let target = 1; target <= 8; target += 1) {
      for (let i = 0; i < 4; i += 1)
        healthy.silent(100 + target * 20 + i, 5, [], 50 + target, `${target}:80`);
    }
    for (let target = 101; target <= 108; target += 1) {
      const at = 300 + (target - 100) * 20;
      for (let host = 1; host <= 4; host += 1) healthy.served(at + host, 1000, host, `${target}:80`);
      healthy.silent(at + 4.5, 9000, [], 4, `${target}:80`);
    }
    const { causes, targets } = healthy.judge({ limits }).report;
    expect(targets.map(({ address }) => address)).toEqual(
      [105, 106, 107, 108].map((host) => `0.0.0.${host}`),
    );
    const filtered = causes.find(({ code }) => code === 'source-filtered');
    expect(filtered).toMatchObject({ status: 'ruled-out', syns: 0 });
    const full = causes.find(({ code }) => code === 'accept-queue-overflow');
    expect(full?.evidence).toContainEqual(
      expect.objectContaining({ code: 'served-meanwhile', syns: 3, seconds: 3 }),
    );
  });

  it('has none of its SYNs judged by what the one that has its slot did', () => {
    // Each host has a clock that is ahead and one that is behind; the former targets meet too little of it to be accused.
    const recycling = new Incident();
    for (let target = 1; target <= 8; target += 1) {
      for (let i = 0; i < (target <= 4 ? 2 : 13); i += 1) {
        const at = 100 + target * 20 + i;
        recycling.served(at, 100_000 + i * 1000, target, `${target}:80`);
        recycling.silent(at + 0.5, i * 1000, [], target, `${target}:80`);
      }
    }
    const { report, rows } = recycling.judge({ limits });
    expect(report.targets.map(({ address, grade }) => [address, grade])).toEqual(
      [5, 6, 7, 8].map((host) => [`0.0.0.${host}`, 'confirmed']),
    );
    const earlier = rows.filter(({ dst }) => !report.targets.some(({ address }) => address === dst));
    expect(earlier.map(({ fate }) => fate)).toContain('reject');
    expect(earlier.filter(({ cause }) => cause === 'tw-recycle-reject')).toEqual([]);
    const judged = new Set(report.targets.map(({ address }) => address));
    const others = report.peers.filter(({ target }) => !judged.has(target));
    expect(others.map(({ address, rejected }) => [address, rejected])).toEqual(
      [1, 2, 3, 4].map((host) => [`0.0.0.${host}`, 0]),
    );
  });
});
