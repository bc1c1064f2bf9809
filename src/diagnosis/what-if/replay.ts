import type { KernelProfile } from '../../kernel/profiles.ts';
import { PASS, REJECT, StampTable } from '../../kernel/stamps.ts';
import { Agenda } from './agenda.ts';
import type { Observed, ObservedAttempt, ObservedSyn, ObservedWrite } from './attempts.ts';
import type { Habits } from './habits.ts';
import type { Rules } from './rules.ts';

/** What a replay needs to know besides the events. */
export interface ReplayGround {
  readonly observed: Observed;
  readonly habits: Habits;
  /** Ticks per second of the clocks of a (target, peer) pair. */
  readonly rateOf: (pair: number) => number;
  readonly kernel: Pick<KernelProfile, 'key' | 'dropsSynWithoutTimestamps' | 'futureStampIsFresh'>;
  readonly seed: number;
}

/** What became of the attempts. */
export interface Outcome {
  readonly rejectedSyns: number;
  readonly rescued: number;
  readonly stillLost: number;
  readonly newlyLost: number;
  readonly undecided: number;
  /** Closes, and retransmissions, that the capture does not hold. */
  readonly assumedCloses: number;
  readonly assumedRetries: number;
}

const KEYS = 1 << 16;
/** A retransmission that is due this soon after the last one seen is that one. */
const SAME_PACKET = 0.05;

/**
 * Plays the observed SYNs and closes again under other rules. The stamps are those of the kernel model, so that with no
 * rule changed every SYN meets what it met in the capture.
 *
 * Doubt goes against the scenario's news: an attempt counts as rescued only when its SYN surely passes, and as newly
 * lost only when each of its SYNs is surely rejected.
 */
export class Replay {
  private readonly ground: ReplayGround;
  private readonly rules: Rules;
  private readonly stamps: StampTable;
  private readonly agenda = new Agenda();
  private readonly connected = new Set<ObservedAttempt>();
  /** Connected at the very packet that served them in the capture: their closes stand as observed. */
  private readonly unmoved = new Set<ObservedAttempt>();
  private readonly retrying = new Set<ObservedAttempt>();
  private readonly undecided = new Set<ObservedAttempt>();
  private rejectedSyns = 0;
  private assumedCloses = 0;
  private assumedRetries = 0;

  constructor(ground: ReplayGround, rules: Rules) {
    this.ground = ground;
    this.rules = rules;
    this.stamps = new StampTable(ground.seed, KEYS);
  }

  run(): Outcome {
    const { events, attempts, lost, end } = this.ground.observed;
    for (const event of events) {
      this.agenda.until(event.time);
      if (event.kind === 'syn') this.syn(event);
      else this.observedWrite(event);
    }
    this.agenda.until(end);
    const rescued = lost.filter((attempt) => this.connected.has(attempt)).length;
    const failed = attempts.filter((attempt) => attempt.served !== null && !this.connected.has(attempt));
    const undecided = failed.filter((attempt) => this.undecided.has(attempt)).length;
    return {
      rejectedSyns: this.rejectedSyns,
      rescued,
      stillLost: lost.length - rescued,
      newlyLost: failed.length - undecided,
      undecided,
      assumedCloses: this.assumedCloses,
      assumedRetries: this.assumedRetries,
    };
  }

  private syn(syn: ObservedSyn): void {
    const { attempt } = syn;
    if (this.connected.has(attempt) || this.retrying.has(attempt)) return;
    if (!syn.served && !syn.rejected) return;
    if (syn.served ? this.serves(syn) : this.rescues(syn)) {
      this.connect(attempt, syn.time, syn.tsval, syn.hasTsval);
      return;
    }
    this.rejectedSyns += 1;
    if (syn.served) this.retry(attempt, syn.time);
  }

  /** A SYN that was served is served again, unless it surely meets a stamp that it did not meet. */
  private serves(syn: ObservedSyn): boolean {
    if (syn.outside) return true;
    return this.judge(syn.attempt, syn.hasTsval, syn.tsval, syn.time) !== REJECT;
  }

  /** A SYN that was rejected passes only when nothing is left to stand against it. */
  private rescues(syn: ObservedSyn): boolean {
    const { rules } = this;
    const stampsChange = !rules.writes || rules.perClient;
    if (syn.outside && !stampsChange) return false;
    if (syn.early && rules.keepsEarlier && !this.exempt(syn.attempt, syn.hasTsval)) return false;
    return this.judge(syn.attempt, syn.hasTsval, syn.tsval, syn.time) === PASS;
  }

