/**
 * What a line learns from a further point: which rates are left, where it runs, and, when no nominal rate fits,
 * the rate that it has.
 */
import { f64, i32, u8 } from '../units/table.ts';
import { lies, liesAtPrior, remainingRates } from './fit.ts';
import { CLOCK_LIMITS } from './limits.ts';
import { OFF, PRIOR, TIME, type LineTable } from './line-table.ts';
import { PEER, PEER_RATE, type PeerTable } from './peer-table.ts';
import {
  ALL_RATES,
  ANY_RATE,
  COARSE_RATES,
  COARSE_WINDOWS,
  FINE_FROM,
  FINE_WINDOWS,
  rateOfMask,
} from './rate.ts';

/**
 * Takes a point into a line: one that `nearest` found to lie on it, or one of a connection that is on the line
 * already (`own`). The latter is certain where that connection is all there is of the line; else it may show
 * that the connection was put there by chance, and is left out.
 */
export function accept(
  lines: LineTable,
  peers: PeerTable,
  row: number,
  line: number,
  tsval: number,
  own: boolean,
): void {
  const young = f64(lines.rate, line) === 0;
  const sole = own && i32(lines.attempts, line) === 1;
  if (own && !(young && sole) && !lies(lines, line, tsval, true)) return;
  if (young) narrow(lines, peers, row, line, tsval, sole);
  else ride(lines, peers, row, line);
  lines.points[line] = i32(lines.points, line) + 1;
  const time = f64(lines.point, TIME);
  if (time >= f64(lines.lastTime, line)) {
    lines.lastTime[line] = time;
    lines.lastTsval[line] = tsval;
  }
  if (f64(lines.rate, line) === 0 && i32(lines.points, line) >= CLOCK_LIMITS.measuredPoints) {
    lines.mask[line] = u8(lines.mask, line) | ANY_RATE;
  }
}

/**
 * A further point of a line of open rate: strikes out rates, and settles the rate when one is left.
 */
function narrow(
  lines: LineTable,
  peers: PeerTable,
  row: number,
  line: number,
  tsval: number,
  sole: boolean,
): void {
  const rates = remainingRates(lines, line, tsval, sole);
  const elapsed = f64(lines.point, TIME) - f64(lines.firstTime, line);
  const rise = (tsval - i32(lines.firstTsval, line)) | 0;
  if (rates !== 0) {
    if (sole) lines.mask[line] = rates;
    else tryRates(lines, line, rates);
    const left = u8(lines.mask, line) & ALL_RATES;
    const rate = rateOfMask(left);
    if ((left & (left - 1)) !== 0 || (rate < FINE_FROM && elapsed < CLOCK_LIMITS.settleSpan)) return;
    const above = (rise - Math.round(rate * elapsed)) | 0;
    lines.rate[line] = rate;
    lines.mask[line] = left;
    lines.lift[line] = Math.max(0, above);
    lines.delay[line] = Math.abs(above) / rate;
    return;
  }
  if (liesAtPrior(lines, line, rise, sole)) {
    lines.rate[line] = f64(lines.point, PRIOR);
    lines.measured[line] = 1;
    lines.mask[line] = ANY_RATE;
    return;
  }
  // No nominal rate is left. A slope over too short a time, or one that falls, is no clock's rate.
  const trusted = sole || i32(lines.points, line) >= CLOCK_LIMITS.measuredPoints;
  if (!trusted || elapsed < CLOCK_LIMITS.measuredWithin || rise <= 0) return;
  lines.rate[line] = rise / elapsed;
  lines.measured[line] = 1;
  lines.mask[line] = ANY_RATE;
  peers.setRate(row, PEER_RATE.measured, rise / elapsed);
}

/**
 * Weighs the rates that a joining attempt leaves possible.
 *
 * The first to join may be a stranger that met the line by chance; it may come in a burst, and on a schedule it
 * meets the line again in every round. So one attempt strikes out nothing: its rates are on trial until an
 * attempt agrees that came so much later that the same stranger would have left the line, and the first that
 * disagrees puts its own on trial instead.
 */
function tryRates(lines: LineTable, line: number, rates: number): void {
  const time = f64(lines.point, TIME);
  const agreed = rates & u8(lines.trial, line);
  if (agreed === 0 || i32(lines.attempts, line) <= 2) {
    lines.trial[line] = rates;
    lines.trialTime[line] = time;
    return;
  }
  lines.trial[line] = agreed;
  const windows = (agreed & COARSE_RATES) !== 0 ? COARSE_WINDOWS : FINE_WINDOWS;
  if (Math.abs(time - f64(lines.trialTime, line)) >= 2 * windows.meet) lines.mask[line] = agreed;
}

/**
 * Looks for a rate that is not nominal when too few points come too far apart for any line to form: a point
 * that fits no line proposes the slopes from the latest lone points to itself. A true rate is proposed again
 * and again, and three proposals in agreement make it a rate that young lines of the peer may have.
 */
export function vote(lines: LineTable, peers: PeerTable, row: number, tsval: number): void {
  if (peers.rate(row, PEER_RATE.measured) !== 0) return;
  let left = CLOCK_LIMITS.voteLines;
  for (let line = peers.word(row, PEER.head); line >= 0 && left > 0; line = i32(lines.next, line), left--) {
    const elapsed = f64(lines.point, TIME) - f64(lines.firstTime, line);
    if (elapsed < CLOCK_LIMITS.measuredWithin || elapsed > CLOCK_LIMITS.voteReach) continue;
    const slope = ((tsval - i32(lines.firstTsval, line)) | 0) / elapsed;
    if (slope <= 0 || slope > CLOCK_LIMITS.voteFastest) continue;
    const proposed = peers.rate(row, PEER_RATE.proposed);
    if (Math.abs(slope - proposed) > proposed * CLOCK_LIMITS.voteAgreement) {
      peers.setRate(row, PEER_RATE.proposed, slope);
      peers.set(row, PEER.votes, 1);
    } else {
      peers.add(row, PEER.votes, 1);
      if (peers.word(row, PEER.votes) >= CLOCK_LIMITS.votesNeeded)
        peers.setRate(row, PEER_RATE.measured, slope);
    }
  }
}

/** A further point of a line of known rate, which is `lines.point[OFF]` seconds from it. */
function ride(lines: LineTable, peers: PeerTable, row: number, line: number): void {
  const rate = f64(lines.rate, line);
  const off = f64(lines.point, OFF);
  const gap = f64(lines.point, TIME) - f64(lines.lastTime, line);
  if (u8(lines.measured, line) === 1) {
    if (gap <= 0) return;
    const better = rate + (off * rate) / (f64(lines.point, TIME) - f64(lines.firstTime, line));
    lines.rate[line] = better;
    peers.setRate(row, PEER_RATE.measured, better);
    return;
  }
  if (i32(lines.points, line) >= CLOCK_LIMITS.regressionPoints - 1) lines.regress(line);
  const lift = f64(lines.lift, line);
  if (off >= 0) lines.lift[line] = lift + off * rate;
  else if (gap > 0) lines.lift[line] = lift + Math.max(off, -CLOCK_LIMITS.drift * gap) * rate;
  if (-off > f64(lines.delay, line)) lines.delay[line] = -off;
}
