import { escapeTerminal } from '../report/escape/terminal.ts';
import { shorten } from '../report/text/columns.ts';
import { duration } from '../report/wording/duration.ts';
import { counted, percent, size } from '../report/wording/number.ts';
import type { Progress } from './engine.ts';
import type { Io } from './io.ts';

/** Milliseconds before the first line, for what takes long only; and between two lines. */
const PATIENCE = 1000;
const PAUSE = 100;
const ERASE = '\r\u001b[K';

/** One line that tells how far a run is, and leaves no trace. */
export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  readonly erase: () => void;
}

/** A progress line on a terminal's standard error, from one second on. */
export function createProgressLine(io: Io): ProgressLine {
  const started = io.now();
  let next = started + PATIENCE;
  let shown = false;
  return {
    update: (progress) => {
      const time = io.now();
      if (time < next) return;
      next = time + PAUSE;
      shown = true;
      const line = progressText(progress, (time - started) / 1000);
      io.stderr.write(ERASE + shorten(line, Math.max(20, (io.stderr.columns ?? 80) - 1)));
    },
    erase: () => {
      if (shown) io.stderr.write(ERASE);
      shown = false;
    },
  };
}

/** For where nobody looks. */
export const NO_PROGRESS: ProgressLine = { update: () => undefined, erase: () => undefined };

function progressText({ file, bytesRead, bytesTotal, packets }: Progress, seconds: number): string {
  const name = file === '-' ? 'standard input' : escapeTerminal(file);
  const amount = `${size(bytesRead)}, ${counted(packets, 'packet')}`;
  if (bytesTotal === null || bytesTotal <= 0) return `${name}: ${amount} in ${duration(Math.floor(seconds))}`;
  return `${name}: ${percent(Math.min(bytesRead, bytesTotal), bytesTotal)} of ${size(bytesTotal)}, ${counted(packets, 'packet')}`;
}
