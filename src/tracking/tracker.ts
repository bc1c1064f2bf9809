import type { CaptureRecord } from '../capture/record.ts';
import type { Segment } from '../packet/segment.ts';
import { ACK, FIN, RST, SYN } from '../packet/segment.ts';
import { AnswerTracker } from './answers.ts';
import { AttemptTracker } from './attempts.ts';
import { ConnectionTracker } from './connection-tracker.ts';
import {
  ATTEMPT_CONNECTED,
  ATTEMPT_FROM_1,
  ATTEMPT_OPEN,
  BETWEEN,
  CONNECTION,
  CONNECTION_TIME,
  ESTABLISHED,
  TRANSLATED,
} from './connections.ts';
import type { TrackingEvents } from './events.ts';
import { LEAP_SECONDS, TRACKING_LIMITS } from './limits.ts';
import { PlainSegments } from './plain-segments.ts';
import { SecondSightings } from './second-sightings.ts';
import { Sightings } from './sightings.ts';
import { Settlement } from './settlement.ts';
import { TrackingState } from './state.ts';
import { Translations } from './translations.ts';
import type { TrackingLimits } from './state.ts';
import { ROW } from './syn-ring.ts';
import { i32 } from '../units/table.ts';

export interface TrackerOptions {
  /** Seed of all hash tables, drawn per run by the caller. */
  readonly seed: number;
  /** Ceilings, where they differ from `TRACKING_LIMITS`. */
  readonly limits?: Partial<TrackingLimits>;
}

const HANDSHAKE_SEEN = ATTEMPT_OPEN | ATTEMPT_CONNECTED | ESTABLISHED;

/**
 * Follows every TCP segment: recognises second sightings, finds the 4-tuple, and hands SYNs and their answers to the
 * attempts, everything else to the connections. Time is capture time in seconds; it may step back, and then ages are
 * taken as zero.
 */
export class Tracker {
  readonly state: TrackingState;
  private readonly sightings: Sightings;
  private readonly translations: Translations;
  private readonly attempts: AttemptTracker;
  private readonly secondSightings: SecondSightings;
  private readonly answers: AnswerTracker;
  private readonly connections: ConnectionTracker;
  private readonly plain: PlainSegments;
  private severalCaptures = false;
  /** A time far from all before it, in seconds, as long as it is not confirmed. */
  private leap = Number.NaN;

  constructor(events: TrackingEvents, options: TrackerOptions) {
    const limits = { ...TRACKING_LIMITS, ...options.limits };
    this.state = new TrackingState(options.seed, limits);
    this.sightings = new Sightings(options.seed, limits.sightings);
    this.translations = new Translations(options.seed);
    const settlement = new Settlement(this.state, events);
    this.attempts = new AttemptTracker(this.state, settlement, events);
    this.secondSightings = new SecondSightings(this.state, settlement, events);
    this.answers = new AnswerTracker(this.state, settlement);
    this.connections = new ConnectionTracker(this.state, events);
    this.plain = new PlainSegments(this.state);
  }

  /** The segments that follow belong to capture `index`; `packetsBefore` frames came in the captures before it. */
  beginCapture(index: number, packetsBefore: number): void {
    this.state.capture = index;
    if (index > 0) this.severalCaptures = true;
    this.state.ordinalBase = packetsBefore;
  }

  /**
   * Takes a record that is nothing but a further segment of a connection that is well known, without a decoded segment.
   * False for any other, which is then to be decoded and given to `segment`.
   */
  take(record: CaptureRecord): boolean {
    // What is captured twice has to be looked at twice, and a time in doubt is confirmed or dropped by the next.
    if (this.severalCaptures || this.state.totals.duplicates > 0 || !Number.isNaN(this.leap)) return false;
    return this.plain.take(record);
  }

  segment(s: Segment): void {
    const { state } = this;
    this.clock(s);
    if ((s.flags & SYN) !== 0 || s.malformed) {
      this.odd(s, state.time);
      return;
    }
    const { connections, totals } = state;
    const found = connections.lookUp(s);
    if (found >= 0) {
      const slot = found >> 1;
      const flags = connections.word(slot, CONNECTION.flags);
      // What is captured twice has its SYNs captured twice: until one was, other segments of one capture need no look.
      const between = (s.flags & (FIN | RST)) === 0 && (flags & BETWEEN) === ESTABLISHED;
      if ((flags & TRANSLATED) !== 0) {
        totals.duplicates += 1;
        return;
      }
      const lookTwice = !between || this.severalCaptures || totals.duplicates > 0;
      if (lookTwice && this.sightings.seenOn(s, found, state.micros)) {
        totals.duplicates += 1;
        return;
      }
      this.count(s);
      this.onConnection(s, slot, found & 1, flags);
      return;
    }
    this.count(s);
    // A lone segment without timestamps, or a RST, of an unknown connection teaches nothing.
    if (!s.hasTsval || (s.flags & RST) !== 0) return;
    const side = connections.setKeyOf(s);
    const slot = this.addConnection(state.time);
    this.sightings.seenOn(s, (slot << 1) | side, state.micros);
    this.onConnection(s, slot, side, 0);
  }

