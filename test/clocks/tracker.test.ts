import { describe, expect, it } from 'vitest';
import { ClockTracker } from '../../src/clocks/index.ts';
import { follow, hostsBehind, seeded, simulate } from './nat.ts';

const START = 1_700_000_000;

/** Attempts of one clock, one each `gap` seconds, every one from a port of its own. */
function run(tracker: ClockTracker, tsval: number, attempts: number, gap = 1, from = 0, peer = 0): number[] {
  return Array.from({ length: attempts }, (_, i) => {
    const time = from + i * gap;
    const second = Math.floor(time);
    const ports = ((2000 + i) << 16) | 80;
    return tracker.observe(
      peer,
      START + second,
      Math.round((time - second) * 1e9),
      tsval + i * gap * 1000,
      ports,
    );
  });
}

describe('ClockTracker', () => {
  it('knows nothing of a peer that was never observed', () => {
    const tracker = new ClockTracker();
    expect([tracker.peer(0), tracker.peer(-1), tracker.peer(1e9)]).toEqual([null, null, null]);
  });

  it('follows a clock over the end of the 32-bit circle', () => {
    const tracker = new ClockTracker();
    expect(new Set(run(tracker, 2 ** 32 - 5000, 10)).size).toBe(1);
    expect(tracker.peer(0)?.clocks).toMatchObject([{ offsetTicks: 4000, attempts: 10, aheadOfFirst: 0 }]);
  });

  it('gives ids in order of appearance, and says which clock is ahead', () => {
    const tracker = new ClockTracker();
    expect([run(tracker, 5_000_000, 1), run(tracker, 9_000_000, 1)]).toEqual([[0], [1]]);
    expect(run(tracker, 9_003_000, 4, 1, 3)).toEqual([1, 1, 1, 1]);
    expect(run(tracker, 5_007_000, 4, 1, 7)).toEqual([0, 0, 0, 0]);
    const peer = tracker.peer(0);
    expect(peer).toMatchObject({ regime: 'per-host-pair', hosts: 2, referenceSeconds: START + 10 });
    expect(peer?.clocks.map((clock) => clock.aheadOfFirst)).toEqual([0, 4_000_000]);
    expect(peer?.evidence).toMatchObject({ attempts: 10, lines: 2, onLines: 1, alone: 0, stepsBack: 1 });
  });

  it('stays undetermined on two attempts, and on retransmissions of one however many', () => {
    const tracker = new ClockTracker();
    const clock = tracker.observe(0, START, 0, 77, 1);
    for (let i = 1; i < 8; i++) expect(tracker.confirm(0, clock, START + i, 0, 77 + 1000 * i)).toBe(0);
    expect(tracker.peer(0)).toMatchObject({
      regime: 'undetermined',
      hosts: null,
      rate: { nominal: 1000 },
      evidence: { reason: 'too-few-attempts', attempts: 1, points: 8 },
    });
    tracker.observe(0, START + 9, 0, 9077, 2);
    expect(tracker.peer(0)?.regime).toBe('undetermined');
  });

  it('takes a repeated 4-tuple for no evidence of a clock per host', () => {
    const tracker = new ClockTracker();
    const random = seeded(3);
    const offsets = Array.from({ length: 5 }, () => random() * 2 ** 32);
    for (let i = 0; i < 50; i++) tracker.observe(0, START + i, 0, (offsets[i % 5] ?? 0) + i * 1000, i % 5);
    expect(tracker.peer(0)).toMatchObject({ hosts: null, evidence: { lines: 0, alone: 5 } });
  });

  it('names a peer that sends no timestamps', () => {
    const tracker = new ClockTracker();
    tracker.observeWithout(3);
    expect(tracker.peer(3)).toMatchObject({ regime: 'no-timestamps', hosts: null, rate: null, clocks: [] });
    expect(tracker.peer(2)).toBeNull();
  });

  it('keeps a clock whose packets come a second late', () => {
    const tracker = new ClockTracker();
    run(tracker, 1_000_000, 20);
    expect(tracker.observe(0, START + 20, 0, 1_019_000, 1)).toBe(0);
    expect(tracker.peer(0)?.evidence.largestDelay).toBeCloseTo(1, 1);
  });

  it('counts no host for a lone packet near a line', () => {
    const tracker = new ClockTracker();
    run(tracker, 1_000_000, 20);
    expect(tracker.observe(0, START + 20, 0, 1_000_000, 1)).toBe(1);
    expect(tracker.peer(0)).toMatchObject({
      regime: 'shared-clock',
      hosts: 1,
      evidence: { stray: 1, alone: 0 },
    });
  });

  it('counts one host across a step of the capture clock', () => {
    const tracker = new ClockTracker();
    run(tracker, 1_000_000, 20);
    run(tracker, 1_020_000, 20, 1, 620);
    expect(tracker.peer(0)).toMatchObject({ hosts: 1, evidence: { lines: 2, continued: 1 } });
  });

  it('retires a line that stopped', () => {
    const tracker = new ClockTracker();
    run(tracker, 1_000_000, 20);
    run(tracker, 2_000_000_000, 1000);
    expect(tracker.peer(0)?.clocks.map((clock) => clock.retired)).toEqual([true, false]);
  });

  it('confirms by fit when the clock of the connection is unknown, and opens no line', () => {
    const tracker = new ClockTracker();
    run(tracker, 1_000_000, 5);
    expect(tracker.confirm(0, -1, START + 6, 0, 1_006_000)).toBe(0);
    expect(tracker.confirm(0, -1, START + 6, 0, 3_000_000_000)).toBe(-1);
    expect(tracker.peer(0)?.clocks).toHaveLength(1);
  });

  it('gives all that a forgotten peer with many lines held to others', () => {
    const tracker = new ClockTracker({ lines: 64 });
    const open = (peer: number, count: number): void => {
      for (let i = 0; i < count; i += 1)
        tracker.observe(peer, 1_700_000_000 + i, 0, Math.imul(i + 1, 0x9e3779b1), i);
    };
    open(0, 20);
    tracker.forget(0);
    open(1, 60);
    expect(tracker.peer(1)?.evidence).toMatchObject({ attempts: 60, linesDropped: 0 });
  });

  it('forgets a peer for the next one of its number', () => {
    const tracker = new ClockTracker();
    run(tracker, 1_000_000, 5, 1, 0, 1);
    const before = tracker.peer(1);
    run(tracker, 50, 5, 1, 0, 2);
    tracker.forget(2);
    tracker.forget(99_999);
    expect(tracker.peer(2)).toBeNull();
    expect(run(tracker, 3_000_000_000, 5, 1, 0, 2)).toEqual([0, 0, 0, 0, 0]);
    expect(tracker.peer(2)).toMatchObject({ hosts: 1, evidence: { attempts: 5 } });
    expect(tracker.peer(1)).toEqual(before);
  });

  it('forgets one of many peers and keeps the others apart', () => {
    const tracker = new ClockTracker();
    for (const peer of [7, 300, 5000]) run(tracker, peer * 1_000_000, 4, 1, 0, peer);
    const kept = [tracker.peer(7), tracker.peer(5000)];
    tracker.forget(300);
    tracker.forget(300);
    tracker.observeWithout(1);
    run(tracker, 2_000_000_000, 6, 1, 0, 2);
    expect([tracker.peer(7), tracker.peer(5000)]).toEqual(kept);
    expect(tracker.peer(300)).toBeNull();
    expect(tracker.peer(1)?.evidence).toMatchObject({ attempts: 0, withoutTimestamps: 1 });
    expect(tracker.peer(2)).toMatchObject({ hosts: 1, evidence: { attempts: 6, stepsBack: 0 } });
  });

  it('takes signed and unsigned words alike', () => {
    const [signed, plain] = [new ClockTracker(), new ClockTracker()];
    run(signed, -1_000_000, 10);
    run(plain, 2 ** 32 - 1_000_000, 10);
    expect(signed.peer(0)).toEqual(plain.peer(0));
  });
});

