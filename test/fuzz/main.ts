/**
 * `npm run fuzz -- [--from N] [--count N] [--out DIRECTORY] [--only N]`: mutations without end in sight. A worker does the
 * work; when it comes to no end with one mutation, that is a finding too, and another worker goes on behind it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Baseline, mutantOf, trial } from './campaign.ts';
import type { Finding } from './campaign.ts';
import { readCorpus } from './corpus.ts';

const HANGS_AFTER = 60_000;
const TOLD_EVERY = 1000;

interface Plan {
  readonly root: string;
  readonly from: number;
  readonly until: number;
}

interface News {
  readonly done: number;
  readonly rss: number;
  readonly finding: Finding | null;
}

async function work({ root, from, until }: Plan): Promise<void> {
  const corpus = readCorpus(root);
  const baseline = new Baseline();
  for (let number = from; number < until; number += 1) {
    const finding = await trial(number, corpus, baseline);
    const news: News = { done: number, rss: process.memoryUsage.rss(), finding };
    if (finding !== null || number % 50 === 0 || number === until - 1) parentPort?.postMessage(news, []);
  }
}

async function lead(root: string, args: readonly string[]): Promise<number> {
  const option = (name: string, otherwise: string): string => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
  };
  const only = option('only', '');
  const first = Number(only === '' ? option('from', '0') : only);
  const until = first + Number(only === '' ? option('count', '100000') : '1');
  const out = option('out', '');
  const corpus = readCorpus(root);
  const findings: Finding[] = [];
  let mostMemory = 0;
  const found = (finding: Finding): void => {
    findings.push(finding);
    process.stdout.write(`FOUND ${JSON.stringify(finding)}\n`);
    if (out === '') return;
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, `${finding.number}.bin`), mutantOf(finding.number, corpus).bytes);
  };
  process.stdout.write(`${corpus.length} captures, mutations ${first} to ${until - 1}\n`);
  let next = first;
  while (next < until) {
    next = await stretch({ root, from: next, until }, (news) => {
      mostMemory = Math.max(mostMemory, news.rss);
      if (news.finding !== null) found(news.finding);
      if (news.done % TOLD_EVERY === 0)
        process.stdout.write(`${news.done} done, ${findings.length} findings\n`);
    });
  }
  const megabytes = Math.round(mostMemory / 1e6);
  process.stdout.write(
    `${until - first} mutations, ${findings.length} findings, at most ${megabytes} MB resident\n`,
  );
  return findings.length === 0 ? 0 : 1;
}

/** Lets a worker go on from a mutation; returns where the next worker has to start. */
function stretch(plan: Plan, tell: (news: News) => void): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: plan });
  return new Promise((resolve) => {
    let reached = plan.from;
    let watchdog = setTimeout(() => undefined, 0);
    const watch = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => over('no end with one of the 50 after this one'), HANGS_AFTER);
    };
    const over = (what: string): void => {
      clearTimeout(watchdog);
      tell({ done: reached, rss: 0, finding: { number: reached, what, parents: [], done: [] } });
      void worker.terminate().then(() => resolve(reached + 51));
    };
    worker.on('message', (news: News) => {
      reached = news.done;
      tell(news);
      watch();
    });
    worker.on('error', (error) => over(String(error)));
    worker.on('exit', () => {
      clearTimeout(watchdog);
      if (reached >= plan.until - 1) resolve(plan.until);
    });
    watch();
  });
}

if (isMainThread)
  process.exitCode = await lead(process.env['SYNSCOPE_ROOT'] ?? process.cwd(), process.argv.slice(2));
else await work(workerData);
