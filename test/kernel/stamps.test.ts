import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PASS, POSSIBLE_REJECT, REJECT, StampTable } from '../../src/kernel/stamps.ts';
import { allWorlds } from './naive.ts';
import type { NaiveEvent } from './naive.ts';

const SEED = 7;
/** Late in 2023, so that seconds do not fit 31 bits by luck. */
const START = 1_700_000_000;

/** Plays events into a table, keyed by peers `a`, `b`, ..., and gives the verdict on each SYN. */
function play(events: readonly NaiveEvent[], futureStampIsFresh = false): number[] {
  const table = new StampTable(SEED, 64);
  const verdicts: number[] = [];
  for (const event of events) {
    table.setKey(4, 0, 0, 0, 0, 0, 0, 0, event.key.charCodeAt(0));
    if (event.kind === 'write') {
      table.write(event.must, event.tsval | 0, event.time, 1, event.now);
      continue;
    }
    const slot = table.find();
    const { tsval, now } = event;
    verdicts.push(
      slot < 0 ? PASS : table.judge(slot, tsval !== null, (tsval ?? 0) | 0, now, futureStampIsFresh),
    );
  }
  return verdicts;
}

function write(must: boolean, tsval: number, time: number, now = time): NaiveEvent {
  return { kind: 'write', key: 'a', must, tsval, time: START + time, now: START + now };
}

function at(event: NaiveEvent, now: number): NaiveEvent {
  return event.kind === 'syn' ? { ...event, now } : { ...event, now, time: now };
}

function syn(tsval: number | null, now: number): NaiveEvent {
  return { kind: 'syn', key: 'a', tsval, now: START + now };
}

describe('StampTable', () => {
  it('holds to the boundaries of the read rule, doubtful only where the phase of the target clock decides', () => {
    const stamp = write(true, 5000, 0);
    expect(play([stamp, syn(4999, 30), syn(4998, 30), syn(null, 30)])).toEqual([PASS, REJECT, REJECT]);
    expect(play([stamp, syn(4998, 58.9), syn(4998, 59.5), syn(4998, 60.1)])).toEqual([
      REJECT,
      POSSIBLE_REJECT,
      PASS,
    ]);
    expect(play([stamp, syn(4999, 59.5)])).toEqual([PASS]);
  });

  it('allows one tick of the target clock at the second boundaries: get_seconds() advances on the tick', () => {
    const stamp = write(true, 5000, 0);
    expect(play([stamp, syn(1, 58.995), syn(1, 60.005)])).toEqual([POSSIBLE_REJECT, POSSIBLE_REJECT]);
  });

  it('keeps the stamp of the clock ahead against lower ones, until it is over 60 s old', () => {
    expect(play([write(true, 5000, 0), write(true, 4000, 30), syn(4500, 35)])).toEqual([REJECT]);
    expect(play([write(true, 5000, 0), write(true, 4000, 62), syn(4500, 70), syn(3500, 70)])).toEqual([
      PASS,
      REJECT,
    ]);
    // Written 60.5 s later: stored on one side of the second boundary, ignored on the other.
    expect(play([write(true, 5000, 0), write(true, 4000, 60.5), syn(3500, 70)])).toEqual([POSSIBLE_REJECT]);
  });

  it('takes an equal TSval with an older second', () => {
    expect(play([write(true, 5000, 20), write(true, 5000, 10, 21), syn(1, 75)])).toEqual([PASS]);
  });

  it('lets a write that may have happened raise the stamp but not lower it', () => {
    const doubt = write(false, 6000, 1);
    const events = [write(true, 5000, 0), doubt, syn(5500, 2), syn(4500, 2), syn(6000, 2)];
    expect(play(events)).toEqual([POSSIBLE_REJECT, REJECT, PASS]);
  });

  it('is certain again once a certain write follows the doubtful one', () => {
    expect(play([write(false, 6000, 1), syn(1, 2), write(true, 6001, 3), syn(1, 4)])).toEqual([
      POSSIBLE_REJECT,
      REJECT,
    ]);
  });

  it('stays certain with many half-closed connections of one clock', () => {
    const events: NaiveEvent[] = [write(true, 5000, 0)];
    for (let i = 0; i < 50; i += 1) events.push(write(false, 5100 + i, 0.1 + i / 1000));
    expect(play([...events, syn(4000, 1), syn(5120, 1), syn(6000, 1)])).toEqual([
      REJECT,
      POSSIBLE_REJECT,
      PASS,
    ]);
    expect(play([...events, write(true, 5200, 0.9), syn(5120, 1)])).toEqual([REJECT]);
  });

  it('knows nothing more for sure when too many clocks may have written, until all of it is stale', () => {
    const events: NaiveEvent[] = [];
    for (let i = 0; i < 9; i += 1) events.push(write(false, (i * 477_218_588) >>> 0, i / 10));
    const verdicts = play([...events, syn(77, 2), syn(2 ** 31, 3), syn(77, 62)]);
    expect(verdicts).toEqual([POSSIBLE_REJECT, POSSIBLE_REJECT, PASS]);
    expect(play([...events, write(true, 9000, 63), syn(77, 64), syn(9000, 64)])).toEqual([REJECT, PASS]);
  });

  it('judges by the entry of the key alone', () => {
    const other: NaiveEvent = { kind: 'syn', key: 'b', tsval: 1, now: START + 1 };
    expect(play([write(true, 5000, 0), other])).toEqual([PASS]);
  });

  it('tells the stamp that stands against a SYN', () => {
    const table = new StampTable(SEED, 4);
    table.setKey(4, 0, 0, 0, 0, 0, 0, 0, 1);
    table.write(true, 5000, 100, 11, 100);
    table.write(false, 6000, 101, 12, 101);
    const slot = table.find();
    table.judge(slot, true, 5500, 102, false);
    expect([table.tsval(slot), table.time(slot), table.ordinal(slot)]).toEqual([6000, 101, 12]);
  });

  it('forgets the oldest of some entries beyond its ceiling, and counts them', () => {
    const table = new StampTable(SEED, 4);
    for (let peer = 0; peer < 10; peer += 1) {
      table.setKey(4, 0, 0, 0, 0, 0, 0, 0, peer);
      table.write(true, 5000, peer, peer, peer);
    }
    expect([table.table.size, table.evicted]).toEqual([4, 6]);
    table.setKey(4, 0, 0, 0, 0, 0, 0, 0, 9);
    expect(table.find()).toBeGreaterThanOrEqual(0);
  });
});

