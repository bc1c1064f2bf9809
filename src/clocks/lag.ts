import { serialDistance } from '../units/serial.ts';
import type { Clock } from './clock.ts';

/** How far apart two clocks are at one moment. */
export interface ClockLag {
  /** Serial distance from `b` to `a` in ticks, -2^31 .. 2^31-1; positive: `a` is ahead. */
  readonly ticks: number;
  /** The clock ahead, `level` when within one tick (the kernel's TCP_PAWS_WINDOW). */
  readonly ahead: 'a' | 'b' | 'level';
  /** Seconds that the clock behind needs to show what the clock ahead shows now; 0 when level. */
  readonly catchUpSeconds: number;
}

/**
 * Which of two clocks of one peer is ahead, and by how much.
 *
 * Serial arithmetic has no greatest element: of three clocks each may be ahead of the next in a circle, so
 * compare the pair in question and never sort clocks by this.
 *
 * @param referenceSeconds the moment for which `offsetTicks` holds (`PeerClocks.referenceSeconds`)
 * @param atSeconds the moment to compare at; clocks of different rate move apart
 */
export function describeLag(a: Clock, b: Clock, referenceSeconds: number, atSeconds: number): ClockLag {
  const ticks = serialDistance(
    tsvalAt(a, referenceSeconds, atSeconds),
    tsvalAt(b, referenceSeconds, atSeconds),
  );
  if (Math.abs(ticks) <= 1) return { ticks, ahead: 'level', catchUpSeconds: 0 };
  const behind = ticks > 0 ? b : a;
  const rate = behind.rate.ticksPerSecond;
  return {
    ticks,
    ahead: ticks > 0 ? 'a' : 'b',
    catchUpSeconds: rate > 0 ? Math.abs(ticks) / rate : Infinity,
  };
}

/** The TSval, 0 .. 2^32-1, that a clock shows at a moment given in epoch seconds. */
export function tsvalAt(clock: Clock, referenceSeconds: number, atSeconds: number): number {
  return (clock.offsetTicks + Math.round(clock.rate.ticksPerSecond * (atSeconds - referenceSeconds))) >>> 0;
}
