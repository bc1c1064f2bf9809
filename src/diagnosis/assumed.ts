import { SILENT, ANSWERED } from '../tracking/answer.ts';
import type { TrackingState } from '../tracking/state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_HAS_TSVAL,
  SYN_ODD,
  SYN_RETRANSMISSION,
  SYN_SENT_AGAIN,
} from '../tracking/syn-ring.ts';
import { isBehind, PAWS_MSL } from '../kernel/rule.ts';
import { widenF64, widenI32 } from '../units/grow.ts';
import { serialDistance } from '../units/serial.ts';
import { f64, i32 } from '../units/table.ts';

/** What a SYN packet seems to have got, told from the client's behaviour alone. */
export const SEEMS_UNKNOWN = 0;
export const SEEMS_SERVED = 1;
export const SEEMS_SILENT = 2;

/** The longest first RTO of a SYN (3 s up to 2.6.32, 1 s later), with some room for a busy client. */
const FIRST_RETRANSMISSION = 3.5;

/**
 * The reading of a capture that holds SYNs but no closes: many people filter for SYNs.
 *
 * Without FINs the stamp is not seen being written. It is then assumed that each connection that was served is soon
 * closed by the target, so that its SYN's TSval stands for the stamp, and only a higher one, or one that comes after the
 * stamp ran out, replaces it (see the rule of the kernel room). Without SYN-ACKs the first SYN of a connect seems
 * served when the client did not send it again. Rows come in capture order, when they are settled; a stamp costs three
 * words by pair.
 */
export class AssumedStamps {
  private readonly state: TrackingState;
  private words: Int32Array = new Int32Array(512);
  private times: Float64Array = new Float64Array(256);

  constructor(state: TrackingState) {
    this.state = state;
  }

  /** Judges the row against the assumed stamp of its pair, then lets it raise that stamp. True: it would be rejected. */
  settled(serial: number, seems: number): boolean {
    const { ring } = this.state;
    const at = ring.row(serial);
    const w = ring.words;
    const flags = i32(w, at + ROW.flags);
    if ((flags & SYN_HAS_TSVAL) === 0 || (flags & SYN_ODD) !== 0) return false;
    const pair = i32(w, at + ROW.pair);
    this.reach(pair);
    const tsval = i32(w, at + ROW.tsval);
    const now = ring.time(serial, ROW_TIME.arrived);
    const set = f64(this.times, pair);
    const age = now - set;
    const known = set > 0 && age >= 0;
    const stamp = i32(this.words, pair * 2);
    const behind = known && age < PAWS_MSL && isBehind(stamp, tsval);
    if (behind) {
      w[at + ROW.stampT] = stamp;
      w[at + ROW.stampOrdinal] = i32(this.words, pair * 2 + 1);
      ring.times[ring.rowTimes(serial) + ROW_TIME.stamp] = set;
    }
    if (seems === SEEMS_SERVED && (!known || age > PAWS_MSL || serialDistance(stamp, tsval) <= 0)) {
      this.words[pair * 2] = tsval;
      this.words[pair * 2 + 1] = i32(w, at + ROW.ordinal);
      this.times[pair] = now;
    }
    return behind;
  }

  /** The pair's slot is about to be given to another. */
  pairForgotten(pair: number): void {
    if (pair < this.times.length) this.times[pair] = 0;
  }

  /** What the row seems to have got. */
  seems(serial: number, synAcksCaptured: boolean): number {
    const { ring } = this.state;
    const flags = ring.word(serial, ROW.flags);
    const answer = ring.word(serial, ROW.answer);
    if (answer === ANSWERED) return SEEMS_SERVED;
    if (answer !== SILENT) return SEEMS_UNKNOWN;
    if (synAcksCaptured || (flags & SYN_SENT_AGAIN) !== 0) return SEEMS_SILENT;
    // The last of a connect: served in the end, or the client gave up.
    if ((flags & SYN_RETRANSMISSION) !== 0) return SEEMS_UNKNOWN;
    const waited = this.state.now - ring.time(serial, ROW_TIME.arrived);
    return waited > FIRST_RETRANSMISSION ? SEEMS_SERVED : SEEMS_UNKNOWN;
  }

  private reach(pair: number): void {
    if (pair < this.times.length) return;
    const size = Math.max(pair + 1, this.times.length * 2);
    this.words = widenI32(this.words, size * 2);
    this.times = widenF64(this.times, size);
  }
}
