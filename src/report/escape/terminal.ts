import { hex, replaceUnsafe } from './unsafe.ts';

/**
 * A string from outside (a file name, an interface, a detail) made safe and visible for a terminal: whatever
 * could move the cursor, colour, reorder or hide text becomes `\x1b` or `\u{202e}`.
 *
 * @example escapeTerminal('a\u001b[31mb') === 'a\\x1b[31mb'
 */
export function escapeTerminal(text: string): string {
  return replaceUnsafe(text, spell);
}

function spell(codePoint: number): string {
  return codePoint < 0x100 ? `\\x${hex(codePoint, 2)}` : `\\u{${hex(codePoint, 4)}}`;
}
