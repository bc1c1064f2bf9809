/** What a SYN packet counts as, and that each attempt with a rejected one counts once. */
import { describe, expect, it } from 'vitest';
import {
  countedFate,
  fieldOf,
  firstField,
  outcomeField,
  queueField,
} from '../../src/diagnosis/cell-fields.ts';
import { CELL, Cells, PEER_FIELDS } from '../../src/diagnosis/cells.ts';
import { RejectedAttempts } from '../../src/diagnosis/rejected-attempts.ts';
import {
  CLASS_CONTESTED,
  CLASS_EARLY,
  CLASS_STUCK,
  CLASS_TIME_WAIT_SILENT,
  CLASS_UNSERVED,
} from '../../src/diagnosis/row-class.ts';
import { FATE_PASS, FATE_POSSIBLE, FATE_REJECT, FATE_UNKNOWN } from '../../src/kernel/fate.ts';
import { ATTEMPT_CONNECTED, CONNECTION, CONNECTION_TIME } from '../../src/tracking/connections.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { TrackingState } from '../../src/tracking/state.ts';
import { ROW } from '../../src/tracking/syn-ring.ts';

const FATES = [FATE_UNKNOWN, FATE_PASS, FATE_POSSIBLE, FATE_REJECT] as const;

describe('a SYN packet', () => {
  it('counts by its fate and its answer', () => {
    expect(FATES.map((fate) => [outcomeField(fate, true), outcomeField(fate, false)])).toEqual([
      [CELL.unknownSilent, CELL.unknownAnswered],
      [CELL.passSilent, CELL.passAnswered],
      [CELL.possibleSilent, CELL.possibleAnswered],
      [CELL.rejectSilent, CELL.rejectAnswered],
    ]);
    expect([firstField(true, true), firstField(true, false)]).toEqual([
      CELL.firstRejectSilent,
      CELL.firstRejectAnswered,
    ]);
    expect([firstField(false, true), firstField(false, false)]).toEqual([
      CELL.firstOtherSilent,
      CELL.firstOtherAnswered,
    ]);
  });

  it('counts as unknown where nobody is served, unless it passes anyway', () => {
    expect(FATES.map((fate) => countedFate(fate, CLASS_UNSERVED))).toEqual([
      FATE_UNKNOWN,
      FATE_PASS,
      FATE_UNKNOWN,
      FATE_UNKNOWN,
    ]);
    expect(FATES.map((fate) => countedFate(fate, CLASS_EARLY))).toEqual(FATES);
  });

  it.each<[string, number, readonly number[], readonly number[]]>([
    [
      'nothing else decided',
      0,
      [CELL.unknownSilent, CELL.passSilent, CELL.possibleSilent, CELL.rejectSilent],
      [-1, -1, -1, -1],
    ],
    [
      'the queue was full',
      CLASS_STUCK,
      [CELL.unknownSilent, CELL.passSilent, CELL.possibleSilent, CELL.rejectSilent],
      [CELL.queue, CELL.queue, CELL.queueUnaccused, CELL.queueUnaccused],
    ],
    [
      'the queue contests what the check would have rejected',
      CLASS_STUCK | CLASS_CONTESTED,
      [CELL.unknownSilent, CELL.passSilent, CELL.contested, CELL.contested],
      [CELL.queue, CELL.queue, CELL.queue, CELL.queue],
    ],
    [
      'TIME-WAIT decided',
      CLASS_STUCK | CLASS_CONTESTED | CLASS_TIME_WAIT_SILENT,
      FATES.map(() => CELL.timeWaitSilent),
      [-1, -1, -1, -1],
    ],
  ])('that is silent counts by what decided: %s', (_, marks, fields, queues) => {
    expect(FATES.map((fate) => fieldOf(fate, true, marks))).toEqual(fields);
    expect(FATES.map((fate) => queueField(fate, marks))).toEqual(queues);
  });
});

describe('Cells', () => {
  it('hold nothing of a row that was never written, or of none', () => {
    const cells = new Cells(2);
    cells.add(0, 0, CELL.rejectSilent, 5);
    cells.bumpAll(0, CELL.passSilent);
    for (const row of [-1, 1, 900]) expect(Object.values(cells.agreement(row, 0))).toEqual(Array(8).fill(0));
  });
});

