/**
 * Walks pcapng blocks (the format is explained in `block-types.ts`).
 *
 * The hot loop handles EPB and PB, which have the same layout: a few words through a DataView, the clock of the interface,
 * the one record object, the sink. The clock is set anew only when the interface changes. All other blocks are
 * interpreted off the path.
 *
 * Blocks larger than the carry room (a big comment, a list of names) are interpreted from their beginning, which is held,
 * and skipped to their end. A block whose two lengths differ breaks the chain; see `resync.ts`.
 */
import type { Delivery } from '../delivery.ts';
import type { ByteOrder, CaptureTime, FormatFacts, FormatReader } from '../facts.ts';
import { MAX_BLOCK_LENGTH } from '../limits.ts';
import type { CaptureProblemKind } from '../problem.ts';
import type { CaptureRecord } from '../record.ts';
import { isSensibleResolution, nameOfResolution, TickClock } from '../ticks.ts';
import { CARRY, type Window } from '../window.ts';
import {
  BLOCK_TYPES,
  ENHANCED_PACKET_BLOCK,
  INTERFACE_DESCRIPTION_BLOCK,
  isLittleEndianSection,
  MIN_BLOCK_LENGTH,
  MIN_INTERFACE_LENGTH,
  MIN_SECTION_HEADER_LENGTH,
  PACKET_BLOCK,
  PACKET_DATA,
  PACKET_OVERHEAD,
  SECTION_HEADER_BLOCK,
  SIMPLE_PACKET_BLOCK,
  SIMPLE_PACKET_DATA,
  SIMPLE_PACKET_OVERHEAD,
} from './block-types.ts';
import { InterfaceTable } from './interfaces.ts';
import { readInterface } from './options.ts';
import { blockAt, type BlockSearch, findBlock } from './resync.ts';

export class PcapngReader implements FormatReader {
  private readonly delivery: Delivery;
  private readonly interfaces = new InterfaceTable();
  private readonly clock = new TickClock();
  private littleEndian = true;
  private byteOrder: ByteOrder | null = null;
  private sections = 0;
  /** The current section has a version that is not known: its blocks are passed over. */
  private unknownVersion = false;
  /** Interface (id within its section) that the record and the clock are set for; -1 none. */
  private selected = -1;
  /** Offset in the capture where the chain of blocks broke; -1 while it holds. */
  private brokenAt = -1;
  /** Length that must stand at the end of a block being skipped; 0 when none is. */
  private trailer = 0;
  /** The last interface id that was asked for in vain, so that it is reported once. */
  private missing = -1;
  private first: CaptureTime | null = null;
  /** Time of the last timed record, once an untimed one has taken its place in the record. */
  private last: CaptureTime | null = null;

  constructor(delivery: Delivery) {
    this.delivery = delivery;
  }

  read(window: Window, final: boolean): void {
    for (;;) {
      if (this.brokenAt >= 0) {
        if (!this.resynchronise(window, final)) return;
      } else if (this.trailer !== 0) {
        if (!this.closeSkippedBlock(window)) break;
      } else {
        this.walk(window);
        if (this.delivery.halted) return;
        if (this.brokenAt >= 0 || this.trailer !== 0) continue;
        if (!final || !this.leaveFalseTail(window)) break;
      }
    }
    if (final) this.reportTail(window);
  }

  facts(): FormatFacts {
    return {
      format: 'pcapng',
      byteOrder: this.byteOrder ?? 'little',
      sections: this.sections,
      interfaces: this.interfaces.details,
      interfaceCount: this.interfaces.count,
    };
  }

  firstTime(): CaptureTime | null {
    return this.first;
  }

  lastTime(): CaptureTime | null {
    return this.first && (this.delivery.record.timed ? timeOf(this.delivery.record) : this.last);
  }

  private walk(window: Window): void {
    const { delivery } = this;
    const { view, end } = window;
    let littleEndian = this.littleEndian;
    let at = window.start;
    while (end - at >= MIN_BLOCK_LENGTH) {
      const type = view.getUint32(at, littleEndian);
      if (type === SECTION_HEADER_BLOCK) {
        const order = isLittleEndianSection(view, at);
        if (order === null) {
          this.breakOff(window, at, 'bad-block', null, null, 'byte-order magic');
          break;
        }
        littleEndian = order;
      }
      const length = view.getUint32(at + 4, littleEndian);
      if (length < MIN_BLOCK_LENGTH || length > CARRY) {
        window.start = at;
        this.interpretHuge(window, type, length, littleEndian);
        return;
      }
      const next = at + ((length + 3) & ~3);
      if (next > end) break;
      const repeated = view.getUint32(next - 4, littleEndian);
      if (repeated !== length) {
        this.breakOff(window, at, 'bad-block', length, repeated, 'block length');
        break;
      }
      if (type === ENHANCED_PACKET_BLOCK || type === PACKET_BLOCK) {
        this.deliverPacket(window, at, type, length - PACKET_OVERHEAD);
      } else {
        this.interpret(window, at, type, length, littleEndian);
        littleEndian = this.littleEndian;
      }
      at = next;
      if (delivery.halted) break;
    }
    window.start = at;
  }

