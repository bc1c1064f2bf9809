import type { NominalRate } from './rate.ts';

/**
 * How the hosts behind one source address draw their TSval clocks.
 *
 * `shared-clock`: all connections on one line (one host, or several that share a clock, as pods do up to
 * kernel 4.9 and with `tcp_timestamps=2`). `per-host-pair`: k parallel lines, one per hidden host.
 * `per-connection`: every connection has its own random offset (Linux 6.18.17+, FreeBSD, macOS), so that
 * hosts cannot be counted. `no-timestamps`: no SYN carried the option. `undetermined`: see the reason.
 */
export type ClockRegime =
  'shared-clock' | 'per-host-pair' | 'per-connection' | 'no-timestamps' | 'undetermined';

/** Why no regime is named. */
export type UndeterminedReason =
  /** Fewer attempts than any judgement needs. */
  | 'too-few-attempts'
  /** Some attempts on lines, but too many alone: more clocks are likely than were seen twice. */
  | 'too-many-alone'
  /** Populated lines beside many attempts that each stand alone: counted and randomised clocks mixed. */
  | 'mixed';

/** The numbers on which a regime was named. All counts are of attempts (connections) unless they say else. */
export interface RegimeEvidence {
  /** Set in the undetermined regime only. */
  readonly reason: UndeterminedReason | null;
  /** Attempts whose first SYN carried a TSval, and those whose first SYN carried none. */
  readonly attempts: number;
  readonly withoutTimestamps: number;
  /** TSvals looked at, with retransmissions and later segments. */
  readonly points: number;
  /** Lines that hold at least two attempts of different port pairs. */
  readonly lines: number;
  /** Share of the attempts on those lines, 0..1. */
  readonly onLines: number;
  /** Attempts that share a line with no other. */
  readonly alone: number;
  /** Lone attempts so near to a line that they are delayed packets of it; not among `alone`. */
  readonly stray: number;
  /** Lines that carry on an earlier one (a step of the capture's clock, a rate found late); no hosts of their own. */
  readonly continued: number;
  /** Attempts whose TSval was behind that of the attempt before, in serial arithmetic. */
  readonly stepsBack: number;
  /** Lines dropped because a ceiling was reached: when not 0, counts are lower bounds. */
  readonly linesDropped: number;
  /** The latest that a point came behind its line, in seconds. */
  readonly largestDelay: number;
  /** Birthday test: confidence, 0..1, that the lone attempts come from randomised clocks. */
  readonly randomised: number;
}

/** A measured tick rate. */
export interface ClockRate {
  readonly ticksPerSecond: number;
  /** The nominal rate that it stands for; null when it is none of them or still open. */
  readonly nominal: NominalRate | null;
}

/** One line TSval = offset + rate * time. */
export interface Clock {
  /** As `ClockTracker.observe` returned it: 0, 1, ... in order of appearance within the peer. */
  readonly id: number;
  /** The TSval, 0 .. 2^32-1, that this clock shows at `PeerClocks.referenceSeconds`. */
  readonly offsetTicks: number;
  /** Measured on this line; for a line of one point, which has no slope, the peer's rate, nominal null. */
  readonly rate: ClockRate;
  readonly attempts: number;
  readonly points: number;
  /** Epoch seconds, with fraction, of the first and the latest point. */
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** Serial distance in ticks from clock `clocks[0]` at the reference time; positive: this one is ahead. */
  readonly aheadOfFirst: number;
  /** True when the line stopped long before the peer's last point. */
  readonly retired: boolean;
}

/** What one source address shows of the clocks behind it. */
export interface PeerClocks {
  readonly regime: ClockRegime;
  readonly evidence: RegimeEvidence;
  /** Distinct clocks that hosts were told apart by; null in every regime that does not allow counting. */
  readonly hosts: number | null;
  /** That the regime is right and, where there is a count, that it is complete; 0..1. */
  readonly confidence: number;
  /** The rate of the line with the most points; null when no two points share a line. */
  readonly rate: ClockRate | null;
  /** Epoch seconds, with fraction, of the peer's latest point. */
  readonly referenceSeconds: number;
  /** In order of appearance, at most `CLOCK_LIMITS.reported` with the most attempts. */
  readonly clocks: readonly Clock[];
}
