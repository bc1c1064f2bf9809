import { forEachLine, isBlankOrComment, wordsOf } from './lines.ts';
import { note } from './problem.ts';
import type { LineProblem } from './problem.ts';

/**
 * When the counters were read, as the script of `synscope plan` writes it: lines `before SECONDS` and `after SECONDS`,
 * seconds since the epoch by the target's clock. The counters can then be compared with exactly the SYNs in between.
 */
export interface CounterTimes {
  /** Decimal seconds as written, or null. Text: a double cannot hold nanoseconds since 1970. */
  readonly before: string | null;
  readonly after: string | null;
  readonly problems: readonly LineProblem[];
}

const EPOCH_SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/;

export function parseCounterTimes(text: string): CounterTimes {
  const problems: LineProblem[] = [];
  const times = new Map<string, string>();
  forEachLine(text, (line, number) => {
    if (line === null || isBlankOrComment(line)) {
      return;
    }
    const [moment = '', seconds = ''] = wordsOf(line);
    if ((moment === 'before' || moment === 'after') && EPOCH_SECONDS.test(seconds)) {
      times.set(moment, seconds);
    } else {
      note(problems, number, 'epoch-seconds');
    }
  });
  return { before: times.get('before') ?? null, after: times.get('after') ?? null, problems };
}
