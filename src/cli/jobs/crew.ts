import { Worker } from 'node:worker_threads';
import type { Crew } from '../../api/each.ts';
import type { Report } from '../../report/report.ts';
import type { EngineOptions, Progress } from '../engine.ts';
import type { FromWorker, JobOptions, ToWorker } from './messages.ts';

/**
 * Captures given out for each thread before the first of them is told: small ones behind a large one keep the others at
 * work, and few reports have to be kept.
 */
const AHEAD_PER_JOB = 8;

/** A crew of threads. */
export interface ThreadCrew extends Crew {
  /** Ends all threads, wherever they are. */
  close(): Promise<void>;
}

/**
 * Up to `jobs` threads, each begun when there is work for it, with the program at `program`. An engine of its own warms up
 * in every one of them, so that it is large captures that gain. The time that a run may take counts from here.
 */
export function createCrew(
  program: URL,
  jobs: number,
  { signal, maxSeconds, ...given }: EngineOptions,
  now: () => number,
): ThreadCrew {
  const { onProgress: _progress, onSkipped: _skipped, ...options } = given;
  const deadline = maxSeconds === undefined ? Infinity : now() + maxSeconds * 1000;
  const threads = new Set<Thread>();
  const idle: Thread[] = [];
  const queue: ((thread: Thread) => void)[] = [];

  const begin = (): Thread => {
    const thread = new Thread(program);
    threads.add(thread);
    return thread;
  };
  const someone = (): Promise<Thread> => {
    const free = idle.pop() ?? (threads.size < jobs ? begin() : undefined);
    return free === undefined ? new Promise((resolve) => queue.push(resolve)) : Promise.resolve(free);
  };
  const done = (thread: Thread): void => {
    if (thread.gone) threads.delete(thread);
    const next = queue.shift();
    if (next !== undefined) next(thread.gone ? begin() : thread);
    else if (!thread.gone) idle.push(thread);
  };
  /** What a job begun now is told; null when the run is over. */
  const limits = (): JobOptions | null => {
    if (signal?.aborted === true) return null;
    if (deadline === Infinity) return options;
    const left = (deadline - now()) / 1000;
    return left > 0 ? { ...options, maxSeconds: left } : null;
  };
  const interrupt = (): void => {
    for (const thread of threads) thread.interrupt();
  };
  signal?.addEventListener('abort', interrupt, { once: true });

  return {
    ahead: AHEAD_PER_JOB * jobs,
    analyze: async (path, onProgress) => {
      const thread = await someone();
      const wanted = limits();
      try {
        return wanted === null ? null : await thread.analyze(path, wanted, onProgress);
      } finally {
        done(thread);
      }
    },
    close: async () => {
      signal?.removeEventListener('abort', interrupt);
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

/** One thread, and what it is asked for at the moment. */
class Thread {
  /** It ended by itself, as threads do at an error that nobody expects. */
  gone = false;
  private readonly worker: Worker;
  private job: {
    readonly resolve: (report: Report) => void;
    readonly reject: (error: unknown) => void;
    readonly onProgress: (progress: Progress) => void;
  } | null = null;

  constructor(program: URL) {
    this.worker = new Worker(program);
    this.worker.on('message', (message: FromWorker) => this.hear(message));
    this.worker.on('error', (error) => {
      this.gone = true;
      this.job?.reject(error);
    });
  }

  analyze(path: string, options: JobOptions, onProgress: (progress: Progress) => void): Promise<Report> {
    return new Promise((resolve, reject) => {
      this.job = { resolve, reject, onProgress };
      this.tell({ path, options });
    });
  }

  interrupt(): void {
    this.tell('interrupt');
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private tell(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromWorker): void {
    if ('progress' in message) this.job?.onProgress(message.progress);
    else if ('report' in message) this.job?.resolve(message.report);
    else this.job?.reject(message.error);
  }
}
