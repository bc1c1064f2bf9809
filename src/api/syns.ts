/**
 * SYN by SYN. What became of a SYN is told by the verdict on its target, and that stands only after the last packet:
 * the input is read twice, with the same tables, so that both readings number and forget alike.
 */
import type { CaptureProblemKind } from '../capture/problem.ts';
import { Intake } from '../capture/source/intake.ts';
import { CaptureWalker } from '../capture/walker.ts';
import type { Report } from '../report/report.ts';
import type { SynRow } from '../report/syn-row.ts';
import { Analyzer } from './analyzer.ts';
import type { CaptureBytes, ReplayableSource } from './input/source.ts';
import { replayableBytes, replayablePath } from './input/source.ts';
import type { AnalyzeStreamOptions } from './analyze.ts';
import type { AnalyzeOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { run } from './run.ts';

/** Options of `readSyns`. */
export interface ReadSynsOptions extends AnalyzeStreamOptions {
  /** Receives the report that the causes rest on, before the first row. Its `problems` say what could not be read. */
  readonly onReport?: (report: Report) => void;
}

/**
 * Every TCP segment with SYN set and ACK clear, in capture order, with its answer, fate and cause.
 *
 * Rows are made as they are asked for; leaving the loop early ends the reading. A file is read twice; a stream is kept
 * until its end first, in memory or, beyond 64 MiB, in a temporary file.
 *
 * @param source a path, several paths, or the capture itself
 * @throws RangeError when an option makes no sense
 *
 * @example
 * for await (const syn of readSyns('target.pcap')) {
 *   if (syn.cause === 'tw-recycle-reject') console.log(syn.frame, syn.src, syn.lagTicks);
 * }
 */
export async function* readSyns(
  source: string | readonly string[] | CaptureBytes,
  options: ReadSynsOptions = {},
): AsyncGenerator<SynRow, void, undefined> {
  const settings = settingsOf(options);
  const sources = await replayable(source, options.name ?? '(stream)', options.signal);
  try {
    const { report, verdicts, packets } = await run(sources, options, settings);
    options.onReport?.(report);
    let left = packets;
    const rows: SynRow[] = [];
    const analyzer = new Analyzer({ ...settings, onSyn: { verdicts, row: (row) => rows.push(row) } });
    for (const one of sources) {
      if (left === 0) break;
      const walker = new CaptureWalker((record) => {
        analyzer.record(record);
        left -= 1;
        if (left === 0) walker.stop();
      }, ignore);
      const intake = new Intake(walker, options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes });
      analyzer.beginCapture(one.name);
      for await (const chunk of again(one, report)) {
        await intake.take(chunk);
        yield* rows.splice(0);
        if (!intake.wantsMore || options.signal?.aborted === true) break;
      }
      await intake.finish();
      analyzer.endCapture(walker.end(), null);
    }
    analyzer.finish();
    yield* rows;
  } finally {
    for (const one of sources) one.close();
  }
}

/**
 * Hands every SYN packet to `onRow`, in capture order, and returns the report: `readSyns` for those who need no pause
 * between rows.
 * @throws RangeError when an option makes no sense
 */
export async function listSyns(
  paths: readonly string[],
  options: AnalyzeOptions,
  onRow: (row: SynRow) => void,
): Promise<Report> {
  const settings = settingsOf(options);
  const sources = await replayable(paths, '', options.signal);
  try {
    const { report, verdicts, packets } = await run(sources, options, settings);
    await run(sources, upTo(packets, options), settings, { verdicts, row: onRow });
    return report;
  } finally {
    for (const one of sources) one.close();
  }
}

async function replayable(
  source: string | readonly string[] | CaptureBytes,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ReplayableSource[]> {
  if (typeof source === 'string') return [await replayablePath(source, signal)];
  if (!isPaths(source)) return [await replayableBytes(source, name, signal)];
  const sources: ReplayableSource[] = [];
  for (const path of source) sources.push(await replayablePath(path, signal));
  return sources;
}

function isPaths(source: readonly string[] | CaptureBytes): source is readonly string[] {
  return Array.isArray(source) && source.every((one) => typeof one === 'string');
}

/** The bytes once more. A fault that the report tells of is no news; a new one is thrown. */
async function* again(source: ReplayableSource, report: Report): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source.chunks();
  } catch (error) {
    if (!report.problems.some(({ capture, kind }) => capture === source.name && FAULTS.has(kind)))
      throw error;
  }
}

/** The second reading ends where the first did, however long it takes. */
function upTo(packets: number, options: AnalyzeOptions): AnalyzeOptions {
  const { maxSeconds: _spent, signal, ...rest } = options;
  const open = signal === undefined || signal.aborted ? rest : { ...rest, signal };
  return packets === 0 ? open : { ...open, maxPackets: packets };
}

const FAULTS: ReadonlySet<CaptureProblemKind> = new Set(['unreadable', 'is-directory', 'not-a-file']);

function ignore(): void {
  // Problems were told in the first reading.
}
