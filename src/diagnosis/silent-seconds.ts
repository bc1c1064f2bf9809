import type { TrackingState } from '../tracking/state.ts';
import { ROW, ROW_TIME } from '../tracking/syn-ring.ts';
import { growF64, growI32 } from '../units/grow.ts';
import { f64, i32 } from '../units/table.ts';

const FIELDS = 6;
const SECOND = 0;
const SILENT_PAIR = 1;
const SERVED = 2;
const SERVED_OTHERS = 3;
const SILENT_SECONDS = 4;
/** The pair served last in the second under way, + 1: the head of a list. */
const SERVED_PAIR = 5;

/** Per pair: the second in which it was served last, the pair before it in that second's list, and marks. */
const PAIR_WORDS = 3;
const PAIR_SECOND = 0;
const PAIR_BEFORE = 1;
/** 1: served in a second in which somebody met silence. */
const PAIR_MARKED = 2;

/**
 * What a target served in the very seconds in which it was silent to somebody: the plainest sign that it was neither
 * down nor overloaded. Per target one second is under way; rows come in capture order, so it never comes back.
 *
 * The pairs served in that second hang together in a list, through one typed array for all of them, until the second
 * shows somebody silent: then they are marked. So peers are counted without a set, and nothing is allocated per packet.
 */
export class SilentSeconds {
  private readonly state: TrackingState;
  /** SECOND, SILENT_PAIR + 1 and SERVED are of the second under way, the others totals. */
  private values = new Float64Array(16 * FIELDS);
  private pairWords: Int32Array = new Int32Array(64 * PAIR_WORDS);

  constructor(state: TrackingState) {
    this.state = state;
  }

  settled(serial: number, target: number, silent: boolean): void {
    const { ring } = this.state;
    const second = Math.floor(ring.time(serial, ROW_TIME.arrived));
    const at = this.reach(target);
    if (f64(this.values, at + SECOND) !== second) {
      this.close(at);
      this.values[at + SECOND] = second;
    }
    const pair = ring.word(serial, ROW.pair);
    if (silent) {
      if (f64(this.values, at + SILENT_PAIR) === 0) this.markServed(at);
      this.values[at + SILENT_PAIR] = pair + 1;
      return;
    }
    this.values[at + SERVED] = f64(this.values, at + SERVED) + 1;
    if (pair < 0) return;
    const words = this.reachPair(pair);
    if (f64(this.values, at + SILENT_PAIR) > 0) {
      this.pairWords[words + PAIR_MARKED] = 1;
    } else if (i32(this.pairWords, words + PAIR_SECOND) !== (second | 0)) {
      this.pairWords[words + PAIR_SECOND] = second | 0;
      this.pairWords[words + PAIR_BEFORE] = f64(this.values, at + SERVED_PAIR);
      this.values[at + SERVED_PAIR] = pair + 1;
    }
  }

  /** SYNs that the target served in seconds in which others were silent, and the number of those seconds. */
  of(target: number): { readonly served: number; readonly seconds: number } {
    const at = this.reach(target);
    this.close(at);
    return { served: f64(this.values, at + SERVED_OTHERS), seconds: f64(this.values, at + SILENT_SECONDS) };
  }

  /** True when the pair was served in a second in which its target was silent to somebody. */
  servedMeanwhile(pair: number): boolean {
    return i32(this.pairWords, this.reachPair(pair) + PAIR_MARKED) !== 0;
  }

  /** The pair's slot is about to be given to another. */
  pairForgotten(pair: number): void {
    this.pairWords[this.reachPair(pair) + PAIR_MARKED] = 0;
  }

  /** The second under way turns out to be one with silence. */
  private markServed(at: number): void {
    let pair = f64(this.values, at + SERVED_PAIR) - 1;
    // Slots given to others while times jump could tie a list into a ring; it is never longer than what was served.
    for (let left = f64(this.values, at + SERVED); left > 0 && pair >= 0; left -= 1) {
      const words = this.reachPair(pair);
      this.pairWords[words + PAIR_MARKED] = 1;
      pair = i32(this.pairWords, words + PAIR_BEFORE) - 1;
    }
    this.values[at + SERVED_PAIR] = 0;
  }

  /** The target's slot is about to be given to another. */
  forget(target: number): void {
    const at = this.reach(target);
    this.values.fill(0, at, at + FIELDS);
  }

  private close(at: number): void {
    if (f64(this.values, at + SILENT_PAIR) > 0) {
      this.values[at + SERVED_OTHERS] = f64(this.values, at + SERVED_OTHERS) + f64(this.values, at + SERVED);
      this.values[at + SILENT_SECONDS] = f64(this.values, at + SILENT_SECONDS) + 1;
    }
    this.values[at + SILENT_PAIR] = 0;
    this.values[at + SERVED] = 0;
    this.values[at + SERVED_PAIR] = 0;
  }

  private reachPair(pair: number): number {
    const at = pair * PAIR_WORDS;
    if (at + PAIR_WORDS > this.pairWords.length) {
      this.pairWords = growI32(this.pairWords, at + PAIR_WORDS);
    }
    return at;
  }

  private reach(target: number): number {
    const at = target * FIELDS;
    if (at + FIELDS > this.values.length) {
      this.values = growF64(this.values, at + FIELDS);
    }
    return at;
  }
}
