import { FATE_PASS, FATE_POSSIBLE, FATE_REJECT, FATE_UNKNOWN, fateOf } from '../kernel/fate.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { ANSWERED, CHALLENGED, SILENT, UNKNOWN } from '../tracking/answer.ts';
import { CONNECTION } from '../tracking/connections.ts';
import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import {
  CHAIN,
  ROW,
  SYN_AFTER_CHALLENGE,
  SYN_ANSWER_NOT_CAPTURED,
  SYN_DUPLICATE,
  SYN_ODD,
  SYN_ON_LATE_TIME_WAIT,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
  SYN_REPLY_LOST,
  SYN_RETRANSMISSION,
} from '../tracking/syn-ring.ts';
import { i32 } from '../units/table.ts';
import { AssumedLedger } from './assumed-ledger.ts';
import { countedFate, fieldOf, firstField, outcomeField, queueField } from './cell-fields.ts';
import { CELL, Cells, PEER_FIELDS } from './cells.ts';
import { Congestion } from './congestion.ts';
import {
  CLASS_CONTESTED,
  CLASS_EARLY,
  CLASS_STUCK,
  CLASS_TIME_WAIT_SILENT,
  CLASS_UNSERVED,
} from './row-class.ts';
import { plainField } from './peer-agreement.ts';
import { RejectedAttempts } from './rejected-attempts.ts';
import { SilentSeconds } from './silent-seconds.ts';
import { TimeWaitCost } from './time-wait-cost.ts';
import { UnservedPorts } from './unserved-ports.ts';

/** Peers that get a row of cells although no kernel rejects any of their SYN packets. */
const UNDECIDED_ROWS = 4096;

/**
 * Puts prediction beside observation as SYN packets are settled: per target, and per peer once it has something to
 * tell. Every packet is counted under each variant of the kernel at once; which variant holds is chosen at the end.
 */
export class Ledger {
  readonly targets: Cells;
  readonly peers: Cells;
  /** The same for a capture of SYNs alone. */
  readonly assumed: AssumedLedger;
  /** SYN packets, by target, that met a live connection on their 4-tuple (0), and those answered with its ACK (1). */
  readonly collisions = new Cells(1, 2);
  /** SYN packets, by target, whose SYN-ACK was captured and did not reach the client. */
  readonly repliesLost = new Cells(1, 1);
  /** What was served in the very seconds in which others were met with silence. */
  readonly seconds: SilentSeconds;
  /** What became of attempts that met TIME-WAIT. */
  readonly timeWaits: TimeWaitCost;
  private readonly state: TrackingState;
  private readonly variants: number;
  /** By variant: what its stamps are keyed by. */
  private readonly keys: readonly KernelProfile['key'][];
  private readonly onEarly: (serial: number, mask: number) => void;
  private readonly attempts: RejectedAttempts;
  readonly congestion: Congestion;
  private readonly unserved: UnservedPorts;
  private peerRows = 0;
  private readonly freeRows: number[] = [];

  /**
   * @param onRejected hears of each attempt counted as rejected, with its clock and the variants
   * @param onEarly hears of each row that was silent for a reason that may lie before the capture, under which variants
   */
  constructor(
    state: TrackingState,
    model: KernelModel,
    onRejected: (target: number, pair: number, clock: number, mask: number) => void,
    onEarly: (serial: number, mask: number) => void,
  ) {
    this.onEarly = onEarly;
    this.state = state;
    this.variants = model.variants.length;
    this.keys = model.variants.map(({ key }) => key);
    this.targets = new Cells(this.variants);
    this.peers = new Cells(this.variants, PEER_FIELDS);
    this.assumed = new AssumedLedger(state, (pair) => this.detail(pair));
    this.congestion = new Congestion(state);
    this.unserved = new UnservedPorts(state);
    this.seconds = new SilentSeconds(state);
    this.timeWaits = new TimeWaitCost(state);
    this.attempts = new RejectedAttempts(state, {
      variants: this.variants,
      targets: this.targets,
      peers: this.peers,
      detail: (pair) => this.detail(pair),
      counted: onRejected,
    });
  }

