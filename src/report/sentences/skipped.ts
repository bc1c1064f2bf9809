import type { SkippedInput } from '../several.ts';
import { listed } from '../wording/list.ts';
import { counted } from '../wording/number.ts';

/** Files named one by one for a reason; the rest is counted. */
const NAMED = 3;

type Reason = SkippedInput['reason'];

const WHY: Readonly<Record<Reason, (one: boolean) => string>> = {
  'same-file': (one) => (one ? 'the same file as one before' : 'the same files as some before'),
  'no-capture': (one) => (one ? 'no capture' : 'no captures'),
  directory: (one) =>
    one ? 'a directory inside, which is not searched' : 'directories inside, which are not searched',
  special: (one) => (one ? 'neither a file nor a link to one' : 'neither files nor links to any'),
};

const REASONS = ['same-file', 'no-capture', 'directory', 'special'] as const satisfies readonly Reason[];

/** What was left out, a sentence for each reason; the names in them are as they came. */
export function skippedSentences(skipped: readonly SkippedInput[]): string[] {
  return REASONS.flatMap((reason) => {
    const of = skipped.filter((each) => each.reason === reason);
    if (of.length === 0) return [];
    const names = of.slice(0, NAMED).map(nameOf);
    const more = of.length > NAMED ? [counted(of.length - NAMED, 'more', 'more')] : [];
    return [`Left out, ${WHY[reason](of.length === 1)}: ${listed([...names, ...more])}.`];
  });
}

function nameOf({ file, sameAs }: SkippedInput): string {
  return sameAs === null || sameAs === file ? file : `${file} (${sameAs})`;
}
