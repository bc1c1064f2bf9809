import { FATE_PASS, fateOf } from '../kernel/fate.ts';
import { ANSWERED } from '../tracking/answer.ts';
import type { TrackingState } from '../tracking/state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_DECIDED,
  SYN_DUPLICATE,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
} from '../tracking/syn-ring.ts';
import { growF64 } from '../units/grow.ts';
import { f64 } from '../units/table.ts';

/** How long a full listener is remembered, and how far ahead the next sign is looked for. */
const NEAR_SECONDS = 10;
const LOOK_AHEAD_ROWS = 256;
/** A request is given up after five SYN-ACK retransmissions, 63 s (TCP_SYNACK_RETRIES). */
const REQUEST_LIFETIME = 63;
/** Share of the SYNs answered right after a silent one for which a request had to go first, that shows a limit. */
const REQUEST_LIMIT_SHARE = 0.3;
/** An answer normally comes at once: a row without one for this long stands for silence when looking ahead. */
const SURELY_SILENT_SECONDS = 1;

const FIELDS = 10;
const LAST_FULL = 0;
const LAST_COMPLETIONS = 1;
const ANSWERED_SYNS = 2;
const ANSWERED_REQUESTS = 3;
const SILENT_SYNS = 4;
const SILENT_REQUESTS = 5;
const LAST_NUDGES = 6;
/** Requests open at the last silent SYN, if none was answered since; else 0. */
const LAST_SILENT_REQUESTS = 7;
const RECOVERIES = 8;
const RECOVERIES_WITH_FEWER = 9;

/**
 * Tells a full listener from the timestamp check, SYN by SYN.
 *
 * A full queue drops every SYN before the check is reached (tcp_conn_request). Its signs are SYNs that the model lets
 * pass, silent while requests of that port wait for their handshake to be completed. A SYN that the check would have
 * rejected is contested when the queue was full around it: the next passing SYN is silent too, or no request of the
 * port was completed since the last passing one. Without such signs nearby nothing is contested.
 */
export class Congestion {
  private readonly state: TrackingState;
  private values = new Float64Array(64 * FIELDS);

  constructor(state: TrackingState) {
    this.state = state;
  }

  /** A SYN that the model lets pass was settled. */
  passing(serial: number, stuck: boolean): void {
    const { ring } = this.state;
    const at = this.reach(ring.word(serial, ROW.listener));
    if (stuck) this.values[at + LAST_FULL] = ring.time(serial, ROW_TIME.arrived);
    this.values[at + LAST_COMPLETIONS] = ring.word(serial, ROW.completions);
    this.values[at + LAST_NUDGES] = ring.word(serial, ROW.nudges);
  }

  /**
   * True when requests of its listener were stuck as the SYN came: open, and not just on their way, for the target
   * sent a SYN-ACK of that port again within some seconds of it, which it does only while handshakes cannot complete.
   */
  stuck(serial: number): boolean {
    const { ring, listeners } = this.state;
    const arrived = ring.time(serial, ROW_TIME.arrived);
    // Requests from before the capture are not counted; the longest-lived are gone after a minute.
    const allSeen = arrived - this.state.firstTime > REQUEST_LIFETIME;
    if (ring.word(serial, ROW.requests) <= 0 && allSeen) return false;
    const repeated = listeners.lastRepeat(ring.word(serial, ROW.listener));
    return repeated >= arrived - NEAR_SECONDS;
  }

  /** True when the listener has ever shown the sign of `stuck`. */
  everStuck(listener: number): boolean {
    return this.state.listeners.lastRepeat(listener) > Number.NEGATIVE_INFINITY;
  }

  /** Remembers how many requests were open when a SYN met a stuck listener, for `queueOf`. */
  met(serial: number, silent: boolean): void {
    const { ring } = this.state;
    if (ring.word(serial, ROW.requests) <= 0) return;
    const at = this.reach(ring.word(serial, ROW.listener));
    const count = at + (silent ? SILENT_SYNS : ANSWERED_SYNS);
    const sum = at + (silent ? SILENT_REQUESTS : ANSWERED_REQUESTS);
    this.values[count] = f64(this.values, count) + 1;
    const requests = ring.word(serial, ROW.requests);
    this.values[sum] = f64(this.values, sum) + requests;
    const before = f64(this.values, at + LAST_SILENT_REQUESTS);
    this.values[at + LAST_SILENT_REQUESTS] = silent ? requests : 0;
    if (silent || before === 0) return;
    this.values[at + RECOVERIES] = f64(this.values, at + RECOVERIES) + 1;
    if (requests < before) {
      this.values[at + RECOVERIES_WITH_FEWER] = f64(this.values, at + RECOVERIES_WITH_FEWER) + 1;
    }
  }

