import type { RenderOptions } from './renderer.ts';
import type { Report } from './report.ts';
import type { FilesSummary } from './several.ts';

/** One output format for several reports: each is printed when it is there, and the summary at the end. */
export interface SeveralRenderer {
  /** Before the first report. */
  readonly begin: (tool: Report['tool']) => string;
  /** A report; `index` counts them from 0. */
  readonly report: (report: Report, options: RenderOptions, index: number) => string;
  readonly end: (summary: FilesSummary, options: RenderOptions) => string;
}
