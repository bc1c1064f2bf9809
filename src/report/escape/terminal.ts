import { hex, replaceUnsafe } from './unsafe.ts';

/**
 * A string from outside (a file name, an interface, a detail) made safe and visible for a terminal: whatever
 * could move the cursor, colour, reorder or hide text becomes `\x1b` or `\u{202e}`. Of what CI systems obey in a log
 * (`::error::` at the start of a line, `##[error]` and `##vso[...]` anywhere) the first character is spelt out.
 *
 * @example escapeTerminal('a\u001b[31mb') === 'a\\x1b[31mb'
 */
export function escapeTerminal(text: string): string {
  const escaped = replaceUnsafe(text, spell);
  if (!escaped.includes('::') && !escaped.includes('##')) return escaped;
  return escaped.replace(CI_COMMAND, (found) => spell(found.charCodeAt(0)));
}

/** The same for the name of a file, of which the empty one shows, too: the variable of a script may not be set. */
export function escapeName(name: string): string {
  return name === '' ? '""' : escapeTerminal(name);
}

/** A line may be broken before any word. An IPv6 address is no command. */
const CI_COMMAND = /(?<=^|\s):(?=:(?![\da-f:.]*(?:$|[\s/%\],)])))|#(?=#\w*\[)/gi;

function spell(codePoint: number): string {
  return codePoint < 0x100 ? `\\x${hex(codePoint, 2)}` : `\\u{${hex(codePoint, 4)}}`;
}
