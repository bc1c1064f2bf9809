import {
  ATTEMPT_FROM_1,
  CONNECTION,
  CONNECTION_TIME,
  FIN_ACKED,
  FIN_SENT,
  NO_TIMESTAMPS,
  RESET,
  SIDE,
  sideOf,
  TIME_WAIT,
  TIME_WAIT_REARMED,
  TIME_WAIT_SIDE_1,
  TS_KNOWN,
} from '../tracking/connections.ts';
import { LONGEST_RECYCLED_TIME_WAIT } from '../tracking/limits.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW, SYN_HAS_TSVAL, SYN_ON_TIME_WAIT } from '../tracking/syn-ring.ts';
import { i32 } from '../units/table.ts';
import { TIME_WAIT_ACKNOWLEDGES, TIME_WAIT_NONE, TIME_WAIT_PAWS_REJECTS, TIME_WAIT_REOPENS } from './fate.ts';
import { timeWaitOutcome } from './rule.ts';
import type { TimeWaitOutcome } from './rule.ts';

/** What a SYN meets when its 4-tuple was used before: the target looks for the old connection first, then listens. */

/** FIN-WAIT-2 lasts 60 s unless tcp_fin_timeout says otherwise (TCP_FIN_TIMEOUT). */
const LONGEST_HALF_CLOSE = 60;

const TIME_WAIT_OUTCOMES: Readonly<Record<TimeWaitOutcome, number>> = {
  reopen: TIME_WAIT_REOPENS,
  'paws-reject': TIME_WAIT_PAWS_REJECTS,
  acknowledge: TIME_WAIT_ACKNOWLEDGES,
};

/** True when, with recycle on, the target may still hold the 4-tuple in TIME-WAIT. */
export function mayBeInTimeWait(state: TrackingState, serial: number, now: number): boolean {
  const { connections, ring } = state;
  const slot = ring.word(serial, ROW.connection);
  const age = now - connections.time(slot, CONNECTION_TIME.timeWaitSince);
  const flags = connections.word(slot, CONNECTION.flags);
  // Recycled early only when a stamp was written, which takes timestamps (tcp_time_wait).
  const recycled = (flags & NO_TIMESTAMPS) === 0 && (flags & (TS_KNOWN << sideOfTarget(flags))) !== 0;
  return !recycled || (flags & TIME_WAIT_REARMED) !== 0 || age < LONGEST_RECYCLED_TIME_WAIT;
}

/**
 * True when the target may still hold a connection on the 4-tuple that only one side closed, or whose last FIN it has
 * not seen acknowledged: that answers the SYN, with an ACK or RST.
 */
export function mayBeHalfClosed(state: TrackingState, serial: number, now: number): boolean {
  const { connections, ring } = state;
  const slot = ring.word(serial, ROW.connection);
  const flags = connections.word(slot, CONNECTION.flags);
  if ((flags & (FIN_SENT | (FIN_SENT << 1))) === 0 || (flags & RESET) !== 0) return false;
  const target = sideOfTarget(flags);
  // CLOSE-WAIT lasts until the application closes, however long that takes.
  if ((flags & (FIN_SENT << target)) === 0) return true;
  // TIME-WAIT of the client says nothing about the target: until its last FIN is acknowledged it is in LAST-ACK.
  if ((flags & TIME_WAIT) !== 0 && ((flags & TIME_WAIT_SIDE_1) !== 0 ? 1 : 0) === target) return false;
  const gone = (flags & (FIN_ACKED << target)) !== 0 && (flags & (FIN_SENT << (1 - target))) !== 0;
  return !gone && now - connections.time(slot, CONNECTION_TIME.lastSeen) <= LONGEST_HALF_CLOSE;
}

/** What the target's TIME-WAIT of the 4-tuple, where there may be one, does with the SYN in row `serial`: a row's bits. */
export function timeWaitMeets(state: TrackingState, serial: number): number {
  const { connections, ring } = state;
  const flags = ring.word(serial, ROW.flags);
  if ((flags & SYN_ON_TIME_WAIT) === 0) return TIME_WAIT_NONE;
  const slot = ring.word(serial, ROW.connection);
  const old = connections.word(slot, CONNECTION.flags);
  const targetSide = sideOfTarget(old);
  const target = connections.at(slot) + sideOf(targetSide);
  const peer = connections.at(slot) + sideOf(1 - targetSide);
  const recent =
    (old & (TS_KNOWN << targetSide)) !== 0 ? i32(connections.words, target + SIDE.tsRecent) : null;
  const tsval = (flags & SYN_HAS_TSVAL) !== 0 ? ring.word(serial, ROW.tsval) : null;
  const next = i32(connections.words, peer + SIDE.sndNext);
  return TIME_WAIT_OUTCOMES[timeWaitOutcome(recent, next, ring.word(serial, ROW.seq), tsval, true)];
}

/** The side that the attempt's SYNs go to. */
export function sideOfTarget(connectionFlags: number): 0 | 1 {
  return (connectionFlags & ATTEMPT_FROM_1) !== 0 ? 0 : 1;
}