describe('RejectedAttempts', () => {
  /** One attempt, number 7, on connection 0 from pair 3 to target 2; first SYN at 100 s, last seen at 103 s. */
  class Attempt {
    readonly state = new TrackingState(1, TRACKING_LIMITS);
    readonly targets = new Cells(2);
    readonly peers = new Cells(2, PEER_FIELDS);
    /** Masks of the variants, as they were counted. */
    readonly masks: number[] = [];
    readonly attempts: RejectedAttempts;

    constructor(connected = false) {
      const { targets, peers, masks } = this;
      const counted = (target: number, pair: number, clock: number, mask: number): void => {
        expect([target, pair, clock]).toEqual([2, 3, 1]);
        masks.push(mask);
      };
      this.attempts = new RejectedAttempts(this.state, {
        variants: 2,
        targets,
        peers,
        detail: (pair) => pair + 10,
        counted,
      });
      this.begin(7, connected);
      this.state.now = 109;
    }

    /** The slot goes to this attempt. */
    begin(number: number, connected: boolean): void {
      const { connections } = this.state;
      for (const [field, value] of [
        [CONNECTION.attempt, number],
        [CONNECTION.target, 2],
        [CONNECTION.pair, 3],
        [CONNECTION.clock, 1],
        [CONNECTION.rejectMask, 0],
        [CONNECTION.flags, connected ? ATTEMPT_CONNECTED : 0],
      ] as const)
        connections.set(0, field, value);
      connections.setTime(0, CONNECTION_TIME.firstSyn, 100);
      connections.setTime(0, CONNECTION_TIME.lastSeen, 103);
    }

    /** Another SYN packet of an attempt; gives its serial. */
    syn(attempt = 7): number {
      const { ring, connections } = this.state;
      const serial = ring.head;
      ring.head += 1;
      ring.words[ring.row(serial) + ROW.attempt] = attempt;
      ring.words[ring.row(serial) + ROW.connection] = 0;
      connections.set(0, CONNECTION.lastSyn, serial);
      return serial;
    }

    /** Attempts, those lost, and seconds, of the target and of the peer, under either variant. */
    counts(): readonly (readonly number[])[] {
      return [0, 1].map((variant) =>
        ([[this.targets, 2] as const, [this.peers, 13] as const] as const).flatMap(([cells, row]) =>
          [CELL.rejectedAttempts, CELL.lostAttempts, CELL.waited].map((field) =>
            cells.get(row, variant, field),
          ),
        ),
      );
    }
  }
  const NONE = [0, 0, 0, 0, 0, 0];
  const LOST = [1, 1, 3, 1, 1, 3];

  it('are counted when they end, under the variants that reject one of their SYNs', () => {
    const one = new Attempt();
    one.attempts.settled(one.syn(), 0);
    one.attempts.settled(one.syn(), 2);
    one.attempts.settled(one.syn(), 2);
    expect(one.counts()).toEqual([NONE, NONE]);
    one.attempts.attemptEnded(0, false);
    expect([one.counts(), one.masks]).toEqual([[NONE, LOST], [2]]);
  });

  it('are lost unless they connected: then they waited until then', () => {
    const one = new Attempt(true);
    one.attempts.settled(one.syn(), 1);
    one.attempts.attemptEnded(0, false);
    expect(one.counts()).toEqual([[1, 0, 9, 1, 0, 9], NONE]);
  });

  it('never waited less than no time, where times jump back', () => {
    const one = new Attempt();
    one.state.connections.setTime(0, CONNECTION_TIME.lastSeen, 90);
    one.attempts.settled(one.syn(), 1);
    one.attempts.attemptEnded(0, false);
    expect(one.counts()[0]).toEqual([1, 1, 0, 1, 1, 0]);
  });

  it('without a rejected SYN are not counted', () => {
    const one = new Attempt();
    one.attempts.settled(one.syn(), 0);
    one.attempts.attemptEnded(0, false);
    expect([one.counts(), one.masks]).toEqual([[NONE, NONE], []]);
  });

  it('that end first are counted when a SYN of them is settled, once under each variant', () => {
    const one = new Attempt();
    const [first, second, last] = [one.syn(), one.syn(), one.syn()];
    one.attempts.attemptEnded(0, true);
    expect(one.masks).toEqual([]);
    one.attempts.settled(first, 1);
    one.attempts.settled(second, 1);
    expect([one.counts(), one.masks]).toEqual([[LOST, NONE], [1]]);
    one.attempts.settled(last, 3);
    expect([one.counts(), one.masks]).toEqual([
      [LOST, LOST],
      [1, 2],
    ]);
  });

  it('are let go with their last SYN', () => {
    const one = new Attempt();
    const last = one.syn();
    one.attempts.attemptEnded(0, true);
    one.begin(8, false);
    one.attempts.settled(last, 1);
    one.attempts.settled(one.syn(7), 2);
    expect(one.masks).toEqual([1]);
  });

  it('leave nothing to the attempt that has the connection after them', () => {
    const one = new Attempt();
    const late = one.syn();
    one.attempts.settled(one.syn(), 1);
    one.attempts.attemptEnded(0, false);
    one.begin(8, false);
    one.attempts.settled(late, 2);
    one.attempts.attemptEnded(0, false);
    expect([one.counts(), one.masks]).toEqual([[LOST, NONE], [1]]);
  });
});
