import { f64, i32, u8 } from '../units/table.ts';
import { CLOCK_LIMITS } from './limits.ts';
import type { LineTable } from './line-table.ts';
import { ALL_RATES, NOMINAL_RATES, windowsOf } from './rate.ts';

/** What `residual` returns for a point that does not lie on the line. */
export const MISS = Infinity;

/**
 * Distance of a point from a line, in seconds of its clock, negative when the point is late; `MISS` when it is
 * outside the window.
 *
 * @param own   true when the point comes from a connection that is already on this line
 * @param prior a rate, not nominal, measured on another line of the same peer; 0 for none
 */
export function residual(
  lines: LineTable,
  line: number,
  time: number,
  tsval: number,
  own: boolean,
  prior: number,
): number {
  const rate = f64(lines.rate, line);
  return rate > 0
    ? knownResidual(lines, line, rate, time, tsval, own)
    : youngResidual(lines, line, time, tsval, own, prior);
}

/** Ticks by which a point is above the line through the anchor with a given rate, lifted by `lift` ticks. */
export function ticksAbove(
  lines: LineTable,
  line: number,
  rate: number,
  lift: number,
  time: number,
  tsval: number,
): number {
  const rise = Math.round(rate * (time - f64(lines.firstTime, line)) + lift);
  return (tsval - i32(lines.firstTsval, line) - rise) | 0;
}

function knownResidual(
  lines: LineTable,
  line: number,
  rate: number,
  time: number,
  tsval: number,
  own: boolean,
): number {
  const windows = windowsOf(rate);
  const gap = Math.abs(time - f64(lines.lastTime, line));
  let window = (own ? windows.same : windows.follow) + CLOCK_LIMITS.drift * gap;
  if (u8(lines.measured, line) === 1) {
    const span = f64(lines.lastTime, line) - f64(lines.firstTime, line);
    window += gap * Math.min(CLOCK_LIMITS.measuredError, CLOCK_LIMITS.measuredWindow / Math.max(span, 1e-3));
  }
  const off = ticksAbove(lines, line, rate, f64(lines.lift, line), time, tsval) / rate;
  return Math.abs(off) <= window ? off : MISS;
}

/** A line whose rate is open: the nearest of the rates still possible, from the anchor. */
function youngResidual(
  lines: LineTable,
  line: number,
  time: number,
  tsval: number,
  own: boolean,
  prior: number,
): number {
  const mask = u8(lines.mask, line);
  const elapsed = time - f64(lines.firstTime, line);
  let best = MISS;
  for (let i = 0; i < NOMINAL_RATES.length; i++) {
    if ((mask & (1 << i)) === 0) continue;
    const off = rateResidual(lines, line, NOMINAL_RATES[i] ?? 0, time, tsval, own, elapsed);
    if (Math.abs(off) < Math.abs(best)) best = off;
  }
  if (prior > 0) {
    const off = rateResidual(lines, line, prior, time, tsval, own, elapsed);
    if (Math.abs(off) < Math.abs(best)) best = off;
  }
  return best === MISS ? slopeResidual(lines, line, time, tsval) : best;
}

/** Distance in seconds from the line through the anchor with a given rate, or `MISS`. */
export function rateResidual(
  lines: LineTable,
  line: number,
  rate: number,
  time: number,
  tsval: number,
  own: boolean,
  elapsed: number,
): number {
  const windows = windowsOf(rate);
  if (Math.abs(elapsed) > windows.reach && !own) return MISS;
  const off = ticksAbove(lines, line, rate, 0, time, tsval) / rate;
  const window = (own ? windows.same : windows.meet) + CLOCK_LIMITS.drift * Math.abs(elapsed);
  return Math.abs(off) <= window ? off : MISS;
}

/** The rates of a young line that a further point leaves possible. */
export function remainingRates(
  lines: LineTable,
  line: number,
  time: number,
  tsval: number,
  own: boolean,
): number {
  const elapsed = time - f64(lines.firstTime, line);
  let mask = u8(lines.mask, line);
  for (let i = 0; i < NOMINAL_RATES.length; i++) {
    const possible = rateResidual(lines, line, NOMINAL_RATES[i] ?? 0, time, tsval, own, elapsed) !== MISS;
    if (!possible) mask &= ALL_RATES ^ (1 << i);
  }
  return mask;
}

/** Slope from anchor to last point in ticks per second, or 0 when there are too few points to trust it. */
export function ownSlope(lines: LineTable, line: number): number {
  const span = f64(lines.lastTime, line) - f64(lines.firstTime, line);
  if (i32(lines.points, line) < CLOCK_LIMITS.measuredPoints || span < CLOCK_LIMITS.measuredSpan) return 0;
  return ((i32(lines.lastTsval, line) - i32(lines.firstTsval, line)) | 0) / span;
}

/** Distance from the continuation of the line's own slope, for clocks of no nominal rate. */
function slopeResidual(lines: LineTable, line: number, time: number, tsval: number): number {
  const slope = ownSlope(lines, line);
  if (slope <= 0) return MISS;
  const gap = time - f64(lines.lastTime, line);
  const off = ((tsval - i32(lines.lastTsval, line) - Math.round(slope * gap)) | 0) / slope;
  const window = CLOCK_LIMITS.measuredWindow + CLOCK_LIMITS.measuredError * Math.abs(gap) + 2 / slope;
  return Math.abs(off) <= window ? off : MISS;
}
