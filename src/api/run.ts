import type { Verdicts } from '../diagnosis/verdicts.ts';
import type { Report } from '../report/report.ts';
import type { CaptureProblem } from '../capture/problem.ts';
import type { ReadOptions } from '../capture/source/options.ts';
import { CaptureWalker } from '../capture/walker.ts';
import type { AnalyzerSettings } from './analyzer.ts';
import { Analyzer } from './analyzer.ts';
import { Budget } from './input/budget.ts';
import { mergeSources } from './input/merged.ts';
import type { CaptureSource } from './input/source.ts';
import type { AnalyzeOptions, Settings } from './options.ts';

/** A report, and the verdicts by which single SYN packets are told. */
export interface Judged {
  readonly report: Report;
  readonly verdicts: Verdicts;
  /** Packets that were looked at. */
  readonly packets: number;
}

/** One run over its inputs: what it feeds, what it may use, how far it is. */
export class Reading {
  readonly analyzer: Analyzer;
  readonly budget: Budget;
  /** Packets that were looked at. */
  packets = 0;
  /** More of them may come. */
  wanted = true;
  private readonly options: AnalyzeOptions;

  constructor(analyzer: Analyzer, options: AnalyzeOptions, budget: Budget) {
    this.analyzer = analyzer;
    this.options = options;
    this.budget = budget;
  }

  readOptions(): ReadOptions {
    const { maxBytes } = this.options;
    const { signal } = this.budget;
    return { ...(signal === null ? {} : { signal }), ...(maxBytes === undefined ? {} : { maxBytes }) };
  }

  problem(capture: number, problem: CaptureProblem): void {
    if (problem.kind === 'size-limit' && problem.detail === 'bytes') this.analyzer.stoppedBy('bytes');
    this.analyzer.problem(capture, problem);
  }

  /** Takes the bytes of the only capture, which has begun, as far as the budget goes. */
  walkerInto(capture: number): CaptureWalker {
    const { analyzer, budget } = this;
    const walker = new CaptureWalker(
      (record) => {
        this.packets = record.frame;
        analyzer.record(record);
        if (!budget.packet()) walker.stop();
      },
      (problem) => this.problem(capture, problem),
    );
    return walker;
  }

  progress(file: string, bytesRead: number, bytesTotal: number | null): void {
    this.options.onProgress?.({ file, bytesRead, bytesTotal, packets: this.packets });
  }
}

/** Reads the sources as one stretch of traffic, several merged by the times of their packets, and judges. */
export async function run(
  sources: readonly CaptureSource[],
  options: AnalyzeOptions,
  settings: Settings,
  onSyn?: AnalyzerSettings['onSyn'],
  budget: Budget = new Budget(options),
): Promise<Judged> {
  const analyzer = new Analyzer(onSyn === undefined ? settings : { ...settings, onSyn });
  const reading = new Reading(analyzer, options, budget);
  const [only] = sources;
  if (budget.over) for (const { name } of sources) analyzer.openCapture(name);
  else if (sources.length === 1 && only !== undefined) await pour(only, reading);
  else for await (const _ of mergeInto(sources, reading));
  if (budget.spent !== null) analyzer.stoppedBy(budget.spent);
  return { ...analyzer.finish(), packets: reading.packets };
}

/** Merges the sources into the analyzer; yields now and then. */
export function mergeInto(
  sources: readonly CaptureSource[],
  reading: Reading,
): AsyncGenerator<void, void, undefined> {
  const { analyzer, budget } = reading;
  /** By source: its index among the captures. */
  const captures: number[] = [];
  const indexOf = (source: number): number => captures[source] ?? -1;
  const nameOf = (source: number): string => sources[source]?.name ?? '';
  return mergeSources(
    sources,
    {
      begin: (source) => void (captures[source] = analyzer.openCapture(nameOf(source))),
      record: (source, record) => {
        reading.packets += 1;
        analyzer.recordOf(indexOf(source), record);
        reading.wanted = budget.packet();
      },
      problem: (source, problem) => reading.problem(indexOf(source), problem),
      end: (source, facts) => analyzer.endCapture(indexOf(source), facts),
      wanted: () => reading.wanted,
      onProgress: (source, bytesRead, size) => reading.progress(nameOf(source), bytesRead, size),
    },
    reading.readOptions(),
  );
}

async function pour(source: CaptureSource, reading: Reading): Promise<void> {
  const { analyzer } = reading;
  const { name } = source;
  const capture = analyzer.beginCapture(name);
  const facts = await source.read(reading.walkerInto(capture), {
    ...reading.readOptions(),
    onProgress: (bytesRead, size) => reading.progress(name, bytesRead, size),
  });
  reading.packets = facts.records;
  analyzer.endCapture(capture, facts);
}