  /**
   * Which queue of some listeners was full. A full request queue answers again only when a request has left it. Where a
   * SYN is answered with just as many open as when the one before it was dropped, the request queue had room all the
   * time, and it is the accept queue that was full: it lets SYNs in as requests grow old (up to 4.9), or as the
   * application accepts.
   */
  queueOf(listeners: readonly number[]): 'syn-queue-full' | 'accept-queue-overflow' {
    const recoveries = this.sum(listeners, RECOVERIES);
    if (recoveries === 0) return 'syn-queue-full';
    return this.sum(listeners, RECOVERIES_WITH_FEWER) > REQUEST_LIMIT_SHARE * recoveries
      ? 'syn-queue-full'
      : 'accept-queue-overflow';
  }

  /** Requests open in the mean when stuck listeners were silent and when they answered; null when never silent. */
  requestsOpen(
    listeners: readonly number[],
  ): { readonly whenSilent: number; readonly whenAnswered: number | null } | null {
    const silent = this.sum(listeners, SILENT_SYNS);
    const answered = this.sum(listeners, ANSWERED_SYNS);
    if (silent === 0) return null;
    return {
      whenSilent: this.sum(listeners, SILENT_REQUESTS) / silent,
      whenAnswered: answered === 0 ? null : this.sum(listeners, ANSWERED_REQUESTS) / answered,
    };
  }

  /** True when a silent SYN that the check would have rejected may as well have met a full queue. */
  contests(serial: number, variant: number): boolean {
    const { ring } = this.state;
    const at = this.reach(ring.word(serial, ROW.listener));
    const now = ring.time(serial, ROW_TIME.arrived);
    const lastFull = f64(this.values, at + LAST_FULL);
    const fullBefore = lastFull > 0 && now - lastFull <= NEAR_SECONDS;
    const next = this.nextPassing(serial, variant, now);
    if (next >= 0 && this.showsFull(next)) return true;
    if (!fullBefore) return false;
    const completions = ring.word(serial, ROW.completions);
    if (completions > f64(this.values, at + LAST_COMPLETIONS)) return false;
    return !this.openedUnseen(serial, next, f64(this.values, at + LAST_NUDGES));
  }

  /**
   * The next passing SYN was answered although nothing showed a handshake being completed since the last silent one: so
   * one was completed without a reply that shows it, on a client's segment. True when all candidates for that came
   * before the SYN in question.
   */
  private openedUnseen(serial: number, next: number, nudgesBefore: number): boolean {
    const { ring } = this.state;
    if (next < 0 || ring.word(next, ROW.completions) > ring.word(serial, ROW.completions)) return false;
    const nudges = ring.word(serial, ROW.nudges);
    return nudges > nudgesBefore && ring.word(next, ROW.nudges) === nudges;
  }

  /** The listener's slot is about to be given to another. */
  forget(listener: number): void {
    const at = this.reach(listener);
    this.values.fill(0, at, at + FIELDS);
  }

  /** The next SYN of the same listener that the model lets pass, answered or surely silent; -1 for none nearby. */
  private nextPassing(serial: number, variant: number, now: number): number {
    const { ring } = this.state;
    const listener = ring.word(serial, ROW.listener);
    const end = Math.min(ring.head, serial + LOOK_AHEAD_ROWS);
    for (let next = serial + 1; next < end; next += 1) {
      if (ring.time(next, ROW_TIME.arrived) - now > NEAR_SECONDS) return -1;
      if (ring.word(next, ROW.listener) !== listener) continue;
      if ((ring.word(next, ROW.flags) & (SYN_DUPLICATE | SYN_ON_REQUEST | SYN_ON_LIVE)) !== 0) continue;
      if (fateOf(ring.word(next, ROW.fates), variant) === FATE_PASS) return next;
    }
    return -1;
  }

  /** A passing SYN that was silent at a stuck listener. */
  private showsFull(serial: number): boolean {
    const { ring } = this.state;
    const decided = (ring.word(serial, ROW.flags) & SYN_DECIDED) !== 0;
    if (decided && ring.word(serial, ROW.answer) === ANSWERED) return false;
    const waited = this.state.now - ring.time(serial, ROW_TIME.arrived);
    return (decided || waited > SURELY_SILENT_SECONDS) && this.stuck(serial);
  }

  private sum(listeners: readonly number[], field: number): number {
    return listeners.reduce((total, listener) => total + f64(this.values, this.reach(listener) + field), 0);
  }

  private reach(listener: number): number {
    const at = listener * FIELDS;
    if (at + FIELDS > this.values.length) {
      this.values = growF64(this.values, at + FIELDS);
    }
    return at;
  }
}