  private judge(attempt: ObservedAttempt, hasTsval: boolean, tsval: number, now: number): number {
    if (this.exempt(attempt, hasTsval)) return PASS;
    this.setKey(attempt.pairKey, attempt.peerKey, attempt.clock);
    const slot = this.stamps.find();
    if (slot < 0) return PASS;
    const stamped = hasTsval && !this.rules.withoutTimestamps(attempt);
    return this.stamps.judge(slot, stamped, tsval, now, this.ground.kernel.futureStampIsFresh);
  }

  /** A SYN without timestamps that this kernel does not check. */
  private exempt(attempt: ObservedAttempt, hasTsval: boolean): boolean {
    const bare = !hasTsval || this.rules.withoutTimestamps(attempt);
    return bare && !this.ground.kernel.dropsSynWithoutTimestamps;
  }

  private connect(attempt: ObservedAttempt, time: number, tsval: number, hasTsval: boolean): void {
    this.connected.add(attempt);
    if (!this.rules.writes || !hasTsval || this.rules.withoutTimestamps(attempt)) return;
    const { served } = attempt;
    if (served === null) {
      this.assumeClose(attempt, time, tsval);
    } else if (served.time === time) {
      this.unmoved.add(attempt);
    } else {
      for (const write of attempt.writes) this.move(write, time - served.time);
    }
  }

  /** A connection that the capture does not hold ends as the others of its listener. */
  private assumeClose(attempt: ObservedAttempt, time: number, tsval: number): void {
    const lifetime = this.ground.habits.lifetimes.get(attempt.listener);
    if (lifetime === undefined) return;
    this.agenda.add(time + lifetime, (now) => {
      this.assumedCloses += 1;
      this.setKey(attempt.pairKey, attempt.peerKey, attempt.clock);
      this.stamps.write(true, this.later(attempt.pair, tsval, lifetime), now, 0, now);
    });
  }

  /** A connection that came about earlier, or later, is closed as much earlier or later. */
  private move(write: ObservedWrite, by: number): void {
    const { attempt, sure } = write;
    if (attempt === null) return;
    this.agenda.add(write.time + by, (now) => {
      this.setKey(write.pairKey, write.peerKey, attempt.clock);
      this.stamps.write(sure, this.later(attempt.pair, write.tsval, by), write.tsvalTime + by, 0, now);
    });
  }

  private observedWrite(write: ObservedWrite): void {
    const { attempt } = write;
    if (!this.rules.writes) return;
    const known = attempt !== null && attempt.served !== null;
    if (known && !this.unmoved.has(attempt)) return;
    // Whose connection it was is not known: with an address to itself it would disturb nobody.
    if (!known && this.rules.perClient) return;
    this.setKey(write.pairKey, write.peerKey, attempt?.clock ?? -1);
    this.stamps.write(write.sure, write.tsval, write.tsvalTime, 0, write.time);
  }

  /** A client that newly meets silence sends its SYN again when others did, until they gave up. */
  private retry(attempt: ObservedAttempt, after: number): void {
    const first = attempt.syns[0];
    if (first === undefined) return;
    this.retrying.add(attempt);
    const due = this.ground.habits.retries.find((offset) => first.time + offset > after + SAME_PACKET);
    if (due === undefined) return;
    if (first.time + due > this.ground.observed.end) {
      this.undecided.add(attempt);
      return;
    }
    this.agenda.add(first.time + due, (now) => {
      this.assumedRetries += 1;
      const tsval = this.later(attempt.pair, first.tsval, now - first.time);
      if (this.judge(attempt, first.hasTsval, tsval, now) !== REJECT) {
        this.connect(attempt, now, tsval, first.hasTsval);
        return;
      }
      this.rejectedSyns += 1;
      this.retry(attempt, now);
    });
  }

  /** What a clock of the pair shows `seconds` after `tsval`. */
  private later(pair: number, tsval: number, seconds: number): number {
    return (tsval + Math.round(this.ground.rateOf(pair) * seconds)) | 0;
  }

  private setKey(pairKey: number, peerKey: number, clock: number): void {
    const client = this.rules.perClient ? clock + 2 : 0;
    const address = this.ground.kernel.key === 'peer' && !this.rules.perClient ? peerKey : pairKey;
    this.stamps.setKey(6, address, client, 0, 0, 0, 0, 0, 0);
  }
}
