/** Stamps that are in doubt: how clocks near each other share an arc, what is dropped of it, and what is shown of it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PASS, POSSIBLE_REJECT, REJECT, StampTable } from '../../src/kernel/stamps.ts';

/** TSvals no further apart than this share an arc; arcs grow to 2^30 that way. */
const NEAR = 2 ** 26;
const HALF = 2 ** 31;

let table: StampTable;

function key(peer: number): void {
  table.setKey(4, 0, 0, 0, 0, 0, 0, 0, peer);
}

function write(must: boolean, tsval: number, time: number, ordinal = 1, now = time): void {
  table.write(must, tsval | 0, time, ordinal, now);
}
const must = (tsval: number, time: number, ordinal?: number): void => write(true, tsval, time, ordinal);
const may = (tsval: number, time: number, ordinal?: number): void => write(false, tsval, time, ordinal);

function judge(tsval: number, now: number): number {
  return table.judge(table.find(), true, tsval | 0, now, false);
}

function shown(): { readonly tsval: number; readonly time: number; readonly ordinal: number } {
  const slot = table.find();
  return { tsval: table.tsval(slot) >>> 0, time: table.time(slot), ordinal: table.ordinal(slot) };
}

beforeEach(() => {
  table = new StampTable(7, 1024);
  // Other hosts come first, so that the one in question has not the first slot.
  for (const peer of [901, 902, 903]) {
    key(peer);
    must(peer * 1000, 0, peer);
  }
  key(1);
});

describe('a certain write', () => {
  it('drops of an arc what is lower, and leaves what is higher in doubt', () => {
    may(1000, 0);
    may(3000, 1);
    must(2000, 2);
    expect([1500, 2500, 3000].map((tsval) => judge(tsval, 3))).toEqual([REJECT, POSSIBLE_REJECT, PASS]);
  });

  it('leaves an arc that is ahead of it as it is', () => {
    may(1000, 0);
    may(3000, 1);
    must(500, 2);
    expect([400, 700, 2500, 3000].map((tsval) => judge(tsval, 3))).toEqual([
      REJECT,
      POSSIBLE_REJECT,
      POSSIBLE_REJECT,
      PASS,
    ]);
  });

  it('at the upper end of an arc drops all of it', () => {
    may(1000, 0);
    may(3000, 1);
    must(3000, 2);
    expect([2998, 2999].map((tsval) => judge(tsval, 3))).toEqual([REJECT, PASS]);
  });

  it('in doubt by its age alone leaves a clock far ahead as it is', () => {
    must(5000 + 2 * NEAR, 0);
    must(5000, 60.5);
    // Behind the old one alone, which is stale by now.
    expect(judge(5000 + NEAR, 61)).toBe(PASS);
  });

  it('drops one of several arcs, whichever it is', () => {
    may(5000, 0);
    may(5000 + 2 ** 30, 1);
    may(5000 + 2 ** 29, 2);
    must(6000, 3);
    // Behind the highest alone: the lowest is gone, the one in the middle is not behind.
    expect([5500, 7000, 5000 + 2 ** 29].map((tsval) => judge(tsval, 4))).toEqual([
      REJECT,
      POSSIBLE_REJECT,
      POSSIBLE_REJECT,
    ]);
    must(5000 + 2 ** 30, 5);
    expect([judge(4998 + 2 ** 30, 6), judge(4999 + 2 ** 30, 6)]).toEqual([REJECT, PASS]);
  });
});

