import { describe, expect, it } from 'vitest';
import { describeLag, tsvalAt, type Clock } from '../../src/clocks/index.ts';

function clock(offsetTicks: number, ticksPerSecond = 1000): Clock {
  return {
    id: 0,
    offsetTicks,
    rate: { ticksPerSecond, nominal: null },
    attempts: 1,
    points: 1,
    firstSeconds: 0,
    lastSeconds: 0,
    aheadOfFirst: 0,
    retired: false,
  };
}

describe('describeLag', () => {
  it('says which clock is ahead and how long the other needs', () => {
    expect(describeLag(clock(61_000), clock(1000), 0, 0)).toEqual({
      ticks: 60_000,
      ahead: 'a',
      catchUpSeconds: 60,
    });
    expect(describeLag(clock(1000), clock(61_000), 0, 0)).toEqual({
      ticks: -60_000,
      ahead: 'b',
      catchUpSeconds: 60,
    });
  });

  it('compares over the end of the circle', () => {
    expect(describeLag(clock(500), clock(2 ** 32 - 500), 0, 0)).toMatchObject({ ticks: 1000, ahead: 'a' });
  });

  it('has no greatest of three', () => {
    const [a, b, c] = [clock(0), clock(1.4e9), clock(2.8e9)];
    const ahead = [describeLag(b, a, 0, 0), describeLag(c, b, 0, 0), describeLag(a, c, 0, 0)].map(
      (lag) => lag.ahead,
    );
    expect(ahead).toEqual(['a', 'a', 'a']);
  });

  it('allows the one tick that the kernel allows', () => {
    expect(describeLag(clock(11), clock(10), 0, 0)).toEqual({ ticks: 1, ahead: 'level', catchUpSeconds: 0 });
    expect(describeLag(clock(12), clock(10), 0, 0).ahead).toBe('a');
  });

  it('moves clocks of different rate to the moment asked for', () => {
    const [fast, slow] = [clock(0, 1000), clock(9000, 100)];
    expect(describeLag(fast, slow, 50, 55).ahead).toBe('b');
    expect(describeLag(fast, slow, 50, 70)).toEqual({ ticks: 9000, ahead: 'a', catchUpSeconds: 90 });
    expect(tsvalAt(fast, 50, 49)).toBe(2 ** 32 - 1000);
  });
});
