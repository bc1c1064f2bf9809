/** What each rule changes for single connects: made-up events, in which one thing matters at a time. */
import { describe, expect, it } from 'vitest';
import type { ObservedAttempt, ObservedSyn, ObservedWrite } from '../../../src/diagnosis/what-if/attempts.ts';
import type { Habits } from '../../../src/diagnosis/what-if/habits.ts';
import type { Outcome, ReplayGround } from '../../../src/diagnosis/what-if/replay.ts';
import { Replay } from '../../../src/diagnosis/what-if/replay.ts';
import type { Rules } from '../../../src/diagnosis/what-if/rules.ts';
import { AS_OBSERVED, RULES, timestampsOffAt } from '../../../src/diagnosis/what-if/rules.ts';

type SynSaid = Partial<Omit<ObservedSyn, 'kind' | 'attempt'>> & { readonly time: number };
type WriteSaid = Partial<Omit<ObservedWrite, 'kind' | 'attempt'>> & { readonly time: number };

/** Events in order of time, at a target whose kernel drops SYNs without timestamps unless said otherwise. */
class Course {
  readonly events: (ObservedSyn | ObservedWrite)[] = [];
  readonly attempts: ObservedAttempt[] = [];

  connect(more: Partial<ObservedAttempt> = {}): ObservedAttempt {
    const attempt: ObservedAttempt = {
      pairKey: 1,
      peerKey: 2,
      pair: 0,
      target: 0,
      listener: 0,
      clock: 0,
      syns: [],
      writes: [],
      served: null,
      refused: false,
      ...more,
    };
    this.attempts.push(attempt);
    return attempt;
  }

  syn(attempt: ObservedAttempt, said: SynSaid): this {
    const plain = {
      tsval: 1000,
      hasTsval: true,
      served: false,
      rejected: false,
      early: false,
      outside: false,
    };
    const syn: ObservedSyn = { kind: 'syn', attempt, ...plain, ...said };
    attempt.syns.push(syn);
    if (syn.served) attempt.served ??= syn;
    this.events.push(syn);
    return this;
  }

  write(attempt: ObservedAttempt | null, said: WriteSaid): this {
    const plain = { pairKey: 1, peerKey: 2, tsval: 1000, tsvalTime: said.time, sure: true };
    const write: ObservedWrite = { kind: 'write', attempt, ...plain, ...said };
    attempt?.writes.push(write);
    this.events.push(write);
    return this;
  }

  play(
    rules: Rules,
    more: Partial<Omit<ReplayGround, 'observed' | 'habits'>> &
      Partial<Habits> & { readonly end?: number } = {},
  ): Outcome {
    const { end = 1000, retries = [], lifetimes = new Map(), closes = 0, ...ground } = more;
    const events = this.events.toSorted((a, b) => a.time - b.time);
    const lost = this.attempts.filter(
      ({ served, syns }) => served === null && syns.some(({ rejected }) => rejected),
    );
    const { attempts } = this;
    return new Replay(
      {
        observed: { events, attempts, lost, rejectedSyns: 0, earlySyns: 0, otherSilent: 0, end },
        habits: { retries, lifetimes, closes },
        rateOf: () => 1000,
        kernel: { key: 'local-and-peer', dropsSynWithoutTimestamps: true, futureStampIsFresh: false },
        seed: 1,
        ...ground,
      },
      rules,
    ).run();
  }
}

const NOTHING: Outcome = {
  rejectedSyns: 0,
  rescued: 0,
  stillLost: 0,
  newlyLost: 0,
  undecided: 0,
  assumedCloses: 0,
  assumedRetries: 0,
};
const OLD = {
  kernel: { key: 'local-and-peer', dropsSynWithoutTimestamps: false, futureStampIsFresh: false },
} as const;
/** The clock of another client of the same pair goes without timestamps. */
const OTHER_OFF = timestampsOffAt(0, 9);

