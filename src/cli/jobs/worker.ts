/** The program of a thread that analyses captures, one after the other. */
import { parentPort } from 'node:worker_threads';
import { analyzeFiles } from '../../api/index.ts';
import type { Progress } from '../engine.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Milliseconds between two words about progress: more is not shown. */
const PAUSE = 100;

let interruption = new AbortController();
let nextWord = 0;

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function onProgress(progress: Progress): void {
  const time = performance.now();
  if (time < nextWord) return;
  nextWord = time + PAUSE;
  tell({ progress });
}

async function take(message: ToWorker): Promise<void> {
  if (message === 'interrupt') {
    interruption.abort();
    return;
  }
  interruption = new AbortController();
  const { signal } = interruption;
  try {
    tell({ report: await analyzeFiles([message.path], { ...message.options, signal, onProgress }) });
  } catch (error) {
    tell({ error });
  }
}

parentPort?.on('message', (message: ToWorker) => void take(message));
