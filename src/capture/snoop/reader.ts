/**
 * snoop, the capture format of Solaris (RFC 1761). Big endian throughout.
 *
 *     file header, 16 bytes: "snoop\0\0\0" | 8 u32 version, 2 | 12 u32 datalink type
 *     record, 24 bytes: 0 u32 original | 4 u32 included | 8 u32 record length with header and padding | 12 u32 drops
 *                       16 u32 seconds | 20 u32 microseconds | 24 data
 *
 * A length that cannot be true ends the reading: the format is rare, and nothing in it helps to find the next record.
 */
import type { Delivery } from '../delivery.ts';
import type { CaptureTime, FormatFacts, FormatReader } from '../facts.ts';
import { MAX_CAPTURED_LENGTH } from '../limits.ts';
import { MICROSECONDS, nameOfResolution } from '../ticks.ts';
import type { Window } from '../window.ts';

export const SNOOP_FILE_HEADER_LENGTH = 16;
const RECORD_HEADER_LENGTH = 24;
/** Padding is to 4 bytes; some writers pad more. */
const MAX_PADDING = 4096;

/** Datalink types of RFC 1761 as LINKTYPE_ values: 802.3, token ring, Ethernet, FDDI. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 6],
  [4, 1],
  [8, 10],
]);

export class SnoopReader implements FormatReader {
  private readonly delivery: Delivery;
  private readonly linkType: number;
  private first: CaptureTime | null = null;
  private lastSeconds = 0;
  private lastNanoseconds = 0;

  /** Takes over a window whose first 16 bytes are the file header, and consumes them. */
  constructor(window: Window, delivery: Delivery) {
    this.delivery = delivery;
    const { view, start } = window;
    const version = view.getUint32(start + 8);
    const datalink = view.getUint32(start + 12);
    const linkType = LINK_TYPES.get(datalink);
    this.linkType = linkType ?? 0;
    const offset = window.offsetOf(start);
    if (version !== 2) {
      delivery.problem('unsupported-version', offset, null, null, `snoop ${version}`);
      delivery.halted = true;
    } else if (linkType === undefined) {
      delivery.problem('foreign-format', offset, null, null, `snoop datalink ${datalink}`);
      delivery.halted = true;
    }
    window.skip(SNOOP_FILE_HEADER_LENGTH);
  }

  read(window: Window, final: boolean): void {
    const { delivery } = this;
    const { record } = delivery;
    const { view, end } = window;
    record.linkType = this.linkType;
    record.timed = true;
    while (!delivery.halted && end - window.start >= RECORD_HEADER_LENGTH) {
      const at = window.start;
      const captured = view.getUint32(at + 4);
      const length = view.getUint32(at + 8);
      const least = RECORD_HEADER_LENGTH + captured;
      if (captured > MAX_CAPTURED_LENGTH || length < least || length > least + MAX_PADDING) {
        delivery.problem('impossible-length', window.offsetOf(at), length, least, 'record length');
        delivery.halted = true;
        return;
      }
      if (end - at < length) break;
      const microseconds = view.getUint32(at + 20);
      record.seconds = view.getUint32(at + 16) + Math.floor(microseconds / 1e6);
      record.nanoseconds = (microseconds % 1e6) * 1e3;
      record.start = at + RECORD_HEADER_LENGTH;
      record.end = record.start + captured;
      record.originalLength = view.getUint32(at);
      record.frame = ++delivery.frame;
      this.lastSeconds = record.seconds;
      this.lastNanoseconds = record.nanoseconds;
      if (this.first === null) this.first = { seconds: record.seconds, nanoseconds: record.nanoseconds };
      delivery.delivered++;
      window.start = at + length;
      delivery.sink(record);
    }
    if (final && !delivery.halted) this.reportTail(window);
  }

  facts(): FormatFacts {
    const timestampUnit = nameOfResolution(MICROSECONDS);
    return {
      format: 'snoop',
      byteOrder: 'big',
      sections: 1,
      interfaces: [{ linkType: this.linkType, snaplen: 0, name: null, timestampUnit }],
      interfaceCount: 1,
    };
  }

  firstTime(): CaptureTime | null {
    return this.first;
  }

  lastTime(): CaptureTime | null {
    return this.first && { seconds: this.lastSeconds, nanoseconds: this.lastNanoseconds };
  }

  private reportTail(window: Window): void {
    const available = window.end - window.start;
    if (available === 0) return;
    const whole = available >= RECORD_HEADER_LENGTH;
    const needed = whole ? window.view.getUint32(window.start + 8) : RECORD_HEADER_LENGTH;
    this.delivery.problem('truncated-record', window.offsetOf(window.start), needed, available, null);
  }
}