describe('StampTable against every possible world', () => {
  // Times on a grid of 1/4 s, phases on the same grid and between: every order of second boundaries occurs.
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 8 }) },
    { weight: 3, arbitrary: fc.integer({ min: 233, max: 247 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 }) },
  );
  // Clocks spread round the circle so that they are not in one order, and words next to their borders.
  const clock = fc.constantFrom(
    0,
    1,
    2,
    3,
    2 ** 30,
    1431655765,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 31 + 1,
    2863311530,
  );
  const tsval = fc.tuple(clock, fc.integer({ min: -3, max: 3 })).map(([c, d]) => (c + d + 2 ** 32) % 2 ** 32);
  const move = fc.record({
    step,
    key: fc.constantFrom('a', 'a', 'b'),
    kind: fc.constantFrom('must', 'may', 'syn', 'syn'),
    none: fc.integer({ min: 0, max: 9 }),
    tsval,
    // How long before the write ts_recent was set.
    older: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: step }),
  });
  const phases = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];

  const sequence = fc.array(move, { minLength: 2, maxLength: 12 }).map((moves) => {
    let now = START;
    let doubts = 0;
    return moves.map((m): NaiveEvent => {
      now += m.step / 4;
      if (m.kind === 'syn') return { kind: 'syn', key: m.key, tsval: m.none === 0 ? null : m.tsval, now };
      const must = m.kind === 'must' || doubts >= 8;
      if (!must) doubts += 1;
      return { kind: 'write', key: m.key, must, tsval: m.tsval, time: now - m.older / 4, now };
    });
  });

  it('rejects only what every world rejects, and passes only what every world passes', () => {
    fc.assert(
      fc.property(sequence, fc.boolean(), (events, futureStampIsFresh) => {
        const verdicts = play(events, futureStampIsFresh);
        const worlds = allWorlds(events, phases, { dropsSynWithoutTimestamps: true, futureStampIsFresh });
        const wrong = verdicts.filter((verdict, i) => {
          const { rejected, worlds: all } = worlds[i] ?? { rejected: -1, worlds: -1 };
          return (verdict === REJECT && rejected !== all) || (verdict === PASS && rejected !== 0);
        });
        expect([verdicts.length, wrong]).toEqual([worlds.length, []]);
      }),
      { numRuns: 4000 },
    );
  });

  it('is never in doubt without a doubtful write, away from the second boundaries', () => {
    const whole = sequence.map((events) => {
      const calm = events.filter((event) => event.kind === 'syn' || event.must);
      // Only gaps that no phase can push over a border.
      return calm.map((event, i) => at(event, START + i * 7.25));
    });
    fc.assert(
      fc.property(whole, (events) => {
        const borders = events.some((a) => events.some((b) => b.now - a.now > 58.9 && b.now - a.now < 61.1));
        if (borders) return;
        const kernel = { dropsSynWithoutTimestamps: true, futureStampIsFresh: false };
        const worlds = allWorlds(events, [0.5], kernel);
        expect(play(events)).toEqual(worlds.map(({ rejected }) => (rejected === 1 ? REJECT : PASS)));
      }),
      { numRuns: 1000 },
    );
  });
});
