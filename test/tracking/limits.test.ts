import { describe, expect, it } from 'vitest';
import { COUNT } from '../../src/tracking/counters.ts';
import type { CounterTable } from '../../src/tracking/counters.ts';
import type { TrackingLimits } from '../../src/tracking/state.ts';
import { SYN_SETTLED_EARLY } from '../../src/tracking/syn-ring.ts';
import type { End } from './wire.ts';
import { Talk, Wire } from './wire.ts';

const SMALL: TrackingLimits = {
  connections: 8,
  pairs: 8,
  targets: 4,
  listeners: 4,
  pendingSyns: 16,
  sightings: 16,
};

/** The counters of a table by the last byte of its target, and of its peer. */
function counters(table: CounterTable, field: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let slot = 0; slot < table.table.end; slot += 1) {
    if (!table.table.isUsed(slot)) continue;
    const at = table.keyAt(slot);
    const [target, peer] = [table.words[at + 3], table.words[at + 7]];
    counts[`${target}<${peer}`] = table.count(slot, field);
  }
  return counts;
}

function pendingLeft({ tracker }: Wire): number[] {
  const { pairs, targets, listeners } = tracker.state;
  return [pairs, targets, listeners].flatMap((table) => Object.values(counters(table, COUNT.pending)));
}

describe('ceilings', () => {
  it('keep totals exact while every table overflows', () => {
    const wire = new Wire({ limits: SMALL });
    const count = 500;
    for (let i = 0; i < count; i += 1) {
      const target: End = `${1000 + (i % 37)}:${80 + (i % 5)}`;
      const talk = new Talk(wire, `${i % 61}:${40_000 + i}`, target);
      talk.syn(i / 50, i);
      if (i % 3 === 0) talk.synAck(i / 50 + 0.001, i);
    }
    wire.finish();
    const { totals, connections, pairs, targets, listeners } = wire.tracker.state;
    expect(totals).toMatchObject({ syns: count, attempts: count, connected: 167, answered: 167 });
    expect(totals.silent + totals.unknown).toBe(count - 167);
    expect([connections.table.size, pairs.table.size, targets.table.size]).toEqual([8, 8, 4]);
    for (const table of [connections, pairs, targets, listeners]) expect(table.evicted).toBeGreaterThan(100);
    expect(wire.forgotten).toEqual({
      pairs: pairs.evicted,
      targets: targets.evicted,
      listeners: listeners.evicted,
    });
    expect(pendingLeft(wire).every((pending) => pending === 0)).toBe(true);
  });

  it('settle the oldest SYN early when the ring is full, count it, and do not call it silent at once', () => {
    const wire = new Wire({ limits: { pendingSyns: 4 } });
    for (let i = 0; i < 10; i += 1) new Talk(wire, `1:${40_000 + i}`).syn(i / 1000, i);
    expect(wire.settledSyns.length).toBe(6);
    expect(wire.settledSyns.every(({ flags }) => (flags & SYN_SETTLED_EARLY) !== 0)).toBe(true);
    expect(new Set(wire.answers())).toEqual(new Set(['unknown']));
    expect(wire.finish().tracker.state.totals).toMatchObject({ settledEarly: 6, syns: 10 });
  });

  it('never count a SYN for a target that took over the slot of another', () => {
    const wire = new Wire({ limits: { ...SMALL, pairs: 64, pendingSyns: 64 } });
    const old = new Talk(wire, '1:40000', '500:80');
    old.syn(0, 1);
    old.synAck(0.001, 1);
    // Meanwhile others come and go, and the pair is still known.
    for (let i = 0; i < 12; i += 1) {
      const other = new Talk(wire, `2:${41_000 + i}`, `${600 + i}:80`);
      other.syn(20 + i, 1);
      other.synAck(20.001 + i, 1);
    }
    const again = new Talk(wire, '1:40001', '500:80');
    again.syn(40, 2);
    wire.finish();
    const { targets, pairs } = wire.tracker.state;
    expect(counters(targets, COUNT.silent)).toMatchObject({ '500<0': 0 });
    expect(counters(targets, COUNT.unknown)).toMatchObject({ '500<0': 1 });
    expect(counters(pairs, COUNT.syns)).toMatchObject({ '500<1': 2 });
  });

  it('never count a close or a late answer for addresses that took over a slot', () => {
    const wire = new Wire({ limits: { ...SMALL, connections: 64, pendingSyns: 64 } });
    const talk = new Talk(wire, '1:40000', '500:80').open(0, 100);
    const waiting = new Talk(wire, '1:40001', '500:80');
    waiting.syn(0.1, 100);
    for (let i = 0; i < 40; i += 1) {
      const other = new Talk(wire, `2:${41_000 + i}`, `${600 + (i % 20)}:80`);
      other.syn(20 + i, 1);
      if (i < 30) other.synAck(20.001 + i, 1);
    }
    talk.fromTarget(60, 'FA');
    talk.fromClient(60.1, 'FA', 60_000);
    waiting.synAck(60.2, 100);
    wire.finish();
    const { pairs, targets, listeners } = wire.tracker.state;
    const closes = [pairs, targets].flatMap((table) => Object.values(counters(table, COUNT.serverFirst)));
    expect(closes.every((n) => n === 0)).toBe(true);
    for (const table of [pairs, targets]) {
      expect(counters(table, COUNT.connected)).toEqual(counters(table, COUNT.answered));
    }
    const open = Object.values(counters(listeners, COUNT.requests));
    expect([open.every((n) => n >= 0), Object.values(counters(listeners, COUNT.completions))]).toEqual([
      true,
      open.map(() => 0),
    ]);
    // The stamp is the connection's own business, and so is the total.
    expect(wire.writes.filter(({ must }) => must)).toHaveLength(1);
    expect(wire.tracker.state.totals.connected).toBe(32);
  });

  it('keep the slots that unsettled SYNs point at, with a bounded search', () => {
    // A scan: every SYN to another target, none answered, far more within the horizon than there are slots.
    const wire = new Wire({
      limits: { ...SMALL, connections: 4096, targets: 64, listeners: 64, pendingSyns: 4096 },
    });
    let steps = 0;
    const { table } = wire.tracker.state.targets;
    const sweep = table.sweep.bind(table);
    table.sweep = (most: number): number => {
      steps += 1;
      return sweep(most);
    };
    const count = 2000;
    for (let i = 0; i < count; i += 1) new Talk(wire, '1:40000', `${1000 + i}:80`).syn(i / 1000, 1);
    wire.finish();
    expect(steps).toBeLessThan(count * 40);
    expect(pendingLeft(wire).every((pending) => pending === 0)).toBe(true);
    expect(wire.tracker.state.totals).toMatchObject({ syns: count });
    expect(Object.values(counters(wire.tracker.state.targets, COUNT.syns))).toEqual(
      Array.from({ length: 64 }, () => 1),
    );
  });
});

