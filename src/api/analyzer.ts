import type { CaptureFacts } from '../capture/facts.ts';
import { NOTHING_READ } from '../capture/facts.ts';
import type { CaptureProblem } from '../capture/problem.ts';
import type { CaptureRecord } from '../capture/record.ts';
import { ClockTracker } from '../clocks/index.ts';
import { ClockShares } from '../diagnosis/clock-shares.ts';
import type { ExpectedSource } from '../diagnosis/expectations.ts';
import type { ReadingFacts } from '../diagnosis/adequacy.ts';
import type { RowVerdict } from '../diagnosis/causes.ts';
import { NO_ROW_VERDICT } from '../diagnosis/causes.ts';
import { Ledger } from '../diagnosis/ledger.ts';
import { VantageMeter } from '../diagnosis/vantage.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Verdicts } from '../diagnosis/verdicts.ts';
import { EventLog } from '../diagnosis/what-if/log.ts';
import { judge, verdictOn } from '../diagnosis/verdicts.ts';
import { FATE_POSSIBLE, fateOf, MAX_VARIANTS } from '../kernel/fate.ts';
import { KernelModel } from '../kernel/model.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { PacketDecoder } from '../packet/decode.ts';
import type { DecoderOptions } from '../packet/decode.ts';
import { Segment } from '../packet/segment.ts';
import { FrameNumbers } from './frames.ts';
import { Pauses } from './pauses.ts';
import { assembleReport } from '../report/assemble.ts';
import type { ReadCapture } from '../report/findings.ts';
import type { Report } from '../report/report.ts';
import type { RowSnapshot, TellingVerdict } from '../report/rows.ts';
import { snapshot, synRowOf } from '../report/rows.ts';
import { SampleRows } from '../report/samples.ts';
import type { SynRow } from '../report/syn-row.ts';
import { ANSWERED } from '../tracking/answer.ts';
import { CONNECTION } from '../tracking/connections.ts';
import type { TrackingEvents } from '../tracking/events.ts';
import type { TrackingLimits } from '../tracking/state.ts';
import { ROW, ROW_TIME } from '../tracking/syn-ring.ts';
import { Tracker } from '../tracking/tracker.ts';
import { i32 } from '../units/table.ts';

export interface AnalyzerSettings {
  /** Seed of the hash tables. */
  readonly seed: number;
  /** The target's kernel, or null to infer it. */
  readonly profile: KernelProfile | null;
  /** What was brought along from the target; null for nothing. */
  readonly evidence?: Evidence | null;
  /** Sources that should have sent SYNs. */
  readonly expected?: readonly ExpectedSource[];
  /** Replay the captures under changed rules; costs memory, and nothing when absent. */
  readonly whatIf?: boolean;
  /** Most entries of each list in the report. */
  readonly limit: number;
  readonly tunnels?: DecoderOptions['tunnels'];
  readonly limits?: Partial<TrackingLimits>;
  /** Hears of every SYN packet, in capture order, judged by the verdicts of an earlier run over the same input. */
  readonly onSyn?: { readonly verdicts: Verdicts; readonly row: (row: SynRow) => void };
}

/** A capture as far as it is read. */
interface OpenCapture extends ReadCapture {
  facts: CaptureFacts;
  readonly problems: CaptureProblem[];
  /** Frames right behind which something was lost. */
  readonly damagedBehind: Set<number>;
}

/** Candidates for the list of rejections; a report shows fewer. */
const MAX_CANDIDATES = 2000;
/** Problems kept per capture; all are counted. */
const MAX_PROBLEMS = 64;

/**
 * The whole way from records to a report, for any number of captures in turn: decode, track, predict, compare.
 * Reads no files and knows no clock; `src/api` feeds it.
 */
export class Analyzer implements TrackingEvents {
  private readonly settings: AnalyzerSettings;
  private readonly decoder: PacketDecoder;
  private readonly segmentBuffer = new Segment();
  private readonly tracker: Tracker;
  private readonly model: KernelModel;
  private readonly ledger: Ledger;
  private readonly clocks = new ClockTracker();
  private readonly shares: ClockShares;
  private readonly log: EventLog | null;
  private readonly vantage = new VantageMeter();
  /** The segment that the tracker is at work on. */
  private current = this.segmentBuffer;
  private readonly captures: OpenCapture[] = [];
  private readonly candidates: RowSnapshot[] = [];
  private readonly numbers = new FrameNumbers();
  private readonly pauses = new Pauses();
  private readonly samples = new SampleRows();
  private partial: ReadingFacts['partial'] = null;

