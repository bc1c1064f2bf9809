/** What the tracking tells the rooms behind it, in capture order. Numbers only: nothing is allocated for an event. */
export interface TrackingEvents {
  /** A SYN packet arrived and its row is filled: the moment to predict its fate. */
  syn(serial: number): void;
  /** The answer of a SYN packet is final. Not in capture order: an answered one is decided at once. */
  decided(serial: number): void;
  /** In capture order, after `decided`, just before the row leaves the ring. Duplicates come only here. */
  settled(serial: number): void;
  /** An attempt was connected or given up; its connection slot still holds it. */
  attemptEnded(connection: number): void;
  /** The peer's first segment after the SYN-ACK came `delay` seconds after it. */
  acknowledged(connection: number, delay: number): void;
  /**
   * The host on `side` of a connection closed it first and wrote (`must`) or may have written its stamp for the other
   * side: TSval `tsval`, set at `time` (seconds) by packet `ordinal`. `now`: the time of the write.
   */
  stampWritten(
    connection: number,
    side: number,
    must: boolean,
    tsval: number,
    time: number,
    ordinal: number,
    now: number,
  ): void;
  /** A slot of the pair, target or listener table is about to be given to another key. */
  pairForgotten(pair: number): void;
  targetForgotten(target: number): void;
  listenerForgotten(listener: number): void;
}

/** Exact totals, whatever the tables had to forget. */
export interface TrackingTotals {
  segments: number;
  duplicates: number;
  syns: number;
  attempts: number;
  connected: number;
  answered: number;
  silent: number;
  refused: number;
  challenged: number;
  unknown: number;
  synAcks: number;
  fins: number;
  resets: number;
  /** Segments that are neither SYN, SYN-ACK nor RST. */
  others: number;
  /** Segments sent by a target, and by a peer, on connections whose roles are known. */
  fromTargets: number;
  fromPeers: number;
  /** Handshakes that went on although no SYN-ACK was captured. */
  oneWayHandshakes: number;
  withTsval: number;
  optionsCut: number;
  untimed: number;
  stepsBackInTime: number;
  largestStepBackInTime: number;
  settledEarly: number;
}

export function noTotals(): TrackingTotals {
  return {
    segments: 0,
    duplicates: 0,
    syns: 0,
    attempts: 0,
    connected: 0,
    answered: 0,
    silent: 0,
    refused: 0,
    challenged: 0,
    unknown: 0,
    synAcks: 0,
    fins: 0,
    resets: 0,
    others: 0,
    fromTargets: 0,
    fromPeers: 0,
    oneWayHandshakes: 0,
    withTsval: 0,
    optionsCut: 0,
    untimed: 0,
    stepsBackInTime: 0,
    largestStepBackInTime: 0,
    settledEarly: 0,
  };
}
