import { givenCount } from '../given.ts';

/** What may end a reading before the input does. */
export interface BudgetOptions {
  readonly signal?: AbortSignal;
  readonly maxBytes?: number;
  readonly maxPackets?: number;
  readonly maxSeconds?: number;
}

/**
 * What one run may use, over all its inputs. Time is the time of the run, not of the capture: for jobs that must be done
 * by then.
 */
export class Budget {
  private readonly ending: AbortSignal | null;
  private readonly given: AbortSignal | null;
  /** Held here: what `AbortSignal.any` only depends on may be collected, and is never up then. */
  private readonly timeout: AbortSignal | null;
  /** Packets counted upwards: a whole number costs nothing to keep, while what is left of infinity is allocated anew. */
  private packets = 0;
  private inPeace = false;
  private readonly mostPackets: number;

  /** @throws RangeError when a limit makes no sense */
  constructor({ signal, maxBytes, maxPackets, maxSeconds }: BudgetOptions) {
    if (maxBytes !== undefined) givenCount('maxBytes', maxBytes, { least: 1 });
    if (maxPackets !== undefined) givenCount('maxPackets', maxPackets, { least: 1 });
    if (maxSeconds !== undefined && !(maxSeconds > 0 && maxSeconds < 1e6)) {
      throw new RangeError(`maxSeconds ${maxSeconds}: not between 0 and a million`);
    }
    this.mostPackets = maxPackets ?? Infinity;
    this.given = signal ?? null;
    this.timeout = maxSeconds === undefined ? null : AbortSignal.timeout(Math.ceil(maxSeconds * 1000));
    const signals = [this.given, this.timeout].filter((one) => one !== null);
    this.ending = signals.length === 0 ? null : AbortSignal.any(signals);
  }

  /** Ends the reading at the next look; null when nothing but the packets is limited. */
  get signal(): AbortSignal | null {
    return this.inPeace ? null : this.ending;
  }

  /** Nothing more is to be read. */
  get over(): boolean {
    return this.inPeace ? this.packets >= this.mostPackets : this.spent !== null;
  }

  /** What was taken in up to now may be read in peace, however long it takes: only packets are limited from here on. */
  leaveInPeace(): void {
    this.inPeace = true;
  }

  /** Takes note of a packet; false when it was the last one. */
  packet(): boolean {
    this.packets += 1;
    return this.packets < this.mostPackets;
  }

  /** What is used up, if anything is. */
  get spent(): 'packets' | 'seconds' | 'interrupted' | null {
    if (this.given?.aborted === true) return 'interrupted';
    if (this.timeout?.aborted === true) return 'seconds';
    return this.packets >= this.mostPackets ? 'packets' : null;
  }
}
