import { f64, i32 } from '../units/table.ts';
import type { Clock, ClockRate, PeerClocks } from './clock.ts';
import { CLOCK_LIMITS } from './limits.ts';
import type { LineTable } from './line-table.ts';
import { NOMINAL_RATES, nominalOf } from './rate.ts';
import { judgeRegime, type LineFacts, type PeerFacts } from './regime.ts';

const FASTEST = Math.max(...NOMINAL_RATES);

interface Described {
  readonly clock: { -readonly [K in keyof Clock]: Clock[K] };
  readonly facts: LineFacts;
}

/**
 * Turns the lines of one peer into plain data and names the regime. Runs once per peer, at the end.
 *
 * @param head  first line of the peer's list
 * @param epoch epoch second from which the table counts its times
 */
export function describePeer(peer: PeerFacts, lines: LineTable, head: number, epoch: number): PeerClocks {
  let latest = -Infinity;
  for (let line = head; line >= 0; line = i32(lines.next, line)) {
    latest = Math.max(latest, f64(lines.lastTime, line));
  }
  const fallback = peerRate(lines, head);
  const described: Described[] = [];
  for (let line = head; line >= 0; line = i32(lines.next, line)) {
    described.push(describeLine(lines, line, latest, epoch, fallback));
  }
  const judgement = judgeRegime(
    peer,
    described.map((each) => each.facts),
  );
  const hideLone = judgement.regime === 'per-connection';
  const listed = described
    .filter((each) => !hideLone || each.facts.independent > 1)
    .map((each) => each.clock)
    .sort((a, b) => b.attempts - a.attempts || b.points - a.points || a.id - b.id)
    .slice(0, CLOCK_LIMITS.reported);
  const clocks = listed.sort((a, b) => a.id - b.id);
  const origin = clocks[0]?.offsetTicks ?? 0;
  for (const clock of clocks) clock.aheadOfFirst = (clock.offsetTicks - origin) | 0;
  return {
    regime: judgement.regime,
    evidence: judgement.evidence,
    hosts: judgement.hosts,
    confidence: judgement.confidence,
    rate: fallback,
    referenceSeconds: described.length === 0 ? epoch : epoch + latest,
    clocks,
  };
}

/** The rate of the line with the most points; retransmissions give one even where each attempt is alone. */
function peerRate(lines: LineTable, head: number): ClockRate | null {
  let best = -1;
  for (let line = head; line >= 0; line = i32(lines.next, line)) {
    const points = i32(lines.points, line);
    if (
      points > 1 &&
      isRate(lines.slope(line).ticksPerSecond) &&
      (best < 0 || points > i32(lines.points, best))
    )
      best = line;
  }
  return best < 0 ? null : rateOf(lines, best, null);
}

function describeLine(
  lines: LineTable,
  line: number,
  latest: number,
  epoch: number,
  fallback: ClockRate | null,
): Described {
  const first = f64(lines.firstTime, line);
  const last = f64(lines.lastTime, line);
  const attempts = i32(lines.attempts, line);
  const rate = rateOf(lines, line, fallback);
  const { lift, slope } = predictionOf(lines, line, rate);
  const tsval = (i32(lines.firstTsval, line) + Math.round(slope * (latest - first) + lift)) >>> 0;
  const meanGap = (last - first) / Math.max(1, attempts - 1);
  return {
    clock: {
      id: i32(lines.id, line),
      offsetTicks: tsval,
      rate,
      attempts,
      points: i32(lines.points, line),
      firstSeconds: epoch + first,
      lastSeconds: epoch + last,
      aheadOfFirst: 0,
      retired: latest - last > Math.max(CLOCK_LIMITS.retiredAfter, CLOCK_LIMITS.retiredGaps * meanGap),
    },
    facts: {
      attempts,
      independent: i32(lines.independent, line),
      firstSeconds: first,
      lastSeconds: last,
      firstTsval: i32(lines.firstTsval, line),
      lastTsval: i32(lines.lastTsval, line),
      rate: slope,
      largestDelay: f64(lines.delay, line),
    },
  };
}

/** The rate that carries the line forward: the one it rides on, not the regression's fourth decimal. */
function predictionOf(lines: LineTable, line: number, rate: ClockRate): { lift: number; slope: number } {
  const known = f64(lines.rate, line);
  if (known > 0) return { lift: f64(lines.lift, line), slope: known };
  return { lift: 0, slope: rate.nominal ?? rate.ticksPerSecond };
}

/** Delays tilt a short line by as much as the largest of them over its span; the nominal rate allows for it. */
function rateOf(lines: LineTable, line: number, fallback: ClockRate | null): ClockRate {
  const { ticksPerSecond, error } = lines.slope(line);
  if (i32(lines.points, line) < 2 || !isRate(ticksPerSecond)) {
    return { ticksPerSecond: fallback?.nominal ?? fallback?.ticksPerSecond ?? 1000, nominal: null };
  }
  const span = f64(lines.lastTime, line) - f64(lines.firstTime, line);
  const tilt = span > 0 ? (ticksPerSecond * f64(lines.delay, line)) / span : 0;
  return { ticksPerSecond, nominal: nominalOf(ticksPerSecond, Math.max(error, tilt)) };
}

/** False for what two points make of it that no clock drew: times or TSvals that were damaged. */
function isRate(ticksPerSecond: number): boolean {
  return ticksPerSecond > 0 && ticksPerSecond <= 2 * FASTEST;
}
