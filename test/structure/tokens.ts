/** The tokens of a TypeScript source, without comments, by TypeScript's own scanner. */
import { SyntaxKind, createScanner } from 'typescript/unstable/ast';

export interface Token {
  readonly kind: SyntaxKind;
  /** The text as written; of a string literal, what it says. */
  readonly text: string;
  /** Line from 1. */
  readonly line: number;
}

/** After these a slash divides; after anything else it starts a regular expression. */
const ENDS_AN_EXPRESSION: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.ThisKeyword,
  SyntaxKind.NullKeyword,
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.SuperKeyword,
]);

export function tokensOf(source: string): Token[] {
  const scanner = createScanner(true);
  scanner.setText(source);
  const tokens: Token[] = [];
  /** Open braces inside each template expression that is open. */
  const templates: number[] = [];
  let line = 1;
  let counted = 0;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    const last = tokens.at(-1);
    if (kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken) {
      if (last === undefined || !ENDS_AN_EXPRESSION.has(last.kind)) kind = scanner.reScanSlashToken();
    } else if (kind === SyntaxKind.OpenBraceToken) {
      templates.push((templates.pop() ?? 0) + 1);
    } else if (kind === SyntaxKind.CloseBraceToken) {
      const open = templates.pop() ?? 0;
      if (open > 0) templates.push(open - 1);
      else kind = scanner.reScanTemplateToken(false);
    }
    if (kind === SyntaxKind.TemplateHead || kind === SyntaxKind.TemplateMiddle) templates.push(0);
    const start = scanner.getTokenStart();
    for (; counted < start; counted += 1) if (source.charCodeAt(counted) === 0x0a) line += 1;
    const text = kind === SyntaxKind.StringLiteral ? scanner.getTokenValue() : scanner.getTokenText();
    tokens.push({ kind, text, line });
  }
  return tokens;
}
