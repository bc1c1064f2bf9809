/**
 * Serial-number arithmetic on 32-bit words, for TSval (RFC 7323 section 5.2) and sequence numbers
 * (RFC 9293 section 3.4, RFC 1982). A word may be held signed or unsigned: only its 32 bits count.
 */

/**
 * Signed distance from `b` to `a` on the 32-bit circle, in -2^31 .. 2^31-1. Positive: `a` is ahead of `b`.
 * Exactly half the circle apart is -2^31 in both directions, as in the kernel's `(s32)(a - b)`.
 *
 * @example serialDistance(0x10, 0xfffffff0) === 32
 */
export function serialDistance(a: number, b: number): number {
  return (a - b) | 0;
}

/** True when `a` is ahead of `b` by more than `window` (kernel: `(s32)(a - b) > window`). */
export function isAheadBy(a: number, b: number, window: number): boolean {
  return ((a - b) | 0) > window;
}

/** The 32 bits of `word` as an unsigned number, 0 .. 2^32-1: the form in which a TSval or ISN is printed. */
export function unsigned(word: number): number {
  return word >>> 0;
}