  /** True as long as the capture has shown nothing but SYNs, their answers and RSTs. */
  get handshakesOnly(): boolean {
    return this.state.totals.others === 0;
  }

  /** An attempt is over; its rows may still wait to be settled. */
  attemptEnded(slot: number): void {
    const { connections, ring } = this.state;
    let pending = false;
    let serial = connections.word(slot, CONNECTION.lastSyn);
    for (let i = 0; i < CHAIN && ring.holds(serial) && !pending; i += 1) {
      pending = ring.word(serial, ROW.answer) !== ANSWERED && this.anyReject(ring.word(serial, ROW.fates));
      serial = ring.word(serial, ROW.previous);
    }
    this.attempts.attemptEnded(slot, pending);
    this.timeWaits.attemptEnded(slot);
  }

  /** The row's last moment: everything about it is known. */
  settled(serial: number): void {
    if ((this.state.ring.word(serial, ROW.flags) & SYN_DUPLICATE) !== 0) return;
    this.attempts.settled(serial, this.settleRow(serial));
  }

  /** Counts the row; returns the variants under which it was rejected and silent. */
  private settleRow(serial: number): number {
    const { ring } = this.state;
    const at = ring.row(serial);
    const flags = i32(ring.words, at + ROW.flags);
    if (this.handshakesOnly) this.assumed.settled(serial);
    const answer = i32(ring.words, at + ROW.answer);
    const target = i32(ring.words, at + ROW.target);
    if ((flags & SYN_ON_LIVE) !== 0) this.countCollision(target, answer, flags);
    if ((flags & SYN_REPLY_LOST) !== 0) this.repliesLost.add(target, 0, 0, 1);
    if ((flags & (SYN_ODD | SYN_ON_REQUEST | SYN_ON_LIVE)) !== 0) return 0;
    const fates = i32(ring.words, at + ROW.fates);
    if (answer === UNKNOWN) {
      return this.countOpen(serial, target, fates, flags);
    }
    if (answer === CHALLENGED && (flags & SYN_ON_LATE_TIME_WAIT) !== 0) {
      this.targets.bumpAll(target, CELL.timeWaitKept);
    }
    if (answer !== SILENT && answer !== ANSWERED) return 0;
    const silent = answer === SILENT;
    const uniform = this.uniformFate(fates);
    const leading = uniform >= 0 ? 0 : this.leadingVariant(target);
    const fate = fateOf(fates, leading);
    const stuck = this.congestion.stuck(serial);
    if (stuck) this.congestion.met(serial, silent);
    if (fate === FATE_PASS) this.congestion.passing(serial, stuck && silent);
    const rejected = fate === FATE_REJECT || fate === FATE_POSSIBLE;
    let marks = 0;
    if (silent && stuck) marks |= CLASS_STUCK;
    if (silent && rejected && this.congestion.contests(serial, this.leadingVariant(target))) {
      marks |= CLASS_CONTESTED;
    }
    if (silent && uniform === FATE_PASS) this.unserved.silentAllTheSame(serial);
    const contested = (marks & CLASS_CONTESTED) !== 0;
    const unserved = silent && uniform !== FATE_PASS && !contested && this.unserved.has(serial);
    if (unserved) marks |= CLASS_UNSERVED;
    if (silent && (flags & SYN_AFTER_CHALLENGE) !== 0) marks |= CLASS_TIME_WAIT_SILENT;
    const open = silent ? this.maskOf(fates, FATE_UNKNOWN) & ~this.maskOf(fates, FATE_PASS) : 0;
    if (open !== 0 && !unserved && !this.congestion.everStuck(ring.word(serial, ROW.listener))) {
      marks |= CLASS_EARLY;
      this.onEarly(serial, open);
    }
    this.seconds.settled(serial, target, silent);
    ring.words[at + ROW.class] = i32(ring.words, at + ROW.class) | marks;
    if ((uniform === FATE_PASS || uniform === FATE_UNKNOWN) && (marks & ~CLASS_EARLY) === 0) {
      this.countPlain(serial, target, uniform, silent, (flags & SYN_RETRANSMISSION) === 0);
      return 0;
    }
    this.count(serial, target, fates, answer, (flags & SYN_RETRANSMISSION) === 0, marks);
    const excused = (marks & (CLASS_CONTESTED | CLASS_TIME_WAIT_SILENT | CLASS_UNSERVED)) !== 0;
    return silent && !excused ? this.maskOf(fates, FATE_POSSIBLE) : 0;
  }

