import { hex, replaceUnsafe } from './unsafe.ts';

/**
 * JSON text made safe to print: the characters that JSON may carry raw but a terminal would obey (C1 controls,
 * bidi overrides, lone surrogates, line separators) become `\u` escapes. It parses to the same value. Works on whole
 * documents, since outside of strings JSON text has only line breaks to keep.
 */
export function escapeJson(json: string): string {
  return replaceUnsafe(json, spell);
}

/** A string as a JSON string literal that is safe to print. */
export function jsonString(text: string): string {
  return escapeJson(JSON.stringify(text));
}

function spell(codePoint: number): string {
  if (codePoint === 0x0a) return '\n';
  if (codePoint < 0x10000) return `\\u${hex(codePoint, 4)}`;
  const offset = codePoint - 0x10000;
  return `\\u${hex(0xd800 + (offset >> 10), 4)}\\u${hex(0xdc00 + (offset & 0x3ff), 4)}`;
}
