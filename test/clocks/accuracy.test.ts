import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockTracker, NOMINAL_RATES } from '../../src/clocks/index.ts';
import { follow, hostsBehind, misassigned, seeded, simulate } from './nat.ts';

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const coarse = fc.constantFrom(100, 250, 300, 1000);
const span = fc.constantFrom(1, 15, 60, 600, 3600, 6 * 3600);
const RUNS = { numRuns: 150, seed: 20_260_101 };

/** Hosts with 5 to 14 attempts each, drift to 50 ppm, jitter to 20 ms, a tenth of the SYNs lost. */
function count(seedOfRun: number, hosts: number, rate: number, seconds: number): ReturnType<typeof follow> {
  const random = seeded(seedOfRun);
  const plan = hostsBehind(seedOfRun, hosts, rate, () => 5 + Math.floor(random() * 10));
  return follow(
    simulate({ seed: seedOfRun, hosts: plan, span: seconds, jitter: 0.02, loss: 0.1, silence: 0.1 }),
  );
}

describe('hosts behind one address', () => {
  it('are counted exactly up to 10, each attempt with its host', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 10 }), coarse, span, (run, hosts, rate, seconds) => {
        const { clocks, assigned } = count(run, hosts, rate, seconds);
        expect(clocks).toMatchObject({
          hosts,
          regime: hosts === 1 ? 'shared-clock' : 'per-host-pair',
          rate: { nominal: rate },
        });
        expect(misassigned(assigned)).toBe(0);
      }),
      RUNS,
    );
  });

  it('are counted within 10 % up to 40', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 11, max: 40 }), coarse, span, (run, hosts, rate, seconds) => {
        const { clocks } = count(run, hosts, rate, seconds);
        expect(clocks?.regime).toBe('per-host-pair');
        expect(Math.abs((clocks?.hosts ?? 0) - hosts)).toBeLessThanOrEqual(hosts * 0.1);
      }),
      RUNS,
    );
  });

  it('are counted when each connects many times a minute, so that lines of open rate have many points', () => {
    for (const [hosts, seconds] of [
      [40, 15],
      [40, 60],
      [110, 60],
      [250, 60],
    ] as const) {
      for (const rate of [250, 1000]) {
        const plan = hostsBehind(hosts, hosts, rate, () => 40);
        const points = simulate({
          seed: hosts,
          hosts: plan,
          span: seconds,
          jitter: 0.02,
          loss: 0.1,
          silence: 0.1,
        });
        expect(follow(points).clocks).toMatchObject({
          regime: 'per-host-pair',
          hosts,
          rate: { nominal: rate },
        });
      }
    }
  });

  it('are not counted where they are more than are kept apart', () => {
    const plan = hostsBehind(1, 400, 1000, () => 20);
    const { clocks } = follow(simulate({ seed: 1, hosts: plan, span: 60, jitter: 0.02, loss: 0.1 }));
    expect(clocks).toMatchObject({ regime: 'undetermined', hosts: null });
  });

  it('are counted with clocks of 1 MHz, which come round every 72 minutes', () => {
    fc.assert(
      fc.property(
        seed,
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom(1, 60, 1200),
        (run, hosts, seconds) => {
          expect(count(run, hosts, 1_000_000, seconds).clocks).toMatchObject({
            hosts,
            rate: { nominal: 1_000_000 },
          });
        },
      ),
      RUNS,
    );
  });

  it('are counted when their clocks tick at different rates and their lines cross', () => {
    const hosts = NOMINAL_RATES.slice(0, 4).map((rate) => ({
      rate,
      attempts: 200,
      offset: 1_000_000 - rate * 300,
    }));
    const { clocks, assigned } = follow(simulate({ seed: 7, hosts, span: 600, jitter: 0.02, loss: 0.1 }));
    expect(clocks).toMatchObject({ regime: 'per-host-pair', hosts: 4 });
    expect(clocks?.clocks.map((clock) => clock.rate.nominal).sort()).toEqual([100, 1000, 250, 300]);
    expect(misassigned(assigned) / assigned.length).toBeLessThan(0.02);
  });

  it('are counted when they connect on a schedule, so that a chance meeting of two would recur', () => {
    for (const run of [1116, 1264, 1151]) {
      const random = seeded(run);
      const tracker = new ClockTracker();
      const offsets = Array.from({ length: 40 }, () => random() * 2 ** 32);
      for (let i = 0; i < 4000; i++) {
        const tsval = (offsets[(i * 7919) % 40] ?? 0) + i * 1000 + (i % 100) * 10;
        tracker.observe(0, 1_700_000_000 + i, (i % 100) * 1e7, tsval, i);
      }
      expect(tracker.peer(0)?.hosts).toBe(40);
    }
  });

  it('are counted when one connects in bursts that meet a lone point of another by chance at 1 MHz', () => {
    const tracker = new ClockTracker();
    let i = 0;
    const attempt = (ms: number, offset: number): number =>
      tracker.observe(0, 1_700_000_000 + Math.floor(ms / 1000), (ms % 1000) * 1e6, offset + ms, i++);
    attempt(0, 1_000_000);
    for (const ms of [3000, 3002, 3004, 3006]) attempt(ms, 1_000_000 + 2_997_000);
    for (const ms of [9000, 19_000, 29_000]) attempt(ms, 1_000_000);
    for (const ms of [43_000, 43_002, 43_004, 53_000]) attempt(ms, 1_000_000 + 2_997_000);
    attempt(60_000, 1_000_000);
    expect(tracker.peer(0)).toMatchObject({ hosts: 2, rate: { nominal: 1000 } });
  });

  it.each([2, 10, 64, 500, 1024])('are counted with clocks of %i Hz, which is no nominal rate', (rate) => {
    const hosts = hostsBehind(rate, 3, rate, () => 60);
    const { clocks } = follow(
      simulate({ seed: rate, hosts, span: 300, jitter: 0.02, loss: 0.1, silence: 0.2 }),
    );
    expect(clocks?.hosts).toBe(3);
    expect(clocks?.rate?.nominal).toBeNull();
    expect(Math.abs((clocks?.rate?.ticksPerSecond ?? 0) / rate - 1)).toBeLessThan(0.01);
  });
});

