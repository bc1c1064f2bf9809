/**
 * Walks classic pcap records.
 *
 * The hot loop reads four words of each header through a DataView (as fast as an Int32Array here, and indifferent to
 * alignment and byte order), sets the fields of the one record object and calls the sink. Whatever is odd about a
 * record (a captured length above the original, of zero, above the snapshot length; a second and more of
 * microseconds) is found by one condition and looked at in `examine`, off the path.
 *
 * A captured length that cannot be true breaks the chain of records. A record that is merely odd, as real files have
 * them, is believed if a possible header or the end of the file follows it, or if its time fits. Behind a break,
 * reading goes on at the next plausible record; see `plausible.ts`.
 */
import type { Delivery } from '../delivery.ts';
import type { CaptureTime, FormatFacts, FormatReader } from '../facts.ts';
import { LINK_TYPES_WITH_HUGE_RECORDS, MAX_CAPTURED_LENGTH, MAX_HUGE_RECORD_LENGTH } from '../limits.ts';
import { MICROSECONDS, NANOSECONDS, nameOfResolution } from '../ticks.ts';
import type { Window } from '../window.ts';
import { PCAP_FILE_HEADER_LENGTH, type PcapHeader, readPcapHeader } from './header.ts';
import { isAllZero, type KnownTimes, MAX_ORIGINAL_LENGTH, RecordPlausibility } from './plausible.ts';

/** What `examine` made of an odd record. */
const BELIEVED = 0;
const SKIPPED = 1;
const UNDECIDED = 2;
const REFUSED = 3;

/**
 * Writers that add without carrying leave a little more than a second of fraction; it is carried into the seconds. Far
 * more cannot be a time, and is dropped.
 */
const MOST_SECONDS_CARRIED = 10;

export class PcapReader implements FormatReader {
  private readonly delivery: Delivery;
  private readonly header: PcapHeader;
  private readonly headerLength: number;
  private readonly perSecond: number;
  private readonly plausibility: RecordPlausibility;
  private readonly maxPossible: number;
  /** Offset in the capture where the chain of records broke; -1 while it holds. */
  private brokenAt = -1;
  private first: CaptureTime | null = null;

  /** Takes over a window whose first 24 bytes are the file header, and consumes them. */
  constructor(window: Window, delivery: Delivery) {
    this.delivery = delivery;
    this.header = readPcapHeader(window.view, window.start);
    this.headerLength = this.header.modified ? 24 : 16;
    this.perSecond = this.header.nanoseconds ? 1e9 : 1e6;
    this.plausibility = new RecordPlausibility(this.header, this.perSecond, this.headerLength);
    const huge = LINK_TYPES_WITH_HUGE_RECORDS.has(this.header.linkType);
    this.maxPossible = huge ? MAX_HUGE_RECORD_LENGTH : MAX_CAPTURED_LENGTH;
    if (this.header.major === 2) {
      window.skip(PCAP_FILE_HEADER_LENGTH);
    } else {
      const version = `pcap ${this.header.major}.${this.header.minor}`;
      delivery.problem('unsupported-version', window.offsetOf(window.start), null, null, version);
      delivery.halted = true;
    }
  }

  read(window: Window, final: boolean): void {
    for (;;) {
      if (this.brokenAt >= 0 && !this.resynchronise(window, final)) return;
      this.walk(window, final);
      if (this.delivery.halted) return;
      if (this.brokenAt < 0 && (!final || !this.leaveFalseTail(window))) break;
    }
    if (final) this.reportTail(window);
  }

  facts(): FormatFacts {
    const { header } = this;
    const timestampUnit = nameOfResolution(header.nanoseconds ? NANOSECONDS : MICROSECONDS);
    return {
      format: header.modified ? 'pcap (modified)' : 'pcap',
      byteOrder: header.littleEndian ? 'little' : 'big',
      sections: 1,
      interfaces: [{ linkType: header.linkType, snaplen: header.snaplen, name: null, timestampUnit }],
      interfaceCount: 1,
    };
  }

  firstTime(): CaptureTime | null {
    return this.first;
  }

  lastTime(): CaptureTime | null {
    const { seconds, nanoseconds } = this.delivery.record;
    return this.first && { seconds, nanoseconds };
  }

