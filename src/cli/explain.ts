import { EXIT } from './exit-code.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { withOutput } from './output.ts';
import { wantsColor, widthFor } from './terminal.ts';

export interface ExplainArguments {
  readonly codes: readonly string[];
  readonly output: string | undefined;
  readonly color: boolean | undefined;
  readonly width: number | undefined;
}

/** `synscope explain`: what codes mean. Returns the exit code. */
export async function explain(io: Io, args: ExplainArguments): Promise<number> {
  const [{ findCode, nearestCodes }, { renderCatalogue, renderExplanation }] = await Promise.all([
    import('../report/sentences/explain/catalogue.ts'),
    import('../report/text/explain.ts'),
  ]);
  for (const code of args.codes) {
    if (findCode(code).length === 0) throw new UsageError(unknownCode(code, nearestCodes(code)));
  }
  return withOutput(io, args.output, [], (output) => {
    const options = { width: widthFor(output, args.width), color: wantsColor(io.env, output, args.color) };
    const texts = args.codes.map((code) => renderExplanation(code, options));
    output.write(texts.length === 0 ? renderCatalogue(options) : texts.join('\n'));
    return EXIT.clean;
  });
}

function unknownCode(code: string, near: readonly string[]): string {
  const hint = near.length === 0 ? 'synscope explain lists all codes' : `did you mean ${near.join(' or ')}?`;
  return `no code "${code}"; ${hint}`;
}
