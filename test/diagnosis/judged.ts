/** Segments in short words, judged as a whole capture is: for tests of what the diagnosis makes of a few packets. */
import { NOTHING_READ } from '../../src/capture/facts.ts';
import type { CaptureFacts } from '../../src/capture/facts.ts';
import type { CaptureProblem } from '../../src/capture/problem.ts';
import type { AnalyzerSettings } from '../../src/api/analyzer.ts';
import { Analyzer } from '../../src/api/analyzer.ts';
import type { Cause } from '../../src/diagnosis/codes.ts';
import type { Verdicts } from '../../src/diagnosis/verdicts.ts';
import { Segment } from '../../src/packet/segment.ts';
import type { Report } from '../../src/report/report.ts';
import type { SynRow } from '../../src/report/syn-row.ts';
import type { Sent } from '../tracking/wire.ts';
import { fill, Wire } from '../tracking/wire.ts';

export interface Judged {
  readonly report: Report;
  readonly verdicts: Verdicts;
  /** Every SYN packet in capture order. */
  readonly rows: readonly SynRow[];
}

const FACTS: CaptureFacts = { ...NOTHING_READ, format: 'pcap', byteOrder: 'little', sections: 1 };

/** A wire that keeps what is sent until it is judged, as often as wanted: in order of time, whatever was said first. */
export class Recorded extends Wire {
  private readonly all: Sent[] = [];
  private readonly problems: CaptureProblem[] = [];

  override send(sent: Sent): number {
    return this.all.push(sent);
  }

  /** The file is damaged behind its last record. */
  damaged(): this {
    this.problems.push({
      kind: 'garbage',
      offset: 5000,
      frame: this.all.length,
      needed: null,
      available: null,
      detail: null,
    });
    return this;
  }

  /** Two passes, as the program makes them: the verdicts, then each SYN by them. */
  judge(settings: Partial<AnalyzerSettings> = {}): Judged {
    const { report, verdicts } = this.pass(settings);
    const rows: SynRow[] = [];
    this.pass({ ...settings, onSyn: { verdicts, row: (row) => rows.push(row) } });
    return { report, verdicts, rows };
  }

  /** The SYN packets by cause. */
  causes(settings: Partial<AnalyzerSettings> = {}): Partial<Record<Cause | 'none', number>> {
    const counts: Partial<Record<Cause | 'none', number>> = {};
    for (const { cause } of this.judge(settings).rows)
      counts[cause ?? 'none'] = (counts[cause ?? 'none'] ?? 0) + 1;
    return counts;
  }

  private pass(settings: Partial<AnalyzerSettings>): Pick<Judged, 'report' | 'verdicts'> {
    const analyzer = new Analyzer({ seed: 7, profile: null, limit: 100, ...settings });
    const capture = analyzer.beginCapture('wire');
    this.all
      .toSorted((a, b) => a.at - b.at)
      .forEach((sent, index) => analyzer.segment(fill(new Segment(), sent, index + 1)));
    for (const problem of this.problems) analyzer.problem(capture, problem);
    analyzer.endCapture(capture, { ...FACTS, frames: this.all.length, problemCount: this.problems.length });
    return analyzer.finish();
  }
}
