/** Threads that analyse captures: how many at once, who waits, and how they end. Their program only plays here. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineOptions, Progress } from '../../../src/cli/engine.ts';
import type { ThreadCrew } from '../../../src/cli/jobs/crew.ts';
import { createCrew } from '../../../src/cli/jobs/crew.ts';

/**
 * Answers with a report that holds what it was told. A capture called `hold` lasts until the thread is interrupted, `fail`
 * cannot be analysed, and `crash` ends the thread.
 */
const PLAYER = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    let interrupted = () => undefined;
    parentPort.on('message', async (message) => {
      if (message === 'interrupt') return interrupted();
      const { path, options } = message;
      if (path === 'crash') throw new RangeError('the thread is gone');
      if (path === 'fail') return parentPort.postMessage({ error: new RangeError('no such thing') });
      parentPort.postMessage({ progress: { file: path, bytesRead: 1, bytesTotal: 2, packets: 3 } });
      if (path.startsWith('hold')) await new Promise((resolve) => { interrupted = resolve; });
      parentPort.postMessage({ report: { path, options, threadId } });
    });
  `)}`,
);

const crews: ThreadCrew[] = [];
afterEach(async () => {
  for (const crew of crews.splice(0)) await crew.close();
});

function crewOf(jobs: number, options: EngineOptions = {}, now: () => number = () => 0): ThreadCrew {
  const crew = createCrew(PLAYER, jobs, options, now);
  crews.push(crew);
  return crew;
}

const ignore = (): void => undefined;

function threadOf(report: unknown): unknown {
  return typeof report === 'object' && report !== null && 'threadId' in report ? report.threadId : null;
}

describe('a crew', () => {
  it('begins no thread without work, and no more than it may', async () => {
    const lone = crewOf(8);
    const first = await lone.analyze('first', ignore);
    expect(threadOf(await lone.analyze('second', ignore))).toBe(threadOf(first));
    const crew = crewOf(2);
    const paths = Array.from({ length: 9 }, (_, index) => `capture ${index}`);
    const reports = await Promise.all(paths.map((path) => crew.analyze(path, ignore)));
    expect(reports).toMatchObject(paths.map((path) => ({ path })));
    expect(new Set(reports.map(threadOf)).size).toBe(2);
  });

  it('works on several at once until it is interrupted, and begins nothing after that', async () => {
    const controller = new AbortController();
    const crew = crewOf(2, { signal: controller.signal });
    const begun: string[] = [];
    const tell = ({ file }: Progress): void => void begun.push(file);
    const reports = ['hold 1', 'hold 2', '3'].map((path) => crew.analyze(path, tell));
    await vi.waitUntil(() => begun.length === 2, { timeout: 30_000 });
    controller.abort();
    expect(await Promise.all(reports)).toMatchObject([{ path: 'hold 1' }, { path: 'hold 2' }, null]);
    expect(begun.toSorted()).toEqual(['hold 1', 'hold 2']);
  });

  it('hands the options on, and of the time what is left of it', async () => {
    let now = 5000;
    const options = { expect: ['10.0.0.1'], maxSeconds: 10, onProgress: ignore, onSkipped: ignore };
    const crew = crewOf(1, options, () => now);
    now += 4000;
    expect(await crew.analyze('a', ignore)).toMatchObject({
      options: { expect: ['10.0.0.1'], maxSeconds: 6 },
    });
    now += 6000;
    expect(await crew.analyze('b', ignore)).toBe(null);
    expect(await crewOf(1).analyze('c', ignore)).toMatchObject({ options: {} });
  });

  it('says what went wrong, and goes on with other captures', async () => {
    const crew = crewOf(1);
    await expect(crew.analyze('fail', ignore)).rejects.toThrow(new RangeError('no such thing'));
    expect(await crew.analyze('next', ignore)).toMatchObject({ path: 'next' });
    await expect(crew.analyze('crash', ignore)).rejects.toThrow(new RangeError('the thread is gone'));
    expect(await crew.analyze('next', ignore)).toMatchObject({ path: 'next' });
  });
});
