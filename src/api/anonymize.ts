import { Anonymizer } from '../report/anonymize/anonymizer.ts';
import type { Report } from '../report/report.ts';
import type { FilesSummary, SkippedInput } from '../report/several.ts';
import type { SynRow } from '../report/syn-row.ts';
import { prefixKey } from './input/block-cipher.ts';

/** Takes addresses and names out of reports and rows, the same way in all that it is given. */
export interface ReportAnonymizer {
  readonly report: (report: Report) => Report;
  readonly row: (row: SynRow) => SynRow;
  readonly summary: (summary: FilesSummary) => FilesSummary;
  readonly skipped: (skipped: SkippedInput) => SkippedInput;
}

/**
 * For showing reports to strangers. Each address becomes another, by Crypto-PAn: addresses that share a prefix still
 * share one as long. Files and nodes are numbered. Times, TSvals and ports stay.
 *
 * @param key 64 hexadecimal digits, or any text: the same key gives the same addresses, so that reports can be compared.
 * Keep it secret. Drawn at random when absent.
 * @throws RangeError when the key is empty
 *
 * @example
 * const { report } = createAnonymizer();
 * console.log(renderText(report(await analyzeFile('target.pcap'))));
 */
export function createAnonymizer(key: string | null = null): ReportAnonymizer {
  const { cipher, padding } = prefixKey(key);
  const anonymizer = new Anonymizer(cipher, padding);
  return {
    report: (report) => anonymizer.report(report),
    row: (row) => anonymizer.row(row),
    summary: (summary) => anonymizer.named(summary),
    skipped: (skipped) => anonymizer.named(skipped),
  };
}