  constructor(settings: AnalyzerSettings) {
    this.settings = settings;
    this.decoder = new PacketDecoder(settings.tunnels === undefined ? {} : { tunnels: settings.tunnels });
    this.tracker = new Tracker(this, {
      seed: settings.seed,
      ...(settings.limits === undefined ? {} : { limits: settings.limits }),
    });
    // A kernel without the check is modelled as if it had it: only so does a capture that contradicts it show.
    const modelled = settings.profile?.perHostCheck === false ? null : settings.profile;
    this.model = new KernelModel(this.tracker.state, settings.seed, modelled);
    this.shares = new ClockShares(this.tracker.state, this.clocks);
    this.log = settings.whatIf === true ? new EventLog(this.tracker.state, settings.seed) : null;
    this.ledger = new Ledger(
      this.tracker.state,
      this.model,
      (target, pair, clock, mask) => {
        if ((mask & (1 << this.ledger.leadingVariant(target))) !== 0) this.shares.rejected(pair, clock);
      },
      (serial, mask) => this.shares.early(serial, mask),
    );
  }

  /** The records that follow belong to the capture `name`. Returns its index. */
  beginCapture(name: string): number {
    const index = this.openCapture(name);
    this.tracker.beginCapture(index, this.numbers.begin(index, 1));
    return index;
  }

  /** A capture whose records come among those of others, see `recordOf`. Returns its index. */
  openCapture(name: string): number {
    return (
      this.captures.push({
        name,
        facts: NOTHING_READ,
        problems: [],
        damagedBehind: new Set(),
      }) - 1
    );
  }

  /** A record of the open capture `index`. */
  recordOf(index: number, record: CaptureRecord): void {
    if (this.pauses.isGap(index, record)) this.gap();
    this.tracker.beginCapture(index, this.numbers.baseOf(index, record.frame));
    this.take(record);
    const damaged = this.captures[index]?.damagedBehind;
    // A merged record waits for its time, and what is behind it is known before.
    if (damaged !== undefined && damaged.size > 0 && damaged.has(record.frame))
      this.tracker.damagedBehind(index, record.frame);
  }

  /** A record of the capture that has begun. */
  record(record: CaptureRecord): void {
    // Only where there are sections a pause may be none of the traffic.
    if (record.section > 0 && this.pauses.isGap(this.captures.length - 1, record)) this.gap();
    this.take(record);
  }

  /** A segment that was decoded elsewhere. */
  segment(segment: Segment): void {
    this.current = segment;
    this.tracker.segment(segment);
    this.current = this.segmentBuffer;
  }

  problem(index: number, problem: CaptureProblem): void {
    const capture = this.captures[index];
    if (capture === undefined) return;
    if (capture.problems.length < MAX_PROBLEMS) capture.problems.push(problem);
    if (!LOSSY.has(problem.kind)) return;
    this.tracker.damagedBehind(index, problem.frame);
    capture.damagedBehind.add(problem.frame);
  }

  endCapture(index: number, facts: CaptureFacts): void {
    const capture = this.captures[index];
    if (capture !== undefined) capture.facts = facts;
    this.numbers.end(index, facts.frames);
  }

  /** The reading stopped before the end of the input. */
  stoppedBy(limit: ReadingFacts['partial']): void {
    this.partial = limit;
  }

  /** Settles what is open and judges. Call once, after the last capture. */
  finish(): { readonly report: Report; readonly verdicts: Verdicts } {
    this.tracker.finish();
    const verdicts = judge(
      this.tracker.state,
      this.model,
      this.ledger,
      this.settings.profile,
      this.reading(),
      this.vantage,
      this.shares,
      this.settings.evidence ?? null,
    );
    const report = assembleReport({
      captures: this.captures,
      state: this.tracker.state,
      ledger: this.ledger,
      clocks: this.clocks,
      evidence: this.settings.evidence ?? null,
      expected: this.settings.expected ?? [],
      log: this.log,
      model: this.model,
      seed: this.settings.seed,
      shares: this.shares,
      verdicts,
      undecoded: this.decoder.totals().undecoded,
      candidates: this.candidates,
      samples: this.samples,
      frameOf: (ordinal) => this.numbers.frameOf(ordinal),
      captureOf: (ordinal) => this.captures[this.numbers.captureOf(ordinal)]?.name ?? '',
      limit: this.settings.limit,
    });
    return { report, verdicts };
  }

  syn(serial: number): void {
    this.model.syn(serial);
    this.shares.syn(serial);
    this.log?.syn(serial);
    this.vantage.syn(this.tracker.state.ring.word(serial, ROW.target), this.current);
  }

