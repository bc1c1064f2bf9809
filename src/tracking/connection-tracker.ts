import type { Segment } from '../packet/segment.ts';
import { ACK, FIN, RST, SYN } from '../packet/segment.ts';
import { serialDistance } from '../units/serial.ts';
import { f64, i32 } from '../units/table.ts';
import {
  ACK_KNOWN,
  ATTEMPT_CONNECTED,
  ATTEMPT_FROM_1,
  CLOSED_FIRST,
  CONNECTION,
  CONNECTION_TIME,
  ESTABLISHED,
  FIN_ACKED,
  FIN_PENDING,
  FIN_SENT,
  NEXT_KNOWN,
  NO_TIMESTAMPS,
  REQUEST_OPEN,
  RESET,
  SIDE,
  sideOf,
  TIME_WAIT,
  TIME_WAIT_REARMED,
  TIME_WAIT_SIDE_1,
  TS_DOUBTFUL,
  TS_KNOWN,
} from './connections.ts';
import type { Connections } from './connections.ts';
import { COUNT } from './counters.ts';
import type { TrackingEvents } from './events.ts';
import type { TrackingState } from './state.ts';

/** TSvals of one connection this far apart, beyond what the fastest clock makes of the time between, are not from one clock. */
export const PLAUSIBLE_TICKS = 1 << 22;
const FASTEST_TICKS = 2_000_000;

const BOTH_ACKS_KNOWN = ACK_KNOWN | (ACK_KNOWN << 1);
const CLOSING = FIN_SENT | (FIN_SENT << 1);

/**
 * A connection after its handshake, as far as the kernel model needs it (see the write rule in the kernel room):
 * what each side has acknowledged, the TSval each side's kernel remembers of the other (ts_recent), who closed first,
 * and the moments at which that host entered TIME-WAIT and stored its stamp.
 *
 * Who closed first is told by acknowledgement numbers, not by capture order: a host whose FIN does not acknowledge the
 * other's FIN sent it without having seen that one. The roles of client and server play no part.
 */
export class ConnectionTracker {
  private readonly state: TrackingState;
  private readonly connections: Connections;
  private readonly events: TrackingEvents;

  constructor(state: TrackingState, events: TrackingEvents) {
    this.state = state;
    this.connections = state.connections;
    this.events = events;
  }

  /**
   * A segment that is no SYN, sent by `side`, at `state.time`. Nearly all of a capture comes through here: it reads and
   * writes the row directly.
   */
  segment(s: Segment, slot: number, side: number): void {
    const { connections } = this;
    const w = connections.words;
    const at = connections.at(slot);
    const other = 1 - side;
    const sender = at + sideOf(side);
    const receiver = at + sideOf(other);
    let flags = this.roles(slot, i32(w, at), side, (s.flags & SYN) !== 0);
    if ((s.flags & (RST | SYN)) !== 0) {
      // A RST also kills TIME-WAIT (tcp_timewait_state_process, tcp_rfc1337=0).
      w[at] = (s.flags & RST) !== 0 ? (flags | RESET) & ~TIME_WAIT : flags;
      return;
    }

    const end = (s.seq + s.payload + (s.flags & FIN)) | 0;
    const next = i32(w, sender + SIDE.sndNext);
    const nextKnown = (flags & (NEXT_KNOWN << side)) !== 0;
    if (!nextKnown || serialDistance(end, next) > 0) {
      w[sender + SIDE.sndNext] = end;
      flags |= NEXT_KNOWN << side;
    }
    if ((s.flags & ACK) !== 0) {
      if ((flags & (ACK_KNOWN << side)) === 0 || serialDistance(s.ack, i32(w, sender + SIDE.ackHigh)) > 0) {
        w[sender + SIDE.ackHigh] = s.ack;
        flags |= ACK_KNOWN << side;
      }
      if ((flags & BOTH_ACKS_KNOWN) === BOTH_ACKS_KNOWN) flags |= ESTABLISHED;
    }
    if (s.hasTsval && (flags & NO_TIMESTAMPS) === 0) flags = this.remember(s, slot, other, receiver, flags);
    w[at] = flags;

    if ((s.flags & FIN) === 0 && (flags & CLOSING) === 0) return;
    this.close(s, slot, side, nextKnown && serialDistance(s.seq, next) > 0, end, this.state.time);
  }