describe('a SYN in a capture of nothing else', () => {
  /** Settled by then of so many SYNs, the first at second 0. */
  function settled(count: number, at: number, more: (wire: Wire) => void = () => undefined): number {
    const wire = new Wire({ limits: { pendingSyns: 16 } });
    for (let i = 0; i < count; i += 1) new Talk(wire, `1:${40_000 + i}`).syn(i / 1000, i);
    more(wire);
    new Talk(wire, '1:50000').syn(at, 1);
    return wire.settledSyns.length;
  }

  it('is waited for until it was sent again after 32 s', () => {
    expect(settled(8, 32.5)).toBe(0);
    expect(settled(8, 34)).toBe(8);
  });

  it('is settled sooner when that many wait, or answers are in the capture', () => {
    expect(settled(9, 20)).toBe(1);
    expect(settled(16, 20)).toBe(8);
    const served = (wire: Wire): void => {
      new Talk(wire, '2:40000').synAck(1, 1);
    };
    expect(settled(8, 20, served)).toBe(8);
  });
});

describe('time', () => {
  it('may step back: ages are short then, nothing is settled, and the step is told', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').syn(100, 1);
    new Talk(wire, '1:40001').syn(50, 1);
    expect(wire.settledSyns).toEqual([]);
    wire.finish();
    expect(wire.answers()).toEqual(['unknown', 'unknown']);
    expect(wire.tracker.state.totals).toMatchObject({ stepsBackInTime: 1, largestStepBackInTime: 50 });
  });

  it.each([
    ['forward only', [0, 10, 30], 30],
    ['set back by more than all that was captured', [100, 120, 40, 52], 32],
    ['set back at once', [100, 0, 12], 12],
    ['set back twice', [100, 130, 90, 120, 80, 110], 50],
    ['out of order', [0, 4, 1, 5, 2, 6, 3, 7], 7],
    ['out of order at the end', [0, 4, 3], 4],
    ['that does not move', [7, 7, 7], 0],
  ])('%s tells how long was captured', (_how, times, seconds) => {
    const wire = new Wire();
    for (const [port, time] of times.entries()) new Talk(wire, `1:${40_000 + port}`).syn(time, 1);
    expect(wire.tracker.state.seconds).toBe(seconds);
    wire.tracker.gap();
    for (const [port, time] of times.entries()) new Talk(wire, `1:${50_000 + port}`).syn(time + 1000, 1);
    expect(wire.tracker.state.seconds).toBe(2 * seconds);
  });

  it('may be zero', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000').open(0, 100);
    talk.fromTarget(0, 'FA');
    talk.fromClient(0, 'FA', 200);
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack']);
    expect(wire.writes.at(-1)).toMatchObject({ must: true, tsval: 200, time: 0 });
  });

  it('may be missing for some records: they take the time of the one before', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000').open(5, 100);
    talk.fromTarget(0, 'FA', { timed: false });
    talk.fromClient(0, 'FA', 200, { timed: false });
    wire.finish();
    expect(wire.writes.at(-1)).toMatchObject({ tsval: 200, time: 5.002 });
    expect(wire.tracker.state.totals).toMatchObject({ untimed: 2, stepsBackInTime: 0 });
  });

  it('waits longer than a moment at the end of a capture in which nobody was served', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').syn(0, 1);
    new Talk(wire, '1:40001').syn(0.1, 1);
    expect(wire.finish().answers()).toEqual(['unknown', 'unknown']);
  });
});

