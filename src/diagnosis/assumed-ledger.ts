import { FATE_POSSIBLE, FATE_UNKNOWN } from '../kernel/fate.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW, SYN_RETRANSMISSION } from '../tracking/syn-ring.ts';
import { COUNT } from '../tracking/counters.ts';
import { growI32 } from '../units/grow.ts';
import { i32 } from '../units/table.ts';
import { AssumedStamps, SEEMS_SILENT, SEEMS_UNKNOWN } from './assumed.ts';
import { firstField, outcomeField } from './cell-fields.ts';
import { CELL, Cells, PEER_FIELDS } from './cells.ts';
import type { Agreement } from './findings.ts';
import { CLASS_ASSUMED_REJECT, CLASS_SEEMS_SILENT } from './row-class.ts';
import { UnservedPorts } from './unserved-ports.ts';

/**
 * Prediction beside what seems to have come of it, under the assumed stamps of a capture of SYNs alone. There is one
 * variant, 0: what was behind an assumed stamp may have been rejected, and of the rest nothing is known.
 */
export class AssumedLedger {
  readonly targets: Cells = new Cells(1);
  readonly peers: Cells = new Cells(1, PEER_FIELDS);
  private readonly state: TrackingState;
  private readonly detail: (pair: number) => number;
  private readonly stamps: AssumedStamps;
  private readonly unserved: UnservedPorts;
  /** By pair (slot), SYN packets that were behind no stamp: silent and served. Most pairs have no others. */
  private unstamped: Int32Array = new Int32Array(128);

  /** @param detail gives the row of a pair in `peers` */
  constructor(state: TrackingState, detail: (pair: number) => number) {
    this.state = state;
    this.detail = detail;
    this.stamps = new AssumedStamps(state);
    this.unserved = new UnservedPorts(state);
  }

  /** Counts a row and marks it. */
  settled(serial: number): void {
    const { ring, totals } = this.state;
    const at = ring.row(serial);
    const seems = this.stamps.seems(serial, totals.synAcks > 0);
    // Without SYN-ACKs no port can be seen to serve anybody.
    const tellsPorts = totals.synAcks > 0 && seems === SEEMS_SILENT;
    const stamped = this.stamps.settled(serial, seems);
    if (tellsPorts && !stamped) this.unserved.silentAllTheSame(serial);
    const behind = stamped && !(tellsPorts && this.unserved.has(serial));
    let marks = behind ? CLASS_ASSUMED_REJECT : 0;
    if (seems === SEEMS_SILENT) marks |= CLASS_SEEMS_SILENT;
    ring.words[at + ROW.class] = i32(ring.words, at + ROW.class) | marks;
    if (seems === SEEMS_UNKNOWN) return;
    const silent = seems === SEEMS_SILENT;
    const field = outcomeField(behind ? FATE_POSSIBLE : FATE_UNKNOWN, silent);
    const target = i32(ring.words, at + ROW.target);
    const first = (i32(ring.words, at + ROW.flags) & SYN_RETRANSMISSION) === 0;
    this.targets.add(target, 0, field, 1);
    if (first) this.targets.add(target, 0, firstField(behind, silent), 1);
    const pair = i32(ring.words, at + ROW.pair);
    const ordinal = i32(ring.words, at + ROW.ordinal);
    if (!behind) {
      this.countUnstamped(pair, silent);
      if (silent) this.targets.note(target, 0, CELL.firstUnpredicted, ordinal);
      return;
    }
    const row = this.detail(pair);
    this.peers.add(row, 0, field, 1);
    if (!silent) {
      this.targets.note(target, 0, CELL.firstContradiction, ordinal);
      this.targets.put(target, 0, CELL.lastContradiction, ordinal);
    } else if (first) {
      this.peers.add(row, 0, CELL.rejectedAttempts, 1);
      this.targets.add(target, 0, CELL.rejectedAttempts, 1);
    }
  }

  /** What was foreseen for the SYN packets of a pair, beside what seems to have come of them. */
  agreementOf(pair: number): Agreement {
    const row = this.state.pairs.count(pair, COUNT.detail) - 1;
    const counted = pair * 2 < this.unstamped.length;
    return {
      ...this.peers.agreement(row, 0),
      unknownSilent: counted ? i32(this.unstamped, pair * 2) : 0,
      unknownAnswered: counted ? i32(this.unstamped, pair * 2 + 1) : 0,
    };
  }

  pairForgotten(pair: number): void {
    this.stamps.pairForgotten(pair);
    if (pair * 2 < this.unstamped.length) this.unstamped.fill(0, pair * 2, pair * 2 + 2);
  }

  listenerForgotten(listener: number): void {
    this.unserved.forget(listener);
  }

  private countUnstamped(pair: number, silent: boolean): void {
    const at = pair * 2 + (silent ? 0 : 1);
    if (at >= this.unstamped.length) {
      this.unstamped = growI32(this.unstamped, pair * 2 + 2);
    }
    this.unstamped[at] = i32(this.unstamped, at) + 1;
  }
}
