import { ATTEMPT_CONNECTED, CONNECTION } from '../tracking/connections.ts';
import { COUNT } from '../tracking/counters.ts';
import { ANSWERED } from '../tracking/answer.ts';
import { familyOf, MAPPED } from '../tracking/keyed-table.ts';
import type { TrackingState } from '../tracking/state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_HAS_TSVAL,
  SYN_ODD,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
  SYN_ON_SURE_TIME_WAIT,
  SYN_ON_TIME_WAIT,
  SYN_OPTIONS_CUT,
  SYN_UNTIMED,
} from '../tracking/syn-ring.ts';
import { i32 } from '../units/table.ts';
import {
  FATE_PASS,
  FATE_POSSIBLE,
  FATE_REJECT,
  FATE_UNKNOWN,
  packTimeWait,
  TIME_WAIT_NONE,
  TIME_WAIT_REOPENS,
} from './fate.ts';
import { mayBeHalfClosed, mayBeInTimeWait, sideOfTarget, timeWaitMeets } from './old-connection.ts';
import { KERNEL_PROFILES } from './profiles.ts';
import type { KernelProfile } from './profiles.ts';
import { PAWS_MSL } from './rule.ts';
import { ServedFloors } from './served-floors.ts';
import { PASS, StampTable } from './stamps.ts';

/** Stamps are written only by connections that the target closed first: far fewer peers than SYN floods have sources. */
const STAMP_CEILING = 1 << 16;

/** The profiles that behave differently to a capture: what `auto` chooses between. */
export const DISTINCT_PROFILES: readonly KernelProfile[] = KERNEL_PROFILES.filter(({ id }) =>
  ['3.2', '3.14', '3.17'].includes(id),
);

/**
 * The target's kernel with tcp_tw_recycle on, replayed: predicts the fate of each SYN packet from what came before it,
 * under each variant of the kernel that is still possible.
 */
export class KernelModel {
  readonly variants: readonly KernelProfile[];
  /** Stamps keyed by local and peer address, and by peer address alone. */
  readonly byPair: StampTable;
  readonly byPeer: StampTable;
  private readonly floors = new ServedFloors();
  private readonly state: TrackingState;

  /** @param profile the kernel given by the user, or null to keep every distinct one in play */
  constructor(state: TrackingState, seed: number, profile: KernelProfile | null) {
    this.state = state;
    this.variants = profile === null ? DISTINCT_PROFILES : [profile];
    this.byPair = new StampTable(seed, STAMP_CEILING);
    this.byPeer = new StampTable(seed, STAMP_CEILING);
  }

  /** Predicts the fate of the SYN packet in row `serial` and notes it there, with the stamps it was compared with. */
  syn(serial: number): void {
    const { ring } = this.state;
    const at = ring.row(serial);
    const w = ring.words;
    const flags = i32(w, at + ROW.flags);
    const family = i32(w, at + ROW.family) === 6 ? 6 : 4;
    const now = ring.time(serial, ROW_TIME.arrived);

    const { byPair, byPeer } = this;
    const r0 = i32(w, at);
    const r1 = i32(w, at + 1);
    const r2 = i32(w, at + 2);
    const r3 = i32(w, at + 3);
    const l0 = i32(w, at + 4);
    const l1 = i32(w, at + 5);
    const l2 = i32(w, at + 6);
    const l3 = i32(w, at + 7);
    const pairSlot = byPair.lookUp(family, l0, l1, l2, l3, r0, r1, r2, r3);
    const peerSlot = byPeer.lookUp(family, 0, 0, 0, 0, r0, r1, r2, r3);
    const timeWait = timeWaitMeets(this.state, serial);
    let packed = packTimeWait(timeWait);
    for (let v = 0; v < this.variants.length; v += 1) {
      const variant = this.variants[v];
      if (variant === undefined) continue;
      packed |= this.fate(serial, variant, flags, family, pairSlot, peerSlot, timeWait, now) << (2 * v);
    }
    w[at + ROW.fates] = packed;
    // After judging: an entry shows the stamp that stood against this SYN.
    const times = ring.rowTimes(serial);
    if (pairSlot >= 0) {
      w[at + ROW.stampT] = byPair.tsval(pairSlot);
      w[at + ROW.stampOrdinal] = byPair.ordinal(pairSlot);
      ring.times[times + ROW_TIME.stamp] = byPair.time(pairSlot);
    }
    if (peerSlot >= 0) {
      w[at + ROW.peerStampT] = byPeer.tsval(peerSlot);
      w[at + ROW.peerStampOrdinal] = byPeer.ordinal(peerSlot);
      ring.times[times + ROW_TIME.peerStamp] = byPeer.time(peerSlot);
    }
  }

  /** The answer of a SYN packet is known: one that was served bounds the stamp from before the capture. */
  decided(serial: number): void {
    const { ring, firstTime } = this.state;
    if (ring.word(serial, ROW.answer) !== ANSWERED) return;
    if (ring.time(serial, ROW_TIME.arrived) - firstTime >= PAWS_MSL) return;
    const flags = ring.word(serial, ROW.flags);
    // Served through an old connection or request it proves nothing about the stamp.
    if ((flags & SYN_HAS_TSVAL) === 0 || (flags & (SYN_ON_REQUEST | SYN_ON_TIME_WAIT)) !== 0) return;
    this.floors.served(ring.word(serial, ROW.pair), ring.word(serial, ROW.tsval));
  }

  /** Stamps that were forgotten at the ceilings: SYNs that they would have rejected are predicted to pass. */
  get evicted(): number {
    return this.byPair.evicted + this.byPeer.evicted;
  }

