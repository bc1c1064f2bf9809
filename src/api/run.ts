import type { Verdicts } from '../diagnosis/verdicts.ts';
import type { Report } from '../report/report.ts';
import { CaptureWalker } from '../capture/walker.ts';
import type { AnalyzerSettings } from './analyzer.ts';
import { Analyzer } from './analyzer.ts';
import { Budget } from './input/budget.ts';
import type { CaptureSource } from './input/source.ts';
import type { AnalyzeOptions, Settings } from './options.ts';

/** A report, and the verdicts by which single SYN packets are told. */
export interface Judged {
  readonly report: Report;
  readonly verdicts: Verdicts;
  /** Packets that were looked at. */
  readonly packets: number;
}

/** Reads the sources one after the other, as one stretch of traffic, and judges. */
export async function run(
  sources: readonly CaptureSource[],
  options: AnalyzeOptions,
  settings: Settings,
  onSyn?: AnalyzerSettings['onSyn'],
): Promise<Judged> {
  const analyzer = new Analyzer(onSyn === undefined ? settings : { ...settings, onSyn });
  const budget = new Budget(options);
  let packets = 0;
  for (const source of sources) {
    if (budget.spent === null) packets += await pour(source, analyzer, options, budget);
  }
  if (budget.spent !== null) analyzer.stoppedBy(budget.spent);
  return { ...analyzer.finish(), packets };
}

/** Returns the number of packets. */
async function pour(
  source: CaptureSource,
  analyzer: Analyzer,
  options: AnalyzeOptions,
  budget: Budget,
): Promise<number> {
  const { name } = source;
  const { onProgress, maxBytes } = options;
  const { signal } = budget;
  let packets = 0;
  const walker = new CaptureWalker(
    (record) => {
      packets = record.frame;
      analyzer.record(record);
      if (!budget.packet()) walker.stop();
    },
    (problem) => {
      if (problem.kind === 'size-limit' && problem.detail === 'bytes') analyzer.stoppedBy('bytes');
      analyzer.problem(problem);
    },
  );
  analyzer.beginCapture(name);
  const facts = await source.read(walker, {
    ...(onProgress === undefined
      ? {}
      : {
          onProgress: (bytesRead, bytesTotal) => onProgress({ file: name, bytesRead, bytesTotal, packets }),
        }),
    ...(signal === null ? {} : { signal }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  analyzer.endCapture(facts, null);
  return facts.records;
}
