import { randomInt } from 'node:crypto';
import type { CaptureFacts } from '../capture/facts.ts';
import { CaptureWalker } from '../capture/walker.ts';
import { readCaptureFile } from '../capture/source/file.ts';
import { readCaptureStream } from '../capture/source/stream.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { parseTargetKernel } from '../kernel/release.ts';
import type { Verdicts } from '../diagnosis/verdicts.ts';
import type { Report } from '../report/report.ts';
import type { SynRow } from '../report/syn-row.ts';
import { Analyzer } from './analyzer.ts';

/** How far the reading of an input is. */
export interface Progress {
  readonly file: string;
  readonly bytesRead: number;
  /** Null when it is not known, as for a pipe. */
  readonly bytesTotal: number | null;
  readonly packets: number;
}

export interface AnalyzeOptions {
  /** A profile, release or distribution, see `parseTargetKernel`; `auto` (the default) infers it. */
  readonly targetKernel?: string;
  /** Most entries of each list in the report (default 1000). */
  readonly limit?: number;
  readonly tunnels?: 'innermost' | 'outermost';
  readonly onProgress?: (progress: Progress) => void;
  /** Seed of the hash tables; drawn at random when absent. */
  readonly seed?: number;
}

const DEFAULT_LIMIT = 1000;

/**
 * Analyses one or more capture files, `-` for the standard input, as one stretch of traffic.
 * @throws RangeError when an option makes no sense; never for what a file holds
 */
export async function analyzeFiles(paths: readonly string[], options: AnalyzeOptions = {}): Promise<Report> {
  return (await run(paths, options, seedOf(options))).report;
}

/**
 * Lists every SYN packet, in capture order. The cause of a SYN depends on the verdict, so files are read twice; the
 * standard input is kept until its end.
 */
export async function listSyns(
  paths: readonly string[],
  options: AnalyzeOptions,
  onRow: (row: SynRow) => void,
): Promise<Report> {
  const seed = seedOf(options);
  const sources = await replayable(paths);
  const first = await run(sources, options, seed);
  await run(sources, { ...options, onSyn: { verdicts: first.verdicts, row: onRow } }, seed);
  return first.report;
}

/** A path, or an input that was kept to be read again. */
type Source = string | { readonly name: string; readonly chunks: readonly Uint8Array[] };

interface RunOptions extends AnalyzeOptions {
  readonly onSyn?: { readonly verdicts: Verdicts; readonly row: (row: SynRow) => void };
}

async function run(
  sources: readonly Source[],
  options: RunOptions,
  seed: number,
): Promise<{ readonly report: Report; readonly verdicts: Verdicts }> {
  const analyzer = new Analyzer({
    seed,
    profile: profileOf(options.targetKernel),
    limit: options.limit ?? DEFAULT_LIMIT,
    ...(options.tunnels === undefined ? {} : { tunnels: options.tunnels }),
    ...(options.onSyn === undefined ? {} : { onSyn: options.onSyn }),
  });
  for (const source of sources) await read(analyzer, source, options);
  return analyzer.finish();
}

async function read(analyzer: Analyzer, source: Source, options: AnalyzeOptions): Promise<void> {
  const name = typeof source === 'string' ? source : source.name;
  analyzer.beginCapture(name);
  let packets = 0;
  const walker = new CaptureWalker(
    (record) => {
      packets = record.frame;
      analyzer.record(record);
    },
    (problem) => analyzer.problem(problem),
  );
  const onProgress = (bytesRead: number, bytesTotal: number | null): void =>
    options.onProgress?.({ file: name, bytesRead, bytesTotal, packets });
  let facts: CaptureFacts;
  if (typeof source !== 'string') {
    for (const chunk of source.chunks) walker.push(chunk);
    facts = walker.end();
  } else if (source === '-') {
    facts = await readCaptureStream(process.stdin, walker, { onProgress });
  } else {
    facts = await readCaptureFile(source, walker, { onProgress });
  }
  analyzer.endCapture(facts, null);
}

async function replayable(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    if (path !== '-') {
      sources.push(path);
      continue;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) {
      if (chunk instanceof Uint8Array) chunks.push(chunk);
    }
    sources.push({ name: '-', chunks });
  }
  return sources;
}

function profileOf(targetKernel: string | undefined): KernelProfile | null {
  const target = parseTargetKernel(targetKernel ?? 'auto');
  if (target.kind === 'unknown') {
    throw new RangeError(
      `--target-kernel ${target.text}: neither a kernel release nor a distribution known here`,
    );
  }
  return target.kind === 'profile' ? target.profile : null;
}

function seedOf(options: AnalyzeOptions): number {
  return options.seed ?? randomInt(0x7fffffff);
}
