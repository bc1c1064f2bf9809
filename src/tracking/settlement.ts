import { QUARTER_OCTAVES, quarterOctaves } from '../units/octaves.ts';
import { i32 } from '../units/table.ts';
import { ANSWERED, CHALLENGED, REFUSED, SILENT, UNKNOWN } from './answer.ts';
import { ATTEMPT_OPEN, CONNECTION } from './connections.ts';
import { COUNT } from './counters.ts';
import type { CounterTable } from './counters.ts';
import type { TrackingEvents, TrackingTotals } from './events.ts';
import { HORIZONS } from './limits.ts';
import type { TrackingState } from './state.ts';
import {
  ROW,
  ROW_TIME,
  SYN_DOUBTFUL,
  SYN_DECIDED,
  SYN_DUPLICATE,
  SYN_SETTLED_EARLY,
  SYN_STEP_BACK,
} from './syn-ring.ts';

/** Per answer: the counter of pairs and targets that it belongs to. */
const COUNTER_OF: readonly number[] = [
  COUNT.silent,
  COUNT.answered,
  COUNT.refused,
  COUNT.challenged,
  COUNT.unknown,
];
const SHORTEST_GRACE = 0.01;
/** Until so many answers have shown how slow the slowest are. */
const TYPICAL_DELAYS = 100;
const UNTAUGHT_GRACE = 0.1;
const LONGEST_GRACE = 1;

/**
 * The end of a SYN packet's wait. It is decided when its answer comes, when its attempt is given up, or when its
 * horizon has passed; it is settled (counted, listed, dropped from the ring) in capture order.
 */
export class Settlement {
  private readonly state: TrackingState;
  private readonly events: TrackingEvents;
  private readonly delays = new Int32Array(QUARTER_OCTAVES);
  private delaysSeen = 0;
  private finishing = false;
  private readonly leastCeiling: number;

  constructor(state: TrackingState, events: TrackingEvents) {
    this.state = state;
    this.events = events;
    const tables = [state.listeners, state.pairs, state.targets];
    this.leastCeiling = Math.min(...tables.map(({ table }) => table.ceiling));
  }

  /** The answer to a SYN packet is `answer` (an index into ANSWERS), captured at `now`. */
  decide(serial: number, answer: number, now: number): void {
    this.record(serial, answer, now);
    this.events.decided(serial);
  }

  private record(serial: number, answer: number, now: number): void {
    const { ring, pairs, targets, listeners, totals } = this.state;
    const at = ring.row(serial);
    ring.words[at + ROW.flags] = i32(ring.words, at + ROW.flags) | SYN_DECIDED;
    ring.words[at + ROW.answer] = answer;
    if (answer !== SILENT) ring.times[ring.rowTimes(serial) + ROW_TIME.answered] = now;
    const pair = i32(ring.words, at + ROW.pair);
    const target = i32(ring.words, at + ROW.target);
    const counter = COUNTER_OF[answer] ?? COUNT.unknown;
    pairs.bump(pair, counter);
    targets.bump(target, counter);
    const listener = i32(ring.words, at + ROW.listener);
    listeners.bump(listener, counter);
    count(totals, answer, 1);
    if (answer === ANSWERED) this.served(serial, pair, now);
  }

  /** The answer to a SYN packet that was decided already turns out to be another. */
  amend(serial: number, answer: number, now: number): void {
    const { ring, pairs, targets, listeners, totals } = this.state;
    const before = ring.word(serial, ROW.answer);
    const counter = COUNTER_OF[before] ?? COUNT.unknown;
    pairs.drop(ring.word(serial, ROW.pair), counter);
    targets.drop(ring.word(serial, ROW.target), counter);
    listeners.drop(ring.word(serial, ROW.listener), counter);
    count(totals, before, -1);
    this.record(serial, answer, now);
  }

  /** Nothing came for a SYN packet; whether that means silence depends on how long the capture went on. */
  decideSilent(serial: number): void {
    const waited = this.state.now - this.state.ring.time(serial, ROW_TIME.arrived);
    const flags = this.state.ring.word(serial, ROW.flags);
    const early = this.finishing || (flags & SYN_SETTLED_EARLY) !== 0;
    // Without any time in the capture the wait is no number, and so not long enough.
    const tooEarly = early && !(waited >= this.grace());
    const unknown = tooEarly || (flags & SYN_DOUBTFUL) !== 0;
    this.decide(serial, unknown ? UNKNOWN : SILENT, this.state.now);
  }

