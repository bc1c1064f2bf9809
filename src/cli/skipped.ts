import type { ReportAnonymizer } from '../api/anonymize.ts';
import { escapeTerminal } from '../report/escape/terminal.ts';
import { skippedSentences } from '../report/sentences/skipped.ts';
import type { SkippedInput } from '../report/several.ts';
import type { Output } from './io.ts';

/** What was left out of a run, for where no summary tells it. */
export class Skipped {
  private readonly inputs: SkippedInput[] = [];

  readonly take = (input: SkippedInput): void => {
    this.inputs.push(input);
  };

  tell(stderr: Output, anonymizer: ReportAnonymizer): void {
    for (const sentence of skippedSentences(this.inputs.map(anonymizer.skipped))) {
      stderr.write(`synscope: ${escapeTerminal(sentence)}\n`);
    }
  }
}