describe('a gap', () => {
  it('leaves what waits for an answer undecided, and every connection unknown', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').open(0, 100);
    new Talk(wire, '1:40001').syn(10, 100);
    new Talk(wire, '1:40002').open(10.001, 100);
    wire.tracker.gap();
    expect(wire.answers()).toEqual(['syn-ack', 'unknown', 'syn-ack']);
    const { connections, listeners, totals } = wire.tracker.state;
    expect(connections.table.size).toBe(0);
    expect(Object.values(counters(listeners, COUNT.requests))).toEqual([0]);
    expect(wire.tracker.state.seconds).toBeCloseTo(10.003, 5);

    const later = new Talk(wire, '1:40001');
    later.syn(100, 5000);
    later.synAck(100.001, 5000);
    wire.finish();
    expect(wire.tracker.state.firstTime).toBe(100);
    expect(wire.tracker.state.seconds).toBeCloseTo(10.004, 5);
    expect(wire.answers().at(-1)).toBe('syn-ack');
    expect(totals).toMatchObject({ syns: 4, answered: 3, unknown: 1, silent: 0 });
  });

  it('is over with the next packet: what gives way to another SYN then was silent', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').open(0, 100);
    wire.tracker.gap();
    new Talk(wire, '1:40001').syn(100, 100);
    new Talk(wire, '1:40001').syn(100.001, 100, { seq: 77 });
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack', 'none', 'unknown']);
  });
});
