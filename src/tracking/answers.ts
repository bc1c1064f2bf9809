import type { Segment } from '../packet/segment.ts';
import { ACK, FIN, RST, SYN } from '../packet/segment.ts';
import { serialDistance } from '../units/serial.ts';
import { i32 } from '../units/table.ts';
import { ANSWERED, CHALLENGED, REFUSED, UNKNOWN } from './answer.ts';
import {
  ACK_KNOWN,
  ATTEMPT_CONNECTED,
  ATTEMPT_DATA,
  ATTEMPT_FROM_1,
  ATTEMPT_KEPT,
  ATTEMPT_OPEN,
  ATTEMPT_TSVAL,
  CONNECTION,
  CONNECTION_TIME,
  NEXT_KNOWN,
  NO_TIMESTAMPS,
  REQUEST_OPEN,
  SIDE,
  sideOf,
  TIME_WAIT,
  TIME_WAIT_REARMED,
  TS_KNOWN,
} from './connections.ts';
import { COUNT } from './counters.ts';
import { EarlyAnswers } from './early-answers.ts';
import { HORIZONS } from './limits.ts';
import type { Settlement } from './settlement.ts';
import type { TrackingState } from './state.ts';
import { CHAIN, ROW, ROW_TIME, SYN_ANSWER_NOT_CAPTURED, SYN_DECIDED, SYN_HAS_TSVAL } from './syn-ring.ts';

/** A request is given up after five SYN-ACK retransmissions, 63 s (TCP_SYNACK_RETRIES). */
const REQUEST_LIFETIME = 63;
/** An attempt lasts two minutes; at 1 MHz, the fastest clock, that is less than this. */
const LONGEST_ATTEMPT_TICKS = 1 << 27;

/**
 * A SYN-ACK is sent again after a second at the earliest, which the slowest clock of a client counts as 100 ticks; the ACK
 * of a new handshake comes within a round trip.
 */
const AGAIN_TICKS = 80;
/** What passes between the SYN-ACK and the client's segment is not part of the SYN's age. */
const FASTEST_RATE = 1100;

/** More data than any packet holds. */
const LONGEST_DATA = 1 << 16;

/**
 * The answers to SYN packets.
 *
 * A SYN-ACK belongs to the SYN packet whose TSval it echoes, because a stalled target may answer an earlier packet
 * after a later one; without timestamps it belongs to the latest. RST and bare ACK come at once and belong to the
 * latest undecided packet.
 */
export class AnswerTracker {
  private readonly state: TrackingState;
  private readonly settlement: Settlement;
  private readonly early = new EarlyAnswers();

  constructor(state: TrackingState, settlement: Settlement) {
    this.state = state;
    this.settlement = settlement;
  }

  /**
   * A SYN-ACK whose SYN is not in the capture, or not yet. In the first minute it may be one sent again for a request
   * from before the capture, so that the listener has handshakes that it cannot complete; or its SYN was lost. The client's
   * clock tells, once the client acknowledges it; without timestamps the first is assumed until the target goes on.
   *
   * @param slot the connection's, or -1
   */
  synAckOfUnknown(s: Segment, slot: number, now: number): void {
    if (slot >= 0 && s.hasTsecr && s.tsecr !== 0) {
      this.early.remember(s, slot, now, Number.NaN);
      return;
    }
    const listener = this.state.listenerBehind(s);
    const before = listener < 0 ? Number.NEGATIVE_INFINITY : this.state.listeners.lastRepeat(listener);
    this.repeatFromBefore(listener, now);
    if (slot >= 0) this.early.remember(s, slot, now, before);
  }

  /** The same on a 4-tuple that was used before. */
  synAckOfLater(s: Segment, slot: number, now: number): void {
    const isSynAck = (s.flags & (SYN | ACK)) === (SYN | ACK);
    if (isSynAck) this.early.remember(s, slot, now, Number.NaN);
  }

  /** A SYN came on a connection slot: its SYN-ACK may have been captured before it. */
  mayBeAnswered(slot: number, side: number, isn: number, now: number): void {
    const entry = this.early.find(slot, isn, now);
    if (entry < 0) return;
    const { connections } = this.state;
    const flags = connections.word(slot, CONNECTION.flags);
    if ((flags & (ATTEMPT_OPEN | ATTEMPT_CONNECTED)) !== ATTEMPT_OPEN) return;
    this.noRepeat(entry, connections.word(slot, CONNECTION.listener));
    this.early.forget(entry);
    this.synAck(this.early.answer(entry), slot, 1 - side, now);
  }

