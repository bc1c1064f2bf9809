import { escapeJson } from './escape/json.ts';
import { SCHEMA_VERSION } from './report.ts';
import type { SeveralRenderer } from './several-renderer.ts';

/** `{ schemaVersion, tool, files, summary }` as indented JSON, described by report.schema.json under `$defs/files`. */
export const SEVERAL_JSON: SeveralRenderer = {
  begin: (tool) => `{\n  "schemaVersion": ${SCHEMA_VERSION},\n  "tool": ${indented(tool, 2)},\n  "files": [`,
  report: (report, _options, index) => `${index === 0 ? '' : ','}\n    ${indented(report, 4)}`,
  end: (summary) => `\n  ],\n  "summary": ${indented(summary, 2)}\n}\n`,
};

function indented(value: object, columns: number): string {
  // A line break in a string is an escape in JSON; those that are there are layout.
  return escapeJson(JSON.stringify(value, null, 2)).replaceAll('\n', `\n${' '.repeat(columns)}`);
}
