/** The replay on made-up incidents: with nothing changed nothing changes, and what each rule must do. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Observed,
  ObservedAttempt,
  ObservedSyn,
  ObservedWrite,
} from '../../../src/diagnosis/what-if/attempts.ts';
import { Agenda } from '../../../src/diagnosis/what-if/agenda.ts';
import { habitsOf } from '../../../src/diagnosis/what-if/habits.ts';
import type { Outcome, ReplayGround } from '../../../src/diagnosis/what-if/replay.ts';
import { Replay } from '../../../src/diagnosis/what-if/replay.ts';
import type { Rules } from '../../../src/diagnosis/what-if/rules.ts';
import { AS_OBSERVED, RULES, timestampsOffAt } from '../../../src/diagnosis/what-if/rules.ts';
import { PASS, REJECT, StampTable } from '../../../src/kernel/stamps.ts';

const RATE = 1000;
const LIFETIME = 0.01;

/** One client's connect: when, and by which of the clocks behind the address. */
interface Connect {
  readonly at: number;
  readonly clock: number;
}

const TSVAL_AT_0: readonly number[] = [1_000_000_000, 400_000_000, 1_900_000_000];

/**
 * What a target with the check does to these connects when it closes each connection after `LIFETIME` seconds: the
 * incident that a capture would show. A client tries again after 1 and 3 s.
 */
function incident(connects: readonly Connect[], dropsBare: boolean, bareClock = -1): ReplayGround {
  const stamps = new StampTable(1, 64);
  const agenda = new Agenda();
  const events: (ObservedSyn | ObservedWrite)[] = [];
  const attempts: ObservedAttempt[] = [];
  stamps.setKey(6, 1, 0, 0, 0, 0, 0, 0, 0);
  const tsvalOf = (clock: number, time: number): number =>
    ((TSVAL_AT_0[clock] ?? 0) + Math.round(time * RATE)) | 0;
  const send =
    (attempt: ObservedAttempt, offsets: readonly number[]) =>
    (time: number): void => {
      const hasTsval = attempt.clock !== bareClock;
      const tsval = tsvalOf(attempt.clock, time);
      const slot = stamps.find();
      const checked = slot >= 0 && (hasTsval || dropsBare);
      const served = !checked || stamps.judge(slot, hasTsval, tsval, time, false) === PASS;
      const sure = !checked || served || stamps.judge(slot, hasTsval, tsval, time, false) === REJECT;
      const outside = false;
      const syn = { kind: 'syn', attempt, time, tsval, hasTsval, served, early: false, outside } as const;
      const packet: ObservedSyn = { ...syn, rejected: !served && sure };
      attempt.syns.push(packet);
      events.push(packet);
      if (served) {
        attempt.served = packet;
        if (hasTsval) agenda.add(time + LIFETIME, close(attempt));
      } else if (offsets.length > 0) agenda.add(time + (offsets[0] ?? 0), send(attempt, offsets.slice(1)));
    };
  const close =
    (attempt: ObservedAttempt) =>
    (time: number): void => {
      const tsval = tsvalOf(attempt.clock, time);
      const at = { pairKey: 1, peerKey: 2, time, tsval, tsvalTime: time, sure: true };
      const write: ObservedWrite = { kind: 'write', attempt, ...at };
      attempt.writes.push(write);
      events.push(write);
      stamps.write(true, tsval, time, 0, time);
    };
  for (const { at, clock } of connects) {
    const attempt: ObservedAttempt = {
      pairKey: 1,
      peerKey: 2,
      pair: 0,
      target: 0,
      listener: 0,
      clock,
      syns: [],
      writes: [],
      served: null,
      refused: false,
    };
    attempts.push(attempt);
    agenda.add(at, send(attempt, [1, 2]));
  }
  agenda.until(1e9);
  const syns = events.filter((event) => event.kind === 'syn');
  const observed: Observed = {
    events,
    attempts,
    lost: attempts.filter((one) => one.served === null && one.syns.some(({ rejected }) => rejected)),
    rejectedSyns: syns.filter(({ rejected }) => rejected).length,
    earlySyns: 0,
    otherSilent: 0,
    end: 1e9,
  };
  return {
    observed,
    habits: habitsOf(observed),
    rateOf: () => RATE,
    kernel: { key: 'local-and-peer', dropsSynWithoutTimestamps: dropsBare, futureStampIsFresh: false },
    seed: 2,
  };
}