  /**
   * A segment on a connection whose handshake is not in the capture: where the target goes on, it was completed; where the
   * client acknowledges, its clock tells the age of its SYN.
   */
  handshakeUnknown(s: Segment, slot: number, now: number): void {
    if ((s.flags & (RST | SYN | ACK)) !== ACK) return;
    const entry = this.early.on(slot, now);
    if (entry < 0) return;
    const synAck = this.early.answer(entry);
    const next = (synAck.seq + 1) | 0;
    if (s.seq === next) this.noRepeat(entry, this.state.listenerBehind(s));
    else if (s.ack === next && s.hasTsval && synAck.hasTsecr && synAck.tsecr !== 0) {
      const sent = this.early.time(entry);
      const age = serialDistance(s.tsval, synAck.tsecr) - FASTEST_RATE * Math.abs(now - sent);
      const listener = this.state.listenerAhead(s);
      if (age < AGAIN_TICKS || listener < 0) return;
      this.early.sentAgain(entry, this.state.listeners.lastRepeat(listener));
      this.repeatFromBefore(listener, sent);
    }
  }

  private repeatFromBefore(listener: number, at: number): void {
    const { firstTime, listeners } = this.state;
    if (listener < 0 || at - firstTime > REQUEST_LIFETIME || at <= listeners.lastRepeat(listener)) return;
    listeners.noteRepeat(listener, at);
  }

  /** The SYN-ACK of the entry was not one sent again: the listener has shown nothing by it. */
  private noRepeat(entry: number, listener: number): void {
    const { listeners } = this.state;
    const repeat = this.early.revoke(entry);
    const latest = listener >= 0 && listeners.lastRepeat(listener) === this.early.time(entry);
    if (latest && !Number.isNaN(repeat)) listeners.noteRepeat(listener, repeat);
  }

  /**
   * A SYN-ACK that looks like a second sighting. A request that gets two SYN packets at once (after a stall) sends two
   * SYN-ACKs that differ in nothing; so it still answers a packet that waits for one.
   */
  synAckTwice(s: Segment, now: number): void {
    const { connections } = this.state;
    connections.setKeyOf(s);
    const slot = connections.find();
    if (slot < 0 || (connections.word(slot, CONNECTION.flags) & ATTEMPT_CONNECTED) === 0) return;
    if (!this.isBehindSyn(s.ack, slot)) return;
    const answered = this.echoed(s, slot);
    if (answered >= 0) this.settlement.decide(answered, ANSWERED, now);
  }

  /**
   * A segment other than a SYN on a slot with an attempt. Returns true when it was wholly an answer to a SYN, false
   * when the connection has to see it too.
   */
  reply(s: Segment, slot: number, side: number, now: number): boolean {
    const { connections } = this.state;
    const flags = connections.word(slot, CONNECTION.flags);
    const fromPeer = (flags & ATTEMPT_FROM_1) === (side === 1 ? ATTEMPT_FROM_1 : 0);
    if ((flags & ATTEMPT_CONNECTED) !== 0) {
      if (!fromPeer && (s.flags & (SYN | ACK)) === (SYN | ACK) && this.isBehindSyn(s.ack, slot)) {
        this.synAckAgain(s, slot, now);
        return true;
      }
      return false;
    }
    if (fromPeer) {
      // The client goes on as after a handshake: its SYN was answered, the capture does not hold the answer.
      if ((s.flags & (SYN | RST)) === 0 && this.isBehindSyn(s.seq, slot) && (s.flags & ACK) !== 0) {
        this.answeredUnseen(slot, side, now);
      }
      return false;
    }
    if ((s.flags & (SYN | ACK)) === (SYN | ACK)) {
      if (!this.isBehindSyn(s.ack, slot)) return false;
      // `synAckOfLater` keeps it for its SYN packet.
      if (this.answersLaterSyn(s, slot)) return false;
      this.synAck(s, slot, side, now);
      return true;
    }
    const latest = this.latestUndecided(slot);
    if ((s.flags & RST) !== 0) {
      if (latest >= 0 && (s.flags & ACK) !== 0 && this.isBehindSyn(s.ack, slot)) {
        this.settlement.decide(latest, REFUSED, now);
        this.settlement.endAttempt(slot);
        return true;
      }
      return false;
    }
    if ((s.flags & ACK) === 0) return false;
    // Neither of an old connection nor unseen: of the one whose SYN-ACK came before its SYN packet.
    const early = this.early.on(slot, now);
    if (early >= 0 && this.isBehindSyn(this.early.acknowledges(early), slot)) return false;
    if (this.isBehindSyn(s.ack, slot)) {
      this.answeredUnseen(slot, 1 - side, now);
      return false;
    }
    if (latest >= 0 && s.payload === 0 && (s.flags & FIN) === 0) {
      this.settlement.decide(latest, CHALLENGED, now);
      this.state.connections.setTime(slot, CONNECTION_TIME.challenged, now);
      if ((flags & TIME_WAIT) !== 0) {
        // A SYN that fails PAWS arms TIME-WAIT again for its full 60 s.
        connections.set(slot, CONNECTION.flags, flags | TIME_WAIT_REARMED);
        connections.setTime(slot, CONNECTION_TIME.timeWaitSince, now);
      }
    }
    return false;
  }

