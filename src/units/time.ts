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
