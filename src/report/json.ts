import { escapeJson } from './escape/json.ts';
import type { Renderer } from './renderer.ts';

/** The report as indented JSON, described by report.schema.json. It parses to the report it was made from. */
export const renderJson: Renderer = (report) => `${escapeJson(JSON.stringify(report, null, 2))}\n`;
