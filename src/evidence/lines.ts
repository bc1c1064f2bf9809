/** Longest line that is looked at. The longest real one, the TcpExt header of /proc/net/netstat, has about 3,000. */
export const MAX_LINE_CHARACTERS = 65_536;

/**
 * Calls `visit(line, number)` for each line of a text, numbered from 1, without its line end (LF or CR LF) and without
 * a byte order mark. A line longer than `MAX_LINE_CHARACTERS` is visited as null. Linear in the text; nothing is kept.
 */
export function forEachLine(text: string, visit: (line: string | null, number: number) => void): void {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  let number = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length : newline;
    const end = next > start && text[next - 1] === '\r' ? next - 1 : next;
    number++;
    visit(end - start > MAX_LINE_CHARACTERS ? null : text.slice(start, end), number);
    start = next + 1;
  }
}

/** The words of a line: runs of anything but blanks and tabs. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let index = 0; index <= line.length; index++) {
    const code = index < line.length ? line.charCodeAt(index) : 0x20;
    if (code === 0x20 || code === 0x09) {
      if (start !== -1) {
        words.push(line.slice(start, index));
        start = -1;
      }
    } else if (start === -1) {
      start = index;
    }
  }
  return words;
}

/** True for a line that says nothing: blank, or a comment introduced by `#` or `;`. */
export function isBlankOrComment(line: string): boolean {
  const first = line.trimStart()[0];
  return first === undefined || first === '#' || first === ';';
}