describe('a SYN that was served', () => {
  /** It is behind a stamp, though it was served. */
  const behind = (outside: boolean): Course => {
    const course = new Course().write(null, { time: 100, tsval: 9000 });
    return course.syn(course.connect(), { time: 110, served: true, outside });
  };

  it('is served again where something else than the check decided', () => {
    expect(behind(true).play(AS_OBSERVED)).toEqual(NOTHING);
    expect(behind(false).play(AS_OBSERVED)).toEqual({ ...NOTHING, rejectedSyns: 1, newlyLost: 1 });
  });

  it('is counted once, whatever its client sends after it', () => {
    const course = behind(false);
    const [attempt] = course.attempts;
    course.syn(attempt ?? course.connect(), { time: 111, served: true });
    expect(course.play(AS_OBSERVED)).toEqual({ ...NOTHING, rejectedSyns: 1, newlyLost: 1 });
  });

  it('passes a minute after the stamp', () => {
    const course = new Course().write(null, { time: 100, tsval: 9000 });
    course.syn(course.connect(), { time: 165, served: true });
    expect(course.play(AS_OBSERVED)).toEqual(NOTHING);
  });
});

describe('a SYN that was silent for another reason', () => {
  it('stays silent, and counts as nothing', () => {
    const course = new Course();
    course.syn(course.connect(), { time: 100 });
    for (const rules of [AS_OBSERVED, ...Object.values(RULES)]) {
      expect(course.play(rules, { lifetimes: new Map([[0, 1]]) })).toEqual(NOTHING);
    }
  });
});

describe('a SYN that was rejected', () => {
  const lost = (said: Partial<SynSaid> = {}): Course => {
    const course = new Course();
    return course.syn(course.connect(), { time: 100, rejected: true, ...said });
  };
  const rescued = { ...NOTHING, rescued: 1 };
  const still = { ...NOTHING, rejectedSyns: 1, stillLost: 1 };

  it.each<[string, Rules]>(Object.entries(RULES))('passes under %s', (_, rules) => {
    for (const said of [{}, { early: true }, { outside: true }]) {
      expect(lost(said).play(rules)).toEqual(rescued);
    }
  });

  it('passes wherever no stamp is left, unless something else decided', () => {
    expect(lost().play(OTHER_OFF)).toEqual(rescued);
    expect(lost({ outside: true }).play(OTHER_OFF)).toEqual(still);
  });

  it('by a stamp from before the capture stays so, unless it is checked no more', () => {
    expect(lost({ early: true }).play(OTHER_OFF)).toEqual(still);
    expect(lost({ early: true }).play(timestampsOffAt(0, 0), OLD)).toEqual(rescued);
    expect(lost({ early: true }).play(timestampsOffAt(0, 0))).toEqual(still);
    expect(lost({ early: true, hasTsval: false }).play(OTHER_OFF, OLD)).toEqual(rescued);
  });

  it('meets no stamp where none was written, in the first minute of all time either', () => {
    expect(lost({ time: 5, tsval: -5 }).play(OTHER_OFF)).toEqual(rescued);
  });

  it('without timestamps is checked from 3.17 on alone', () => {
    const bare = lost({ time: 110, hasTsval: false }).write(null, { time: 100 });
    expect(bare.play(OTHER_OFF)).toEqual(still);
    expect(bare.play(OTHER_OFF, OLD)).toEqual(rescued);
  });

  it('is rejected still where the clock that goes without timestamps is another, or of another pair', () => {
    const course = lost({ time: 110 }).write(null, { time: 100, tsval: 9000 });
    expect(course.play(timestampsOffAt(0, 0), OLD)).toEqual(rescued);
    expect(course.play(timestampsOffAt(1, 0), OLD)).toEqual(still);
    expect(course.play(OTHER_OFF, OLD)).toEqual(still);
  });
});