  /**
   * True for the number right behind the SYN of the attempt on a slot, or, where it carried data, behind some of that: a
   * target that knows the cookie takes the data with it (TCP Fast Open, RFC 7413; tcp_try_fastopen since 3.7), and a RST
   * counts it in any case.
   */
  private isBehindSyn(number: number, slot: number): boolean {
    const { connections } = this.state;
    const behind = (number - connections.word(slot, CONNECTION.isn) - 1) | 0;
    if (behind === 0) return true;
    const withData = (connections.word(slot, CONNECTION.flags) & ATTEMPT_DATA) !== 0;
    return withData && behind > 0 && behind < LONGEST_DATA;
  }

  /** The first SYN-ACK of an attempt: the connection starts afresh on its slot. */
  private synAck(s: Segment, slot: number, side: number, now: number): void {
    const { connections, ring, totals } = this.state;
    const answered = this.echoed(s, slot);
    const flags = connections.word(slot, CONNECTION.flags);
    const negotiated = negotiates(flags, s);
    const kept = flags & ATTEMPT_KEPT;
    connections.set(
      slot,
      CONNECTION.flags,
      kept |
        ATTEMPT_CONNECTED |
        REQUEST_OPEN |
        (negotiated ? 0 : NO_TIMESTAMPS) |
        ((ACK_KNOWN | NEXT_KNOWN) << side),
    );
    this.state.listeners.bump(connections.word(slot, CONNECTION.listener), COUNT.requests);
    connections.setTime(slot, CONNECTION_TIME.peerSpoke, 0);
    connections.setTime(slot, CONNECTION_TIME.answered, now);
    const target = connections.at(slot) + sideOf(side);
    const peer = connections.at(slot) + sideOf(1 - side);
    connections.words[target + SIDE.sndNext] = (s.seq + 1) | 0;
    connections.words[target + SIDE.ackHigh] = s.ack;
    connections.words[peer + SIDE.sndNext] = s.ack;
    if (ring.holds(answered) && negotiated && (ring.word(answered, ROW.flags) & SYN_HAS_TSVAL) !== 0) {
      // The request keeps the SYN's TSval as ts_recent (kernel tcp_openreq_init).
      connections.words[target + SIDE.tsRecent] = ring.word(answered, ROW.tsval);
      connections.words[target + SIDE.tsRecentOrdinal] = ring.word(answered, ROW.ordinal);
      connections.setTime(slot, CONNECTION_TIME.tsRecent + side, ring.time(answered, ROW_TIME.arrived));
      connections.set(
        slot,
        CONNECTION.flags,
        connections.word(slot, CONNECTION.flags) | (TS_KNOWN << side) | (NEXT_KNOWN << (1 - side)),
      );
    }
    totals.connected += 1;
    this.state.pairs.bump(connections.word(slot, CONNECTION.pair), COUNT.connected);
    this.state.targets.bump(connections.word(slot, CONNECTION.target), COUNT.connected);
    if (answered >= 0) this.settlement.decide(answered, ANSWERED, now);
    this.settlement.endAttempt(slot);
  }

  /** A further SYN-ACK: the answer to a SYN packet that came after the first, or a retransmission. */
  private synAckAgain(s: Segment, slot: number, now: number): void {
    const { connections } = this.state;
    const since = Math.abs(now - connections.time(slot, CONNECTION_TIME.answered));
    if (since <= HORIZONS.duplicateSeconds && this.answerComesLate(s, slot, now)) return;
    const answered = this.echoed(s, slot);
    if (answered >= 0) this.settlement.decide(answered, ANSWERED, now);
    else if (since >= HORIZONS.notYetAgainSeconds) {
      const listener = connections.word(slot, CONNECTION.listener);
      this.state.listeners.noteRepeat(listener, now);
      if (connections.time(slot, CONNECTION_TIME.peerSpoke) > 0) {
        this.state.listeners.bump(listener, COUNT.synAckRepeats);
      }
    }
  }

