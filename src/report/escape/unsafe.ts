/**
 * Code points that must never reach a reader as they are: controls (C0, C1, DEL), format characters (bidi
 * overrides, zero-width ones, byte order marks), lone surrogates, private and unassigned ones, and every
 * separator but the plain space. Built from Unicode's general categories.
 */
const UNSAFE = /[\p{C}\p{Z}]/gu;
const ANY_UNSAFE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** Replaces each unsafe code point by what `spell` makes of it. A string without any is returned as it is. */
export function replaceUnsafe(text: string, spell: (codePoint: number) => string): string {
  if (!ANY_UNSAFE.test(text)) return text;
  return text.replace(UNSAFE, (found) => (found === ' ' ? found : spell(found.codePointAt(0) ?? 0)));
}

/** Hexadecimal digits of a number, at least `digits` of them. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
