import type { CaptureRecord } from '../capture/record.ts';

/**
 * A pause before the first packet of a file, or of a pcapng section behind another, is a gap when it is longer than
 * `factor` times the longest pause inside the files up to then, and than `seconds`.
 *
 * Rings of files (tcpdump -C and -G, dumpcap -b) go on with the next packet, so between two of them lies an ordinary pause
 * of the traffic, and twice the longest one is rarely met again. Under a second nobody stops one capture and starts
 * another. A pause taken for a gap costs a minute of certainty; a gap taken for a pause may cost an accusation.
 *
 * Sections are what files become when they are put together. Those of one file are in the order of their times as a rule;
 * where they are not, no pause comes before them.
 *
 * Files of fewer than `packets` each, in the mean, show no pauses to compare with; there `longSeconds` is a gap, in which
 * every stamp runs out.
 */
const GAP = { factor: 2, seconds: 1, packets: 8, longSeconds: 60 } as const;
/** A pause this long comes from a damaged time: it says nothing about the traffic. */
const NONSENSE_SECONDS = 86_400;

/** Finds the gaps between files, and between sections, that are read as one stretch of traffic. */
export class Pauses {
  /** By capture: the latest section of it that has begun. */
  private readonly sections: number[] = [];
  /** Files and sections that have begun. */
  private begun = 0;
  private latest = Number.NaN;
  private longest = 0;
  /** Of the packet before. */
  private current = -1;
  private currentSection = -1;
  private packets = 0;
  private gaps = 0;
  private longestGap = 0;

  /** The gaps found so far, and the longest of them. */
  get found(): { readonly count: number; readonly longestSeconds: number } {
    return { count: this.gaps, longestSeconds: this.longestGap };
  }

  /** True when nothing was captured for a while before `record`, the next one of all, from the capture `index`. */
  isGap(index: number, record: CaptureRecord): boolean {
    const { section } = record;
    const time = record.seconds + record.nanoseconds * 1e-9;
    const pause = time - this.latest;
    this.packets += 1;
    // Nearly every packet: none begins here, and the pause is no news.
    if (index === this.current && section === this.currentSection) {
      if (pause >= 0 && pause <= this.longest && record.timed) {
        this.latest = time;
        return false;
      }
    }
    this.current = index;
    this.currentSection = section;
    const begins = section > (this.sections[index] ?? -1);
    if (begins) {
      this.sections[index] = section;
      this.begun += 1;
    }
    if (!record.timed) return false;
    // What comes late among others, or before any other, follows no pause.
    if (!(pause <= 0)) this.latest = time;
    if (!(pause > 0)) return false;
    if (begins && pause > this.limit()) {
      this.gaps += 1;
      this.longestGap = Math.max(this.longestGap, pause);
      return true;
    }
    if (pause < NONSENSE_SECONDS) this.longest = Math.max(this.longest, pause);
    return false;
  }

  /** The longest pause before a file or section that is none of its own, in seconds. */
  private limit(): number {
    if (this.packets < GAP.packets * this.begun) return GAP.longSeconds;
    return Math.max(GAP.seconds, GAP.factor * this.longest);
  }
}
