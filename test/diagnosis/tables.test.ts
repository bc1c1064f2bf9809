/** The small tables of the diagnosis: what they keep, sum up and forget. */
import { describe, expect, it } from 'vitest';
import { CELL, Cells } from '../../src/diagnosis/cells.ts';
import { SilentSeconds } from '../../src/diagnosis/silent-seconds.ts';
import { mainCause } from '../../src/diagnosis/cause-findings.ts';
import type { Cause } from '../../src/diagnosis/codes.ts';
import { CAUSES, GRADES } from '../../src/diagnosis/codes.ts';
import { Agenda } from '../../src/diagnosis/what-if/agenda.ts';
import { FATES } from '../../src/kernel/fate.ts';
import { ANSWERS } from '../../src/tracking/answer.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { TrackingState } from '../../src/tracking/state.ts';
import { ROW, ROW_TIME } from '../../src/tracking/syn-ring.ts';

const CELL_FIELDS = Object.keys(CELL).length;

describe('Cells', () => {
  it('has a field of its own for each name', () => {
    const fields = Object.values(CELL);
    expect(new Set(fields).size).toBe(fields.length);
    expect(Math.max(...fields)).toBeLessThan(CELL_FIELDS);
  });

  it('counts each row, variant and field by itself, or all variants at once, however many rows there come to be', () => {
    const cells = new Cells(3);
    const amount = (row: number, variant: number, field: number): number =>
      1 + row * 100 + variant * 30 + field;
    const rows = [0, 1, 40, 15, 16, 5];
    const each = (visit: (row: number, variant: number, field: number) => void): void => {
      for (const row of rows)
        for (let v = 0; v < 3; v += 1) for (let f = 0; f < CELL_FIELDS; f += 1) visit(row, v, f);
    };
    each((row, v, f) => cells.add(row, v, f, amount(row, v, f)));
    each((row, v, f) => expect(cells.get(row, v, f)).toBe(amount(row, v, f)));
    each((row, v, f) => cells.add(row, v, f, 1));
    each((row, v, f) => expect(cells.get(row, v, f)).toBe(amount(row, v, f) + 1));
    for (const row of rows) for (let f = 0; f < CELL_FIELDS; f += 1) cells.bumpAll(row, f);
    each((row, v, f) => expect(cells.get(row, v, f)).toBe(amount(row, v, f) + 2));
    cells.clear(15);
    each((row, v, f) => expect(cells.get(row, v, f)).toBe(row === 15 ? 0 : amount(row, v, f) + 2));
  });

  it('is empty where nothing was counted, and can be cleared there', () => {
    const cells = new Cells(2);
    cells.clear(500);
    expect(cells.get(500, 1, CELL.waited)).toBe(0);
    expect(cells.get(3, 1, CELL.rejectSilent)).toBe(0);
  });

  it('notes the first value, and puts the last', () => {
    const cells = new Cells(1);
    for (const value of [7, 8, 9]) {
      cells.note(2, 0, CELL.firstRejected, value);
      cells.put(2, 0, CELL.lastRejected, value);
    }
    expect([cells.get(2, 0, CELL.firstRejected), cells.get(2, 0, CELL.lastRejected)]).toEqual([7, 9]);
  });

  it('gives prediction beside observation', () => {
    const cells = new Cells(2);
    const names = [
      'rejectSilent',
      'rejectAnswered',
      'passSilent',
      'passAnswered',
      'possibleSilent',
      'possibleAnswered',
      'unknownSilent',
      'unknownAnswered',
    ] as const;
    names.forEach((name, i) => cells.add(4, 1, CELL[name], i + 1));
    expect(cells.agreement(4, 1)).toEqual(Object.fromEntries(names.map((name, i) => [name, i + 1])));
    expect(Object.values(cells.agreement(4, 0))).toEqual(names.map(() => 0));
  });
});

