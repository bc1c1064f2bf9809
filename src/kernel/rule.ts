import { isAheadBy, serialDistance } from '../units/serial.ts';

/**
 * The per-host timestamp rule of kernels with tcp_tw_recycle, to the letter. TSvals are 32-bit words, seconds are the
 * kernel's whole seconds of wall time, held as 32-bit words too (get_seconds()).
 */

/** How long a stamp counts, seconds (TCP_PAWS_MSL, all versions). */
export const PAWS_MSL = 60;
/** How many ticks of the sender's clock a TSval may be behind the stamp (TCP_PAWS_WINDOW, all versions). */
export const PAWS_WINDOW = 1;

/** True while a stamp of second `stamp` counts at second `now`. */
export function isFresh(now: number, stamp: number, futureStampIsFresh: boolean): boolean {
  // 2.6.x compares now < stamp + 60, later kernels (u32)(now - stamp) < 60: they differ for a stamp in the future.
  if (futureStampIsFresh) return ((now - stamp) | 0) < PAWS_MSL;
  return (now - stamp) >>> 0 < PAWS_MSL;
}

/** True when a fresh stamp with TSval `stamp` rejects a SYN with TSval `tsval` (tcp_v4_conn_request, tcp_peer_is_proven). */
export function isBehind(stamp: number, tsval: number): boolean {
  return isAheadBy(stamp, tsval, PAWS_WINDOW);
}

/**
 * True when a connection that enters TIME-WAIT at second `now` with (`tsval`, `second`) replaces the stamp
 * (`stampTsval`, `stampSecond`) (tcp_v4_remember_stamp, tcp_remember_stamp): an equal or higher TSval always, a lower
 * one only when the stamp is over 60 s old and not newer than what would replace it.
 */
export function replacesStamp(
  stampTsval: number,
  stampSecond: number,
  tsval: number,
  second: number,
  now: number,
): boolean {
  if (serialDistance(stampTsval, tsval) <= 0) return true;
  return (now - stampSecond) >>> 0 > PAWS_MSL && serialDistance(second, stampSecond) >= 0;
}

/** What a host does with a SYN that meets its TIME-WAIT of the same 4-tuple. */
export type TimeWaitOutcome = 'reopen' | 'paws-reject' | 'acknowledge';

/**
 * TIME-WAIT against a SYN (tcp_timewait_state_process, every kernel): PAWS with window 0 first; then the old
 * connection gives way to a SYN whose sequence number or TSval is ahead, and answers any other with an ACK.
 */
export function timeWaitOutcome(
  recent: number | null,
  next: number,
  seq: number,
  tsval: number | null,
  zeroRecentPassesPaws: boolean,
): TimeWaitOutcome {
  if (recent !== null && tsval !== null) {
    const ahead = serialDistance(tsval, recent);
    if (ahead < 0 && !(zeroRecentPassesPaws && recent === 0)) return 'paws-reject';
    if (ahead > 0) return 'reopen';
  }
  return serialDistance(seq, next) > 0 ? 'reopen' : 'acknowledge';
}
