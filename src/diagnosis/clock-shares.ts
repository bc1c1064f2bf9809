import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ATTEMPT_CONNECTED, CONNECTION } from '../tracking/connections.ts';
import {
  ROW,
  SYN_HAS_TSVAL,
  SYN_OPTIONS_CUT,
  SYN_RETRANSMISSION,
  SYN_UNTIMED,
} from '../tracking/syn-ring.ts';
import type { ClockTracker } from '../clocks/index.ts';
import { MAX_VARIANTS } from '../kernel/fate.ts';
import { u32 } from '../units/table.ts';

/** Clocks of one peer that get counters of their own; the rest share the last. */
const CLOCKS = 64;
const LOST = 0;
const REJECTED = 1;
/** One for each variant of the kernel: what is unknown under one may be known under another. */
const EARLY = 2;
const FIELDS: number = EARLY + MAX_VARIANTS;
/** Pairs whose clocks are followed whatever happens. */
const FOLLOWED_PAIRS = 1 << 14;
/** Peers with such counters: those to which something happened, and there only the first so many. */
const PEERS = 4096;

/** Names a clock of a pair in one number; those without counters of their own, and no clock at all, share the last. */
export function clockKey(pair: number, clock: number): number {
  return pair * CLOCKS + (clock >= 0 && clock < CLOCKS ? clock : CLOCKS - 1);
}

/** The pair in a `clockKey`. */
export function pairOfClock(key: number): number {
  return Math.floor(key / CLOCKS);
}

/** What became of the attempts of one clock. */
export interface ClockShare {
  /** Attempts that ended without a SYN-ACK. */
  readonly lost: number;
  /** Attempts with a SYN packet that the model rejects and that was silent. */
  readonly rejected: number;
}

/**
 * Ties SYN packets to the clocks behind their address: gives each row its clock, and counts per clock what became of
 * its attempts.
 */
export class ClockShares {
  private readonly state: TrackingState;
  private readonly clocks: ClockTracker;
  private readonly counters = new Map<number, Uint32Array>();

  constructor(state: TrackingState, clocks: ClockTracker) {
    this.state = state;
    this.clocks = clocks;
  }

  /**
   * Beyond the first many pairs, clocks are followed only where something happens: what a single clock could not have
   * sent, or a SYN that met silence.
   */
  private follows(pair: number): boolean {
    if (pair < FOLLOWED_PAIRS) return true;
    const { pairs } = this.state;
    return pairs.count(pair, COUNT.stepsBack) > 0 || pairs.count(pair, COUNT.silent) > 0;
  }

  /** A SYN packet arrived: find, or open, its clock. */
  syn(serial: number): void {
    const { ring } = this.state;
    const flags = ring.word(serial, ROW.flags);
    if ((flags & SYN_UNTIMED) !== 0) return;
    const pair = ring.word(serial, ROW.pair);
    if (!this.follows(pair)) return;
    const first = (flags & SYN_RETRANSMISSION) === 0;
    if ((flags & SYN_HAS_TSVAL) === 0) {
      if (first && (flags & SYN_OPTIONS_CUT) === 0) this.clocks.observeWithout(pair);
      return;
    }
    const seconds = ring.word(serial, ROW.seconds) >>> 0;
    const nanoseconds = ring.word(serial, ROW.nanoseconds);
    const tsval = ring.word(serial, ROW.tsval);
    const slot = ring.word(serial, ROW.connection);
    const { connections } = this.state;
    const clock = first
      ? this.clocks.observe(pair, seconds, nanoseconds, tsval, ring.word(serial, ROW.ports))
      : this.clocks.confirm(pair, connections.word(slot, CONNECTION.clock), seconds, nanoseconds, tsval);
    connections.set(slot, CONNECTION.clock, clock);
    ring.words[ring.row(serial) + ROW.clock] = clock;
  }

  /** An attempt ended. */
  attemptEnded(slot: number): void {
    const { connections } = this.state;
    if ((connections.word(slot, CONNECTION.flags) & ATTEMPT_CONNECTED) !== 0) return;
    this.bump(connections.word(slot, CONNECTION.pair), connections.word(slot, CONNECTION.clock), LOST);
  }

  /** An attempt had a SYN packet that the check rejected. */
  rejected(pair: number, clock: number): void {
    this.bump(pair, clock, REJECTED);
  }

  pairForgotten(pair: number): void {
    this.clocks.forget(pair);
    this.counters.delete(pair);
  }

  of(pair: number, clock: number): ClockShare {
    const counters = this.counters.get(pair);
    if (counters === undefined) return { lost: 0, rejected: 0 };
    const at = Math.min(clock, CLOCKS - 1) * FIELDS;
    return { lost: u32(counters, at + LOST), rejected: u32(counters, at + REJECTED) };
  }

  /**
   * A SYN packet was silent in the first minute, when only a stamp from before the capture could tell why.
   * @param mask bit v set: that is so under variant v of the kernel
   */
  early(serial: number, mask: number): void {
    const { ring } = this.state;
    for (let variant = 0; variant < MAX_VARIANTS; variant += 1) {
      if ((mask & (1 << variant)) === 0) continue;
      this.bump(ring.word(serial, ROW.pair), ring.word(serial, ROW.clock), EARLY + variant);
    }
  }

  /**
   * Clocks whose attempts the check rejects later on, with their silent SYN packets of the first minute: those were
   * rejected by a stamp from before the capture, as far as `variant` leaves it open. Keys as `clockKey` makes them.
   */
  starved(variant: number): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (const [pair, counters] of this.counters) {
      for (let clock = 0; clock < CLOCKS - 1; clock += 1) {
        const at = clock * FIELDS;
        if (u32(counters, at + REJECTED) > 0)
          found.set(clockKey(pair, clock), u32(counters, at + EARLY + variant));
      }
    }
    return found;
  }

  private bump(pair: number, clock: number, field: number): void {
    if (clock < 0) return;
    const counters = this.countersOf(pair);
    if (counters === null) return;
    const at = Math.min(clock, CLOCKS - 1) * FIELDS + field;
    counters[at] = u32(counters, at) + 1;
  }

  private countersOf(pair: number): Uint32Array | null {
    const known = this.counters.get(pair);
    if (known !== undefined) return known;
    if (this.counters.size >= PEERS) return null;
    const counters = new Uint32Array(CLOCKS * FIELDS);
    this.counters.set(pair, counters);
    return counters;
  }
}