  /**
   * ts_recent of the receiver: set by a segment that starts at or before what the receiver has acknowledged
   * (RFC 7323 section 4.3), when its TSval is not older (tcp_replace_ts_recent, tcp_paws_check with window 0).
   */
  private remember(s: Segment, slot: number, other: number, receiver: number, flags: number): number {
    const { connections, state } = this;
    const w = connections.words;
    const time = connections.timesAt(slot) + CONNECTION_TIME.tsRecent + other;
    const known = TS_KNOWN << other;
    if ((flags & known) !== 0) {
      const ahead = serialDistance(s.tsval, i32(w, receiver + SIDE.tsRecent));
      if (ahead > PLAUSIBLE_TICKS || ahead < -PLAUSIBLE_TICKS) {
        const elapsed = state.time - f64(connections.times, time);
        // No clock runs that fast: one of the two TSvals is not what was sent.
        if (Math.abs(ahead) > PLAUSIBLE_TICKS + Math.max(0, elapsed) * FASTEST_TICKS)
          flags |= TS_DOUBTFUL << other;
        else if (ahead >= 0) flags &= ~(TS_DOUBTFUL << other);
      } else if (ahead >= 0) flags &= ~(TS_DOUBTFUL << other);
      if (ahead < 0) return flags;
      const acked =
        (flags & (ACK_KNOWN << other)) === 0 || serialDistance(s.seq, i32(w, receiver + SIDE.ackHigh)) <= 0;
      if (!acked) return flags;
    }
    w[receiver + SIDE.tsRecent] = s.tsval;
    w[receiver + SIDE.tsRecentOrdinal] = state.ordinalBase + s.frame;
    connections.times[time] = state.time;
    return flags | known;
  }

  private close(s: Segment, slot: number, side: number, gap: boolean, end: number, now: number): void {
    const { connections } = this;
    const other = 1 - side;
    const w = connections.words;
    const sender = connections.at(slot) + sideOf(side);
    const receiver = connections.at(slot) + sideOf(other);
    let flags = connections.word(slot, CONNECTION.flags);
    const ackCovers =
      (s.flags & ACK) !== 0 &&
      (flags & (FIN_SENT << other)) !== 0 &&
      serialDistance(s.ack, i32(w, receiver + SIDE.finEnd)) >= 0;

    const newFin = (s.flags & FIN) !== 0 && (flags & (FIN_SENT << side)) === 0;
    if (newFin) {
      w[sender + SIDE.finEnd] = end;
      w[sender + SIDE.finAck] = s.ack;
      flags |= FIN_SENT << side;
      if (!ackCovers) flags |= CLOSED_FIRST << side;
      // The other's FIN acknowledges this one: the capture holds them in the wrong order.
      if (
        (flags & (CLOSED_FIRST << other)) !== 0 &&
        serialDistance(i32(w, receiver + SIDE.finAck), end) >= 0
      ) {
        flags &= ~(CLOSED_FIRST << other);
      }
      if (this.mayMissData(s, flags, other, receiver, gap)) flags |= FIN_PENDING << side;
    }
    const newlyAcked = ackCovers && (flags & (FIN_ACKED << other)) === 0;
    if (newlyAcked) flags |= FIN_ACKED << other;
    // The sender took the other's FIN at last, if that one had come behind a gap or with data.
    const taken = ackCovers && (flags & (FIN_PENDING << other)) !== 0;
    if (taken) flags &= ~(FIN_PENDING << other);
    connections.set(slot, CONNECTION.flags, flags);

    if (taken && (flags & (FIN_ACKED << side)) !== 0) this.enterTimeWait(slot, side, now);
    if ((flags & (CLOSED_FIRST << other)) === 0) return;
    const finishedByPeer = (flags & (FIN_SENT << side)) !== 0;
    const acked = (flags & (FIN_ACKED << other)) !== 0;
    if (finishedByPeer && acked && (newFin || newlyAcked)) {
      if ((flags & (FIN_PENDING << side)) === 0) this.enterTimeWait(slot, other, now);
      else this.mayArriveInTimeWait(s, slot, other, newFin && !gap, now);
    } else if (newlyAcked) {
      // FIN-WAIT-2: written now if the application has closed its descriptor, which a capture does not show.
      this.write(slot, other, false, now);
    } else if ((flags & TIME_WAIT) !== 0) {
      connections.set(slot, CONNECTION.flags, flags | TIME_WAIT_REARMED);
      connections.setTime(slot, CONNECTION_TIME.timeWaitSince, now);
    }
  }

  /**
   * True for a FIN with data, or behind data that is not acknowledged yet. Whether the receiver takes it shows only
   * when it acknowledges it: had the application closed its descriptor, data gets an RST (TCPAbortOnData, and
   * tcp_timewait_state_process in FIN-WAIT-2) and no stamp is written. What the receiver has acknowledged it has,
   * whether the capture holds it or not: a filter for SYN, FIN and RST leaves all data out.
   */
  private mayMissData(s: Segment, flags: number, other: number, receiver: number, gap: boolean): boolean {
    if (s.payload > 0) return true;
    if ((flags & (ACK_KNOWN << other)) === 0) return gap;
    return serialDistance(s.seq, i32(this.connections.words, receiver + SIDE.ackHigh)) > 0;
  }

