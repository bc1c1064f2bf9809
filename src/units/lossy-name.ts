/** Stands in a name for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/** Whether bytes of a file's name were lost: several files may be called so, and none of them is found by it. */
export function isLossyName(name: string): boolean {
  return name.includes(REPLACEMENT);
}
