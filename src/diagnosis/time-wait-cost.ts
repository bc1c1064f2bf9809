import { ATTEMPT_CONNECTED, CONNECTION, CONNECTION_TIME } from '../tracking/connections.ts';
import type { TrackingState } from '../tracking/state.ts';

/** What it cost to meet TIME-WAIT, over all targets; seconds from the first SYN of an attempt to its SYN-ACK. */
export interface TimeWaitToll {
  readonly attempts: number;
  readonly connected: number;
  readonly seconds: number;
  readonly longestSeconds: number;
}

/** Sums up what became of attempts of which a SYN was answered with the ACK of an older connection. */
export class TimeWaitCost {
  private readonly state: TrackingState;
  private attempts = 0;
  private connected = 0;
  private seconds = 0;
  private longestSeconds = 0;

  constructor(state: TrackingState) {
    this.state = state;
  }

  /** The attempt on a connection slot is over. */
  attemptEnded(slot: number): void {
    const { connections } = this.state;
    const challenged = connections.time(slot, CONNECTION_TIME.challenged);
    if (challenged === 0) return;
    const firstSyn = connections.time(slot, CONNECTION_TIME.firstSyn);
    // An ACK from before this attempt met another one on the same 4-tuple.
    if (challenged < firstSyn) return;
    this.attempts += 1;
    if ((connections.word(slot, CONNECTION.flags) & ATTEMPT_CONNECTED) === 0) return;
    const waited = Math.max(0, this.state.now - firstSyn);
    this.connected += 1;
    this.seconds += waited;
    this.longestSeconds = Math.max(this.longestSeconds, waited);
  }

  toll(): TimeWaitToll {
    const { attempts, connected, seconds, longestSeconds } = this;
    return { attempts, connected, seconds, longestSeconds };
  }
}
