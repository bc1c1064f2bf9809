/** What the rules of the house need to know of a source file. */
import { SyntaxKind } from 'typescript/unstable/ast';
import type { Token } from './tokens.ts';
import { tokensOf } from './tokens.ts';

export interface Sighting {
  readonly what: string;
  readonly line: number;
}

export interface SourceFacts {
  readonly lines: number;
  /** Module specifiers: static, re-exported, dynamic and in types. One that is no plain string reads `?`. */
  readonly imports: readonly Sighting[];
  /** Global names in use that only a process has, such as `console` or `Date.now`. */
  readonly worldly: readonly Sighting[];
  /** `export default`, `export *`, `export =`. */
  readonly unnamedExports: readonly Sighting[];
}

const WORLDLY: ReadonlySet<string> = new Set([
  'console',
  'process',
  'performance',
  'Buffer',
  'require',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'globalThis',
  '__dirname',
  '__filename',
]);

export function factsOf(source: string): SourceFacts {
  const tokens = tokensOf(source);
  const imports: Sighting[] = [];
  const worldly: Sighting[] = [];
  const unnamedExports: Sighting[] = [];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    const { line } = token;
    if (isSpecifier(tokens, index)) imports.push({ what: token.text, line });
    else if (isKind(token, SyntaxKind.ImportKeyword) && isKind(after, SyntaxKind.OpenParenToken)) {
      if (!isKind(tokens[index + 2], SyntaxKind.StringLiteral)) imports.push({ what: '?', line });
    } else if (isGlobal(before, token, after) && WORLDLY.has(token.text)) {
      worldly.push({ what: token.text, line });
    } else if (isGlobal(before, token, after) && token.text === 'Date' && readsTheClock(tokens, index)) {
      worldly.push({ what: 'Date', line });
    } else if (isKind(token, SyntaxKind.ExportKeyword) && after !== undefined) {
      if (['default', '*', '='].includes(after.text)) unnamedExports.push({ what: after.text, line });
    }
  }
  return { lines: source.split('\n').length - 1, imports, worldly, unnamedExports };
}

function isKind(token: Token | undefined, kind: SyntaxKind): boolean {
  return token?.kind === kind;
}

function isSpecifier(tokens: readonly Token[], index: number): boolean {
  if (!isKind(tokens[index], SyntaxKind.StringLiteral)) return false;
  const before = tokens[index - 1];
  if (isKind(before, SyntaxKind.FromKeyword) || isKind(before, SyntaxKind.ImportKeyword)) return true;
  return isKind(before, SyntaxKind.OpenParenToken) && isKind(tokens[index - 2], SyntaxKind.ImportKeyword);
}

/** Those of them that are functions; the others are objects, so `process(` is somebody's method of that name. */
const CALLED: ReadonlySet<string> = new Set([
  'require',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'Date',
]);

/** A name that is neither a property (`io.process`) nor a key (`process: …`) nor a method. */
function isGlobal(before: Token | undefined, token: Token, after: Token | undefined): boolean {
  if (token.kind !== SyntaxKind.Identifier && token.kind !== SyntaxKind.RequireKeyword) return false;
  if (isKind(before, SyntaxKind.DotToken) || isKind(before, SyntaxKind.QuestionDotToken)) return false;
  if (isKind(after, SyntaxKind.OpenParenToken) && !CALLED.has(token.text)) return false;
  return !isKind(after, SyntaxKind.ColonToken);
}

/** `Date.now`, `Date()` and `new Date()`; a date made from a given time is no clock. */
function readsTheClock(tokens: readonly Token[], index: number): boolean {
  if (tokens[index + 1]?.text === '.') return tokens[index + 2]?.text === 'now';
  return tokens[index + 1]?.text !== '(' || tokens[index + 2]?.text === ')';
}
