import { FATE_PASS, FATE_POSSIBLE, FATE_REJECT, FATE_UNKNOWN, fateOf } from '../kernel/fate.ts';
import { ANSWERED, CHALLENGED, REFUSED, SILENT, UNKNOWN } from '../tracking/answer.ts';
import { SYN_ANSWER_NOT_CAPTURED, SYN_DUPLICATE, SYN_ON_LIVE, SYN_REPLY_LOST } from '../tracking/syn-ring.ts';
import { clockKey } from './clock-shares.ts';
import type { Cause } from './codes.ts';
import {
  CLASS_ASSUMED_REJECT,
  CLASS_CONTESTED,
  CLASS_EARLY,
  CLASS_SEEMS_SILENT,
  CLASS_STUCK,
  CLASS_TIME_WAIT_SILENT,
  CLASS_UNSERVED,
} from './row-class.ts';

/** What decides about the SYN packets of one target, once its verdict is known. */
export interface RowVerdict {
  /** The target is accused of rejecting SYNs by timestamp. */
  readonly accused: boolean;
  /** Variant of the kernel model by which it is judged. */
  readonly variant: number;
  /** The target is known not to make the check, and the capture does not object: nothing is predicted of it. */
  readonly checkAbsent: boolean;
  /** Stamps are assumed from served SYNs, answers from the clients' behaviour. */
  readonly assumed: boolean;
  /** The captures hold replies at all; without them nothing is known to be silent. */
  readonly replies: boolean;
  /** What silences that nothing else explains are put down to. */
  readonly restCause: 'source-filtered' | 'unexplained';
  /**
   * Peers (pair slots) that were never served while others were: something in front of the listener drops them. With the
   * serial of the SYN packet that the slot was made for: earlier ones came from a peer that was forgotten.
   */
  readonly filteredPairs: ReadonlyMap<number, number>;
  /** Which queue it was where one was full. */
  readonly queue: Cause;
  /** Clocks (`clockKey`) whose silent SYNs of the first minute met a stamp from before the capture; serials as above. */
  readonly starvedClocks: ReadonlyMap<number, number>;
}

/** The verdict of a target about which nothing is known. */
export const NO_ROW_VERDICT: RowVerdict = {
  accused: false,
  checkAbsent: false,
  variant: 0,
  assumed: false,
  replies: true,
  restCause: 'unexplained',
  filteredPairs: new Map(),
  queue: 'syn-queue-full',
  starvedClocks: new Map(),
};

/** What is known of a settled SYN packet; numbers as its row holds them. */
export interface RowFacts {
  readonly serial: number;
  readonly answer: number;
  readonly flags: number;
  readonly fates: number;
  readonly marks: number;
  readonly pair: number;
  readonly clock: number;
}

/** Why a SYN packet got no SYN-ACK; null when it got one, or when that is not known. */
export function causeOf(row: RowFacts, verdict: RowVerdict): Cause | null {
  const { answer, flags, fates, marks } = row;
  if ((flags & SYN_DUPLICATE) !== 0) return null;
  if (answer === ANSWERED) return (flags & SYN_REPLY_LOST) !== 0 ? 'reply-lost' : null;
  if (answer === REFUSED) return 'port-closed';
  if (answer === CHALLENGED) return (flags & SYN_ON_LIVE) !== 0 ? 'tuple-collision' : 'time-wait-reject';
  if ((flags & SYN_ANSWER_NOT_CAPTURED) !== 0) return null;
  if (verdict.assumed) return assumedCause(answer, marks, verdict);
  if (!verdict.replies) return null;
  if (answer === SILENT && (marks & CLASS_TIME_WAIT_SILENT) !== 0) return 'time-wait-reject';
  const contested = (marks & CLASS_CONTESTED) !== 0;
  if (verdict.accused && !contested && (marks & CLASS_UNSERVED) === 0) {
    const fate = fateOf(fates, verdict.variant);
    // The capture ended before an answer could come, but a sure reject needs none.
    if (fate === FATE_REJECT) return 'tw-recycle-reject';
    if (fate === FATE_POSSIBLE && answer === SILENT) return 'tw-recycle-reject';
    const early = fate === FATE_UNKNOWN && (marks & CLASS_EARLY) !== 0;
    if (early && isSince(verdict.starvedClocks.get(clockKey(row.pair, row.clock)), row)) {
      return 'tw-recycle-reject';
    }
  }
  if (answer !== SILENT) return null;
  if ((flags & SYN_ON_LIVE) !== 0) return 'tuple-collision';
  if (contested || (marks & CLASS_STUCK) !== 0) return verdict.queue;
  return isSince(verdict.filteredPairs.get(row.pair), row) ? 'source-filtered' : verdict.restCause;
}

/** False for a row from before its slot was made for the pair that is meant. */
function isSince(born: number | undefined, row: RowFacts): boolean {
  return born !== undefined && row.serial >= born;
}

function assumedCause(answer: number, marks: number, verdict: RowVerdict): Cause | null {
  if (answer !== SILENT || (marks & CLASS_SEEMS_SILENT) === 0) return null;
  return verdict.accused && (marks & CLASS_ASSUMED_REJECT) !== 0 ? 'tw-recycle-reject' : 'unexplained';
}

/** The fate to show for a row (index into FATES), under the verdict of its target. */
export function shownFate(fates: number, marks: number, verdict: RowVerdict): number {
  if (verdict.checkAbsent) return FATE_PASS;
  if (!verdict.assumed) {
    const fate = fateOf(fates, verdict.variant);
    // A full queue, or a closed port, drops a SYN before the check is reached: what it would have done is not what happened.
    const doubtful = (marks & (CLASS_CONTESTED | CLASS_STUCK | CLASS_UNSERVED)) !== 0;
    return fate === FATE_REJECT && doubtful ? FATE_POSSIBLE : fate;
  }
  return (marks & CLASS_ASSUMED_REJECT) !== 0 ? FATE_POSSIBLE : FATE_UNKNOWN;
}

/** The answer to show (index into ANSWERS): without any replies in the captures silence is not known. */
export function shownAnswer(answer: number, verdict: RowVerdict): number {
  return answer === SILENT && !verdict.replies ? UNKNOWN : answer;
}