  /** A segment that is no SYN on a connection in the table. */
  private onConnection(s: Segment, slot: number, side: number, flags: number): void {
    const { state } = this;
    if ((flags & ATTEMPT_OPEN) !== 0) state.refresh(slot);
    if ((flags & HANDSHAKE_SEEN) === 0) this.answers.handshakeUnknown(s, slot, state.time);
    if ((flags & ATTEMPT_OPEN) === 0 || !this.answers.reply(s, slot, side, state.time)) {
      this.connections.segment(s, slot, side);
    }
    state.connections.setTime(slot, CONNECTION_TIME.lastSeen, state.time);
  }

  /** A SYN, a SYN-ACK, or a segment that Linux does not take for one. */
  private odd(s: Segment, now: number): void {
    const { state } = this;
    const { connections } = state;
    const isSyn = (s.flags & (SYN | ACK)) === SYN;
    if (this.sightings.seenBefore(s, state.micros)) {
      state.totals.duplicates += 1;
      if (isSyn) this.secondSightings.duplicate(s, now);
      else if ((s.flags & SYN) !== 0) this.answers.synAckTwice(s, now);
      return;
    }
    const found = connections.lookUp(s);
    if (isSyn && this.severalCaptures && this.secondSightings.heldElsewhere(s, found >> 1, now)) {
      state.totals.duplicates += 1;
      this.secondSightings.duplicate(s, now);
      return;
    }
    this.count(s);
    // Linux drops a segment with an impossible header length before it looks at anything else (tcp_v4_rcv).
    if (s.malformed && !isSyn) return;

    let slot = found >> 1;
    const side = found & 1;
    if (slot < 0) {
      if (!isSyn && (!s.hasTsval || (s.flags & RST) !== 0)) {
        this.answers.synAckOfUnknown(s, -1, now);
        return;
      }
      connections.setKeyOf(s);
      slot = this.addConnection(now);
      if (!isSyn) this.answers.synAckOfUnknown(s, slot, now);
    } else state.refresh(slot);
    if (isSyn) this.syn(s, slot, side);
    else if ((connections.word(slot, CONNECTION.flags) & TRANSLATED) !== 0) this.answerInFront(s, slot);
    else {
      const attempt = connections.word(slot, CONNECTION.flags) & (ATTEMPT_OPEN | ATTEMPT_CONNECTED);
      if (attempt === 0 || !this.answers.reply(s, slot, side, now)) {
        if (found >= 0) this.answers.synAckOfLater(s, slot, now);
        this.connections.segment(s, slot, side);
      }
    }
    connections.setTime(slot, CONNECTION_TIME.lastSeen, now);
  }

  /** A SYN, which may be a second sighting of one, behind source NAT. */
  private syn(s: Segment, slot: number, side: number): void {
    const { state, translations } = this;
    const before = s.hasTsval ? translations.before(s, state.micros) : -1;
    const takenBack = before >= 0 && this.secondSightings.takeBack(before);
    const serial = this.attempts.syn(s, slot, side, state.time);
    if (takenBack) this.secondSightings.tie(before, serial);
    this.answers.mayBeAnswered(slot, side, s.seq, state.time);
    if (s.hasTsval) translations.remember(serial, state.micros);
  }

  /**
   * A SYN-ACK on its last way to a client behind NAT. As a rule it was seen before NAT too; where the capture holds it
   * only here, it is the answer all the same.
   */
  private answerInFront(s: Segment, slot: number): void {
    const { connections, time } = this.state;
    const behind = this.secondSightings.behindNat(slot);
    const isAnswer = behind >= 0 && s.ack === ((connections.word(behind, CONNECTION.isn) + 1) | 0);
    if (!isAnswer) {
      this.uncount(s);
      return;
    }
    const fromPeer = (connections.word(behind, CONNECTION.flags) & ATTEMPT_FROM_1) !== 0 ? 1 : 0;
    this.state.refresh(behind);
    this.answers.reply(s, behind, 1 - fromPeer, time);
    connections.setTime(behind, CONNECTION_TIME.lastSeen, time);
  }

