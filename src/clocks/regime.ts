import type { ClockRegime, RegimeEvidence, UndeterminedReason } from './clock.ts';
import { CLOCK_LIMITS } from './limits.ts';
import { COARSE_WINDOWS, FASTEST_COARSE } from './rate.ts';

/** What the judgement needs of one line. */
export interface LineFacts {
  readonly attempts: number;
  /** Attempts that came from another port pair than the one before on this line; at least 1. */
  readonly independent: number;
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** TSvals of the first and of the latest point, and the rate in ticks per second that carries them on. */
  readonly firstTsval: number;
  readonly lastTsval: number;
  readonly rate: number;
  readonly largestDelay: number;
}

/** What the judgement needs of one peer beside its lines. */
export interface PeerFacts {
  readonly attempts: number;
  readonly withoutTimestamps: number;
  readonly points: number;
  readonly stepsBack: number;
  /** Lines dropped at a ceiling: with one attempt, with more, and the attempts on the latter. */
  readonly loneDropped: number;
  readonly linesDropped: number;
  readonly attemptsDropped: number;
}

/** A regime with its evidence. */
export interface Judgement {
  readonly regime: ClockRegime;
  readonly evidence: RegimeEvidence;
  readonly hosts: number | null;
  readonly confidence: number;
}

/**
 * Names the regime from how the attempts of a peer fall on lines.
 *
 * The unit is the attempt, never the point: a connection with five retransmissions lies on a line with
 * itself in every regime. For the same reason attempts of one port pair count once per line: kernels that
 * hash the ports into the offset repeat it for a repeated 4-tuple.
 *
 * Three questions in order. Do so many attempts stand alone, with so few meeting, that even a node full of
 * pods would have shown more meetings (the birthday problem)? Then offsets are drawn per connection, and no
 * number of hosts is given. Otherwise, do most attempts lie on lines (Good and Turing's coverage)? Then the
 * lines are counted. If neither, it is undetermined.
 *
 * Confidence in a count k is the product of two estimates: (k/(k+1))^n is the chance that one more clock, as
 * active as the others, went unseen in n attempts; and Chao's estimate of unseen species puts k in relation
 * to what the lone attempts hint at. Lines that had to be pieced together lower it too.
 */
export function judgeRegime(peer: PeerFacts, lines: readonly LineFacts[]): Judgement {
  const populated = lines.filter((line) => line.independent > 1);
  const lone = lines.filter((line) => line.independent <= 1);
  const stray = lone.filter((line) =>
    populated.some((other) => beginsNear(line, other, CLOCK_LIMITS.strayWindow)),
  );
  const alone = lone.length - stray.length + peer.loneDropped;
  const pairs = populated.filter((line) => line.independent === 2).length;
  const held = populated.reduce((sum, line) => sum + line.independent, 0) + peer.attemptsDropped;
  const total = held + alone;
  const continued = continuations(populated);
  const counted = populated.length - continued + peer.linesDropped;
  const onLines = total === 0 ? 0 : held / total;
  const randomised = birthdayConfidence(alone + 2 * pairs, pairs);

  const settle = (
    regime: ClockRegime,
    hosts: number | null,
    confidence: number,
    reason: UndeterminedReason | null = null,
  ): Judgement => ({
    regime,
    hosts,
    confidence,
    evidence: {
      reason,
      attempts: peer.attempts,
      withoutTimestamps: peer.withoutTimestamps,
      points: peer.points,
      lines: populated.length + peer.linesDropped,
      onLines,
      alone,
      stray: stray.length,
      continued,
      stepsBack: peer.stepsBack,
      linesDropped: peer.loneDropped + peer.linesDropped,
      largestDelay: lines.reduce((most, line) => Math.max(most, line.largestDelay), 0),
      randomised,
    },
  });

  if (peer.attempts === 0) {
    return peer.withoutTimestamps > 0
      ? settle('no-timestamps', null, 1)
      : settle('undetermined', null, 0, 'too-few-attempts');
  }
  if (randomised >= CLOCK_LIMITS.randomisedConfidence) {
    return onLines < CLOCK_LIMITS.loneCoverage
      ? settle('per-connection', null, randomised)
      : settle('undetermined', null, 0, 'mixed');
  }
  if (total < CLOCK_LIMITS.namedFrom || counted === 0)
    return settle('undetermined', null, 0, 'too-few-attempts');
  if (onLines < CLOCK_LIMITS.coverage) return settle('undetermined', null, 0, 'too-many-alone');

  const noneMissed = 1 - (counted / (counted + 1)) ** total;
  const estimate = counted + alone + (alone * Math.max(0, alone - 1)) / (2 * (pairs + 1));
  const unbroken = counted / (counted + continued);
  const confidence = noneMissed * unbroken * (counted / estimate);
  return counted === 1 ? settle('shared-clock', 1, confidence) : settle('per-host-pair', counted, confidence);
}

/**
 * Confidence that m attempts with only `meetings` meetings on a line are no draw from `birthdayHosts` hosts:
 * the chance that so many hosts would have shown more meetings, which are Poisson with mean m^2 / 2h.
 */
function birthdayConfidence(m: number, meetings: number): number {
  const mean = (m * m) / (2 * CLOCK_LIMITS.birthdayHosts);
  let term = Math.exp(-mean);
  let atMost = term;
  for (let i = 1; i <= meetings; i++) {
    term *= mean / i;
    atMost += term;
  }
  return Math.max(0, 1 - atMost);
}

/**
 * True when a line begins within some seconds of where another line is at that moment. Clocks of 1 MHz get the
 * ticks of 1000 Hz, or the windows would cover much of the circle.
 */
function beginsNear(line: LineFacts, other: LineFacts, seconds: number): boolean {
  const expected = other.lastTsval + Math.round(other.rate * (line.firstSeconds - other.lastSeconds));
  return Math.abs((line.firstTsval - expected) | 0) <= seconds * Math.min(other.rate, FASTEST_COARSE);
}

/**
 * Lines that are no clock of their own but carry on an earlier one. Within the window that joins points such a
 * line could not have opened had the earlier one's rate been known: it is a piece of a clock of no nominal rate.
 * Near one that ended it is such a piece, too. Somewhat near, while no line runs through the gap between, it
 * follows a step of the capture's clock.
 */
function continuations(lines: readonly LineFacts[]): number {
  return lines.filter((after) => lines.some((before) => carriesOn(after, before, lines))).length;
}

function carriesOn(after: LineFacts, before: LineFacts, lines: readonly LineFacts[]): boolean {
  if (before.firstSeconds >= after.firstSeconds) return false;
  if (beginsNear(after, before, COARSE_WINDOWS.follow)) return true;
  if (before.lastSeconds >= after.firstSeconds) return false;
  if (beginsNear(after, before, CLOCK_LIMITS.strayWindow)) return true;
  return (
    beginsNear(after, before, CLOCK_LIMITS.stepWindow) &&
    !lines.some((third) => third.firstSeconds < before.lastSeconds && third.lastSeconds > after.firstSeconds)
  );
}
