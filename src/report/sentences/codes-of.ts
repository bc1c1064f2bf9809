/** The codes of a table of texts, in its order. */
export function codesOf<Code extends string>(texts: Readonly<Record<Code, unknown>>): readonly Code[];
export function codesOf(texts: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(texts);
}