describe('SilentSeconds', () => {
  /** SYNs as (second, pair, silent), to target 2 unless said otherwise. */
  function seen(
    ...syns: readonly (readonly [at: number, silent: boolean, target?: number])[]
  ): SilentSeconds {
    const state = new TrackingState(1, TRACKING_LIMITS);
    const { ring } = state;
    const seconds = new SilentSeconds(state);
    for (const [at, silent, target = 2] of syns) {
      const serial = ring.head;
      ring.head += 1;
      ring.words[ring.row(serial) + ROW.pair] = 0;
      ring.times[ring.rowTimes(serial) + ROW_TIME.arrived] = at;
      seconds.settled(serial, target, silent);
    }
    return seconds;
  }

  it('counts what was served in the seconds in which somebody met silence', () => {
    const seconds = seen(
      [100.1, false],
      [100.9, false],
      [101, false],
      [101.5, true],
      [101.9, false],
      [102, true],
      [103, false],
      [104, true],
      [104, true],
      [104.2, false],
    );
    expect(seconds.of(2)).toEqual({ served: 3, seconds: 3 });
    expect(seconds.of(2)).toEqual({ served: 3, seconds: 3 });
  });

  it('keeps targets apart, also those far beyond the first, and forgets one at a time', () => {
    const seconds = seen(
      [100, true, 2],
      [100, false, 2],
      [100, true, 300],
      [100, false, 3],
      [100.5, false, 300],
    );
    expect([2, 3, 300, 7, 4000].map((target) => seconds.of(target))).toEqual([
      { served: 1, seconds: 1 },
      { served: 0, seconds: 0 },
      { served: 1, seconds: 1 },
      { served: 0, seconds: 0 },
      { served: 0, seconds: 0 },
    ]);
    seconds.forget(2);
    expect([seconds.of(2), seconds.of(300)]).toEqual([
      { served: 0, seconds: 0 },
      { served: 1, seconds: 1 },
    ]);
  });
});

describe('Agenda', () => {
  it('keeps appointments in order of time, also those that are made meanwhile, up to the moment asked for', () => {
    const agenda = new Agenda();
    const kept: number[] = [];
    const keep = (time: number): void => {
      kept.push(time);
    };
    const times = [5, 3, 9, 1, 7, 2, 8, 6, 4, 3, 5, 0, 12, 11, 10];
    for (const time of times) agenda.add(time, keep);
    agenda.add(4.5, (now) => {
      keep(now);
      agenda.add(now + 0.2, keep);
      agenda.add(now + 4, keep);
    });
    agenda.until(-1);
    expect(kept).toEqual([]);
    agenda.until(5);
    expect(kept).toEqual([0, 1, 2, 3, 3, 4, 4.5, 4.7, 5, 5]);
    agenda.until(100);
    expect(kept.slice(10)).toEqual([6, 7, 8, 8.5, 9, 10, 11, 12]);
    agenda.until(100);
    expect(kept).toHaveLength(18);
  });
});

describe('mainCause', () => {
  it.each<[string, readonly (readonly [Cause, number])[], Cause | null]>([
    ['none of none', [], null],
    ['none of zeros', [['port-closed', 0]], null],
    [
      'the one with the most SYNs',
      [
        ['port-closed', 3],
        ['syn-queue-full', 4],
      ],
      'syn-queue-full',
    ],
    [
      'the more telling of two',
      [
        ['unexplained', 4],
        ['time-wait-reject', 4],
      ],
      'time-wait-reject',
    ],
  ])('is %s', (_, counts, expected) => {
    expect(mainCause(new Map(counts), 'no-evidence')).toBe(expected);
  });

  it('is none that nobody can explain where a target is accused', () => {
    const counts = new Map<Cause, number>([
      ['unexplained', 101],
      ['tw-recycle-reject', 65],
    ]);
    expect(mainCause(counts, 'possible')).toBe('tw-recycle-reject');
    expect(mainCause(counts, 'cannot-tell')).toBe('unexplained');
  });
});

describe('the codes', () => {
  it('are what reports, schemas and scripts rely on, in this order', () => {
    expect(CAUSES).toEqual([
      'tw-recycle-reject',
      'time-wait-reject',
      'accept-queue-overflow',
      'syn-queue-full',
      'port-closed',
      'source-filtered',
      'reply-lost',
      'tuple-collision',
      'unexplained',
    ]);
    expect(GRADES).toEqual(['confirmed', 'probable', 'possible', 'cannot-tell', 'no-evidence', 'ruled-out']);
    expect(FATES).toEqual(['unknown', 'pass', 'possible-reject', 'reject']);
    expect(ANSWERS).toEqual(['none', 'syn-ack', 'rst', 'ack', 'unknown']);
  });
});
