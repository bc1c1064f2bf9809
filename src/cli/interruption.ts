/** Ctrl-C and SIGTERM as a wish to hear what is known so far. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

let held = 0;

/** True while the first signal ends the reading and not the process. */
export function isInterruptionHeld(): boolean {
  return held > 0;
}

/** Whether the first signal is such a wish: if asked for, or else where the standard input is read. */
export function wantsPartial(captures: readonly string[], option: boolean | undefined): boolean {
  return option ?? captures.includes('-');
}

/** Something that can be wished for, and the end of listening for it. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

/** From now on the first signal aborts `signal`; the second ends the process, as signals do. */
export function holdInterruption(): Interruption {
  const controller = new AbortController();
  let holding = true;
  const release = (): void => {
    if (!holding) return;
    holding = false;
    held -= 1;
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  const onSignal = (): void => {
    controller.abort();
    // Other listeners of this very signal put away unfinished files if the process ends; they are asked first.
    setImmediate(release);
  };
  held += 1;
  for (const name of SIGNALS) process.on(name, onSignal);
  return { signal: controller.signal, release };
}