describe('a rescued connect', () => {
  const lifetimes = new Map([[0, 2]]);

  it('closes as the others of its listener, once, and leaves its stamp', () => {
    const course = new Course();
    const attempt = course.connect();
    course.syn(attempt, { time: 100, tsval: 50_000, rejected: true });
    course.syn(attempt, { time: 101, tsval: 51_000, rejected: true });
    // Ahead of the stamp at 102 s, behind it, and behind it before it was written.
    course.syn(course.connect(), { time: 101.9, tsval: 1000, rejected: true });
    course.syn(course.connect(), { time: 103, tsval: 52_500, served: true });
    course.syn(course.connect(), { time: 104, tsval: 51_500, served: true });
    const outcome = course.play(OTHER_OFF, { lifetimes });
    expect(outcome).toEqual({
      ...NOTHING,
      rescued: 2,
      rejectedSyns: 1,
      newlyLost: 1,
      assumedCloses: 2,
    });
  });

  it('never closes first at a listener where nothing does, nor without timestamps', () => {
    const course = new Course();
    course.syn(course.connect({ listener: 4 }), { time: 100, tsval: 50_000, rejected: true });
    course.syn(course.connect(), { time: 101, tsval: 51_000, hasTsval: false, rejected: true });
    course.syn(course.connect({ clock: 9 }), { time: 101, tsval: 51_000, rejected: true });
    expect(course.play(OTHER_OFF, { lifetimes })).toEqual({ ...NOTHING, rescued: 3 });
  });

  it('closes after the end of the capture without a trace', () => {
    const course = new Course();
    course.syn(course.connect(), { time: 100, rejected: true });
    expect(course.play(OTHER_OFF, { lifetimes, end: 101.9 }).assumedCloses).toBe(0);
    expect(course.play(OTHER_OFF, { lifetimes, end: 102 }).assumedCloses).toBe(1);
  });
});

describe('a connect that works earlier than it did', () => {
  /** Rejected at 100 s, served at 103 s, and closed at 104 s with stamp 5000; then another comes. */
  const moved = (then: SynSaid): Course => {
    const course = new Course();
    const attempt = course.connect();
    course.syn(attempt, { time: 100, tsval: 1000, rejected: true });
    course.syn(attempt, { time: 103, tsval: 4000, served: true });
    course.write(attempt, { time: 104, tsval: 5000 });
    return course.syn(course.connect(), then);
  };

  it('closes as much earlier, with the TSval that its clock had then', () => {
    // The stamp is 2000 from 101 s on.
    expect(moved({ time: 101.5, tsval: 1500, served: true }).play(OTHER_OFF).newlyLost).toBe(1);
    expect(moved({ time: 101.5, tsval: 1999, served: true }).play(OTHER_OFF).newlyLost).toBe(0);
    expect(moved({ time: 100.9, tsval: 1500, served: true }).play(OTHER_OFF).newlyLost).toBe(0);
    expect(moved({ time: 105, tsval: 3000, served: true }).play(OTHER_OFF).newlyLost).toBe(0);
    // It has gone a minute after that, when that of the capture would still stand.
    expect(moved({ time: 162.5, tsval: 0, served: true }).play(OTHER_OFF).newlyLost).toBe(0);
  });

  it('where it works as it did, closes when it did', () => {
    const course = new Course();
    const attempt = course.connect();
    course.syn(attempt, { time: 103, tsval: 4000, served: true });
    course.write(attempt, { time: 104, tsval: 5000 });
    course.syn(course.connect(), { time: 105, tsval: 3000, served: true });
    expect(course.play(AS_OBSERVED).newlyLost).toBe(1);
    expect(course.play(OTHER_OFF).newlyLost).toBe(1);
  });
});

describe('a connect that works no more', () => {
  const late = (more: Partial<SynSaid> = {}): Course => {
    const course = new Course().write(null, { time: 100, tsval: 9000 });
    const attempt = course.connect();
    course.syn(attempt, { time: 110, tsval: 1000, served: true, ...more });
    // What it would have closed with is no stamp then.
    return course.write(attempt, { time: 111, tsval: 20_000 });
  };

  it('tries again when others did, until it passes or gives up', () => {
    const gaveUp = late().play(AS_OBSERVED, { retries: [1, 3] });
    expect(gaveUp).toEqual({ ...NOTHING, rejectedSyns: 3, newlyLost: 1, assumedRetries: 2 });
    // At 113 s its clock is ahead of the stamp.
    const passes = late({ tsval: 6500 }).play(AS_OBSERVED, { retries: [1, 3, 7] });
    expect(passes).toEqual({ ...NOTHING, rejectedSyns: 2, assumedRetries: 2 });
    const minute = late().play(AS_OBSERVED, { retries: [1, 3, 7, 15, 31, 63] });
    expect(minute).toEqual({ ...NOTHING, rejectedSyns: 4, assumedRetries: 4 });
  });

  it('is not decided where the capture ends before its next try', () => {
    const play = (end: number): Outcome => late().play(AS_OBSERVED, { retries: [1, 3], end });
    expect(play(112.9)).toEqual({ ...NOTHING, rejectedSyns: 2, undecided: 1, assumedRetries: 1 });
    expect(play(113)).toEqual({ ...NOTHING, rejectedSyns: 3, newlyLost: 1, assumedRetries: 2 });
  });

  it('counts a try that is due together with one that was seen as that one', () => {
    const course = late();
    const [attempt] = course.attempts;
    // The first SYN met silence for another reason; the second, a second later, was served.
    const retried = new Course().write(null, { time: 100, tsval: 9000 });
    const other = retried.connect();
    retried.syn(other, { time: 109, tsval: 0, rejected: true });
    retried.syn(other, { time: 110, tsval: 1000, served: true });
    expect(attempt?.syns).toHaveLength(1);
    expect(retried.play(AS_OBSERVED, { retries: [1.04, 3] })).toEqual({
      ...NOTHING,
      rejectedSyns: 3,
      newlyLost: 1,
      assumedRetries: 1,
    });
    expect(retried.play(AS_OBSERVED, { retries: [1.06, 3] }).assumedRetries).toBe(2);
  });
});

