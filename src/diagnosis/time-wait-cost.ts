import { CHALLENGED } from '../tracking/answer.ts';
import { ATTEMPT_CONNECTED, CONNECTION, CONNECTION_TIME } from '../tracking/connections.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW, SYN_ON_LIVE } from '../tracking/syn-ring.ts';
import { unsigned } from '../units/serial.ts';

/** What it cost to meet TIME-WAIT, over all targets; seconds from the first SYN of a connect to its SYN-ACK. */
export interface TimeWaitToll {
  readonly attempts: number;
  readonly connected: number;
  readonly seconds: number;
  readonly longestSeconds: number;
}

/** Connects that are waited for at once; those beyond are not counted. */
const WAITED_FOR = 1 << 14;

/**
 * Sums up what became of connects of which a SYN was answered with the ACK of an older connection.
 *
 * The client resets that connection and sends its SYN again, with the same ISN; a NAT on the way may by then give it
 * another source port. A connect is therefore known by its peer and ISN here, not by its 4-tuple.
 */
export class TimeWaitCost {
  private readonly state: TrackingState;
  /** Peer and ISN of connects without a SYN-ACK so far, and when their first SYN came. */
  private readonly waiting = new Map<number, number>();
  private attempts = 0;
  private connected = 0;
  private seconds = 0;
  private longestSeconds = 0;

  constructor(state: TrackingState) {
    this.state = state;
  }

  /** The answer to a SYN packet is known. */
  decided(serial: number): void {
    const { ring, connections } = this.state;
    if (ring.word(serial, ROW.answer) !== CHALLENGED) return;
    if ((ring.word(serial, ROW.flags) & SYN_ON_LIVE) !== 0 || this.waiting.size >= WAITED_FOR) return;
    const key = keyOf(ring.word(serial, ROW.pair), ring.word(serial, ROW.seq));
    if (this.waiting.has(key)) return;
    this.attempts += 1;
    const slot = ring.word(serial, ROW.connection);
    this.waiting.set(key, connections.time(slot, CONNECTION_TIME.firstSyn));
  }

  /** The attempt on a connection slot is over. */
  attemptEnded(slot: number): void {
    if (this.waiting.size === 0) return;
    const { connections } = this.state;
    if ((connections.word(slot, CONNECTION.flags) & ATTEMPT_CONNECTED) === 0) return;
    const key = keyOf(connections.word(slot, CONNECTION.pair), connections.word(slot, CONNECTION.isn));
    const firstSyn = this.waiting.get(key);
    if (firstSyn === undefined) return;
    this.waiting.delete(key);
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

function keyOf(pair: number, isn: number): number {
  return pair * 2 ** 32 + unsigned(isn);
}
