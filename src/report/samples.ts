import type { RowVerdict } from '../diagnosis/causes.ts';
import type { Cause } from '../diagnosis/codes.ts';
import { ANSWERED } from '../tracking/answer.ts';
import type { SynRing } from '../tracking/syn-ring.ts';
import {
  ROW,
  SYN_ANSWER_NOT_CAPTURED,
  SYN_DUPLICATE,
  SYN_ON_LIVE,
  SYN_REPLY_LOST,
} from '../tracking/syn-ring.ts';
import type { RowSnapshot } from './rows.ts';
import { causeOfRow, snapshot } from './rows.ts';

/** Kinds of rows kept; a capture with more peers than that shows each cause among the first. */
const MOST = 4096;

/**
 * The first SYN packet of each kind that got no SYN-ACK, so that the report can point at a frame for every cause. What
 * caused it is known only with the verdict; until then rows that differ in nothing a verdict looks at count as one kind.
 */
export class SampleRows {
  private readonly rows = new Map<number, RowSnapshot>();

  /** A row is settled. */
  offer(ring: SynRing, serial: number): void {
    const flags = ring.word(serial, ROW.flags);
    const answer = ring.word(serial, ROW.answer);
    if ((flags & SYN_DUPLICATE) !== 0) return;
    if (answer === ANSWERED && (flags & SYN_REPLY_LOST) === 0) return;
    if (this.rows.size >= MOST) return;
    const kind = kindOf(answer, flags, ring.word(serial, ROW.class), ring.word(serial, ROW.fates));
    const key = ring.word(serial, ROW.pair) * 2 ** 29 + kind;
    if (!this.rows.has(key)) this.rows.set(key, snapshot(ring, serial));
  }

  /** For each cause the frame of its first sample. `verdictOf` gives the verdict on the target (slot) of a SYN packet (serial). */
  frames(verdictOf: (target: number, serial: number) => RowVerdict | undefined): ReadonlyMap<Cause, number> {
    const frames = new Map<Cause, number>();
    for (const row of this.rows.values()) {
      const verdict = verdictOf(row.target, row.serial);
      const cause = verdict === undefined ? null : causeOfRow(row, verdict);
      if (cause !== null && !frames.has(cause)) frames.set(cause, row.frame);
    }
    return frames;
  }
}

/** Everything of a row that `causeOf` looks at, in 29 bits, but for serial, pair and clock. */
function kindOf(answer: number, flags: number, marks: number, fates: number): number {
  const live = (flags & SYN_ON_LIVE) === 0 ? 0 : 1;
  const lost = (flags & SYN_REPLY_LOST) === 0 ? 0 : 2;
  const unseen = (flags & SYN_ANSWER_NOT_CAPTURED) === 0 ? 0 : 4;
  const told = (answer & 7) | ((live | lost | unseen) << 3) | ((marks & 127) << 6);
  return told + (fates & 0xffff) * 2 ** 13;
}
