import { FATE_POSSIBLE, FATE_UNKNOWN } from '../kernel/fate.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW, SYN_RETRANSMISSION } from '../tracking/syn-ring.ts';
import { i32 } from '../units/table.ts';
import { AssumedStamps, SEEMS_SILENT, SEEMS_UNKNOWN } from './assumed.ts';
import { firstField, outcomeField } from './cell-fields.ts';
import { CELL, Cells, PEER_FIELDS } from './cells.ts';
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
    if (!behind) return;
    const row = this.detail(i32(ring.words, at + ROW.pair));
    this.peers.add(row, 0, field, 1);
    if (!silent) {
      const ordinal = i32(ring.words, at + ROW.ordinal);
      this.targets.note(target, 0, CELL.firstContradiction, ordinal);
      this.targets.put(target, 0, CELL.lastContradiction, ordinal);
    } else if (first) {
      this.peers.add(row, 0, CELL.rejectedAttempts, 1);
      this.targets.add(target, 0, CELL.rejectedAttempts, 1);
    }
  }

  pairForgotten(pair: number): void {
    this.stamps.pairForgotten(pair);
  }

  listenerForgotten(listener: number): void {
    this.unserved.forget(listener);
  }
}
