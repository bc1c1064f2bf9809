import { ATTEMPT_CONNECTED, CONNECTION, CONNECTION_TIME } from '../tracking/connections.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW } from '../tracking/syn-ring.ts';
import type { Cells } from './cells.ts';
import { CELL } from './cells.ts';

/** An attempt that is over while some of its rejected SYN packets still wait to be settled. */
interface EndedAttempt {
  readonly connected: boolean;
  readonly waited: number;
  readonly target: number;
  readonly pair: number;
  readonly clock: number;
  readonly lastSerial: number;
  /** Variants under which it is counted already. */
  counted: number;
}

/** Where the counts go; `detail` gives the row of a pair. */
export interface AttemptCounts {
  readonly variants: number;
  readonly targets: Cells;
  readonly peers: Cells;
  detail(pair: number): number;
  /** An attempt was counted as rejected under these variants. */
  counted(target: number, pair: number, clock: number, mask: number): void;
}

/**
 * Counts each attempt with a rejected SYN packet once, with what became of it.
 *
 * Whether a packet was rejected is known when it is settled, what became of its attempt when that ends, and either may
 * come first. Until the attempt ends, its connection slot holds the variants; afterwards a small record waits for the
 * packets that are still to be settled.
 */
export class RejectedAttempts {
  private readonly state: TrackingState;
  private readonly counts: AttemptCounts;
  private readonly ended = new Map<number, EndedAttempt>();

  constructor(state: TrackingState, counts: AttemptCounts) {
    this.state = state;
    this.counts = counts;
  }

  /** A SYN packet was settled as rejected under the variants in `mask` (none: 0). */
  settled(serial: number, mask: number): void {
    const { connections, ring } = this.state;
    const attempt = ring.word(serial, ROW.attempt);
    const record = this.ended.size === 0 ? undefined : this.ended.get(attempt);
    if (record !== undefined) {
      this.count(record, mask);
      if (serial === record.lastSerial) this.ended.delete(attempt);
      return;
    }
    if (mask === 0) return;
    const slot = ring.word(serial, ROW.connection);
    if (connections.word(slot, CONNECTION.attempt) !== attempt) return;
    connections.set(slot, CONNECTION.rejectMask, connections.word(slot, CONNECTION.rejectMask) | mask);
  }

  /** The attempt of a connection slot is over. `pending`: some of its packets are yet to be settled. */
  attemptEnded(slot: number, pending: boolean): void {
    const { connections } = this.state;
    const mask = connections.word(slot, CONNECTION.rejectMask);
    if (mask === 0 && !pending) return;
    const connected = (connections.word(slot, CONNECTION.flags) & ATTEMPT_CONNECTED) !== 0;
    const end = connected ? this.state.now : connections.time(slot, CONNECTION_TIME.lastSeen);
    const record: EndedAttempt = {
      connected,
      waited: Math.max(0, end - connections.time(slot, CONNECTION_TIME.firstSyn)),
      target: connections.word(slot, CONNECTION.target),
      pair: connections.word(slot, CONNECTION.pair),
      clock: connections.word(slot, CONNECTION.clock),
      lastSerial: connections.word(slot, CONNECTION.lastSyn),
      counted: 0,
    };
    this.count(record, mask);
    if (pending) this.ended.set(connections.word(slot, CONNECTION.attempt), record);
  }

  private count(attempt: EndedAttempt, mask: number): void {
    const fresh = mask & ~attempt.counted;
    if (fresh === 0) return;
    attempt.counted |= fresh;
    const { targets, peers } = this.counts;
    const peer = this.counts.detail(attempt.pair);
    for (let v = 0; v < this.counts.variants; v += 1) {
      if ((fresh & (1 << v)) === 0) continue;
      add(targets, attempt.target, v, attempt);
      add(peers, peer, v, attempt);
    }
    this.counts.counted(attempt.target, attempt.pair, attempt.clock, fresh);
  }
}

function add(cells: Cells, row: number, variant: number, attempt: EndedAttempt): void {
  cells.add(row, variant, CELL.rejectedAttempts, 1);
  if (!attempt.connected) cells.add(row, variant, CELL.lostAttempts, 1);
  cells.add(row, variant, CELL.waited, attempt.waited);
}