  /**
   * Delivers an EPB or PB.
   * @param space bytes of the block that data and options may fill
   */
  private deliverPacket(window: Window, at: number, type: number, space: number): void {
    const { delivery, littleEndian } = this;
    const { record } = delivery;
    const { view } = window;
    if (this.unknownVersion) return;
    const captured = space < 0 ? 0 : view.getUint32(at + 20, littleEndian);
    if (captured > space) {
      delivery.problem('bad-block', window.offsetOf(at), captured, Math.max(space, 0), 'captured length');
      delivery.frame++;
      return;
    }
    const id =
      type === PACKET_BLOCK ? view.getUint16(at + 8, littleEndian) : view.getUint32(at + 8, littleEndian);
    if (id !== this.selected && !this.select(window, at, id)) return;
    this.clock.read(view.getUint32(at + 12, littleEndian), view.getUint32(at + 16, littleEndian), record);
    const start = at + PACKET_DATA;
    record.start = start;
    record.end = start + captured;
    record.originalLength = view.getUint32(at + 24, littleEndian);
    record.frame = ++delivery.frame;
    if (this.first === null) this.first = timeOf(record);
    delivery.delivered++;
    delivery.sink(record);
  }

  /** An SPB has no time, belongs to the first interface, and leaves its captured length to be concluded. */
  private deliverSimplePacket(window: Window, at: number, space: number): void {
    const { delivery } = this;
    const { record } = delivery;
    const original = space < 0 ? 0 : window.view.getUint32(at + 8, this.littleEndian);
    if (record.timed) this.last = timeOf(record);
    if (!this.select(window, at, 0)) return;
    const snaplen = this.interfaces.snaplen(record.interfaceIndex);
    const captured = snaplen > 0 ? Math.min(original, snaplen) : original;
    this.selected = -1;
    if (captured > space) {
      delivery.problem('bad-block', window.offsetOf(at), captured, Math.max(space, 0), 'captured length');
      delivery.frame++;
      return;
    }
    const start = at + SIMPLE_PACKET_DATA;
    record.start = start;
    record.end = start + captured;
    record.originalLength = original;
    record.frame = ++delivery.frame;
    record.seconds = 0;
    record.nanoseconds = 0;
    record.timed = false;
    delivery.delivered++;
    delivery.sink(record);
  }

  /** Sets record and clock for interface `id` of the section; false when the section has none of that number. */
  private select(window: Window, at: number, id: number): boolean {
    const { delivery, interfaces } = this;
    const index = interfaces.indexOf(id);
    if (index < 0) {
      if (id !== this.missing) {
        const known = interfaces.count - interfaces.sectionStart;
        delivery.problem('missing-interface', window.offsetOf(at), id, known, null);
        this.missing = id;
      }
      delivery.frame++;
      return false;
    }
    this.selected = id;
    this.clock.set(interfaces.tsresol(index), interfaces.offset(index));
    delivery.record.interfaceIndex = index;
    delivery.record.linkType = interfaces.linkType(index);
    delivery.record.timed = true;
    return true;
  }

  /** Everything but EPB and PB; `length` is that of the part of the block that can be seen. */
  private interpret(window: Window, at: number, type: number, length: number, littleEndian: boolean): void {
    if (type === SECTION_HEADER_BLOCK) {
      this.startSection(window, at, length, littleEndian);
    } else if (this.unknownVersion) {
      return;
    } else if (type === INTERFACE_DESCRIPTION_BLOCK) {
      this.describeInterface(window, at, length);
    } else if (type === SIMPLE_PACKET_BLOCK) {
      this.deliverSimplePacket(window, at, length - SIMPLE_PACKET_OVERHEAD);
    } else {
      const known = BLOCK_TYPES.get(type);
      if (known?.countsAsFrame === true && length >= known.minLength) this.delivery.frame++;
    }
  }

  private startSection(window: Window, at: number, length: number, littleEndian: boolean): void {
    const { delivery } = this;
    const { view } = window;
    this.littleEndian = littleEndian;
    const order = littleEndian ? 'little' : 'big';
    this.byteOrder = this.byteOrder === null || this.byteOrder === order ? order : 'mixed';
    this.sections++;
    this.interfaces.startSection();
    this.selected = -1;
    this.missing = -1;
    if (length < MIN_SECTION_HEADER_LENGTH) {
      this.unknownVersion = true;
      delivery.problem('bad-block', window.offsetOf(at), MIN_SECTION_HEADER_LENGTH, length, 'section header');
      return;
    }
    const major = view.getUint16(at + 12, littleEndian);
    const minor = view.getUint16(at + 14, littleEndian);
    // 1.2 was written by some programs and means 1.0.
    this.unknownVersion = major !== 1 || (minor !== 0 && minor !== 2);
    if (this.unknownVersion) {
      const version = `pcapng ${major}.${minor}`;
      delivery.problem('unsupported-version', window.offsetOf(at), null, null, version);
    }
  }

