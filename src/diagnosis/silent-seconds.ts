import type { TrackingState } from '../tracking/state.ts';
import { ROW, ROW_TIME } from '../tracking/syn-ring.ts';
import { f64 } from '../units/table.ts';

const FIELDS = 5;
const SECOND = 0;
const SILENT_PAIR = 1;
const SERVED = 2;
const SERVED_OTHERS = 3;
const SILENT_SECONDS = 4;

/**
 * What a target served in the very seconds in which it was silent to somebody: the plainest sign that it was neither
 * down nor overloaded. Per target one second is under way; rows come in capture order, so it never comes back.
 */
export class SilentSeconds {
  private readonly state: TrackingState;
  /** SECOND, SILENT_PAIR + 1 and SERVED are of the second under way, the others totals. */
  private values = new Float64Array(16 * FIELDS);

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
    const pair = ring.word(serial, ROW.pair) + 1;
    if (silent) this.values[at + SILENT_PAIR] = pair;
    else this.values[at + SERVED] = f64(this.values, at + SERVED) + 1;
  }

  /** SYNs that the target served in seconds in which others were silent, and the number of those seconds. */
  of(target: number): { readonly served: number; readonly seconds: number } {
    const at = this.reach(target);
    this.close(at);
    return { served: f64(this.values, at + SERVED_OTHERS), seconds: f64(this.values, at + SILENT_SECONDS) };
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
  }

  private reach(target: number): number {
    const at = target * FIELDS;
    if (at + FIELDS > this.values.length) {
      const bigger = new Float64Array(Math.max(this.values.length * 2, at + FIELDS));
      bigger.set(this.values);
      this.values = bigger;
    }
    return at;
  }
}
