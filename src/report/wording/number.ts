/**
 * A quantity with thousands separators: `1,234,567`. Not for names such as frames, ports and TSvals,
 * which people type into other tools.
 */
export function count(value: number): string {
  const digits = String(Math.trunc(Math.abs(value)));
  if (!/^\d+$/.test(digits)) return String(value);
  const grouped = digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return value <= -1 ? `-${grouped}` : grouped;
}

/** A quantity with its noun: `1 SYN`, `2 SYNs`, `0 matches` with the plural given. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** How often: `once`, `twice`, `1,234 times`. */
export function times(value: number): string {
  if (value === 1) return 'once';
  return value === 2 ? 'twice' : `${count(value)} times`;
}

/** A share in whole percent, which says 0 % and 100 % only of none and all: `<1 %`, `>99 %`. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '-';
  if (part > 0 && part * 100 < whole) return '<1 %';
  if (part < whole && part * 100 > whole * 99) return '>99 %';
  return `${Math.round((part * 100) / whole)} %`;
}

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in decimal units: `999 bytes`, `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < SIZES.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${SIZES[unit]}`;
}

/** A probability for people: `0.031`, `1`, or `below 1 in 10,000` when it is too small to read. */
export function probability(p: number): string {
  if (p >= 0.9995) return '1';
  if (p >= 0.001) return p.toFixed(3);
  if (!(p > 0)) return 'next to 0';
  const exponent = Math.max(3, Math.floor(-Math.log10(p)));
  return exponent > 12 ? 'below 1 in 10^12' : `below 1 in ${count(10 ** exponent)}`;
}
