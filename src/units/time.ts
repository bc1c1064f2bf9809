/**
 * Times of a capture as text. A time is a pair: whole seconds since the epoch, rounded towards minus infinity,
 * and the nanoseconds within that second, 0 .. 999_999_999. A double cannot hold both.
 */

const NANOSECONDS = 1_000_000_000;

/**
 * Decimal seconds since the epoch with exactly nine decimals.
 *
 * @example formatEpoch(-1, 250_000_000) === '-0.750000000'
 */
export function formatEpoch(seconds: number, nanoseconds: number): string {
  if (seconds >= 0) return `${seconds}.${nineDigits(nanoseconds)}`;
  if (nanoseconds === 0) return `${seconds}.000000000`;
  const whole = -(seconds + 1);
  return `-${whole}.${nineDigits(NANOSECONDS - nanoseconds)}`;
}

function nineDigits(nanoseconds: number): string {
  return String(nanoseconds).padStart(9, '0');
}

/** Seconds that a Date can hold on either side of the epoch (ECMAScript, time values). */
const DATE_LIMIT = 8_640_000_000_000;

/**
 * UTC date and time to the millisecond (rounded down), in the form of RFC 3339. Times that no calendar date
 * can be given to are printed as `@` and seconds.
 *
 * @example formatUtc(1571662515, 687_482_000) === '2019-10-21T12:55:15.687Z'
 */
export function formatUtc(seconds: number, nanoseconds: number): string {
  if (Math.abs(seconds) >= DATE_LIMIT) return `@${formatEpoch(seconds, nanoseconds)}`;
  const milliseconds = Math.floor(nanoseconds / 1_000_000);
  return new Date(seconds * 1000 + milliseconds).toISOString();
}

/**
 * A span of time for people: milliseconds, tenths of a second, minutes, hours, whichever still tells something.
 *
 * @example formatDuration(63.2) === '1 m 3.2 s'
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  const sign = seconds < 0 ? '-' : '';
  const span = Math.abs(seconds);
  if (span > 0 && Math.round(span * 10_000) < 10_000) return `${sign}${trim(span * 1000)} ms`;
  const tenths = Math.round(span * 10);
  if (tenths < 600) return `${sign}${trim(tenths / 10)} s`;
  if (tenths < 36_000) return `${sign}${Math.floor(tenths / 600)} m ${trim((tenths % 600) / 10)} s`;
  const minutes = Math.round(span / 60);
  if (minutes < 1440) return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} m`;
  const hours = Math.round(span / 3600);
  return `${sign}${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** At most one decimal, none when it is zero. */
function trim(value: number): string {
  return String(Math.round(value * 10) / 10);
}
