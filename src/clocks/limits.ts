/**
 * Every threshold of the clocks room, with the reason for its value.
 *
 * One probability rules most of them. A TSval drawn at random falls within `w` seconds of a given line of `r`
 * ticks/s with probability p = 2 * w * r / 2^32. At 1000 Hz and w = 2 s that is 9.3e-7: a generous window
 * costs nearly nothing, because the circle of 2^32 ticks is so much larger than any delay in a network.
 */
export const CLOCK_LIMITS = {
  /**
   * Drift between the client's clock and the capture's clock that a line may show between two of its points,
   * as a fraction. Crystals stay within 50 ppm each; both may be off in opposite directions.
   */
  drift: 1e-4,
  /**
   * Silence in seconds beyond which no line is continued (12 days): drift has widened the window to 100 s by then,
   * and times further apart come from damaged files.
   */
  lineReach: 2 ** 20,
  /**
   * A residual in seconds so small that no other line can fit better (lines nearer than twice this to each
   * other are not told apart), so that the search may stop. Above the 20 ms of ordinary jitter.
   */
  certain: 0.05,
  /**
   * Lines near enough for a closer look that a point may turn out not to lie on, before it is taken for one on none. A
   * line gets by chance among those once in a thousand; a hostile file can make all of them do so.
   */
  misses: 16,
  /**
   * Points that a line must have before its own slope, none of the nominal ones, may predict the next point,
   * and the span in seconds that they must cover. Three intervals that agree are no accident of delay.
   */
  measuredPoints: 4,
  measuredSpan: 1,
  /** Such a slope is no steeper than the fastest coarse clock times this: its points were within 2 s of that clock's line. */
  steepest: 4,
  /** Span in seconds from which two points of one connection measure a rate that is not nominal. */
  measuredWithin: 2,
  /**
   * Relative error, and error in seconds, allowed when a measured slope predicts; it shrinks with the span.
   */
  measuredError: 0.1,
  measuredWindow: 0.25,
  /**
   * Span in seconds from which a line that only one nominal rate fits is held to that rate; before, a slow clock
   * of some other rate would still pass for it. 250 and 300 Hz need 12 s to part by the window of 2 s.
   */
  settleSpan: 12,
  /**
   * Search for a rate that is not nominal, among the first attempts of a peer: how many attempts, against how many
   * of the latest lines, over which gap in seconds, up to which ticks per second; and how many proposals must
   * agree how closely. Random clocks propose by chance once in 1e4 pairs, and three in agreement never.
   */
  voteWithin: 1000,
  voteLines: 64,
  voteReach: 600,
  voteFastest: 2000,
  voteAgreement: 0.05,
  votesNeeded: 3,
  /** A line fits a regression from this many points on; before, anchor and last point give the slope. */
  regressionPoints: 8,

  /** Attempts below which no regime is named. Two points always lie on some line; the third is evidence. */
  namedFrom: 3,
  /**
   * Share of attempts that must lie on lines of at least two before hosts are counted. By Good and Turing the
   * share of attempts that stand alone estimates the chance that the next attempt comes from an unseen clock.
   */
  coverage: 0.8,
  /** Below this share most attempts stand alone, and the regime is randomised rather than mixed. */
  loneCoverage: 0.5,
  /**
   * Hosts of one address against which "no two attempts on one line" is tested, as in the birthday problem:
   * with h equally active hosts m attempts are all distinct with probability exp(-m^2 / 2h). 110 pods per
   * node is the kubelet's default limit. 13 lone attempts reach the confidence below.
   */
  birthdayHosts: 110,
  randomisedConfidence: 0.5,
  /**
   * A lone attempt within this many seconds of a populated line is a delayed or mistimed packet of that line,
   * not a clock; and a line that begins so near to one that ended carries it on: at 1000 Hz the chance of being
   * so near is 2.8e-5 per line.
   */
  strayWindow: 60,
  /**
   * A line that begins where another ended, within this many seconds of it, while no line runs through the
   * gap: the capture's clock (or the host's) was stepped, and it is one host. Chance for an unrelated new
   * offset at 1000 Hz: 1.7e-3.
   */
  stepWindow: 3600,
  /** A line is retired when silent for this long in seconds and for `retiredGaps` of its mean intervals. */
  retiredAfter: 300,
  retiredGaps: 10,

  /** Ceilings; beyond them the oldest goes and is counted. */
  peers: 262_144,
  lines: 262_144,
  regressions: 65_536,
  /**
   * Lines of one peer, and those of them that hold one attempt only. More than the pods of the largest nodes (250);
   * beyond it no number is given, and each line is one more that every attempt may have to be compared with.
   */
  linesPerPeer: 256,
  loneLinesPerPeer: 256,
  /**
   * While fewer than one attempt in this many has joined a line, only so many lone lines are kept: a long list in which
   * hardly anything is found is what a flood of random clocks costs. Of 96 attempts of 256 equally active hosts four or
   * fewer join once in ten thousand.
   */
  hardlyJoined: 24,
  loneLinesWhenHardlyJoined: 96,
  /**
   * Once `randomisedAfter` lone lines of a peer were retired, and they outnumber the joins 8 to 1, its clocks
   * are random: only this many lone lines, and lines, are kept, so that each further attempt is searched quickly.
   * Only the hosts behind an address of thousands would meet as rarely, and they could not be counted either.
   */
  randomisedAfter: 128,
  loneLinesWhenRandomised: 16,
  linesWhenRandomised: 32,
  /** Clocks listed for one peer in the report. */
  reported: 64,
} as const;

/** The ceilings that a caller may set; each defaults to the value in `CLOCK_LIMITS`. */
export interface ClockCeilings {
  readonly peers?: number;
  readonly lines?: number;
  readonly regressions?: number;
}