describe('a stamp', () => {
  /** Written for a client of clock 0; then one of clock 1 comes with a lower TSval, to another address or the same. */
  const two = (pairKey: number): Course => {
    const course = new Course();
    const first = course.connect();
    course.syn(first, { time: 100, tsval: 8000, served: true });
    course.write(first, { time: 100.5, tsval: 9000 });
    return course.syn(course.connect({ clock: 1, pairKey }), { time: 101, tsval: 1000, served: true });
  };

  it('is kept by pair of addresses, or by peer alone, as the kernel does', () => {
    const peerKernel = { kernel: { ...OLD.kernel, key: 'peer' } } as const;
    expect([two(1), two(5)].map((course) => course.play(AS_OBSERVED, OLD).newlyLost)).toEqual([1, 0]);
    expect([two(1), two(5)].map((course) => course.play(AS_OBSERVED, peerKernel).newlyLost)).toEqual([1, 1]);
  });

  it('is kept by client without SNAT, whatever the kernel', () => {
    const peerKernel = { kernel: { ...OLD.kernel, key: 'peer' } } as const;
    for (const ground of [OLD, peerKernel]) expect(two(1).play(RULES['no-snat'], ground)).toEqual(NOTHING);
    // The same client is still stopped by its own, at the address where it was written.
    const same = (pairKey: number): Course => {
      const course = new Course();
      const first = course.connect({ clock: 3 });
      course.syn(first, { time: 100, tsval: 8000, served: true });
      course.write(first, { time: 100.5, tsval: 9000 });
      return course.syn(course.connect({ clock: 3, pairKey }), { time: 101, tsval: 1000, served: true });
    };
    expect([same(1), same(5)].map((course) => course.play(RULES['no-snat'], peerKernel).newlyLost)).toEqual([
      1, 0,
    ]);
  });

  it('of nobody known stands against everybody, and without SNAT against nobody', () => {
    const course = new Course().write(null, { time: 100, tsval: 9000 });
    course.syn(course.connect({ clock: -1 }), { time: 110, served: true });
    expect(course.play(AS_OBSERVED).newlyLost).toBe(1);
    expect(course.play(RULES['no-snat'])).toEqual(NOTHING);
    // One of an attempt that was never seen to be served is as good as nobody's.
    const unserved = new Course();
    const attempt = unserved.connect();
    unserved.syn(attempt, { time: 99 }).write(attempt, { time: 100, tsval: 9000 });
    unserved.syn(unserved.connect(), { time: 110, served: true });
    expect(unserved.play(AS_OBSERVED).newlyLost).toBe(1);
    expect(unserved.play(RULES['no-snat'])).toEqual(NOTHING);
  });

  it('that is not certain loses nobody', () => {
    const course = new Course().write(null, { time: 100, tsval: 9000, sure: false });
    course.syn(course.connect(), { time: 110, served: true });
    expect(course.play(AS_OBSERVED)).toEqual(NOTHING);
  });

  it('is never written where the target never closes first', () => {
    const course = new Course().write(null, { time: 100, tsval: 9000 });
    course.syn(course.connect(), { time: 110, served: true });
    for (const code of ['recycle-off', 'timestamps-off', 'clients-close-first'] as const) {
      expect(course.play(RULES[code])).toEqual(NOTHING);
    }
  });
});
