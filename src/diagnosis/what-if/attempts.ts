import { FATE_POSSIBLE, FATE_UNKNOWN, fateOf, TIME_WAIT_NONE, timeWaitOf } from '../../kernel/fate.ts';
import { ANSWERED, CHALLENGED, REFUSED } from '../../tracking/answer.ts';
import {
  SYN_ANSWER_NOT_CAPTURED,
  SYN_HAS_TSVAL,
  SYN_ODD,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
  SYN_UNTIMED,
} from '../../tracking/syn-ring.ts';
import { causeOf } from '../causes.ts';
import type { TargetVerdict } from '../target-verdict.ts';
import { verdictOn } from '../verdicts.ts';
import type { Verdicts } from '../verdicts.ts';
import type { EventLog } from './log.ts';
import { KIND_SYN, KIND_TAKEN_BACK, KIND_WRITE, LOG } from './log.ts';

/** One SYN packet as it was observed. */
export interface ObservedSyn {
  readonly kind: 'syn';
  readonly attempt: ObservedAttempt;
  readonly time: number;
  readonly tsval: number;
  readonly hasTsval: boolean;
  readonly served: boolean;
  /** Thrown away by the check, says the diagnosis. */
  readonly rejected: boolean;
  /** By a stamp from before the capture. */
  readonly early: boolean;
  /** An old connection, a request or an odd segment decided, not the check; or an answer that the check contradicts. */
  readonly outside: boolean;
}

/** A stamp that was, or may have been, written. */
export interface ObservedWrite {
  readonly kind: 'write';
  /** Null when no observed SYN began the connection. */
  readonly attempt: ObservedAttempt | null;
  readonly pairKey: number;
  readonly peerKey: number;
  readonly time: number;
  readonly tsval: number;
  readonly tsvalTime: number;
  readonly sure: boolean;
}

export interface ObservedAttempt {
  readonly pairKey: number;
  readonly peerKey: number;
  /** Slot of its (target, peer) pair. */
  readonly pair: number;
  readonly target: number;
  readonly listener: number;
  clock: number;
  readonly syns: ObservedSyn[];
  readonly writes: ObservedWrite[];
  /** The SYN packet that was served. */
  served: ObservedSyn | null;
  /** Got a RST or a bare ACK: it did not fail in silence. */
  refused: boolean;
}

/** The observed course of events of the accused targets. */
export interface Observed {
  readonly events: readonly (ObservedSyn | ObservedWrite)[];
  readonly attempts: readonly ObservedAttempt[];
  /** Never connected, and the check threw SYNs of it away. */
  readonly lost: readonly ObservedAttempt[];
  readonly rejectedSyns: number;
  readonly earlySyns: number;
  /** Silent for other reasons. */
  readonly otherSilent: number;
  readonly end: number;
}

const OUTSIDE = SYN_ODD | SYN_UNTIMED | SYN_ON_LIVE | SYN_ON_REQUEST;

/** Reads the log under the verdicts. `end`: when the capture ended, seconds. */
export function observe(log: EventLog, verdicts: Verdicts, end: number): Observed {
  const attempts = new Map<number, ObservedAttempt>();
  const accused = accusedPeers(log, verdicts);
  const events: (ObservedSyn | ObservedWrite)[] = [];
  const syns: ObservedSyn[] = [];
  for (let row = 0; row < log.length; row += 1) {
    if (!accused.has(log.word(row, LOG.peerKey))) continue;
    const number = log.word(row, LOG.attempt);
    const known = attempts.get(number) ?? null;
    if (log.word(row, LOG.kind) === KIND_WRITE) {
      const write = writeAt(log, row, known);
      known?.writes.push(write);
      events.push(write);
      continue;
    }
    if (log.word(row, LOG.kind) === KIND_TAKEN_BACK) continue;
    const verdict = verdictOn(verdicts, log.word(row, LOG.target), log.word(row, LOG.serial));
    if (verdict?.accused !== true) continue;
    const attempt = known ?? attemptAt(log, row);
    attempts.set(number, attempt);
    const syn = synAt(log, row, attempt, verdict);
    note(attempt, syn, log.word(row, LOG.answer));
    syns.push(syn);
    events.push(syn);
  }
  const all = [...attempts.values()];
  const count = (which: (syn: ObservedSyn) => boolean): number => syns.filter(which).length;
  return {
    events,
    attempts: all,
    lost: all.filter((attempt) => attempt.served === null && attempt.syns.some((syn) => syn.rejected)),
    rejectedSyns: count((syn) => syn.rejected),
    earlySyns: count((syn) => syn.early),
    otherSilent: count((syn) => !syn.served && !syn.rejected && !syn.attempt.refused),
    end,
  };
}

/** Peers that sent a SYN to an accused target. */
function accusedPeers(log: EventLog, verdicts: Verdicts): Set<number> {
  const peers = new Set<number>();
  for (let row = 0; row < log.length; row += 1) {
    if (log.word(row, LOG.kind) !== KIND_SYN) continue;
    const verdict = verdictOn(verdicts, log.word(row, LOG.target), log.word(row, LOG.serial));
    if (verdict?.accused === true) peers.add(log.word(row, LOG.peerKey));
  }
  return peers;
}

function synAt(log: EventLog, row: number, attempt: ObservedAttempt, verdict: TargetVerdict): ObservedSyn {
  const flags = log.word(row, LOG.flags);
  const fates = log.word(row, LOG.fates);
  const answer = log.word(row, LOG.answer);
  const clock = log.word(row, LOG.clock);
  const fate = fateOf(fates, verdict.variant);
  const { pair } = attempt;
  const serial = log.word(row, LOG.serial);
  const marks = log.word(row, LOG.marks);
  const rejected =
    causeOf({ serial, answer, flags, fates, marks, pair, clock }, verdict) === 'tw-recycle-reject';
  const served = answer === ANSWERED || (flags & SYN_ANSWER_NOT_CAPTURED) !== 0;
  if (clock >= 0) attempt.clock = clock;
  return {
    kind: 'syn',
    attempt,
    time: log.time(row),
    tsval: log.word(row, LOG.tsval),
    hasTsval: (flags & SYN_HAS_TSVAL) !== 0,
    served,
    rejected,
    early: rejected && fate === FATE_UNKNOWN,
    outside:
      (flags & OUTSIDE) !== 0 || timeWaitOf(fates) !== TIME_WAIT_NONE || (served && fate >= FATE_POSSIBLE),
  };
}

function writeAt(log: EventLog, row: number, attempt: ObservedAttempt | null): ObservedWrite {
  return {
    kind: 'write',
    attempt,
    pairKey: log.word(row, LOG.pairKey),
    peerKey: log.word(row, LOG.peerKey),
    time: log.time(row),
    tsval: log.word(row, LOG.tsval),
    tsvalTime: log.tsvalTime(row),
    sure: log.word(row, LOG.sure) === 1,
  };
}

function attemptAt(log: EventLog, row: number): ObservedAttempt {
  return {
    pairKey: log.word(row, LOG.pairKey),
    peerKey: log.word(row, LOG.peerKey),
    pair: log.word(row, LOG.pair),
    target: log.word(row, LOG.target),
    listener: log.word(row, LOG.listener),
    clock: -1,
    syns: [],
    writes: [],
    served: null,
    refused: false,
  };
}

function note(attempt: ObservedAttempt, syn: ObservedSyn, answer: number): void {
  attempt.syns.push(syn);
  if (syn.served) attempt.served ??= syn;
  if (answer === REFUSED || answer === CHALLENGED) attempt.refused = true;
}
