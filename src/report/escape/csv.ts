import { escapeTerminal } from './terminal.ts';

const FORMULA_START = /^[=+\-@]/;
const NEEDS_QUOTES = /[",]/;

/**
 * A string from outside as one CSV field (RFC 4180, section 2). Control characters become visible escapes, so no
 * field holds a line break; a leading `=`, `+`, `-` or `@` gets an apostrophe in front, or a spreadsheet would
 * evaluate the field as a formula.
 */
export function csvField(text: string): string {
  const visible = escapeTerminal(text);
  const inert = FORMULA_START.test(visible) ? `'${visible}` : visible;
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
