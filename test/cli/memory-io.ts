import type { Engine, EngineOptions, Progress } from '../../src/cli/engine.ts';
import type { Io, Output, OutputFile } from '../../src/cli/io.ts';
import { InputFailed, OutputFailed } from '../../src/cli/io.ts';
import type { Report } from '../../src/report/report.ts';
import type { FilesSummary, SkippedInput } from '../../src/report/several.ts';
import { notReached, summarise, summaryOf } from '../../src/report/several.ts';
import type { SynRow } from '../../src/report/syn-row.ts';

/** A terminal or a pipe that remembers what was written to it. */
export class MemoryOutput implements Output {
  text = '';
  readonly columns: number | null;

  constructor(columns: number | null) {
    this.columns = columns;
  }

  get isTerminal(): boolean {
    return this.columns !== null;
  }

  write(content: string | Uint8Array): void {
    this.text += typeof content === 'string' ? content : new TextDecoder().decode(content);
  }
}

export interface World {
  readonly io: Io;
  readonly stdout: MemoryOutput;
  readonly stderr: MemoryOutput;
  /** Finished files by name. */
  readonly files: Map<string, string>;
  readonly abandoned: string[];
  /** What the engine was asked for. */
  readonly asked: { paths: readonly string[]; options: EngineOptions }[];
  /** Size of each crew that was started, and the negative of it when it was closed. */
  readonly crews: readonly number[];
}

interface Plan {
  readonly report: Report;
  /** Reports on further captures, where there are several. */
  readonly others?: readonly Report[];
  readonly skipped?: readonly SkippedInput[];
  /** Captures that the run does not come to. */
  readonly notReached?: readonly string[];
  readonly directories?: readonly string[];
  readonly rows?: readonly SynRow[];
  readonly progress?: readonly Progress[];
  /** Milliseconds that pass between two looks at the clock. */
  readonly tick?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number | null;
  readonly stderrColumns?: number | null;
  readonly stdout?: MemoryOutput;
  readonly fail?: Error;
  /** Texts that can be read, by path; a directory is what stands before the last `/`. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** A world in which the engine says what it is told to say. */
export function worldWith(plan: Plan): World {
  const stdout = plan.stdout ?? new MemoryOutput(plan.columns ?? null);
  const stderr = new MemoryOutput(plan.stderrColumns ?? null);
  const files = new Map<string, string>();
  const abandoned: string[] = [];
  const asked: World['asked'] = [];
  const crews: number[] = [];
  let time = 0;
  const play = (paths: readonly string[], options: EngineOptions): Report => {
    asked.push({ paths, options });
    for (const each of plan.skipped ?? []) options.onSkipped?.(each);
    for (const state of plan.progress ?? []) options.onProgress?.(state);
    if (plan.fail !== undefined) throw plan.fail;
    return plan.report;
  };
  const summaryWith = (reports: readonly Report[]): FilesSummary =>
    summarise([...reports.map(summaryOf), ...(plan.notReached ?? []).map(notReached)], plan.skipped ?? []);
  const engine: Engine = {
    analyzeFiles: play,
    analyzeEachBy: (_crew, paths, options) => {
      const reports = [play(paths, options), ...(plan.others ?? [])];
      for (const report of reports) options.onReport(report);
      const { schemaVersion, tool } = plan.report;
      return {
        schemaVersion,
        tool,
        files: [],
        summary: summaryWith(reports),
      };
    },
    listEachSyns: (paths, options, onRow) => {
      for (const row of plan.rows ?? []) onRow(row);
      const reports = [play(paths, options), ...(plan.others ?? [])];
      return Promise.resolve({ files: reports, summary: summaryWith(reports) });
    },
    listSyns: (paths, options, onRow) => {
      for (const row of plan.rows ?? []) onRow(row);
      return Promise.resolve(play(paths, options));
    },
  };
  const openFile = (path: string): OutputFile => {
    if (path.startsWith('/nowhere/')) throw new OutputFailed(path, 'ENOENT');
    const content = new MemoryOutput(null);
    return {
      isTerminal: false,
      columns: null,
      write: (part) => content.write(part),
      commit: () => void files.set(path, content.text),
      abandon: () => void abandoned.push(path),
    };
  };
  const io: Io = {
    stdout,
    stderr,
    env: plan.env ?? {},
    now: () => (time += plan.tick ?? 0),
    openFile,
    readText: (path) => {
      const text = plan.texts?.[path];
      if (text === undefined) throw new InputFailed(path, 'ENOENT');
      return text;
    },
    listFiles: (path) => {
      const paths = Object.keys(plan.texts ?? {});
      if (paths.includes(path)) return null;
      const names = paths
        .filter((each) => each.startsWith(`${path}/`))
        .map((each) => each.slice(path.length + 1));
      if (names.length === 0) throw new InputFailed(path, 'ENOENT');
      return names;
    },
    isDirectory: (path) => plan.directories?.includes(path) ?? false,
    isSameFile: (path, other) => path === other,
    loadEngine: () => Promise.resolve(engine),
    startCrew: (jobs) => {
      crews.push(jobs);
      return Promise.resolve({
        ahead: jobs,
        analyze: () => Promise.resolve(plan.report),
        close: () => Promise.resolve(void crews.push(-jobs)),
      });
    },
  };
  return { io, stdout, stderr, files, abandoned, asked, crews };
}
