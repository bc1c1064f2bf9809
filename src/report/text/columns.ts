/** Scripts and symbols that take two columns (after Unicode's East Asian Width, in whole blocks). */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** Marks that stand on the letter before them. */
const COMBINING = /[\p{Mn}\p{Me}]/u;
const PLAIN = /^[\u0020-\u007e]*$/;

/** Columns that an escaped text without colours takes on a terminal. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** Breaks text at spaces into lines of at most `width` columns; a longer word is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const columns = columnsOf(word);
    if (used > 0 && used + 1 + columns <= width) {
      line += ` ${word}`;
      used += 1 + columns;
      continue;
    }
    if (used > 0) lines.push(line);
    const pieces = columns <= width ? [word] : breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces[pieces.length - 1] ?? '';
    used = columnsOf(line);
  }
  if (used > 0) lines.push(line);
  return lines;
}

/** Cuts text in the middle so that it fits; both ends of a path or name tell it apart. */
export function shorten(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  const characters = Array.from(text);
  let head = '';
  let tail = '';
  let left = width - 1;
  for (let taken = 0; taken < characters.length; taken++) {
    const fromHead = taken % 2 === 0;
    const character =
      (fromHead ? characters[taken / 2] : characters[characters.length - (taken + 1) / 2]) ?? '';
    left -= columnsOfCharacter(character);
    if (left < 0) break;
    if (fromHead) head += character;
    else tail = character + tail;
  }
  return `${head}…${tail}`;
}

function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const columns = columnsOfCharacter(character);
    if (used + columns > width && used > 0) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += columns;
  }
  pieces.push(piece);
  return pieces;
}

function columnsOfCharacter(character: string): number {
  if (PLAIN.test(character)) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
