/** Target for the coverage-guided fuzzer Jazzer.js (see README.md): the compiled modules, both readings of a capture. */
import { Analyzer } from './modules/api/analyzer.js';
import { CaptureWalker } from './modules/capture/walker.js';
import { renderText } from './modules/report/text/render.js';

/** Small tables, so that they are full soon. */
const limits = { connections: 256, pairs: 256, targets: 64, listeners: 64, pendingSyns: 256, sightings: 64 };
const page = { width: 80, color: false, limit: 10 };

function analysed(bytes, onSyn) {
  const settings = { seed: 1, profile: null, limit: 1000, tunnels: 'innermost', limits };
  const analyzer = new Analyzer(onSyn === undefined ? settings : { ...settings, onSyn });
  const index = analyzer.beginCapture('fuzz');
  const walker = new CaptureWalker(
    (record) => analyzer.record(record),
    (problem) => analyzer.problem(index, problem),
  );
  walker.push(bytes);
  analyzer.endCapture(index, walker.end());
  return analyzer.finish();
}

export function fuzz(bytes) {
  const { report, verdicts } = analysed(bytes);
  renderText(report, page);
  if (report.totals.syns === 0) return;
  let rows = 0;
  const row = ({ duplicateOf }) => {
    if (duplicateOf === null) rows += 1;
  };
  analysed(bytes, { verdicts, row });
  if (rows !== report.totals.syns) throw new Error(`${rows} rows for ${report.totals.syns} SYNs`);
}
