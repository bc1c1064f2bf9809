/** What a thread that analyses captures is told, and what it tells. */
import type { Report } from '../../report/report.ts';
import type { EngineOptions, Progress } from '../engine.ts';

/** What cannot cross from one thread to another is left out: functions, and the signal. */
export type JobOptions = Omit<EngineOptions, 'signal' | 'onProgress' | 'onSkipped'>;

/** A capture to be analysed, one at a time; or the wish to hear at once what is known of it. */
export type ToWorker = { readonly path: string; readonly options: JobOptions } | 'interrupt';

export type FromWorker =
  | { readonly progress: Progress }
  | { readonly report: Report }
  /** What nobody expects a capture to do. */
  | { readonly error: unknown };