describe('bounds', () => {
  it('ignores peers beyond the ceiling', () => {
    const tracker = new ClockTracker({ peers: 100 });
    expect([tracker.observe(99, START, 0, 1, 1), tracker.observe(100, START, 0, 1, 1)]).toEqual([0, -1]);
    expect([tracker.observe(-1, START, 0, 1, 1), tracker.confirm(100, 0, START, 0, 1)]).toEqual([-1, -1]);
  });

  it('takes room for the peers that it observes, and gives that of the forgotten to the next', () => {
    const tracker = new ClockTracker();
    tracker.observe(131_071, START, 0, 1, 1);
    const { bytes } = tracker;
    expect(bytes).toBeLessThan(5 * 131_072);
    for (let peer = 0; peer < 10_000; peer += 1) {
      tracker.observe(peer, START + peer, 0, peer, 1);
      tracker.forget(peer);
    }
    expect(tracker.bytes).toBe(bytes);
    for (let peer = 0; peer < 10_000; peer += 1) tracker.observeWithout(peer);
    expect(tracker.bytes).toBeGreaterThan(bytes);
  });

  it('drops the oldest line at the ceiling, counts it, and still refuses to count hosts', () => {
    const tracker = new ClockTracker({ lines: 64 });
    const random = seeded(1);
    for (let i = 0; i < 500; i++) tracker.observe(i % 4, START + i, 0, random() * 2 ** 32, i);
    for (let peer = 0; peer < 4; peer++) {
      const clocks = tracker.peer(peer);
      expect(clocks).toMatchObject({ regime: 'per-connection', hosts: null, evidence: { attempts: 125 } });
      expect(clocks?.evidence.linesDropped).toBeGreaterThan(90);
    }
  });

  it('keeps busy clocks while random ones come and go', () => {
    const tracker = new ClockTracker({ lines: 64 });
    const random = seeded(2);
    for (let i = 0; i < 2000; i++) {
      expect(tracker.observe(0, START + i, 0, 5_000_000 + i * 1000, i)).toBe(0);
      tracker.observe(1 + (i % 7), START + i, 0, random() * 2 ** 32, i);
    }
    expect(tracker.peer(0)).toMatchObject({
      regime: 'shared-clock',
      hosts: 1,
      evidence: { linesDropped: 0 },
    });
  });

  it('holds the lines of one randomised peer to a few', () => {
    const tracker = new ClockTracker();
    const random = seeded(4);
    for (let i = 0; i < 20_000; i++) tracker.observe(0, START + i * 0.01, 0, random() * 2 ** 32, i);
    expect(tracker.peer(0)).toMatchObject({
      regime: 'per-connection',
      hosts: null,
      evidence: { attempts: 20_000 },
    });
    expect(tracker.bytes).toBeLessThan(200_000);
  });

  it('costs about 160 bytes for each of many quiet peers', () => {
    const peers = 65_536;
    const tracker = new ClockTracker();
    for (let i = 0; i < peers * 3; i++)
      tracker.observe(i % peers, START, i * 1000, Math.imul(i % peers, 0x9e3779b1), i);
    expect(tracker.peer(peers - 1)).toMatchObject({ regime: 'shared-clock', hosts: 1 });
    expect(tracker.bytes / peers).toBeLessThan(175);
  });

  it('takes any times and words, and only ever says undetermined or refuses', () => {
    const tracker = new ClockTracker();
    const times = [0, -1, 2 ** 40, -(2 ** 40), 1e18, START];
    for (let i = 0; i < 600; i++)
      tracker.observe(0, times[i % 6] ?? 0, (i * 7919) % 1e9, Math.imul(i, 0x9e3779b1), i);
    expect(tracker.peer(0)?.hosts).toBeNull();
  });

  it('gives the same answer whatever other peers are followed', () => {
    const points = simulate({
      seed: 5,
      hosts: hostsBehind(5, 6, 1000, () => 8),
      span: 60,
      jitter: 0.02,
      loss: 0.1,
    });
    const crowded = new ClockTracker();
    follow(
      simulate({ seed: 6, hosts: hostsBehind(6, 20, 250, () => 8), span: 60, jitter: 0.02, loss: 0.1 }),
      crowded,
      1,
    );
    const { clocks } = follow(points, crowded, 0);
    expect(clocks).toMatchObject({ hosts: follow(points).clocks?.hosts, regime: 'per-host-pair' });
  });
});
