/** What the replay takes from a capture: when clients try again, and how long connections of a listener live. */
import { describe, expect, it } from 'vitest';
import type { Observed, ObservedAttempt, ObservedSyn } from '../../../src/diagnosis/what-if/attempts.ts';
import type { Habits } from '../../../src/diagnosis/what-if/habits.ts';
import { habitsOf } from '../../../src/diagnosis/what-if/habits.ts';

/** An attempt at a listener: the seconds of its SYNs, of the one that was served, and of the target's closes. */
interface Told {
  readonly listener?: number;
  readonly syns: readonly number[];
  readonly served?: number;
  readonly closes?: readonly number[];
}

function attempt({ listener = 1, syns, served, closes = [] }: Told): ObservedAttempt {
  const made: ObservedAttempt = {
    pairKey: 1,
    peerKey: 1,
    pair: 1,
    target: 1,
    listener,
    clock: 0,
    syns: [],
    writes: [],
    served: null,
    refused: false,
  };
  for (const time of syns) {
    const syn: ObservedSyn = {
      kind: 'syn',
      attempt: made,
      time,
      tsval: 0,
      hasTsval: true,
      served: time === served,
      rejected: time !== served,
      early: false,
      outside: false,
    };
    made.syns.push(syn);
    if (time === served) made.served = syn;
  }
  for (const time of closes) {
    made.writes.push({
      kind: 'write',
      attempt: made,
      pairKey: 1,
      peerKey: 1,
      time,
      tsval: 0,
      tsvalTime: time,
      sure: true,
    });
  }
  return made;
}

function habits(...told: readonly Told[]): Habits {
  const attempts = told.map(attempt);
  const observed: Observed = {
    events: [],
    attempts,
    lost: attempts.filter(({ served }) => served === null),
    rejectedSyns: 0,
    earlySyns: 0,
    otherSilent: 0,
    end: 1000,
  };
  return habitsOf(observed);
}

const served = (at: number, lifetime: number | null, listener = 1): Told => ({
  listener,
  syns: [at],
  served: at,
  closes: lifetime === null ? [] : [at + lifetime],
});

describe('the lifetime of connections', () => {
  it('is the median, by listener', () => {
    const { lifetimes, closes } = habits(
      served(0, 9),
      served(0, 1),
      served(0, 30),
      served(0, 2),
      served(0, 3),
      served(0, 100, 2),
    );
    expect([...lifetimes]).toEqual([
      [1, 3],
      [2, 100],
    ]);
    expect(closes).toBe(6);
  });

  it.each([
    [2, 2, 7],
    [2, 3, undefined],
    [1, 1, 7],
  ])('of %i connections that the target closed and %i that it did not: %s', (closed, open, lifetime) => {
    const told = [
      ...Array.from({ length: closed }, () => served(0, 7)),
      ...Array.from({ length: open }, () => served(0, null)),
    ];
    const { lifetimes, closes } = habits(...told);
    expect([lifetimes.get(1), closes]).toEqual([lifetime, lifetime === undefined ? 0 : closed]);
  });

  it('runs from the SYN that was served to the last close, and is never negative', () => {
    expect(habits({ syns: [10, 11, 13], served: 13, closes: [14, 18] }).lifetimes.get(1)).toBe(5);
    expect(habits({ syns: [10], served: 10, closes: [9] }).lifetimes.get(1)).toBe(0);
  });

  it('is not told from attempts that were lost', () => {
    expect([...habits({ syns: [10, 11], closes: [12] }).lifetimes]).toEqual([]);
  });
});

describe('the retransmissions of clients', () => {
  it('are those of a lost attempt of middling length', () => {
    const { retries } = habits(
      { syns: [100] },
      { syns: [200, 201, 203, 207] },
      { syns: [500, 501] },
      { syns: [300, 301, 303] },
      { syns: [400, 401, 403, 407, 415] },
    );
    expect(retries).toEqual([1, 3]);
  });

  it('leave out a packet of the very moment of the first', () => {
    expect(habits({ syns: [100, 100, 103] }).retries).toEqual([3]);
  });

  it('are those of Linux where nothing was lost', () => {
    expect(habits(served(0, 1)).retries).toEqual([1, 3, 7, 15, 31, 63]);
  });
});
