/** The order in which merged captures come out, and how many of them are open for that. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_READ } from '../../../src/capture/facts.ts';
import type { CaptureFacts } from '../../../src/capture/facts.ts';
import { RecordBatch } from '../../../src/capture/merge/batch.ts';
import type { MergeInput, WaitingCapture } from '../../../src/capture/merge/merge.ts';
import { CaptureMerge, MOST_OPEN } from '../../../src/capture/merge/merge.ts';
import type { CaptureProblem } from '../../../src/capture/problem.ts';
import { blankRecord } from '../../../src/capture/record.ts';
import type { CaptureRecord, RecordSink } from '../../../src/capture/record.ts';

function recordAt(time: number | null, frame: number): CaptureRecord {
  return {
    ...blankRecord(new Uint8Array(0)),
    linkType: 1,
    frame,
    seconds: time === null ? 0 : Math.floor(time),
    nanoseconds: time === null ? 0 : Math.round((time - Math.floor(time)) * 1e9),
    timed: time !== null,
  };
}

/** A capture of nothing but times, read in portions. */
class Times implements WaitingCapture {
  private readonly batch = new RecordBatch();
  private readonly record = recordAt(0, 0);
  private at = 0;
  private readonly times: readonly (number | null)[];
  private readonly portion: number;
  private readonly sink: RecordSink;
  private readonly onClose: () => void;
  private stopped = false;

  constructor(times: readonly (number | null)[], portion: number, sink: RecordSink, onClose: () => void) {
    this.times = times;
    this.portion = portion;
    this.sink = sink;
    this.onClose = onClose;
  }

  get waits(): boolean {
    return !this.batch.empty;
  }

  get isRead(): boolean {
    return this.stopped || this.at >= this.times.length;
  }

  due(): number {
    return this.batch.due();
  }

  release(): void {
    this.batch.take(this.record);
    this.sink(this.record);
  }

  advance(): void {
    for (let i = 0; i < this.portion && !this.isRead; i += 1) {
      this.batch.add(recordAt(this.times[this.at] ?? null, this.at + 1));
      this.at += 1;
    }
  }

  stop(): void {
    this.stopped = true;
    this.batch.clear();
  }

  close(): CaptureFacts {
    this.onClose();
    return { ...NOTHING_READ, frames: this.at };
  }
}

interface Merged {
  readonly out: readonly { readonly input: number; readonly frame: number; readonly time: number }[];
  readonly mostOpen: number;
  readonly problems: readonly CaptureProblem['kind'][];
  readonly ended: readonly number[];
}

async function merged(
  captures: readonly (readonly (number | null)[])[],
  portion = 3,
  most = Number.POSITIVE_INFINITY,
): Promise<Merged> {
  const out: { input: number; frame: number; time: number }[] = [];
  const problems: CaptureProblem['kind'][] = [];
  const ended: number[] = [];
  let open = 0;
  let mostOpen = 0;
  const inputs = captures.map((times): MergeInput => {
    const timed = times.filter((time) => time !== null).slice(0, 2);
    return {
      start: timed.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...timed),
      open: (sink) => {
        open += 1;
        mostOpen = Math.max(mostOpen, open);
        return new Times(times, portion, sink, () => {
          open -= 1;
        });
      },
    };
  });
  const merge: CaptureMerge = new CaptureMerge(inputs, {
    begin: () => undefined,
    record: (input, { frame, seconds, nanoseconds }) => {
      out.push({ input, frame, time: seconds + nanoseconds * 1e-9 });
      if (out.length >= most) merge.stop();
    },
    problem: (_input, { kind }) => problems.push(kind),
    end: (input) => ended.push(input),
  });
  while (await merge.step());
  return { out, mostOpen, problems, ended };
}

const ascending = fc
  .array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 40 })
  .map((times) => times.toSorted((a, b) => a - b).map((time) => time / 8));

describe('merged captures', () => {
  it('come out in the order of time, each record once, whatever the portions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ascending, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (captures, portion) => {
          const { out, ended } = await merged(captures, portion);
          const times = out.map(({ time }) => time);
          expect(times).toEqual(captures.flat().toSorted((a, b) => a - b));
          expect(new Set(out.map(({ input, frame }) => `${input} ${frame}`)).size).toBe(times.length);
          expect(ended.toSorted((a, b) => a - b)).toEqual(captures.map((_, index) => index));
        },
      ),
    );
  });

  it('keep the order of each file, also where its times step back or are missing', async () => {
    const time = fc.option(fc.integer({ min: 0, max: 200_000 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(time, { maxLength: 30 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (captures, portion) => {
          const { out } = await merged(captures, portion);
          for (const [index, times] of captures.entries()) {
            const frames = out.filter(({ input }) => input === index).map(({ frame }) => frame);
            expect(frames).toEqual(times.map((_, at) => at + 1));
          }
        },
      ),
    );
  });

  it('are read one after the other where they do not overlap', async () => {
    const captures = Array.from({ length: 100 }, (_, file) => [0, 1, 2, 3].map((at) => file * 10 + at));
    const { out, mostOpen } = await merged(captures.toReversed());
    expect(mostOpen).toBe(1);
    expect(out.map(({ time }) => time)).toEqual(captures.flat());
  });

  it('are opened when their time has come', async () => {
    const long = Array.from({ length: 100 }, (_, at) => at);
    expect((await merged([long, [10, 20], [30, 40], [50, 60]])).mostOpen).toBe(2);
  });

  it('are not held up by one time that leaps ahead', async () => {
    const first = [0, 1, 2, 9e8, 4, 5, 6, 7, 8];
    const { out } = await merged([first, [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]], 100);
    expect(out.filter(({ input, frame }) => input === 0 && frame !== 4).map(({ time }) => time)).toEqual([
      0, 1, 2, 4, 5, 6, 7, 8,
    ]);
    const others = out.filter(({ time }) => time < 9e8).map(({ time }) => time);
    expect(others).toEqual(others.toSorted((a, b) => a - b));
  });

  it('wait for room where too many overlap, and say so', async () => {
    const many = Array.from({ length: MOST_OPEN + 5 }, (_, file) => [file / 100, 100 + file / 100]);
    const { out, mostOpen, problems } = await merged(many);
    expect(mostOpen).toBe(MOST_OPEN);
    expect(problems).toEqual(Array.from({ length: 5 }, () => 'merged-late'));
    expect(out).toHaveLength(2 * many.length);
    const enough = await merged(many.slice(0, MOST_OPEN));
    expect(enough.problems).toEqual([]);
  });

  it('stop at once when no more are wanted, and are all closed', async () => {
    const { out, ended } = await merged([[1, 3, 5, 7], [2, 4, 6, 8], [100]], 4, 3);
    expect(out.map(({ time }) => time)).toEqual([1, 2, 3]);
    expect(ended.toSorted((a, b) => a - b)).toEqual([0, 1]);
  });
});