  /** Nothing was captured for a while: what the target remembers by now is as unknown as at the beginning. */
  gap(): void {
    this.byPair.forgetAll();
    this.byPeer.forgetAll();
    this.floors.forgetAll();
  }

  pairForgotten(pair: number): void {
    const { firstTime, now, pairs } = this.state;
    if (now - firstTime < PAWS_MSL && pairs.count(pair, COUNT.answered) > 0) this.floors.forget(pair);
  }

  /** A host closed a connection first and wrote, or may have written, its stamp for the other side. */
  stampWritten(
    connection: number,
    side: number,
    must: boolean,
    tsval: number,
    time: number,
    ordinal: number,
    now: number,
  ): void {
    const { connections } = this.state;
    const keys = connections.words;
    const row = connections.table.rowAt(connection);
    const local = row + (side === 0 ? 0 : 4);
    const remote = row + (side === 0 ? 4 : 0);
    const sure = must && this.mayWrite(connection, side, now);
    // Words are IPv4-mapped already in the connection's key: family 6 keeps them as they are.
    this.byPair.setKey(
      6,
      i32(keys, local),
      i32(keys, local + 1),
      i32(keys, local + 2),
      i32(keys, local + 3),
      i32(keys, remote),
      i32(keys, remote + 1),
      i32(keys, remote + 2),
      i32(keys, remote + 3),
    );
    this.byPair.write(sure, tsval, time, ordinal, now);
    this.byPeer.setKey(
      6,
      0,
      0,
      familyOf(keys, local) === 4 ? MAPPED : 0,
      0,
      i32(keys, remote),
      i32(keys, remote + 1),
      i32(keys, remote + 2),
      i32(keys, remote + 3),
    );
    this.byPeer.write(sure, tsval, time, ordinal, now);
  }

  /**
   * True when nothing forbids the write of the host on `side` at `now`: a stamp from before the capture may be ahead,
   * unless the connection's own SYN passed it, which it did at the host that was connected to and not at the other.
   */
  mayWrite(connection: number, side: number, now: number): boolean {
    const flags = this.state.connections.word(connection, CONNECTION.flags);
    const served = (flags & ATTEMPT_CONNECTED) !== 0 && side === sideOfTarget(flags);
    return served || now - this.state.firstTime > PAWS_MSL + 1;
  }

  private fate(
    serial: number,
    variant: KernelProfile,
    flags: number,
    family: 4 | 6,
    pairSlot: number,
    peerSlot: number,
    timeWait: number,
    now: number,
  ): number {
    if ((flags & (SYN_ODD | SYN_UNTIMED)) !== 0) return FATE_UNKNOWN;
    // Not for the listener: an existing request or connection takes the SYN.
    if ((flags & (SYN_ON_REQUEST | SYN_ON_LIVE)) !== 0) return FATE_PASS;
    if (!variant.perHostCheck || (family === 6 && !variant.checksIpv6)) return FATE_PASS;
    const listener = this.listener(serial, variant, flags, pairSlot, peerSlot, now);
    if (listener === FATE_REJECT && mayBeHalfClosed(this.state, serial, now)) return FATE_POSSIBLE;
    if (timeWait === TIME_WAIT_NONE || !mayBeInTimeWait(this.state, serial, now)) return listener;
    if (timeWait !== TIME_WAIT_REOPENS) return listener === FATE_REJECT ? FATE_REJECT : FATE_POSSIBLE;
    if ((flags & SYN_ON_SURE_TIME_WAIT) !== 0) return FATE_PASS;
    return listener === FATE_REJECT ? FATE_POSSIBLE : listener;
  }

  /** The per-host check of the listener. */
  private listener(
    serial: number,
    variant: KernelProfile,
    flags: number,
    pairSlot: number,
    peerSlot: number,
    now: number,
  ): number {
    const { ring } = this.state;
    const tsval = ring.word(serial, ROW.tsval);
    const hasTsval = (flags & SYN_HAS_TSVAL) !== 0 && !(variant.zeroMeansNone && tsval === 0);
    if (!hasTsval && (flags & SYN_OPTIONS_CUT) !== 0) return FATE_UNKNOWN;
    if (!hasTsval && !variant.dropsSynWithoutTimestamps) return FATE_PASS;
    const byPeer = variant.key === 'peer';
    const slot = byPeer ? peerSlot : pairSlot;
    if (slot >= 0) {
      const table = byPeer ? this.byPeer : this.byPair;
      const verdict = table.judge(slot, hasTsval, tsval, now, variant.futureStampIsFresh);
      // A stamp written after the SYN arrived, by the clock of the capture, was met by another: records are out of order.
      if (verdict !== PASS) return table.time(slot) > now ? FATE_UNKNOWN : verdict;
      // Whatever was remembered before the capture has been replaced.
      if (table.certain(slot)) return FATE_PASS;
    }
    return this.stampFromBeforeMayReject(serial, hasTsval, tsval, now) ? FATE_UNKNOWN : FATE_PASS;
  }

  /**
   * In the first minute a stamp from before the capture may still count. A SYN that was served bounds it: the stamp is
   * at most one tick ahead of that TSval, so a SYN of the same clock from then on is safe.
   */
  private stampFromBeforeMayReject(serial: number, hasTsval: boolean, tsval: number, now: number): boolean {
    if (now - this.state.firstTime >= PAWS_MSL) return false;
    if (!hasTsval) return true;
    return !this.floors.clears(this.state.ring.word(serial, ROW.pair), tsval);
  }
}
