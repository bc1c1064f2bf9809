import { growF64 } from '../units/grow.ts';
import { f64 } from '../units/table.ts';
import { agreementOf } from './agreement.ts';
import type { Agreement } from './findings.ts';

/**
 * Counters of prediction against observation, one row per target or peer and per variant of the kernel model, in one
 * growing typed array; what nearly all SYN packets are, the same under every variant, is counted once, in a row of its
 * own behind those of the variants. The fields of a row are SYN packets, first SYN packets of attempts, or attempts.
 */
export const CELL = {
  rejectSilent: 0,
  rejectAnswered: 1,
  passSilent: 2,
  passAnswered: 3,
  possibleSilent: 4,
  possibleAnswered: 5,
  unknownSilent: 6,
  unknownAnswered: 7,
  /** Predicted to be rejected, silent, but the listener was full just then: either may have dropped it. */
  contested: 8,
  rejectedAttempts: 9,
  lostAttempts: 10,
  /** Seconds that attempts with a rejected SYN waited. */
  waited: 11,
  /** Predicted to be rejected, and the capture ended before an answer could have come. */
  rejectOpen: 12,
  /** Silent with a full queue: in any case, and only if the target is not accused of the timestamp check. */
  queue: 13,
  queueUnaccused: 14,
  /** Silent by the rate limit of TIME-WAIT's ACKs. */
  timeWaitSilent: 15,
  /** From here on of targets only. First SYN packets, for the test against chance: those of one attempt are not independent. */
  firstRejectSilent: 16,
  firstRejectAnswered: 17,
  firstOtherSilent: 18,
  firstOtherAnswered: 19,
  /** Packets (counted over all captures) of the first contradiction, and of the first silence not predicted. */
  firstContradiction: 20,
  firstUnpredicted: 21,
  /** Packets of the last contradiction, and of the first and last rejected and silent SYN. */
  lastContradiction: 22,
  firstRejected: 23,
  lastRejected: 24,
  /** Answered by a TIME-WAIT that a host with recycle on would not hold any more. */
  timeWaitKept: 25,
  /** Stamps that a SYN was answered against, and the packet that wrote the last of them. */
  contradictedStamps: 26,
  lastContradictedStamp: 27,
} as const;
/** Fields of a row: of a target, and of a peer. */
const TARGET_FIELDS = 28;
export const PEER_FIELDS = 16;

export class Cells {
  /** Rows of all variants, those of one target or peer side by side. */
  private values = new Float64Array(0);
  /** Rows of what counts under every variant. */
  private common = new Float64Array(0);
  private readonly variants: number;
  private readonly fields: number;

  constructor(variants: number, fields: number = TARGET_FIELDS) {
    this.variants = variants;
    this.fields = fields;
  }

  get(row: number, variant: number, field: number): number {
    return f64(this.values, this.offset(row, variant) + field) + f64(this.common, row * this.fields + field);
  }

  /** Counts one under every variant. */
  bumpAll(row: number, field: number): void {
    const at = row * this.fields + field;
    if (at >= this.common.length) {
      this.common = growF64(this.common, (row + 1) * this.fields);
    }
    this.common[at] = f64(this.common, at) + 1;
  }

  add(row: number, variant: number, field: number, amount: number): void {
    const at = this.reach(row, variant) + field;
    this.values[at] = f64(this.values, at) + amount;
  }

  /** Keeps the first value given. */
  note(row: number, variant: number, field: number, value: number): void {
    const at = this.reach(row, variant) + field;
    if (this.values[at] === 0) this.values[at] = value;
  }

  /** Keeps the last value given. */
  put(row: number, variant: number, field: number, value: number): void {
    this.values[this.reach(row, variant) + field] = value;
  }

  clear(row: number): void {
    this.common.fill(0, row * this.fields, (row + 1) * this.fields);
    this.values.fill(0, this.offset(row, 0), this.offset(row + 1, 0));
  }

  /** Row -1 stands for none: nothing was counted. */
  agreement(row: number, variant: number): Agreement {
    return agreementOf((of) => this.get(row, variant, CELL[of]));
  }

  private offset(row: number, variant: number): number {
    return (row * this.variants + variant) * this.fields;
  }

  private reach(row: number, variant: number): number {
    const end = this.offset(row + 1, 0);
    if (end > this.values.length) {
      this.values = growF64(this.values, Math.max(end, this.offset(16, 0)));
    }
    return this.offset(row, variant);
  }
}
