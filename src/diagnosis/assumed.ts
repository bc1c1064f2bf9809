import { SILENT, ANSWERED } from '../tracking/answer.ts';
import { HORIZONS } from '../tracking/limits.ts';
import type { TrackingState } from '../tracking/state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_HAS_TSVAL,
  SYN_ODD,
  SYN_RETRANSMISSION,
  SYN_SENT_AGAIN,
} from '../tracking/syn-ring.ts';
import { REJECT, StampTable } from '../kernel/stamps.ts';
import { i32 } from '../units/table.ts';

/** What a SYN packet seems to have got, told from the client's behaviour alone. */
export const SEEMS_UNKNOWN = 0;
export const SEEMS_SERVED = 1;
export const SEEMS_SILENT = 2;

/** The longest first RTO of a SYN (3 s up to 2.6.32, 1 s later), with some room for a busy client. */
const FIRST_RETRANSMISSION = 3.5;
/** Retransmissions double their gap; beyond this the next one comes after the row is settled. */
const LONGEST_GAP = HORIZONS.answerSeconds / 2.5;

/**
 * The reading of a capture that holds SYNs but no closes: many people filter for SYNs.
 *
 * Without FINs the stamp is not seen being written. It is then assumed that each connection that was served is soon
 * closed by the target, so that its SYN's TSval stands for the stamp. Without SYN-ACKs a SYN seems served when the
 * client did not send it again. Rows come in capture order, when they are settled.
 */
export class AssumedStamps {
  private readonly state: TrackingState;
  private readonly stamps: StampTable;

  constructor(state: TrackingState, seed: number, ceiling: number) {
    this.state = state;
    this.stamps = new StampTable(seed, ceiling);
  }

  /** Judges the row against the assumed stamp of its peer, then lets it raise that stamp. True: it would be rejected. */
  settled(serial: number, seems: number): boolean {
    const { ring } = this.state;
    const at = ring.row(serial);
    const w = ring.words;
    const flags = i32(w, at + ROW.flags);
    if ((flags & SYN_HAS_TSVAL) === 0 || (flags & SYN_ODD) !== 0) return false;
    const { stamps } = this;
    const family = i32(w, at + ROW.family) === 6 ? 6 : 4;
    stamps.setKey(family, 0, 0, 0, 0, i32(w, at), i32(w, at + 1), i32(w, at + 2), i32(w, at + 3));
    const slot = stamps.find();
    const tsval = i32(w, at + ROW.tsval);
    const now = ring.time(serial, ROW_TIME.arrived);
    const behind = slot >= 0 && stamps.judge(slot, true, tsval, now, false) === REJECT;
    if (behind) {
      w[at + ROW.stampT] = stamps.tsval(slot);
      w[at + ROW.stampOrdinal] = stamps.ordinal(slot);
      ring.times[ring.rowTimes(serial) + ROW_TIME.stamp] = stamps.time(slot);
    }
    if (seems === SEEMS_SERVED) stamps.write(true, tsval, now, i32(w, at + ROW.ordinal), now);
    return behind;
  }

  /** What the row seems to have got. */
  seems(serial: number, synAcksCaptured: boolean): number {
    const { ring } = this.state;
    const flags = ring.word(serial, ROW.flags);
    const answer = ring.word(serial, ROW.answer);
    if (answer === ANSWERED) return SEEMS_SERVED;
    if (answer !== SILENT) return SEEMS_UNKNOWN;
    if (synAcksCaptured || (flags & SYN_SENT_AGAIN) !== 0) return SEEMS_SILENT;
    const arrived = ring.time(serial, ROW_TIME.arrived);
    let wait = FIRST_RETRANSMISSION;
    if ((flags & SYN_RETRANSMISSION) !== 0) {
      const before = ring.word(serial, ROW.previous);
      if (!ring.holds(before)) return SEEMS_UNKNOWN;
      const gap = arrived - ring.time(before, ROW_TIME.arrived);
      if (gap > LONGEST_GAP) return SEEMS_UNKNOWN;
      wait = Math.max(wait, gap * 2.5);
    }
    return this.state.now - arrived > wait ? SEEMS_SERVED : SEEMS_UNKNOWN;
  }
}
