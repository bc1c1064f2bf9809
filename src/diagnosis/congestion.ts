import { FATE_PASS, fateOf } from '../kernel/fate.ts';
import { ANSWERED, SILENT } from '../tracking/answer.ts';
import type { TrackingState } from '../tracking/state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_DECIDED,
  SYN_DUPLICATE,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
} from '../tracking/syn-ring.ts';
import { f64 } from '../units/table.ts';

/** How long a full listener is remembered, and how far ahead the next sign is looked for. */
const NEAR_SECONDS = 10;
const LOOK_AHEAD_ROWS = 256;
/** An answer normally comes at once: a row without one for this long stands for silence when looking ahead. */
const SURELY_SILENT_SECONDS = 1;

const FIELDS = 3;
const LAST_FULL = 0;
const LAST_COMPLETIONS = 1;
const KNOWN = 2;

/**
 * Tells a full listener from the timestamp check, SYN by SYN.
 *
 * A full queue drops every SYN before the check is reached (tcp_conn_request). Its signs are SYNs that the model lets
 * pass, silent while requests of that port wait for their handshake to be completed. A SYN that the check would have
 * rejected is contested when the queue was full around it: the next passing SYN is silent too, or no request of the
 * port was completed since the last passing one. Without such signs nearby nothing is contested.
 */
export class Congestion {
  private readonly state: TrackingState;
  private values = new Float64Array(64 * FIELDS);

  constructor(state: TrackingState) {
    this.state = state;
  }

  /** A SYN that the model lets pass was settled. Returns true when it shows its listener full. */
  passing(serial: number): boolean {
    const { ring } = this.state;
    const at = this.reach(ring.word(serial, ROW.listener));
    const full = ring.word(serial, ROW.answer) === SILENT && this.stuck(serial);
    if (full) this.values[at + LAST_FULL] = ring.time(serial, ROW_TIME.arrived);
    this.values[at + LAST_COMPLETIONS] = ring.word(serial, ROW.completions);
    this.values[at + KNOWN] = 1;
    return full;
  }

  /** True when a silent SYN that the check would have rejected may as well have met a full queue. */
  contests(serial: number, variant: number): boolean {
    const { ring } = this.state;
    const at = this.reach(ring.word(serial, ROW.listener));
    const now = ring.time(serial, ROW_TIME.arrived);
    const lastFull = f64(this.values, at + LAST_FULL);
    const fullBefore = lastFull > 0 && now - lastFull <= NEAR_SECONDS;
    const fullAfter = this.nextPassingIsFull(serial, variant, now);
    if (fullAfter) return true;
    if (!fullBefore) return false;
    return f64(this.values, at + KNOWN) === 0
      ? false
      : ring.word(serial, ROW.completions) <= f64(this.values, at + LAST_COMPLETIONS);
  }

  /**
   * Requests of the listener were open when the SYN came, and not just on their way: the target sent a SYN-ACK of that
   * port again within some seconds of it, which it does only while handshakes cannot be completed.
   */
  private stuck(serial: number): boolean {
    const { ring, listeners } = this.state;
    if (ring.word(serial, ROW.requests) <= 0) return false;
    const repeated = listeners.lastRepeat(ring.word(serial, ROW.listener));
    return repeated >= ring.time(serial, ROW_TIME.arrived) - NEAR_SECONDS;
  }

  /** The listener's slot is about to be given to another. */
  forget(listener: number): void {
    const at = this.reach(listener);
    this.values.fill(0, at, at + FIELDS);
  }

  private nextPassingIsFull(serial: number, variant: number, now: number): boolean {
    const { ring } = this.state;
    const listener = ring.word(serial, ROW.listener);
    const end = Math.min(ring.head, serial + LOOK_AHEAD_ROWS);
    for (let next = serial + 1; next < end; next += 1) {
      const arrived = ring.time(next, ROW_TIME.arrived);
      if (arrived - now > NEAR_SECONDS) return false;
      if (ring.word(next, ROW.listener) !== listener) continue;
      const flags = ring.word(next, ROW.flags);
      if ((flags & (SYN_DUPLICATE | SYN_ON_REQUEST | SYN_ON_LIVE)) !== 0) continue;
      if (fateOf(ring.word(next, ROW.fates), variant) !== FATE_PASS) continue;
      if ((flags & SYN_DECIDED) !== 0 && ring.word(next, ROW.answer) === ANSWERED) return false;
      const silent = this.state.now - arrived > SURELY_SILENT_SECONDS || (flags & SYN_DECIDED) !== 0;
      return silent && this.stuck(next);
    }
    return false;
  }

  private reach(listener: number): number {
    const at = listener * FIELDS;
    if (at + FIELDS > this.values.length) {
      const bigger = new Float64Array(Math.max(this.values.length * 2, at + FIELDS));
      bigger.set(this.values);
      this.values = bigger;
    }
    return at;
  }
}
