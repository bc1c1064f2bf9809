import type { CaptureRecord } from '../capture/record.ts';

/**
 * A pause before the first packet of a file is a gap when it is longer than `factor` times the longest pause inside the
 * files up to then, and than `seconds`.
 *
 * Rings of files (tcpdump -C and -G, dumpcap -b) go on with the next packet, so between two of them lies an ordinary pause
 * of the traffic, and twice the longest one is rarely met again. Under a second nobody stops one capture and starts
 * another. A pause taken for a gap costs a minute of certainty; a gap taken for a pause may cost an accusation.
 *
 * Files of fewer than `packets` each, in the mean, show no pauses to compare with; there `longSeconds` is a gap, in which
 * every stamp runs out.
 */
const GAP = { factor: 2, seconds: 1, packets: 8, longSeconds: 60 } as const;
/** A pause this long comes from a damaged time: it says nothing about the traffic. */
const NONSENSE_SECONDS = 86_400;

/** Finds the gaps between files that are read as one stretch of traffic. */
export class Pauses {
  private readonly begun = new Set<number>();
  private latest = Number.NaN;
  private longest = 0;
  private current = -1;
  private packets = 0;

  /** True when nothing was captured for a while before `record`, the next one of all, from the capture `index`. */
  isGap(index: number, record: CaptureRecord): boolean {
    const begins = index !== this.current && !this.begun.has(index);
    this.current = index;
    if (begins) this.begun.add(index);
    this.packets += 1;
    if (!record.timed) return false;
    const time = record.seconds + record.nanoseconds * 1e-9;
    const pause = time - this.latest;
    // What comes late among others, or before any other, follows no pause.
    if (!(pause <= 0)) this.latest = time;
    if (!(pause > 0)) return false;
    if (begins && pause > this.limit()) return true;
    if (pause < NONSENSE_SECONDS) this.longest = Math.max(this.longest, pause);
    return false;
  }

  /** The longest pause before a file that is none of its own, in seconds. */
  private limit(): number {
    if (this.packets < GAP.packets * this.begun.size) return GAP.longSeconds;
    return Math.max(GAP.seconds, GAP.factor * this.longest);
  }
}
