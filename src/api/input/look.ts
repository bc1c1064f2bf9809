import type { UnfitKind } from '../../capture/source/file.ts';
import type { ReadOptions } from '../../capture/source/options.ts';
import { PausableCapture } from '../../capture/source/pausable.ts';
import type { BytePull } from '../../capture/source/byte-pull.ts';

/** Opens a capture to look at its first packets, at most so many; for the caller to close. */
export async function lookInto(
  open: () => BytePull | UnfitKind,
  packets: number,
  options: ReadOptions,
): Promise<PausableCapture> {
  const capture = new PausableCapture(open, ignore, ignore, options);
  await readUntilWaiting(capture, packets);
  return capture;
}

/** Reads until so many packets wait, or there are no more; hands out none. */
export async function readUntilWaiting(capture: PausableCapture, packets: number): Promise<void> {
  while (capture.waiting < packets && !capture.isRead) await capture.advance(Number.NEGATIVE_INFINITY);
}

function ignore(): void {
  // Nothing is told of what is only looked at.
}
