import type { CaptureFacts } from '../capture/facts.ts';
import type { CaptureProblem } from '../capture/problem.ts';
import type { ClockTracker } from '../clocks/index.ts';
import type { ClockShares } from '../diagnosis/clock-shares.ts';
import type { ExpectedSource } from '../diagnosis/expectations.ts';
import type { Ledger } from '../diagnosis/ledger.ts';
import type { Verdicts } from '../diagnosis/verdicts.ts';
import type { EventLog } from '../diagnosis/what-if/log.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { UndecodedEntry } from '../packet/undecoded.ts';
import type { TrackingState } from '../tracking/state.ts';
import type { RowSnapshot } from './rows.ts';
import type { SampleRows } from './samples.ts';

/** One input as it was read. */
export interface ReadCapture {
  readonly name: string;
  readonly facts: CaptureFacts;
  readonly problems: readonly CaptureProblem[];
}

/** Everything a report is made of. */
export interface Findings {
  readonly captures: readonly ReadCapture[];
  readonly state: TrackingState;
  readonly ledger: Ledger;
  readonly clocks: ClockTracker;
  readonly evidence: Evidence | null;
  readonly expected: readonly ExpectedSource[];
  /** What is replayed under other rules; null when that was not asked for. */
  readonly log: EventLog | null;
  readonly model: KernelModel;
  readonly seed: number;
  readonly shares: ClockShares;
  readonly verdicts: Verdicts;
  readonly undecoded: readonly UndecodedEntry[];
  /** Candidates for the list of rejections, in capture order. */
  readonly candidates: readonly RowSnapshot[];
  readonly samples: SampleRows;
  /** Frame within its capture of a frame counted over all captures. */
  readonly frameOf: (ordinal: number) => number;
  /** Name of the capture of such a frame. */
  readonly captureOf: (ordinal: number) => string;
  /** Most entries of each list. */
  readonly limit: number;
}
