import type { Verdicts } from '../diagnosis/verdicts.ts';
import type { Report } from '../report/report.ts';
import { CaptureWalker } from '../capture/walker.ts';
import type { AnalyzerSettings } from './analyzer.ts';
import { Analyzer } from './analyzer.ts';
import type { CaptureSource } from './input/source.ts';
import type { AnalyzeOptions, Settings } from './options.ts';

/** A report, and the verdicts by which single SYN packets are told. */
export interface Judged {
  readonly report: Report;
  readonly verdicts: Verdicts;
}

/** Reads the sources one after the other, as one stretch of traffic, and judges. */
export async function run(
  sources: readonly CaptureSource[],
  options: AnalyzeOptions,
  settings: Settings,
  onSyn?: AnalyzerSettings['onSyn'],
): Promise<Judged> {
  const analyzer = new Analyzer(onSyn === undefined ? settings : { ...settings, onSyn });
  for (const source of sources) {
    if (options.signal?.aborted !== true) await pour(source, analyzer, options);
  }
  if (options.signal?.aborted === true) analyzer.stoppedBy('interrupted');
  return analyzer.finish();
}

async function pour(source: CaptureSource, analyzer: Analyzer, options: AnalyzeOptions): Promise<void> {
  const { name } = source;
  const { onProgress, signal, maxBytes } = options;
  let packets = 0;
  const walker = new CaptureWalker(
    (record) => {
      packets = record.frame;
      analyzer.record(record);
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
    ...(signal === undefined ? {} : { signal }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  analyzer.endCapture(facts, null);
}
