/** Sources as one stretch of traffic: looks when each begins, then merges them. */
import { setImmediate as otherWork } from 'node:timers/promises';
import type { MergeEvents, MergeInput } from '../../capture/merge/merge.ts';
import { CaptureMerge } from '../../capture/merge/merge.ts';
import type { CaptureProblem, ProblemSink } from '../../capture/problem.ts';
import type { RecordSink } from '../../capture/record.ts';
import type { ReadOptions } from '../../capture/source/options.ts';
import { PausableCapture } from '../../capture/source/pausable.ts';
import { lookInto, readUntilWaiting } from './look.ts';
import type { CaptureSource } from './source.ts';

/** Hears of the packets; the source is told by its place in the list. */
export interface MergedSink extends MergeEvents {
  /** False: no more packets are wanted. */
  readonly wanted: () => boolean;
  /** Where the reading of a source is. */
  readonly onProgress?: (source: number, bytesRead: number, size: number | null) => void;
}

/** Steps of the merge until the event loop has its turn: each moves 256 KiB at most. */
const STEPS_PER_TURN = 16;
/** Of a source with a second packet the earlier one counts: the very first time may be damaged. */
const PACKETS_LOOKED_AT = 2;

/**
 * Merges the sources into `sink`, some 4 MB between two yields. What cannot be read is told as a problem of its source,
 * after all the others.
 */
export async function* mergeSources(
  sources: readonly CaptureSource[],
  sink: MergedSink,
  options: ReadOptions,
): AsyncGenerator<void, void, undefined> {
  const inputs: MergeInput[] = [];
  for (const [index, source] of sources.entries()) inputs.push(await prepare(source, index, sink, options));
  const merge: CaptureMerge = new CaptureMerge(inputs, {
    ...sink,
    record: (source, record) => {
      sink.record(source, record);
      if (!sink.wanted()) merge.stop();
    },
  });
  for (let steps = 1; ; steps += 1) {
    const going = merge.step();
    if (!(typeof going === 'boolean' ? going : await going)) return;
    if (options.signal?.aborted === true) merge.stop();
    if (steps % STEPS_PER_TURN > 0) continue;
    await otherWork();
    yield;
  }
}

/** Finds out when a source begins. What can be read only once stays open for that. */
async function prepare(
  source: CaptureSource,
  index: number,
  sink: MergedSink,
  options: ReadOptions,
): Promise<MergeInput> {
  const { onProgress } = sink;
  const told: ReadOptions = {
    ...options,
    ...(onProgress === undefined ? {} : { onProgress: (read, size) => onProgress(index, read, size) }),
  };
  const { signal } = options;
  const pull = (): ReturnType<CaptureSource['pull']> => source.pull(signal ?? null);
  if (!source.once) {
    const look = await lookInto(pull, PACKETS_LOOKED_AT, options);
    const start = startOf(look);
    look.close();
    return { start, open: (records, problems) => new PausableCapture(pull, records, problems, told) };
  }
  const early: CaptureProblem[] = [];
  let onRecord: RecordSink = () => undefined;
  let onProblem: ProblemSink = (problem) => void early.push(problem);
  const kept = new PausableCapture(
    pull,
    (record) => onRecord(record),
    (problem) => onProblem(problem),
    told,
  );
  await readUntilWaiting(kept, 1);
  return {
    start: startOf(kept),
    open: (records, problems) => {
      onRecord = records;
      onProblem = problems;
      for (const problem of early) problems(problem);
      return kept;
    },
  };
}

function startOf(capture: PausableCapture): number {
  return capture.waits ? capture.due() : Number.POSITIVE_INFINITY;
}
