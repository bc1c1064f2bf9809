import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW } from '../tracking/syn-ring.ts';
import { growI32 } from '../units/grow.ts';
import { i32 } from '../units/table.ts';

/** SYNs that met silence without the check having a part in it: fewer may be records that the capture lost. */
const SILENT_FROM = 3;
/** Their share of all silent SYNs of the port: of a port that only the loser uses, hardly any passes the check. */
const SILENT_SHARE = 0.1;

/**
 * Ports at which the check decides nothing, because nobody there is served whatever the timestamps: a closed port whose
 * RSTs the capture does not hold, or one behind a firewall. The check comes with the listener (tcp_conn_request); where
 * every kernel lets SYNs pass and they meet silence all the same, those that it would have rejected prove nothing.
 */
export class UnservedPorts {
  private readonly state: TrackingState;
  /** Silent SYN packets by listener (slot) that the check lets pass. */
  private passed: Int32Array = new Int32Array(64);

  constructor(state: TrackingState) {
    this.state = state;
  }

  /** A SYN packet met silence that the check lets pass. */
  silentAllTheSame(serial: number): void {
    const listener = this.state.ring.word(serial, ROW.listener);
    if (listener < 0) return;
    if (listener >= this.passed.length) {
      this.passed = growI32(this.passed, listener + 1);
    }
    this.passed[listener] = i32(this.passed, listener) + 1;
  }

  /** True when nobody is served at the listener to which the SYN packet went, as far as is known by now. */
  has(serial: number): boolean {
    const { listeners, ring } = this.state;
    const listener = ring.word(serial, ROW.listener);
    if (listener < 0) return false;
    const answered = listeners.count(listener, COUNT.answered);
    if (listeners.count(listener, COUNT.refused) > answered) return true;
    if (answered > 0) return false;
    const passed = i32(this.passed, listener);
    return passed >= SILENT_FROM && passed >= SILENT_SHARE * listeners.count(listener, COUNT.silent);
  }

  /** The listener's slot is about to be given to another. */
  forget(listener: number): void {
    if (listener < this.passed.length) this.passed[listener] = 0;
  }
}