describe('stamps that may have been written', () => {
  /** True when the stamps of `first` (at 0 s) and `second` (at 50 s) share an arc, so that their times are mixed. */
  function together(first: readonly number[], second: number): boolean {
    for (const tsval of first) may(tsval, 0);
    may(second, 50);
    const [one = 0] = first;
    const above = (second - one) >>> 0 < HALF;
    // Behind `first` and not behind `second`; `first` alone is over 60 s old by then.
    return judge(above ? second - HALF : second, 62) !== PASS;
  }

  it.each<[string, readonly number[], number, boolean]>([
    ['a minute of the fastest clock ahead', [5000], 5000 + NEAR, true],
    ['further ahead', [5000], 5001 + NEAR, false],
    ['a minute behind', [5000 + NEAR], 5000, true],
    ['further behind', [5001 + NEAR], 5000, false],
    ['ahead across the wrap', [2 ** 32 - 10], NEAR - 10, true],
    ['far ahead across the wrap', [2 ** 32 - 10], NEAR - 9, false],
    ['behind across the wrap', [10], 2 ** 32 - 10, true],
    ['within what is there', [5000, 7000], 6000, true],
    ['an arc that grows to 2^30', Array.from({ length: 16 }, (_, i) => i * NEAR), 16 * NEAR, true],
    ['an arc that would grow beyond it', Array.from({ length: 17 }, (_, i) => i * NEAR), 17 * NEAR, false],
    ['a fourth clock far away', [0, 2 ** 29, 2 ** 30], 3 * 2 ** 29, false],
    ['a fifth, when four are kept apart: the nearest', [0, 2 ** 29, 2 ** 30, 3 * 2 ** 29], 2 ** 31 - 2, true],
  ])('share an arc: %s', (_, first, second, expected) => {
    expect(together(first, second)).toBe(expected);
  });

  it('join the nearest of several arcs', () => {
    may(0, 0, 1);
    may(2 ** 29, 0, 2);
    may(2 ** 29 + 1000, 1, 3);
    // Behind the lower arc alone, then behind the higher one alone.
    expect(judge(2 ** 29 - HALF, 2)).toBe(POSSIBLE_REJECT);
    expect(shown()).toEqual({ tsval: 0, time: 0, ordinal: 1 });
    judge(2 ** 29 + 500, 2);
    expect(shown()).toEqual({ tsval: 2 ** 29 + 1000, time: 1, ordinal: 3 });
  });

  it('join the nearest, when four arcs are kept apart already', () => {
    may(0, 0, 1);
    may(2 ** 29, 0, 2);
    may(2 ** 30, 0, 3);
    may(3 * 2 ** 29, 0, 4);
    may(2 ** 30 + 2 ** 27, 50, 5);
    // Behind all but the last: the third is shown, with what it took in.
    judge(3 * 2 ** 29 - HALF, 51);
    expect(shown()).toEqual({ tsval: 2 ** 30 + 2 ** 27, time: 50, ordinal: 5 });
    judge(2 ** 29 - HALF, 51);
    expect(shown()).toEqual({ tsval: 0, time: 0, ordinal: 1 });
  });

  it('extend an arc at the end that is nearer, on either side of the sign bit', () => {
    may(HALF, 1, 1);
    may(HALF - 1000, 2, 2);
    judge(HALF - 1002, 3);
    expect(shown()).toEqual({ tsval: HALF, time: 1, ordinal: 1 });
    may(HALF + 1000, 3, 3);
    judge(HALF - 1002, 4);
    expect(shown()).toEqual({ tsval: HALF + 1000, time: 3, ordinal: 3 });
  });

  it('are shown by the highest of an arc, and by the latest packet that gave it', () => {
    may(1000, 1, 1);
    may(3000, 2, 2);
    may(2000, 3, 3);
    judge(1, 4);
    expect(shown()).toEqual({ tsval: 3000, time: 2, ordinal: 2 });
    may(3000, 4, 4);
    expect(shown()).toEqual({ tsval: 3000, time: 4, ordinal: 4 });
    may(500, 5, 5);
    expect(shown()).toEqual({ tsval: 3000, time: 4, ordinal: 4 });
    may(4000, 6, 6);
    expect(shown()).toEqual({ tsval: 4000, time: 6, ordinal: 6 });
  });

  it('are shown by the arc that stood against the SYN', () => {
    must(5000, 100, 11);
    may(5000 + 2 ** 30, 101, 12);
    judge(4000, 102);
    expect(shown()).toEqual({ tsval: 5000 + 2 ** 30, time: 101, ordinal: 12 });
    judge(5000 + 2 ** 30 - HALF, 102);
    expect(shown()).toEqual({ tsval: 5000, time: 100, ordinal: 11 });
    judge(5001 + 2 ** 30, 102);
    expect(shown()).toEqual({ tsval: 5000, time: 100, ordinal: 11 });
  });
});

describe('too many clocks', () => {
  const CLOCKS = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => (i * 477_218_588) >>> 0);
  const spread = (seconds: number): void => CLOCKS.forEach((tsval, i) => may(tsval, i * seconds, i));

  it('leave any TSval in doubt while the youngest stamp counts', () => {
    spread(5);
    expect([1, 2 ** 29, 2 ** 31, 2 ** 32 - 1].map((tsval) => judge(tsval, 99))).toEqual(
      [1, 2, 3, 4].map(() => POSSIBLE_REJECT),
    );
    expect(judge(1, 100.1)).toBe(PASS);
  });

  it('are cleared by a certain write only once the youngest is over 60 s old', () => {
    spread(5);
    must(9000, 90);
    expect([judge(8000, 91), judge(9000, 91)]).toEqual([POSSIBLE_REJECT, POSSIBLE_REJECT]);
    must(9500, 152);
    expect([judge(9400, 153), judge(9500, 153), judge(2 ** 30, 153)]).toEqual([REJECT, PASS, PASS]);
    // And it can tell clocks apart again.
    may(9500 + 2 ** 30, 154);
    expect([judge(9400, 155), judge(10_000, 155)]).toEqual([REJECT, POSSIBLE_REJECT]);
  });

  it('are told apart as long as no arc would span half the circle', () => {
    for (let i = 0; i <= 16; i += 1) may(i * NEAR, 0);
    const far = [1, 2, 3].map((i) => 2 ** 30 + i * 2 ** 27);
    for (const tsval of far) may(tsval, 1);
    const ahead = 2 ** 30 + 3 * 2 ** 27 + 10;
    may(-(2 ** 29), 2);
    expect(judge(ahead, 3)).toBe(PASS);
    may(-(2 ** 30), 3);
    expect([judge(ahead, 4), judge(ahead, 63.1)]).toEqual([POSSIBLE_REJECT, PASS]);
  });

  it('count as long as the youngest of them, also when the last to come was set before', () => {
    for (let i = 0; i <= 16; i += 1) may(i * NEAR, 0);
    for (const i of [1, 2, 3]) may(2 ** 30 + i * 2 ** 27, 50);
    may(-(2 ** 29), 20);
    write(false, -(2 ** 30), 20, 9, 51);
    expect([judge(7, 105), judge(7, 110.1)]).toEqual([POSSIBLE_REJECT, PASS]);
  });

  it('leave the entries of other hosts as they are', () => {
    spread(5);
    for (const peer of [901, 902, 903]) {
      key(peer);
      expect([judge(peer * 1000 - 2, 30), judge(peer * 1000 - 1, 30)]).toEqual([REJECT, PASS]);
      expect(shown()).toEqual({ tsval: peer * 1000, time: 0, ordinal: peer });
    }
  });
});

