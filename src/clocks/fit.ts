/**
 * Does a point lie on a line?
 *
 * The hot loop of the room: each attempt is compared with the lines of its peer until one fits.
 */
import { f64, i32, u8 } from '../units/table.ts';
import { CLOCK_LIMITS } from './limits.ts';
import { OFF, PRIOR, TIME, type LineTable } from './line-table.ts';
import {
  ANY_RATE,
  COARSE_RATES,
  COARSE_WINDOWS,
  FASTEST_COARSE,
  FINE,
  FINE_FROM,
  FINE_WINDOWS,
  NOMINAL_RATES,
} from './rate.ts';

/** Seconds from the tracker's epoch up to which the keys of the sieve do not come round the circle. */
const SIEVE_REACH = CLOCK_LIMITS.lineReach;

/** Turns the order of unsigned words into that of signed ones. */
const BIAS = 0x80000000;

/**
 * The line of the list from `head` that a point of a new connection lies on, nearest first, or -1. Its distance
 * is then in `lines.point[OFF]`, and it is moved to the front of the list: the caller makes it the head.
 *
 * Most lines that a point is compared with are not its own, so a sieve of whole numbers passes over those that
 * cannot be. A coarse clock rises by no less than 0 and no more than `FASTEST_COARSE`, so the point must be
 * between those two lines through the anchor; a fine clock has its one line. `coarseKeys` and `fineKeys` hold
 * where these lines meet the epoch, so that a comparison is a subtraction; comparing unsigned words, as signed
 * ones with `BIAS` added, tests both ends of a band at once. A rate found on another
 * line of the peer has its one line too, and for a line's own rate see `isFarOff`.
 */
export function nearestLine(lines: LineTable, head: number, tsval: number): number {
  const { next, mask, firstTime, firstTsval, coarseKeys, fineKeys, point } = lines;
  const time = f64(point, TIME);
  const prior = f64(point, PRIOR);
  const reach = Math.min(Math.abs(time), SIEVE_REACH);
  const drift = 4 * CLOCK_LIMITS.drift * reach;
  const sieved = reach < SIEVE_REACH;
  const coarseKey = (tsval - Math.round(FASTEST_COARSE * time)) | 0;
  const fineKey = (tsval - Math.round(1_000_000 * time)) | 0;
  const coarseSlack = (FASTEST_COARSE * (2 * COARSE_WINDOWS.follow + drift)) | 0;
  const fineSlack = (1_000_000 * (2 * FINE_WINDOWS.follow + drift)) | 0;
  const coarseLow = (coarseSlack + BIAS) | 0;
  const coarseWidth = (2 * coarseSlack + BIAS) | 0;
  const fineLow = (fineKey + fineSlack + BIAS) | 0;
  const fineWidth = (2 * fineSlack + BIAS) | 0;
  const priorSlack = prior * (2 * COARSE_WINDOWS.follow + drift);
  let best = -1;
  let before = -1;
  let bestBefore = -1;
  let bestOff = Infinity;
  let misses = 0;
  for (let line = head; line >= 0; before = line, line = i32(next, line)) {
    const rates = u8(mask, line);
    if (sieved) {
      const rise = (tsval - i32(firstTsval, line)) | 0;
      const above = (coarseKey - i32(coarseKeys, line)) | 0;
      const coarse = ((rise + coarseLow) | 0) <= ((((rise - above) | 0) + coarseWidth) | 0);
      const fine = ((fineLow - i32(fineKeys, line)) | 0) <= fineWidth;
      if (!(coarse && (rates & COARSE_RATES) !== 0) && !(fine && (rates & (1 << FINE)) !== 0)) {
        const other = prior > 0 && Math.abs((rise - prior * (time - f64(firstTime, line))) | 0) <= priorSlack;
        if (!other && (rates < ANY_RATE || isFarOff(lines, line, rates, rise))) continue;
      }
    }
    if (!lies(lines, line, tsval, false)) {
      misses += 1;
      if (misses >= CLOCK_LIMITS.misses) break;
      continue;
    }
    const off = f64(point, OFF);
    if (Math.abs(off) >= Math.abs(bestOff)) continue;
    best = line;
    bestBefore = before;
    bestOff = off;
    if (Math.abs(off) <= CLOCK_LIMITS.certain) break;
  }
  point[OFF] = bestOff;
  if (bestBefore >= 0) {
    next[bestBefore] = i32(next, best);
    next[best] = head;
  }
  return best;
}

/**
 * The sieve for a line that may have a rate of its own: one that was measured, or, while that is open, the slope of its
 * points. They were near a nominal line, so it is no steeper than `steepest` of them. As generous as the other.
 */
function isFarOff(lines: LineTable, line: number, rates: number, rise: number): boolean {
  const time = f64(lines.point, TIME);
  const elapsed = time - f64(lines.firstTime, line);
  const window = 2 * COARSE_WINDOWS.follow + 4 * CLOCK_LIMITS.drift * Math.abs(elapsed);
  const rate = f64(lines.rate, line);
  if (rate > 0) {
    const off = (rise - Math.round(rate * elapsed + f64(lines.lift, line))) | 0;
    const gap = Math.abs(time - f64(lines.lastTime, line));
    return Math.abs(off) > rate * (window + CLOCK_LIMITS.measuredError * gap);
  }
  if ((rates & COARSE_RATES) === 0) return false;
  const steepest = CLOCK_LIMITS.steepest * FASTEST_COARSE;
  const risen = steepest * elapsed;
  return rise < Math.min(0, risen) - steepest * window || rise > Math.max(0, risen) + steepest * window;
}

