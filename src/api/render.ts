import { renderJson as toJson } from '../report/json.ts';
import type { RenderOptions } from '../report/renderer.ts';
import type { Report } from '../report/report.ts';
import { renderText as toText } from '../report/text/render.ts';

const PLAIN: RenderOptions = { width: 80, color: false, limit: 10 };

/**
 * The report for people: what `synscope analyze` prints.
 *
 * @param options `width` in columns (default 80), `color` (default false), `limit` rows per list (default 10)
 *
 * @example
 * process.stdout.write(renderText(report, { width: 100 }));
 */
export function renderText(report: Report, options: Partial<RenderOptions> = {}): string {
  return toText(report, { ...PLAIN, ...options });
}

/**
 * The report as indented JSON, described by `synscope/report.schema.json`; what `--format json` prints.
 *
 * @example
 * await writeFile('report.json', renderJson(report));
 */
export function renderJson(report: Report): string {
  return toJson(report, PLAIN);
}