  /** The FIN that completes the close of `side` may be taken at once: by a full socket, or by the mini-socket. */
  private mayArriveInTimeWait(s: Segment, slot: number, side: number, inOrder: boolean, now: number): void {
    this.write(slot, side, false, now);
    if (!inOrder || s.payload > 0 || !s.hasTsval || !this.canWrite(slot, side)) return;
    // A full socket keeps its older ts_recent, the mini-socket takes the FIN's TSval all the same.
    const at = this.connections.at(slot) + sideOf(side);
    if (serialDistance(s.tsval, i32(this.connections.words, at + SIDE.tsRecent)) <= 0) return;
    this.events.stampWritten(slot, side, false, s.tsval, now, this.state.ordinalBase + s.frame, now);
  }

  /** The host on `side`, which closed first, has both FINs: it writes its stamp and enters TIME-WAIT. */
  private enterTimeWait(slot: number, side: number, now: number): void {
    const { connections } = this;
    const flags = connections.word(slot, CONNECTION.flags) & ~(TIME_WAIT_SIDE_1 | TIME_WAIT_REARMED);
    if ((flags & (CLOSED_FIRST << side)) === 0) return;
    if ((flags & RESET) !== 0) {
      // An RST ends a connection without a stamp, unless its numbers were wrong and the host ignored it.
      this.write(slot, side, false, now);
      return;
    }
    connections.set(slot, CONNECTION.flags, flags | TIME_WAIT | (side === 1 ? TIME_WAIT_SIDE_1 : 0));
    connections.setTime(slot, CONNECTION_TIME.timeWaitSince, now);
    this.write(slot, side, true, now);
  }

  private canWrite(slot: number, side: number): boolean {
    const flags = this.connections.word(slot, CONNECTION.flags);
    return (flags & (TS_KNOWN << side)) !== 0 && (flags & NO_TIMESTAMPS) === 0;
  }

  private write(slot: number, side: number, must: boolean, now: number): void {
    const { connections } = this;
    const doubtful = (connections.word(slot, CONNECTION.flags) & (TS_DOUBTFUL << side)) !== 0;
    if (must) this.countClose(slot, side);
    if (!this.canWrite(slot, side)) return;
    const at = connections.at(slot) + sideOf(side);
    this.events.stampWritten(
      slot,
      side,
      must && !doubtful,
      i32(connections.words, at + SIDE.tsRecent),
      connections.time(slot, CONNECTION_TIME.tsRecent + side),
      i32(connections.words, at + SIDE.tsRecentOrdinal),
      now,
    );
  }

  private countClose(slot: number, side: number): void {
    const flags = this.connections.word(slot, CONNECTION.flags);
    if ((flags & ATTEMPT_CONNECTED) === 0) return;
    const targetSide = (flags & ATTEMPT_FROM_1) !== 0 ? 0 : 1;
    if (side !== targetSide) return;
    this.state.refresh(slot);
    this.state.pairs.bump(this.connections.word(slot, CONNECTION.pair), COUNT.serverFirst);
    this.state.targets.bump(this.connections.word(slot, CONNECTION.target), COUNT.serverFirst);
  }

  /** Counts segments by role. */
  private roles(slot: number, flags: number, side: number, syn: boolean): number {
    if ((flags & ATTEMPT_CONNECTED) === 0) return flags;
    const fromPeer = ((flags & ATTEMPT_FROM_1) !== 0 ? 1 : 0) === side;
    const { totals } = this.state;
    if (fromPeer) totals.fromPeers += 1;
    else totals.fromTargets += 1;
    return (flags & REQUEST_OPEN) === 0 ? flags : this.onRequest(slot, flags, fromPeer, syn);
  }

  /**
   * The first segment of the target after its SYN-ACK shows that it completed the handshake, on the latest segment of
   * the peer before it: from then on the request no longer fills its SYN queue.
   */
  private onRequest(slot: number, flags: number, fromPeer: boolean, syn: boolean): number {
    const { connections, state } = this;
    const now = state.time;
    state.refresh(slot);
    const spoke = connections.time(slot, CONNECTION_TIME.peerSpoke);
    if (fromPeer) {
      if (spoke === 0 && connections.word(slot, CONNECTION.target) >= 0) {
        this.events.acknowledged(slot, now - connections.time(slot, CONNECTION_TIME.answered));
      }
      connections.setTime(slot, CONNECTION_TIME.peerSpoke, now);
      state.listeners.bump(connections.word(slot, CONNECTION.listener), COUNT.nudges);
      return flags;
    }
    if (syn) return flags;
    state.completed(connections.word(slot, CONNECTION.listener), spoke > 0 ? spoke : now);
    return flags & ~REQUEST_OPEN;
  }
}