  decided(serial: number): void {
    this.model.decided(serial);
    this.ledger.timeWaits.decided(serial);
    const { ring } = this.tracker.state;
    if (ring.word(serial, ROW.answer) !== ANSWERED) return;
    const delay = ring.time(serial, ROW_TIME.answered) - ring.time(serial, ROW_TIME.arrived);
    this.vantage.answered(ring.word(serial, ROW.target), this.current, delay);
  }

  settled(serial: number): void {
    this.ledger.settled(serial);
    this.log?.settled(serial);
    const { onSyn } = this.settings;
    this.samples.offer(this.tracker.state.ring, serial);
    if (onSyn !== undefined) this.tell(serial, onSyn.verdicts, onSyn.row);
    else if (this.candidates.length < MAX_CANDIDATES && this.mayBeRejected(serial)) {
      this.candidates.push(snapshot(this.tracker.state.ring, serial));
    }
  }

  attemptEnded(connection: number): void {
    this.ledger.attemptEnded(connection);
    this.shares.attemptEnded(connection);
  }

  acknowledged(connection: number, delay: number): void {
    this.vantage.acknowledged(this.tracker.state.connections.word(connection, CONNECTION.target), delay);
  }

  stampWritten(
    connection: number,
    side: number,
    must: boolean,
    tsval: number,
    time: number,
    ordinal: number,
    now: number,
  ): void {
    this.model.stampWritten(connection, side, must, tsval, time, ordinal, now);
    this.log?.stampWritten(
      connection,
      side,
      must && this.model.mayWrite(connection, side, now),
      tsval,
      time,
      now,
    );
  }

  pairForgotten(pair: number): void {
    this.model.pairForgotten(pair);
    this.ledger.pairForgotten(pair);
    this.shares.pairForgotten(pair);
  }

  targetForgotten(target: number): void {
    this.ledger.targetForgotten(target);
    this.vantage.forget(target);
  }

  listenerForgotten(listener: number): void {
    this.ledger.listenerForgotten(listener);
  }

  private take(record: CaptureRecord): void {
    if (this.tracker.take(record)) return;
    if (this.decoder.decode(record, this.segmentBuffer)) this.tracker.segment(this.segmentBuffer);
  }

  /** Nothing was captured for a while. */
  private gap(): void {
    this.tracker.gap();
    this.model.gap();
  }

  private tell(serial: number, verdicts: Verdicts, row: (row: SynRow) => void): void {
    const copy = snapshot(this.tracker.state.ring, serial);
    const known = verdictOn(verdicts, copy.target, serial);
    row(
      synRowOf(
        copy,
        known ?? unjudged(verdicts),
        (ordinal) => this.numbers.frameOf(ordinal),
        this.captures[copy.capture]?.name ?? '',
      ),
    );
  }

  private mayBeRejected(serial: number): boolean {
    const { ring } = this.tracker.state;
    const at = ring.row(serial);
    if (i32(ring.words, at + ROW.answer) === ANSWERED) return false;
    if (i32(ring.words, at + ROW.class) !== 0) return true;
    const fates = i32(ring.words, at + ROW.fates);
    for (let variant = 0; variant < MAX_VARIANTS; variant += 1) {
      if (fateOf(fates, variant) >= FATE_POSSIBLE) return true;
    }
    return false;
  }

  private reading(): ReadingFacts {
    let damaged = 0;
    for (const capture of this.captures) {
      damaged += capture.problems.some(isDamage) ? capture.facts.problemCount : 0;
    }
    const first = this.captures[0]?.facts.interfaces[0];
    return {
      damaged,
      gaps: this.pauses.found,
      snaplen: first?.snaplen ?? null,
      partial: this.partial,
    };
  }
}

const LOSSY: ReadonlySet<CaptureProblem['kind']> = new Set<CaptureProblem['kind']>([
  'truncated-record',
  'impossible-length',
  'bad-block',
  'missing-interface',
  'garbage',
  'corrupt-compression',
  'size-limit',
  'merged-late',
]);

/** Something is missing within what was read. Where a budget ended the reading, nothing is. */
function isDamage({ kind, detail }: CaptureProblem): boolean {
  return LOSSY.has(kind) && !(kind === 'size-limit' && detail === 'bytes');
}

function unjudged(verdicts: Verdicts): TellingVerdict {
  const plain: RowVerdict = { ...NO_ROW_VERDICT, replies: verdicts.replies, assumed: verdicts.assumed };
  return { ...plain, key: 'local-and-peer' };
}
