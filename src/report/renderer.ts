import type { Report } from './report.ts';

/** What a renderer may use of the place its output goes to. */
export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** Rows that a list shows before it only counts the rest. */
  readonly limit: number;
}

/** One output format: the whole report as text, ending in a line break. */
export type Renderer = (report: Report, options: RenderOptions) => string;