  private describeInterface(window: Window, at: number, length: number): void {
    const { delivery } = this;
    const offset = window.offsetOf(at);
    if (length < MIN_INTERFACE_LENGTH) {
      delivery.problem('bad-block', offset, MIN_INTERFACE_LENGTH, length, 'interface description');
      return;
    }
    const { bytes, view } = window;
    const { description, sound } = readInterface(bytes, view, at, at + length - 4, this.littleEndian);
    this.interfaces.add(description);
    this.selected = -1;
    if (!sound) delivery.problem('bad-block', offset, null, null, 'interface options');
    if (!isSensibleResolution(description.tsresol)) {
      const unit = nameOfResolution(description.tsresol);
      delivery.problem('unknown-timestamp-unit', offset, null, null, unit);
    }
  }

  /** The block at the window's start has a length that cannot be, or that is too large to hold. */
  private interpretHuge(window: Window, type: number, length: number, littleEndian: boolean): void {
    const at = window.start;
    if (length < MIN_BLOCK_LENGTH || length > MAX_BLOCK_LENGTH || !BLOCK_TYPES.has(type)) {
      const bound = length < MIN_BLOCK_LENGTH ? MIN_BLOCK_LENGTH : MAX_BLOCK_LENGTH;
      this.breakOff(window, at, 'impossible-length', length, bound, 'block length');
      return;
    }
    if (window.end - at < CARRY) return;
    if (type === ENHANCED_PACKET_BLOCK || type === PACKET_BLOCK) {
      this.deliverPacket(window, at, type, CARRY - PACKET_OVERHEAD);
    } else {
      this.interpret(window, at, type, CARRY, littleEndian);
    }
    window.skip(Math.ceil(length / 4) * 4 - 4);
    this.trailer = length;
  }

  /** Checks the length at the end of a skipped block. False: it has not arrived. */
  private closeSkippedBlock(window: Window): boolean {
    if (window.owed > 0 || window.end - window.start < 4) return false;
    const repeated = window.view.getUint32(window.start, this.littleEndian);
    if (repeated === this.trailer) window.skip(4);
    else this.breakOff(window, window.start, 'bad-block', this.trailer, repeated, 'block length');
    this.trailer = 0;
    return true;
  }

  private breakOff(
    window: Window,
    at: number,
    kind: CaptureProblemKind,
    needed: number | null,
    available: number | null,
    detail: string,
  ): void {
    this.brokenAt = window.offsetOf(at);
    this.delivery.problem(kind, this.brokenAt, needed, available, detail);
  }

  /** Goes to the next sound block. False: none in the window, and all of it that cannot start one is consumed. */
  private resynchronise(window: Window, final: boolean): boolean {
    const search = this.findBlock(window, window.start, final);
    window.start = search.at;
    if (search.found || final) this.reportGarbage(window.offsetOf(search.at));
    return search.found;
  }

  /**
   * At the end of the file, what is left claims to be a block that goes on. If it does not look like one, and a sound
   * block follows, the claim is garbage; true then, and reading goes on there.
   */
  private leaveFalseTail(window: Window): boolean {
    const { view, start, end } = window;
    if (end - start < MIN_BLOCK_LENGTH) return false;
    if (blockAt(view, start, end, this.littleEndian, this.knownInterfaces()) === 'need-more') return false;
    const search = this.findBlock(window, start + 1, true);
    if (!search.found) return false;
    const length = view.getUint32(start + 4, this.littleEndian);
    this.breakOff(window, start, 'impossible-length', length, end - start, 'block length');
    window.start = search.at;
    this.reportGarbage(window.offsetOf(search.at));
    return true;
  }

  private findBlock(window: Window, start: number, final: boolean): BlockSearch {
    return findBlock(window, start, this.littleEndian, this.knownInterfaces(), final);
  }

  private knownInterfaces(): number {
    return this.unknownVersion ? 0 : this.interfaces.count - this.interfaces.sectionStart;
  }

  private reportGarbage(until: number): void {
    this.delivery.problem('garbage', this.brokenAt, null, until - this.brokenAt, null);
    this.brokenAt = -1;
  }

  private reportTail(window: Window): void {
    const { start, end, view } = window;
    const available = end - start;
    const offset = window.offsetOf(start);
    if (window.owed > 0 || this.trailer !== 0) {
      this.delivery.problem('truncated-record', offset, window.owed + 4, available, null);
    } else if (available >= MIN_BLOCK_LENGTH) {
      const isSection = view.getUint32(start) === SECTION_HEADER_BLOCK;
      const littleEndian = (isSection ? isLittleEndianSection(view, start) : null) ?? this.littleEndian;
      const length = view.getUint32(start + 4, littleEndian);
      this.delivery.problem('truncated-record', offset, length, available, null);
    } else if (available > 0) {
      this.delivery.problem('truncated-record', offset, MIN_BLOCK_LENGTH, available, null);
    }
  }
}

function timeOf(record: CaptureRecord): CaptureTime {
  return { seconds: record.seconds, nanoseconds: record.nanoseconds };
}