  pairForgotten(pair: number): void {
    const row = this.state.pairs.count(pair, COUNT.detail) - 1;
    if (row >= 0) this.freeRows.push(row);
    this.assumed.pairForgotten(pair);
    this.seconds.pairForgotten(pair);
  }

  targetForgotten(target: number): void {
    this.targets.clear(target);
    this.assumed.targets.clear(target);
    this.collisions.clear(target);
    this.repliesLost.clear(target);
    this.seconds.forget(target);
  }

  listenerForgotten(listener: number): void {
    this.congestion.forget(listener);
    this.unserved.forget(listener);
    this.assumed.listenerForgotten(listener);
  }

  /** The variant of the kernel that explains a target best so far (its index). */
  leadingVariant(target: number): number {
    let best = this.variants - 1;
    let bestScore = this.score(target, best);
    for (let v = this.variants - 2; v >= 0; v -= 1) {
      const score = this.score(target, v);
      if (score > bestScore) {
        best = v;
        bestScore = score;
      }
    }
    return best;
  }

  /** How well a variant explains a target: an answered SYN that it must have rejected weighs most. */
  score(target: number, variant: number): number {
    const { targets } = this;
    return (
      targets.get(target, variant, CELL.rejectSilent) -
      10 * targets.get(target, variant, CELL.rejectAnswered) -
      0.5 * targets.get(target, variant, CELL.passSilent)
    );
  }

  /** Row of a pair in `peers` (and `assumed.peers`), made when it is first needed. */
  detail(pair: number): number {
    const { pairs } = this.state;
    const known = pairs.count(pair, COUNT.detail);
    if (known > 0) return known - 1;
    const row = this.freeRows.pop() ?? this.peerRows++;
    this.peers.clear(row);
    this.assumed.peers.clear(row);
    pairs.set(pair, COUNT.detail, row + 1);
    return row;
  }

  /** Counts what nearly all rows are: no variant foresees that they are rejected, and nothing else is known of them. */
  private countPlain(serial: number, target: number, fate: number, silent: boolean, first: boolean): void {
    const { ring, pairs } = this.state;
    this.targets.bumpAll(target, outcomeField(fate, silent));
    pairs.bump(ring.word(serial, ROW.pair), plainField(fate, silent));
    if (fate !== FATE_PASS) return;
    if (first) this.targets.bumpAll(target, firstField(false, silent));
    if (!silent) return;
    for (let v = 0; v < this.variants; v += 1) {
      this.targets.note(target, v, CELL.firstUnpredicted, ring.word(serial, ROW.ordinal));
    }
  }

  /** The fate that all variants agree on, or -1. */
  private uniformFate(fates: number): number {
    const fate = fates & 3;
    for (let v = 1; v < this.variants; v += 1) if (fateOf(fates, v) !== fate) return -1;
    return fate;
  }