  /** A sighting that turns out not to count. */
  private uncount(s: Segment): void {
    const { totals } = this.state;
    totals.duplicates += 1;
    totals.segments -= 1;
    if (s.hasTsval) totals.withTsval -= 1;
    if (s.optionsCut) totals.optionsCut -= 1;
    if ((s.flags & (SYN | ACK)) === (SYN | ACK) && (s.flags & RST) === 0) totals.synAcks -= 1;
  }

  /** The capture is damaged right behind `frame`: if that is the latest SYN, no answer to it is no silence. */
  damagedBehind(capture: number, frame: number): void {
    const { ring } = this.state;
    const serial = ring.head - 1;
    if (!ring.holds(serial)) return;
    const at = ring.row(serial);
    if (i32(ring.words, at + ROW.capture) !== capture || i32(ring.words, at + ROW.frame) !== frame) return;
    ring.doubt(serial);
  }

  /**
   * Nothing was captured for a while. What waits for an answer is settled as at the end of a capture, and what follows is
   * met as at the beginning of one: any connection may have been closed, and its 4-tuple used again.
   */
  gap(): void {
    const { state } = this;
    const { connections } = state;
    this.attempts.finish();
    for (let slot = 0; slot < connections.table.end; slot += 1) {
      if (connections.table.isUsed(slot)) this.forget(slot);
    }
    state.gap();
  }

  /** Settles all that is open: the capture has ended. */
  finish(): void {
    this.attempts.finish();
  }

  /** Sets the time of the segment at work. */
  private clock(s: Segment): void {
    const { state } = this;
    const time = s.seconds + s.nanoseconds * 1e-9;
    if (!s.timed || this.isNonsense(time)) {
      state.totals.untimed += 1;
      s.timed = false;
      return;
    }
    if (time < state.now) state.stepBackTo(time);
    else if (Number.isNaN(state.firstTime)) state.firstTime = time;
    state.now = time;
    state.time = time;
    state.micros = (Math.imul(s.seconds, 1_000_000) + ((s.nanoseconds / 1000) | 0)) | 0;
  }

  /**
   * True when a time is far from the one before and nothing has confirmed it yet: the record after it does, or shows
   * that it was damaged. One such time would end every connection and age every stamp.
   */
  private isNonsense(time: number): boolean {
    const { now } = this.state;
    if (!(Math.abs(time - now) > LEAP_SECONDS)) {
      this.leap = Number.NaN;
      return false;
    }
    const confirmed = Math.abs(time - this.leap) < Math.abs(time - now);
    this.leap = confirmed ? Number.NaN : time;
    return !confirmed;
  }

  private count(s: Segment): void {
    const { totals } = this.state;
    totals.segments += 1;
    if (s.hasTsval) totals.withTsval += 1;
    if (s.optionsCut) totals.optionsCut += 1;
    if ((s.flags & RST) !== 0) totals.resets += 1;
    else if ((s.flags & SYN) === 0) {
      totals.others += 1;
      if ((s.flags & FIN) !== 0) totals.fins += 1;
    } else if ((s.flags & ACK) !== 0) totals.synAcks += 1;
  }

  private addConnection(now: number): number {
    const { connections } = this.state;
    // Two steps of the sweeping hand per newcomer keep the table as small as what is alive.
    for (let i = 0; i < 2; i += 1) {
      const old = connections.table.sweep(4);
      if (old >= 0 && connections.expired(old, now)) this.forget(old);
    }
    if (connections.table.full) {
      connections.evicted += 1;
      this.forget(this.oldestConnection());
    }
    return connections.add(now);
  }

  /** The oldest of four candidates: near enough to the oldest of all, at a fixed cost. */
  private oldestConnection(): number {
    const { connections } = this.state;
    let oldest = connections.table.sweep(connections.table.end);
    for (let i = 0; i < 3; i += 1) {
      const other = connections.table.sweep(connections.table.end);
      const younger = connections.time(oldest, CONNECTION_TIME.lastSeen);
      if (connections.time(other, CONNECTION_TIME.lastSeen) < younger) oldest = other;
    }
    return oldest;
  }

  private forget(slot: number): void {
    this.attempts.giveUp(slot);
    this.attempts.closeRequest(slot, this.state.connections.word(slot, CONNECTION.flags));
    this.state.connections.table.remove(slot);
  }
}