describe('clocks drawn per connection', () => {
  const rate = fc.constantFrom(...NOMINAL_RATES);
  const seconds = fc.constantFrom(1, 60, 3600);

  it('are never counted, whatever the number of attempts and of hosts', () => {
    fc.assert(
      fc.property(
        seed,
        rate,
        seconds,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 2 }),
        (run, ticks, length, attempts, hosts) => {
          const plan = Array.from({ length: hosts }, () => ({
            rate: ticks,
            attempts,
            offset: 'random' as const,
          }));
          const points = simulate({
            seed: run,
            hosts: plan,
            span: length,
            jitter: 0.02,
            loss: 0.1,
            silence: 0.4,
          });
          const { clocks } = follow(points);
          expect(clocks?.hosts ?? null).toBeNull();
          expect(['per-connection', 'undetermined']).toContain(clocks?.regime ?? 'undetermined');
        },
      ),
      RUNS,
    );
  });

  it('are named from about two dozen attempts on', () => {
    fc.assert(
      fc.property(seed, rate, seconds, fc.integer({ min: 24, max: 150 }), (run, ticks, length, attempts) => {
        const hosts = [{ rate: ticks, attempts, offset: 'random' as const }];
        const { clocks } = follow(
          simulate({ seed: run, hosts, span: length, jitter: 0.02, loss: 0, silence: 0.4 }),
        );
        expect(clocks?.regime).toBe('per-connection');
      }),
      RUNS,
    );
  });

  it('beside counted clocks make the peer uncountable', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 30, max: 100 }), (run, attempts) => {
        const hosts = [
          ...hostsBehind(run, 2, 1000, () => 60),
          { rate: 1000, attempts, offset: 'random' as const },
        ];
        const { clocks } = follow(simulate({ seed: run, hosts, span: 120, jitter: 0.02, loss: 0.1 }));
        expect(clocks?.hosts).toBeNull();
      }),
      RUNS,
    );
  });
});
