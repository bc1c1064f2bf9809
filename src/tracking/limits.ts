/**
 * Ceilings and horizons of the tracking state, in one place. Beyond a ceiling the oldest entry goes and is counted;
 * totals stay exact. Seconds are seconds of capture time.
 */
export const TRACKING_LIMITS = {
  /** Live connections and pending attempts (about 210 bytes each). */
  connections: 3 << 15,
  /** (target, peer) pairs with their counters (about 170 bytes each). */
  pairs: 1 << 17,
  /** Target addresses (about 1.5 KB each, with what is judged about them). */
  targets: 1 << 12,
  /** Listening ports of targets (about 235 bytes each). */
  listeners: 1 << 14,
  /** SYN packets not yet settled (about 180 bytes each). */
  pendingSyns: 1 << 16,
  /** Slots of the duplicate filter (8 bytes each). */
  sightings: 1 << 12,
} as const;

export const HORIZONS = {
  /**
   * A SYN without an answer is settled as silent after this; a stalled target answers late, but not this late. One
   * second beyond the retransmission that follows after 16 s, which tells a SYN-only capture that it was silent.
   */
  answerSeconds: 17,
  /**
   * The same in a capture that has shown nothing but SYNs, while the rows held leave room: there only a retransmission
   * tells that a SYN was silent. One second beyond the one that follows after 32 s, the last but one of the usual six.
   */
  answerSecondsOfSyns: 33,
  /**
   * A SYN with an answer is kept this long, because the client may send it again: the reply was lost, or TIME-WAIT is
   * asked once more. The first RTO of a SYN is 1 s, 3 s up to 2.6.32.
   */
  decidedSeconds: 4,
  /** An attempt is forgotten when no retransmission came for this long: the longest gap is 64 s (RTO 1 s, doubled six times). */
  attemptSeconds: 70,
  /** An idle connection; any later segment with timestamps rebuilds what the kernel model needs. */
  idleSeconds: 180,
  /** TIME-WAIT lasts 60 s (kernel TCP_TIMEWAIT_LEN); a little longer for captures that lag. */
  timeWaitSeconds: 62,
  /** A connection closed by RST is remembered for stray segments only. */
  resetSeconds: 2,
  /**
   * Two identical segments within this are one packet seen twice: bridges and tunnels take microseconds, a forwarding
   * hop milliseconds, while the quickest retransmission (RTO floor) takes 200 ms.
   */
  duplicateSeconds: 0.02,
  /**
   * The same SYN in two captures, whose clocks may differ by this much; and a SYN-ACK that came again. Neither is sent
   * again before a second has passed (TCP_TIMEOUT_INIT, 3 s up to 2.6.32).
   */
  notYetAgainSeconds: 0.9,
} as const;

/**
 * Seconds that TIME-WAIT lasts with recycle on: 3.5 RTO (kernel tcp_time_wait). RTO is at least 200 ms (TCP_RTO_MIN), and
 * well under a second and a half between hosts of one site; after that the SYN meets the per-host check.
 */
export const SHORTEST_TIME_WAIT = 0.7;
export const LONGEST_RECYCLED_TIME_WAIT = 5;

/** A time this many seconds from the one before is believed once the next record confirms it. */
export const LEAP_SECONDS = 86_400;

/** Seconds between two ACKs of one TIME-WAIT (tcp_invalid_ratelimit, 500 ms; 4.1 and later, RHEL 7). */
export const INVALID_RATELIMIT = 0.5;