  private walk(window: Window, final: boolean): void {
    const { delivery, headerLength, perSecond } = this;
    const { record, sink } = delivery;
    const { view, end } = window;
    const littleEndian = this.header.littleEndian;
    const toNanoseconds = 1e9 / perSecond;
    const usual = this.plausibility.maxCaptured;
    const capturedAt = this.header.lengthOrder === 'original-first' ? 12 : 8;
    const originalAt = 20 - capturedAt;
    record.linkType = this.header.linkType;
    record.timed = true;
    let at = window.start;
    while (end - at >= headerLength) {
      let seconds = view.getUint32(at, littleEndian);
      let fraction = view.getUint32(at + 4, littleEndian);
      let captured = view.getUint32(at + capturedAt, littleEndian);
      let original = view.getUint32(at + originalAt, littleEndian);
      if (
        captured > usual ||
        captured > original ||
        original > MAX_ORIGINAL_LENGTH ||
        captured === 0 ||
        fraction >= perSecond
      ) {
        if (captured > original && this.header.lengthOrder === 'smaller-is-captured') {
          [captured, original] = [original, captured];
        }
        const verdict = this.examine(window, at, captured, final);
        if (verdict === UNDECIDED) break;
        if (verdict === REFUSED) {
          this.brokenAt = window.offsetOf(at);
          break;
        }
        if (verdict === SKIPPED) {
          at = window.start;
          continue;
        }
        if (fraction < MOST_SECONDS_CARRIED * perSecond) seconds += Math.floor(fraction / perSecond);
        else fraction = 0;
        fraction %= perSecond;
      }
      const dataStart = at + headerLength;
      const next = dataStart + captured;
      if (next > end) break;
      at = next;
      record.start = dataStart;
      record.end = next;
      record.originalLength = original;
      record.frame = ++delivery.frame;
      record.seconds = seconds;
      record.nanoseconds = fraction * toNanoseconds;
      if (delivery.delivered++ === 0) this.first = { seconds, nanoseconds: record.nanoseconds };
      sink(record);
      if (delivery.halted) break;
    }
    window.start = at;
  }

  /** Decides on the odd record at `at`. */
  private examine(window: Window, at: number, captured: number, final: boolean): number {
    const { view, end } = window;
    if (captured > this.maxPossible) {
      const offset = window.offsetOf(at);
      this.delivery.problem('impossible-length', offset, captured, this.maxPossible, 'captured length');
      return REFUSED;
    }
    if (captured > MAX_CAPTURED_LENGTH) {
      this.delivery.frame++;
      window.start = at;
      window.skip(this.headerLength + captured);
      return SKIPPED;
    }
    if (isAllZero(view, at)) return REFUSED;
    const next = at + this.headerLength + captured;
    if (end - next < this.headerLength) return final ? BELIEVED : UNDECIDED;
    if (this.plausibility.isPossible(view, next)) return BELIEVED;
    return this.plausibility.fitsIn(view, at, this.knownTimes()) ? BELIEVED : REFUSED;
  }

  private knownTimes(): KnownTimes | null {
    return this.first && { first: this.first.seconds, last: this.delivery.record.seconds };
  }

  /** Goes to the next plausible record. False: none in the window, and all of it that cannot start one is consumed. */
  private resynchronise(window: Window, final: boolean): boolean {
    const search = this.plausibility.find(window, window.start, this.knownTimes(), final);
    window.start = search.at;
    if (search.found || final) this.reportGarbage(window.offsetOf(search.at));
    return search.found;
  }

  /**
   * At the end of the file, what is left claims to be a record that goes on. If it does not look like one, and a
   * plausible record follows, the claim is garbage; true then, and reading goes on there.
   */
  private leaveFalseTail(window: Window): boolean {
    const { plausibility } = this;
    const { view, start, end } = window;
    if (end - start < this.headerLength) return false;
    const known = this.knownTimes();
    if (plausibility.lengthAt(view, start) > 0 && plausibility.fitsIn(view, start, known)) return false;
    const search = plausibility.find(window, start + 1, known, true);
    if (!search.found) return false;
    this.brokenAt = window.offsetOf(start);
    const needed = this.headerLength + this.capturedAt(window);
    this.delivery.problem('impossible-length', this.brokenAt, needed, end - start, 'captured length');
    window.start = search.at;
    this.reportGarbage(window.offsetOf(search.at));
    return true;
  }

  private reportGarbage(until: number): void {
    const skipped = until - this.brokenAt;
    this.delivery.problem('garbage', this.brokenAt, null, skipped, null);
    this.brokenAt = -1;
  }

  private reportTail(window: Window): void {
    const available = window.end - window.start;
    const offset = window.offsetOf(window.start);
    if (window.owed > 0) {
      this.delivery.problem('truncated-record', offset, window.owed, 0, null);
    } else if (available >= this.headerLength) {
      const captured = this.capturedAt(window);
      this.delivery.problem('truncated-record', offset, this.headerLength + captured, available, null);
    } else if (available > 0) {
      this.delivery.problem('truncated-record', offset, this.headerLength, available, null);
    }
  }

  private capturedAt(window: Window): number {
    const first = window.view.getUint32(window.start + 8, this.header.littleEndian);
    const second = window.view.getUint32(window.start + 12, this.header.littleEndian);
    if (this.header.lengthOrder === 'captured-first') return first;
    return this.header.lengthOrder === 'original-first' ? second : Math.min(first, second);
  }
}