describe('many hosts', () => {
  it('are each remembered by themselves, also when the table grows', () => {
    for (let peer = 10; peer < 500; peer += 1) {
      key(peer);
      must(peer * 1000, peer / 100, peer);
      may(peer * 1000 + 500, peer / 100, peer + 1);
    }
    for (let peer = 10; peer < 500; peer += 1) {
      key(peer);
      const verdicts = [-2, 499, 400, 500].map((ahead) => judge(peer * 1000 + ahead, 6));
      expect([peer, verdicts, shown().ordinal]).toEqual([
        peer,
        [REJECT, PASS, POSSIBLE_REJECT, PASS],
        peer + 1,
      ]);
    }
    expect(table.evicted).toBe(0);
  });

  it('beyond the ceiling are forgotten by age, whatever the order in which they were first seen', () => {
    const small = new StampTable(7, 4);
    const set = (peer: number): void => small.setKey(4, 0, 0, 0, 0, 0, 0, 0, peer);
    const seen = (peer: number, time: number): void => {
      set(peer);
      small.write(true, 5000, time, peer, time);
    };
    seen(1, 10);
    seen(2, 40);
    seen(3, 20);
    seen(4, 30);
    const known = (): number[] =>
      [1, 2, 3, 4, 5, 6, 7].filter((peer) => {
        set(peer);
        return small.find() >= 0;
      });
    const after = [5, 6, 7].map((peer) => {
      seen(peer, 45 + peer);
      return known();
    });
    expect(after).toEqual([
      [2, 3, 4, 5],
      [2, 4, 5, 6],
      [2, 5, 6, 7],
    ]);
    expect(small.evicted).toBe(3);
  });

  it('that take the slot of a forgotten one know nothing of it', () => {
    const small = new StampTable(7, 1);
    small.setKey(4, 0, 0, 0, 0, 0, 0, 0, 1);
    small.write(true, 9000, 0, 1, 0);
    small.setKey(4, 0, 0, 0, 0, 0, 0, 0, 2);
    small.write(false, 5000, 1, 2, 1);
    const slot = small.find();
    expect([
      small.certain(slot),
      small.judge(slot, true, 7000, 2, false),
      small.judge(slot, true, 1, 2, false),
    ]).toEqual([false, PASS, POSSIBLE_REJECT]);
  });
});

describe('when the clock of the capture is set back', () => {
  it('a stamp from the future is in doubt, or as fresh as ever on kernels that think so', () => {
    must(5000, 100);
    const slot = table.find();
    const at = (now: number, futureStampIsFresh: boolean): number =>
      table.judge(slot, true, 1, now, futureStampIsFresh);
    expect([at(99.5, false), at(98, false), at(98, true)]).toEqual([REJECT, POSSIBLE_REJECT, REJECT]);
  });

  it('a lower write may have replaced it, or not', () => {
    must(5000, 100);
    write(true, 4000, 98.5, 2, 98.5);
    expect([judge(4500, 98.6), judge(3000, 99.4)]).toEqual([POSSIBLE_REJECT, REJECT]);
  });
});

describe('a lower write', () => {
  it.each<[string, number, number, number]>([
    ['is ignored within 60 s', 59.9, 59.9, REJECT],
    ['is in doubt around the second', 60.5, 60.5, POSSIBLE_REJECT],
    ['replaces the stamp after that', 61.1, 61.1, PASS],
    ['is in doubt when its own second is not surely newer', 61.1, -0.5, POSSIBLE_REJECT],
    ['is ignored when its own second is surely older', 61.1, -1, REJECT],
  ])('%s', (_, now, time, verdict) => {
    must(5000, 0);
    write(true, 4000, time, 2, now);
    // A stamp that counts still, on whichever it is: read right away.
    expect(table.judge(table.find(), true, 4500, Math.min(now, 58), true)).toBe(verdict);
  });
});
