/** What callers hand over whose types nobody checked: refused at once where it makes no sense. */
import type { Bytes } from '../units/bytes.ts';
import { bytesOf, isBytes } from '../units/bytes.ts';

/** @throws RangeError for anything but a whole number from `least` to `most` */
export function givenCount(
  what: string,
  value: number,
  { least = 0, most = Infinity }: { readonly least?: number; readonly most?: number } = {},
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
  throw new RangeError(`${what} ${String(value)}: no whole number ${range}`);
}

/** @throws TypeError for anything but a string */
export function givenText(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${what}: a string is wanted, ${kindOf(value)} given`);
}

/** @throws TypeError for what holds no bytes */
export function givenBytes(what: string, value: Bytes): Uint8Array {
  if (isBytes(value)) return bytesOf(value);
  throw new TypeError(`${what}: bytes are wanted, ${kindOf(value)} given`);
}

/** `null`, `number`, `URL`: enough to see what went wrong. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? value.constructor.name : typeof value;
}