  private count(
    serial: number,
    target: number,
    fates: number,
    answer: number,
    first: boolean,
    marks: number,
  ): void {
    const { ring, pairs } = this.state;
    const pair = ring.word(serial, ROW.pair);
    // Passed under one kernel and unknown under another, as SYNs without timestamps in the first minute: not worth the
    // memory where a flood of sources sends them.
    const dull =
      this.peerRows >= UNDECIDED_ROWS &&
      (marks & ~CLASS_EARLY) === 0 &&
      pairs.count(pair, COUNT.detail) === 0 &&
      !this.anyReject(fates);
    const peer = dull ? -1 : this.detail(pair);
    const silent = answer === SILENT;
    const ordinal = ring.word(serial, ROW.ordinal);
    for (let v = 0; v < this.variants; v += 1) {
      const fate = countedFate(fateOf(fates, v), marks);
      const field = fieldOf(fate, silent, marks);
      this.targets.add(target, v, field, 1);
      if (peer >= 0) this.peers.add(peer, v, field, 1);
      const queue = queueField(fate, marks);
      if (queue >= 0) {
        this.targets.add(target, v, queue, 1);
        if (peer >= 0) this.peers.add(peer, v, queue, 1);
      }
      if (fate === FATE_REJECT) {
        this.noteOrder(target, v, silent, ordinal);
        if (!silent) this.noteContradicted(target, v, serial);
      }
      if (fate === FATE_PASS && silent) this.targets.note(target, v, CELL.firstUnpredicted, ordinal);
      const doubtful =
        fate === FATE_POSSIBLE ||
        fate === FATE_UNKNOWN ||
        (marks & (CLASS_CONTESTED | CLASS_TIME_WAIT_SILENT)) !== 0;
      if (first && !doubtful) this.targets.add(target, v, firstField(fate === FATE_REJECT, silent), 1);
    }
  }

  /** When predictions came true, and when not: the switch may have been turned in between. */
  private noteOrder(target: number, variant: number, silent: boolean, ordinal: number): void {
    const { targets } = this;
    targets.note(target, variant, silent ? CELL.firstRejected : CELL.firstContradiction, ordinal);
    targets.put(target, variant, silent ? CELL.lastRejected : CELL.lastContradiction, ordinal);
  }

  /** A stamp that is wrong, since its successor was not captured, is contradicted by every SYN until the next. */
  private noteContradicted(target: number, variant: number, serial: number): void {
    const { targets } = this;
    const { ring } = this.state;
    const stamp = ring.word(serial, this.keys[variant] === 'peer' ? ROW.peerStampOrdinal : ROW.stampOrdinal);
    if (stamp <= targets.get(target, variant, CELL.lastContradictedStamp)) return;
    targets.put(target, variant, CELL.lastContradictedStamp, stamp);
    targets.add(target, variant, CELL.contradictedStamps, 1);
  }

  private countCollision(target: number, answer: number, flags: number): void {
    const silent = answer === SILENT && (flags & SYN_ANSWER_NOT_CAPTURED) === 0;
    if (silent || answer === CHALLENGED) this.collisions.add(target, 0, 0, 1);
    if (answer === CHALLENGED) this.collisions.add(target, 0, 1, 1);
  }

  /** The capture ended before an answer could come: a sure reject needs none, where somebody listens with room. */
  private countOpen(serial: number, target: number, fates: number, flags: number): number {
    if ((flags & SYN_ANSWER_NOT_CAPTURED) !== 0) return 0;
    const { ring } = this.state;
    const listener = ring.word(serial, ROW.listener);
    if (this.unserved.has(serial) || this.congestion.everStuck(listener)) {
      const at = ring.row(serial) + ROW.class;
      ring.words[at] = i32(ring.words, at) | CLASS_CONTESTED;
      return 0;
    }
    const pair = ring.word(serial, ROW.pair);
    const mask = this.maskOf(fates, FATE_REJECT);
    for (let v = 0; v < this.variants; v += 1) {
      if ((mask & (1 << v)) === 0) continue;
      this.targets.add(target, v, CELL.rejectOpen, 1);
      this.peers.add(this.detail(pair), v, CELL.rejectOpen, 1);
    }
    return mask;
  }

  private anyReject(fates: number): boolean {
    return this.maskOf(fates, FATE_POSSIBLE) !== 0;
  }

  /** Bit v set: variant v gives at least the fate `least`. */
  private maskOf(fates: number, least: number): number {
    let mask = 0;
    for (let v = 0; v < this.variants; v += 1) {
      if (fateOf(fates, v) >= least) mask |= 1 << v;
    }
    return mask;
  }
}