  /**
   * The SYN-ACK of a handshake that went on before it, in a capture that is out of order. True: it was missed, and no
   * longer is.
   */
  private answerComesLate(s: Segment, slot: number, now: number): boolean {
    const { connections, ring, totals } = this.state;
    const serial = connections.word(slot, CONNECTION.lastSyn);
    if (!ring.holds(serial) || (ring.word(serial, ROW.flags) & SYN_ANSWER_NOT_CAPTURED) === 0) return false;
    this.settlement.amend(serial, ANSWERED, now);
    const at = ring.row(serial) + ROW.flags;
    ring.words[at] = i32(ring.words, at) & ~SYN_ANSWER_NOT_CAPTURED;
    totals.oneWayHandshakes -= 1;
    this.state.pairs.drop(connections.word(slot, CONNECTION.pair), COUNT.oneWay);
    this.state.targets.drop(connections.word(slot, CONNECTION.target), COUNT.oneWay);
    const flags = connections.word(slot, CONNECTION.flags);
    const negotiated = negotiates(flags, s);
    if (!negotiated) connections.set(slot, CONNECTION.flags, flags | NO_TIMESTAMPS);
    return true;
  }

  /** The undecided SYN packet of the attempt that a SYN-ACK echoes; without timestamps the latest; -1 for none. */
  private echoed(s: Segment, slot: number): number {
    const { connections, ring } = this.state;
    let serial = connections.word(slot, CONNECTION.lastSyn);
    if (!s.hasTsecr || s.tsecr === 0) return this.latestUndecided(slot);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      const flags = ring.word(serial, ROW.flags);
      if ((flags & SYN_HAS_TSVAL) !== 0 && ring.word(serial, ROW.tsval) === s.tsecr) {
        // An existing request answers later SYN packets too, and goes on echoing the one that made it.
        return (flags & SYN_DECIDED) === 0 ? serial : this.latestUndecided(slot);
      }
      serial = ring.word(serial, ROW.previous);
    }
    return this.latestUndecided(slot);
  }

  /**
   * True when a SYN-ACK echoes a TSval that the client's clock reached only after the latest SYN packet of the attempt:
   * it answers a further one, which the capture holds later, or lost. The ones before it got no answer.
   */
  private answersLaterSyn(s: Segment, slot: number): boolean {
    const { connections, ring } = this.state;
    const serial = connections.word(slot, CONNECTION.lastSyn);
    if (!s.hasTsecr || s.tsecr === 0 || !ring.holds(serial)) return false;
    if ((ring.word(serial, ROW.flags) & SYN_HAS_TSVAL) === 0) return false;
    const ahead = serialDistance(s.tsecr, ring.word(serial, ROW.tsval));
    return ahead > 0 && ahead < LONGEST_ATTEMPT_TICKS;
  }

  private latestUndecided(slot: number): number {
    const { ring } = this.state;
    const serial = this.state.connections.word(slot, CONNECTION.lastSyn);
    if (!ring.holds(serial) || (ring.word(serial, ROW.flags) & SYN_DECIDED) !== 0) return -1;
    return serial;
  }

  /** The handshake plainly succeeded, but its SYN-ACK is not in the capture: never call those SYNs silent. */
  private answeredUnseen(slot: number, targetSide: number, now: number): void {
    const { connections, ring, totals } = this.state;
    let serial = connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(serial); i += 1) {
      const at = ring.row(serial) + ROW.flags;
      if ((i32(ring.words, at) & SYN_DECIDED) === 0) {
        ring.words[at] = i32(ring.words, at) | SYN_ANSWER_NOT_CAPTURED;
        this.settlement.decide(serial, UNKNOWN, now);
      }
      serial = ring.word(serial, ROW.previous);
    }
    totals.oneWayHandshakes += 1;
    totals.connected += 1;
    this.state.pairs.bump(connections.word(slot, CONNECTION.pair), COUNT.oneWay);
    this.state.pairs.bump(connections.word(slot, CONNECTION.pair), COUNT.connected);
    this.state.targets.bump(connections.word(slot, CONNECTION.target), COUNT.oneWay);
    this.state.targets.bump(connections.word(slot, CONNECTION.target), COUNT.connected);
    const flags = connections.word(slot, CONNECTION.flags);
    const kept = flags & ATTEMPT_KEPT;
    connections.set(slot, CONNECTION.flags, kept | ATTEMPT_CONNECTED | (ACK_KNOWN << targetSide));
    connections.setTime(slot, CONNECTION_TIME.answered, now);
    const target = connections.at(slot) + sideOf(targetSide);
    connections.words[target + SIDE.ackHigh] = (connections.word(slot, CONNECTION.isn) + 1) | 0;
    this.settlement.endAttempt(slot);
  }
}

/** True when a SYN-ACK, to an attempt with these flags, leaves both sides with timestamps, as far as was captured. */
function negotiates(flags: number, synAck: Segment): boolean {
  return (flags & ATTEMPT_TSVAL) !== 0 && (synAck.hasTsval || synAck.optionsCut);
}