  /** The attempt on a connection slot is connected or given up. */
  endAttempt(slot: number): void {
    const { connections } = this.state;
    if (connections.word(slot, CONNECTION.pair) >= 0 && connections.word(slot, CONNECTION.target) >= 0) {
      this.events.attemptEnded(slot);
    }
    connections.set(slot, CONNECTION.flags, connections.word(slot, CONNECTION.flags) & ~ATTEMPT_OPEN);
  }

  /** Settles what is due by `now`, and more when the ring is full or its rows hold on to too many slots of a table. */
  makeRoom(now: number): void {
    const { ring, totals } = this.state;
    const onlySyns = totals.others + totals.synAcks === 0;
    while (ring.length > 0) {
      const decided = (ring.word(ring.tail, ROW.flags) & SYN_DECIDED) !== 0;
      const waited = now - ring.time(ring.tail, ROW_TIME.arrived);
      const patient = onlySyns && !ring.crowded;
      const horizon = patient ? HORIZONS.answerSecondsOfSyns : HORIZONS.answerSeconds;
      if (waited < (decided ? HORIZONS.decidedSeconds : horizon)) {
        if (!ring.full && !this.crowded()) return;
        if (!decided) {
          const at = ring.row(ring.tail) + ROW.flags;
          ring.words[at] = i32(ring.words, at) | SYN_SETTLED_EARLY;
          this.state.totals.settledEarly += 1;
        }
      }
      this.settleOldest();
    }
  }

  /** Settles everything: no more packets will come, or none for a while. */
  finish(): void {
    this.finishing = true;
    while (this.state.ring.length > 0) this.settleOldest();
    this.finishing = false;
  }

  private settleOldest(): void {
    const { listeners, pairs, ring, targets } = this.state;
    if ((ring.word(ring.tail, ROW.flags) & (SYN_DECIDED | SYN_DUPLICATE)) === 0) this.decideSilent(ring.tail);
    this.events.settled(ring.tail);
    if ((ring.word(ring.tail, ROW.flags) & SYN_DUPLICATE) === 0) {
      pairs.drop(ring.word(ring.tail, ROW.pair), COUNT.pending);
      targets.drop(ring.word(ring.tail, ROW.target), COUNT.pending);
      listeners.drop(ring.word(ring.tail, ROW.listener), COUNT.pending);
    }
    ring.tail += 1;
  }

  /** A slot that a row points at is not evicted: half of a full table has to stay free of rows. */
  private crowded(): boolean {
    const { listeners, pairs, ring, targets } = this.state;
    if (ring.length * 2 <= this.leastCeiling) return false;
    return tight(pairs, ring.length) || tight(targets, ring.length) || tight(listeners, ring.length);
  }

  private served(serial: number, pair: number, now: number): void {
    const { ring, pairs } = this.state;
    const flags = ring.word(serial, ROW.flags);
    const delay = now - ring.time(serial, ROW_TIME.arrived);
    const step = quarterOctaves(delay);
    if (step >= 0) {
      this.delays[step] = i32(this.delays, step) + 1;
      this.delaysSeen += 1;
    }
    if ((flags & SYN_STEP_BACK) !== 0) pairs.bump(pair, COUNT.stepsBackServed);
  }

  /** How long a SYN at the end of a capture may wait before no answer means silence: twice the slowest 1 % seen. */
  private grace(): number {
    if (this.delaysSeen === 0) return LONGEST_GRACE;
    const shortest = this.delaysSeen < TYPICAL_DELAYS ? UNTAUGHT_GRACE : SHORTEST_GRACE;
    let left = this.delaysSeen * 0.99;
    for (let step = 0; step < QUARTER_OCTAVES; step += 1) {
      left -= i32(this.delays, step);
      if (left <= 0) return Math.min(Math.max(2e-6 * 2 ** ((step + 1) / 4), shortest), LONGEST_GRACE);
    }
    return LONGEST_GRACE;
  }
}

/** Written out, since the engine is slow to write to a field whose name it has to look up. */
function count(totals: TrackingTotals, answer: number, by: number): void {
  if (answer === ANSWERED) totals.answered += by;
  else if (answer === SILENT) totals.silent += by;
  else if (answer === REFUSED) totals.refused += by;
  else if (answer === CHALLENGED) totals.challenged += by;
  else totals.unknown += by;
}

function tight({ table }: CounterTable, rows: number): boolean {
  return table.full && rows * 2 > table.ceiling;
}
