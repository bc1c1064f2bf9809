/**
 * Several captures as one stretch of traffic, packet by packet in the order of their times, each file in its own order.
 *
 * A capture is opened when the time of its first packet has come, and closed at its end: files that do not overlap are
 * read one after the other, and their records go straight through. Where they overlap, the earliest record goes first,
 * and the others wait in batches.
 */
import type { CaptureFacts } from '../facts.ts';
import type { CaptureProblem } from '../problem.ts';
import type { CaptureRecord, RecordSink } from '../record.ts';

/** A capture that can wait; see `PausableCapture`. */
export interface WaitingCapture {
  readonly waits: boolean;
  readonly isRead: boolean;
  due(): number;
  release(): void;
  advance(until: number): void | Promise<void>;
  stop(): void;
  close(): CaptureFacts;
}

/** A capture that can be opened. */
export interface MergeInput {
  /** Time of its first packet in seconds; infinite when nothing can be read. */
  readonly start: number;
  readonly open: (sink: RecordSink, problems: (problem: CaptureProblem) => void) => WaitingCapture;
}

/** Hears of it all, each time with the index of the input. */
export interface MergeEvents {
  readonly begin: (input: number) => void;
  readonly record: (input: number, record: CaptureRecord) => void;
  readonly problem: (input: number, problem: CaptureProblem) => void;
  readonly end: (input: number, facts: CaptureFacts) => void;
}

/** Captures that wait for each other at the same time, at about 2 MiB and a file descriptor each. */
export const MOST_OPEN = 32;
/** A capture opened this much too late, in seconds, was not merged as it should have been. */
const TOO_LATE = 1;

interface Open {
  readonly input: number;
  readonly capture: WaitingCapture;
}

export class CaptureMerge {
  private readonly inputs: readonly MergeInput[];
  private readonly events: MergeEvents;
  private readonly order: readonly number[];
  private readonly open: Open[] = [];
  private next = 0;
  /** Records up to this time were let through. */
  private reached = Number.NEGATIVE_INFINITY;
  private stopped = false;
  /** There was no room for a capture at some time. */
  private crowded = false;

  constructor(inputs: readonly MergeInput[], events: MergeEvents) {
    this.inputs = inputs;
    this.events = events;
    this.order = inputs.map((_, index) => index).sort((a, b) => this.startOf(a) - this.startOf(b) || a - b);
  }

  /** Goes on by a portion. False when all is read; a promise where it takes time. */
  step(): boolean | Promise<boolean> {
    if (this.stopped) return this.closeOne();
    const hungry = this.open.find(({ capture }) => !capture.waits);
    if (hungry !== undefined) return this.feed(hungry);
    const first = this.earliest();
    if (first === undefined) return this.openNext();
    if (this.nextStart() <= first.capture.due()) return this.openNext();
    this.drain(first);
    return true;
  }

  /** For whoever takes the records: no more are wanted. */
  stop(): void {
    this.stopped = true;
    for (const { capture } of this.open) capture.stop();
  }

  private feed(hungry: Open): boolean | Promise<boolean> {
    if (hungry.capture.isRead) {
      this.close(hungry);
      return true;
    }
    const going = hungry.capture.advance(this.limitFor(hungry));
    return going === undefined ? true : going.then(() => true);
  }

  /** Lets records of `first` through as long as no other capture has an earlier one. */
  private drain(first: Open): void {
    const limit = this.limitFor(first);
    const { capture } = first;
    do capture.release();
    while (capture.waits && capture.due() < limit);
  }

  /** The time from which on another capture may have a say. */
  private limitFor(one: Open): number {
    let limit = this.nextStart();
    for (const other of this.open) {
      if (other === one) continue;
      limit = Math.min(limit, other.capture.waits ? other.capture.due() : Number.NEGATIVE_INFINITY);
    }
    return limit;
  }

  private earliest(): Open | undefined {
    let first: Open | undefined;
    let due = Number.POSITIVE_INFINITY;
    for (const each of this.open) {
      const time = each.capture.due();
      if (first !== undefined && time >= due) continue;
      first = each;
      due = time;
    }
    return first;
  }

  private startOf(input: number): number {
    return this.inputs[input]?.start ?? Number.POSITIVE_INFINITY;
  }

  /** When the next capture is to be opened; never, as long as there is no room for it. */
  private nextStart(): number {
    const input = this.order[this.next];
    if (input === undefined) return Number.POSITIVE_INFINITY;
    if (this.open.length < MOST_OPEN) return this.startOf(input);
    this.crowded = true;
    return Number.POSITIVE_INFINITY;
  }

  private openNext(): boolean {
    const index = this.order[this.next];
    const input = index === undefined ? undefined : this.inputs[index];
    if (index === undefined || input === undefined) return false;
    this.next += 1;
    const { events } = this;
    events.begin(index);
    if (this.crowded && input.start < this.reached - TOO_LATE) {
      const late = Math.round(this.reached - input.start);
      events.problem(index, {
        kind: 'merged-late',
        offset: 0,
        frame: 0,
        needed: MOST_OPEN,
        available: late,
        detail: null,
      });
    }
    const capture = input.open(
      (record) => {
        if (record.timed) this.reached = Math.max(this.reached, record.seconds);
        events.record(index, record);
      },
      (problem) => events.problem(index, problem),
    );
    this.open.push({ input: index, capture });
    return true;
  }

  private close(one: Open): void {
    this.open.splice(this.open.indexOf(one), 1);
    this.events.end(one.input, one.capture.close());
  }

  private closeOne(): boolean {
    const [one] = this.open;
    if (one !== undefined) this.close(one);
    return one !== undefined;
  }
}