/**
 * True when a point lies on the line; its distance is then in `lines.point[OFF]`.
 *
 * @param own true when the point comes from a connection that is already on this line
 */
export function lies(lines: LineTable, line: number, tsval: number, own: boolean): boolean {
  const time = f64(lines.point, TIME);
  const elapsed = time - f64(lines.firstTime, line);
  const rise = (tsval - i32(lines.firstTsval, line)) | 0;
  const rate = f64(lines.rate, line);
  if (rate === 0) return liesYoung(lines, line, rise, own);

  const off = (rise - Math.round(rate * elapsed + f64(lines.lift, line))) | 0;
  const gap = Math.abs(time - f64(lines.lastTime, line));
  if (gap > CLOCK_LIMITS.lineReach) return false;
  const windows = rate < FINE_FROM ? COARSE_WINDOWS : FINE_WINDOWS;
  let window = (own ? windows.same : windows.follow) + CLOCK_LIMITS.drift * gap;
  if (u8(lines.measured, line) === 1) {
    const span = f64(lines.lastTime, line) - f64(lines.firstTime, line);
    window += gap * Math.min(CLOCK_LIMITS.measuredError, CLOCK_LIMITS.measuredWindow / Math.max(span, 1e-3));
  }
  if (Math.abs(off) > window * rate) return false;
  lines.point[OFF] = off / rate;
  return true;
}

/**
 * A line whose rate is open: the nearest of the rates still possible, from the anchor.
 */
function liesYoung(lines: LineTable, line: number, rise: number, own: boolean): boolean {
  if (Math.abs(f64(lines.point, TIME) - f64(lines.firstTime, line)) > CLOCK_LIMITS.lineReach) return false;
  const mask = u8(lines.mask, line);
  const found =
    ((mask & COARSE_RATES) !== 0 && nearestCoarse(lines, line, mask, rise, own)) ||
    ((mask & (1 << FINE)) !== 0 && liesAt(lines, line, 1_000_000, rise, own));
  if (found) return true;
  if (liesAtPrior(lines, line, rise, own)) return true;
  return (mask & ANY_RATE) !== 0 && liesOnSlope(lines, line, rise);
}

function nearestCoarse(lines: LineTable, line: number, mask: number, rise: number, own: boolean): boolean {
  let best = Infinity;
  for (let i = 0; i < FINE; i++) {
    if ((mask & (1 << i)) === 0 || !liesAt(lines, line, NOMINAL_RATES[i] ?? 0, rise, own)) continue;
    const off = f64(lines.point, OFF);
    if (Math.abs(off) < Math.abs(best)) best = off;
  }
  lines.point[OFF] = best;
  return best !== Infinity;
}

/** Against the line through the anchor with a given integral rate; `rise` is counted from the anchor. */
function liesAt(lines: LineTable, line: number, rate: number, rise: number, own: boolean): boolean {
  const elapsed = f64(lines.point, TIME) - f64(lines.firstTime, line);
  const windows = rate < FINE_FROM ? COARSE_WINDOWS : FINE_WINDOWS;
  const distance = Math.abs(elapsed);
  const off = (rise - Math.round(rate * elapsed)) | 0;
  if (Math.abs(off) > rate * ((own ? windows.same : windows.meet) + CLOCK_LIMITS.drift * distance))
    return false;
  if (!own && Math.abs(f64(lines.point, TIME) - f64(lines.lastTime, line)) > windows.reach) return false;
  lines.point[OFF] = off / rate;
  return true;
}

/** Against the line through the anchor with the rate measured on another line of the peer. */
export function liesAtPrior(lines: LineTable, line: number, rise: number, own: boolean): boolean {
  const prior = f64(lines.point, PRIOR);
  if (prior === 0) return false;
  const elapsed = f64(lines.point, TIME) - f64(lines.firstTime, line);
  const windows = prior < FINE_FROM ? COARSE_WINDOWS : FINE_WINDOWS;
  const off = ((rise - Math.round(prior * elapsed)) | 0) / prior;
  if (Math.abs(off) > (own ? windows.same : windows.meet) + CLOCK_LIMITS.drift * Math.abs(elapsed))
    return false;
  lines.point[OFF] = off;
  return true;
}

/** Against the continuation of the line's own slope, for clocks of no nominal rate. */
function liesOnSlope(lines: LineTable, line: number, rise: number): boolean {
  const span = f64(lines.lastTime, line) - f64(lines.firstTime, line);
  if (span < CLOCK_LIMITS.measuredSpan) return false;
  const risen = (i32(lines.lastTsval, line) - i32(lines.firstTsval, line)) | 0;
  const slope = risen / span;
  if (slope <= 0) return false;
  const gap = f64(lines.point, TIME) - f64(lines.lastTime, line);
  const off = ((rise - risen - Math.round(slope * gap)) | 0) / slope;
  const window = CLOCK_LIMITS.measuredWindow + CLOCK_LIMITS.measuredError * Math.abs(gap) + 2 / slope;
  if (Math.abs(off) > window) return false;
  lines.point[OFF] = off;
  return true;
}

/** The rates of a young line that the point in hand leaves possible, as bits of `NOMINAL_RATES`. */
export function remainingRates(lines: LineTable, line: number, tsval: number, own: boolean): number {
  const rise = (tsval - i32(lines.firstTsval, line)) | 0;
  const mask = u8(lines.mask, line);
  let left = 0;
  for (let i = 0; i <= FINE; i++) {
    if ((mask & (1 << i)) !== 0 && liesAt(lines, line, NOMINAL_RATES[i] ?? 0, rise, own)) left |= 1 << i;
  }
  return left;
}
