import type { ReportAnonymizer } from '../api/anonymize.ts';

export interface AnonymizeArguments {
  readonly anonymize: boolean | undefined;
  readonly anonymizeKey: string | undefined;
}

const AS_IT_IS: ReportAnonymizer = {
  report: (report) => report,
  row: (row) => row,
  summary: (summary) => summary,
  skipped: (skipped) => skipped,
};

/** What takes addresses and names out of the output, if that was asked for; a key alone asks for it too. */
export async function anonymizerFor(args: AnonymizeArguments): Promise<ReportAnonymizer> {
  const wanted = args.anonymize ?? args.anonymizeKey !== undefined;
  if (!wanted) return AS_IT_IS;
  const { createAnonymizer } = await import('../api/anonymize.ts');
  return createAnonymizer(args.anonymizeKey);
}
