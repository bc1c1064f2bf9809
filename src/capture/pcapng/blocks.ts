/**
 * What single pcapng blocks hold: sections, interfaces, packets.
 *
 * A packet takes a few words through a DataView, the clock of its interface, the one record object, the sink. The clock is
 * set anew only when the interface changes.
 */
import type { Delivery } from '../delivery.ts';
import type { ByteOrder, CaptureTime, FormatFacts } from '../facts.ts';
import type { CaptureRecord } from '../record.ts';
import { isSensibleResolution, nameOfResolution, TickClock } from '../ticks.ts';
import type { Window } from '../window.ts';
import {
  BLOCK_TYPES,
  INTERFACE_DESCRIPTION_BLOCK,
  MIN_INTERFACE_LENGTH,
  MIN_SECTION_HEADER_LENGTH,
  PACKET_BLOCK,
  PACKET_DATA,
  SECTION_HEADER_BLOCK,
  SIMPLE_PACKET_BLOCK,
  SIMPLE_PACKET_DATA,
  SIMPLE_PACKET_OVERHEAD,
} from './block-types.ts';
import { InterfaceTable } from './interfaces.ts';
import { readInterface } from './options.ts';

export class BlockReader {
  private readonly delivery: Delivery;
  private readonly interfaces = new InterfaceTable();
  private readonly clock = new TickClock();
  /** Of the current section. */
  littleEndian = true;
  private byteOrder: ByteOrder | null = null;
  private sections = 0;
  /** The current section has a version that is not known: its blocks are passed over. */
  private unknownVersion = false;
  /** Interface (id within its section) that the record and the clock are set for; -1 none. */
  private selected = -1;
  /** The last interface id that was asked for in vain, so that it is reported once. */
  private missing = -1;
  private first: CaptureTime | null = null;
  /** Time of the last timed record, once an untimed one has taken its place in the record. */
  private last: CaptureTime | null = null;

  constructor(delivery: Delivery) {
    this.delivery = delivery;
  }

  /**
   * Delivers an EPB or PB.
   * @param space bytes of the block that data and options may fill
   */
  deliverPacket(window: Window, at: number, type: number, space: number): void {
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

  /** Everything but EPB and PB; `length` is that of the part of the block that can be seen. */
  interpret(window: Window, at: number, type: number, length: number, littleEndian: boolean): void {
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

  /** Interfaces of the current section. */
  knownInterfaces(): number {
    return this.unknownVersion ? 0 : this.interfaces.count - this.interfaces.sectionStart;
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

  private startSection(window: Window, at: number, length: number, littleEndian: boolean): void {
    const { delivery } = this;
    const { view } = window;
    this.littleEndian = littleEndian;
    const order = littleEndian ? 'little' : 'big';
    this.byteOrder = this.byteOrder === null || this.byteOrder === order ? order : 'mixed';
    this.sections++;
    delivery.record.section = this.sections;
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
}

function timeOf(record: CaptureRecord): CaptureTime {
  return { seconds: record.seconds, nanoseconds: record.nanoseconds };
}
