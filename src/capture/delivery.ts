import { MAX_PROBLEMS_PER_KIND } from './limits.ts';
import type { CaptureProblemKind, ProblemSink } from './problem.ts';
import { blankRecord, type CaptureRecord, type RecordSink } from './record.ts';
import type { Window } from './window.ts';

/** What a format reader hands out, and the running counts every format shares. */
export class Delivery {
  readonly sink: RecordSink;
  /** The one record object; `bytes` and `view` never change. */
  readonly record: CaptureRecord;
  /** Frames as Wireshark counts them, delivered or not. */
  frame = 0;
  /** Records given to the sink. */
  delivered = 0;
  /** Nothing more is to be read: the consumer has enough, or what comes cannot be understood. */
  halted = false;
  problemCount = 0;
  /** All problems, by kind. */
  readonly problemCounts = new Map<CaptureProblemKind, number>();
  truncated = false;
  private readonly problems: ProblemSink;

  constructor(window: Window, sink: RecordSink, problems: ProblemSink) {
    this.sink = sink;
    this.problems = problems;
    this.record = blankRecord(window.bytes, window.view);
  }

  problem(
    kind: CaptureProblemKind,
    offset: number,
    needed: number | null,
    available: number | null,
    detail: string | null,
  ): void {
    this.problemCount++;
    const count = (this.problemCounts.get(kind) ?? 0) + 1;
    this.problemCounts.set(kind, count);
    if (kind === 'truncated-record' || kind === 'truncated-header') this.truncated = true;
    if (count > MAX_PROBLEMS_PER_KIND) return;
    this.problems({ kind, offset, frame: this.frame, needed, available, detail });
  }
}
