const NANOSECONDS = 1_000_000_000n;

/**
 * Seconds from one capture time to another, as decimal text with three decimals: `12.345`. Capture times are decimal
 * seconds with nine decimals, too long for a double; null when one of them is not a time.
 */
export function secondsBetween(from: string | null, to: string): string | null {
  const start = from === null ? null : nanoseconds(from);
  const end = nanoseconds(to);
  if (start === null || end === null) return null;
  const difference = end - start;
  const milliseconds = (difference < 0n ? -difference : difference) / 1_000_000n;
  const sign = difference < 0n && milliseconds > 0n ? '-' : '';
  return `${sign}${milliseconds / 1000n}.${String(milliseconds % 1000n).padStart(3, '0')}`;
}

function nanoseconds(time: string): bigint | null {
  const parts = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/.exec(time);
  if (parts === null) return null;
  const whole = BigInt(parts[2] ?? '0') * NANOSECONDS + BigInt((parts[3] ?? '').padEnd(9, '0'));
  return parts[1] === '-' ? -whole : whole;
}