const play = (ground: ReplayGround, rules: Rules): Outcome => new Replay(ground, rules).run();

const connects = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 1_000_000 }).map((ms) => ms / 1000), clock: fc.nat(2) }), {
    maxLength: 60,
  })
  .map((list) => list.toSorted((a, b) => a.at - b.at));

describe('a replay', () => {
  it('changes nothing when no rule is changed', () => {
    fc.assert(
      fc.property(connects, fc.boolean(), fc.integer({ min: -1, max: 2 }), (list, drops, bare) => {
        const ground = incident(list, drops, bare);
        expect(play(ground, AS_OBSERVED)).toEqual({
          rejectedSyns: ground.observed.rejectedSyns,
          rescued: 0,
          stillLost: ground.observed.lost.length,
          newlyLost: 0,
          undecided: 0,
          assumedCloses: 0,
          assumedRetries: 0,
        });
      }),
    );
  });

  it.each(['recycle-off', 'timestamps-off', 'clients-close-first'] as const)(
    'never loses a connect under %s',
    (code) => {
      fc.assert(
        fc.property(connects, fc.boolean(), fc.integer({ min: -1, max: 2 }), (list, drops, bare) => {
          const ground = incident(list, drops, bare);
          const outcome = play(ground, RULES[code]);
          expect(outcome).toMatchObject({ rejectedSyns: 0, stillLost: 0, newlyLost: 0, undecided: 0 });
          expect(outcome.rescued).toBe(ground.observed.lost.length);
        }),
      );
    },
  );

  it('foretells what the target really does when one clock goes without timestamps', () => {
    // Many connects from 0 on, so that the first minute of the changed incident is the same kind of time.
    const list = Array.from({ length: 80 }, (_, i): Connect => ({ at: i * 1.25, clock: i % 2 }));
    for (const drops of [false, true]) {
      for (const off of [0, 1]) {
        const ground = incident(list, drops);
        const really = incident(list, drops, off);
        const outcome = play(ground, timestampsOffAt(0, off));
        const lostBefore = new Set(ground.observed.lost.map((one) => ground.observed.attempts.indexOf(one)));
        const lostThen = really.observed.lost.map((one) => really.observed.attempts.indexOf(one));
        expect(outcome).toMatchObject({
          newlyLost: lostThen.filter((index) => !lostBefore.has(index)).length,
          stillLost: lostThen.filter((index) => lostBefore.has(index)).length,
          rejectedSyns: really.observed.rejectedSyns,
        });
      }
    }
  });

  it('finds no harm without SNAT, whatever the clocks', () => {
    fc.assert(
      fc.property(connects, (list) => {
        expect(play(incident(list, true), RULES['no-snat'])).toMatchObject({ rejectedSyns: 0, stillLost: 0 });
      }),
    );
  });

  it('calls a connect undecided that the capture cuts off', () => {
    const list = Array.from({ length: 20 }, (_, i): Connect => ({ at: i * 1.25, clock: i % 2 }));
    const ground = incident(list, true);
    const end = list.at(-1)?.at ?? 0;
    const cut = { ...ground, observed: { ...ground.observed, end: end + 0.5 } };
    const outcome = play(cut, timestampsOffAt(0, 0));
    expect(outcome.undecided).toBeGreaterThan(0);
    expect(outcome.newlyLost + outcome.undecided).toBe(play(ground, timestampsOffAt(0, 0)).newlyLost);
  });
});

describe('the agenda', () => {
  it('runs what is due in order of time, what that adds included', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), fc.nat(100), (times, now) => {
        const agenda = new Agenda();
        const ran: number[] = [];
        for (const time of times) {
          agenda.add(time, () => {
            ran.push(time);
            agenda.add(time + 0.5, (later) => ran.push(later));
          });
        }
        agenda.until(now);
        const due = times.flatMap((time) => [time, time + 0.5]).filter((time) => time <= now);
        expect(ran).toEqual(due.toSorted((a, b) => a - b));
      }),
    );
  });
});
