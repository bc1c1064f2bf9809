/** Builds pcapng captures in memory, block by block, in either byte order. */
import { concatBytes } from './pcap-writer.ts';

export interface PcapngOption {
  readonly code: number;
  readonly value: Uint8Array;
  /** What the option claims; by default the length of the value. */
  readonly claimedLength?: number;
}

export interface SectionFields {
  readonly major?: number;
  readonly minor?: number;
  /** -1, the default: not given. */
  readonly sectionLength?: bigint;
  readonly options?: readonly PcapngOption[];
}

export interface InterfaceFields {
  readonly linkType?: number;
  readonly snaplen?: number;
  readonly name?: string;
  /** The if_tsresol byte; left out by default, which means microseconds. */
  readonly tsresol?: number;
  /** if_tsoffset in seconds. */
  readonly offset?: bigint;
  /** Written after those above. */
  readonly options?: readonly PcapngOption[];
}

export interface PacketFields {
  readonly data: Uint8Array;
  readonly interfaceId?: number;
  /** 64 bits, unsigned. */
  readonly ticks?: bigint;
  readonly originalLength?: number;
  /** What the block claims; by default the length of the data. */
  readonly capturedLength?: number;
  readonly options?: readonly PcapngOption[];
}

/** Writes blocks in one byte order. */
export class PcapngBlocks {
  readonly littleEndian: boolean;

  constructor(littleEndian = true) {
    this.littleEndian = littleEndian;
  }

  /** Any block; `body` is padded. */
  block(type: number, body: Uint8Array): Uint8Array {
    const length = 12 + pad(body.length);
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, type, this.littleEndian);
    view.setUint32(4, length, this.littleEndian);
    bytes.set(body, 8);
    view.setUint32(length - 4, length, this.littleEndian);
    return bytes;
  }

  section(fields: SectionFields = {}): Uint8Array {
    const fixed = new Uint8Array(16);
    const view = new DataView(fixed.buffer);
    view.setUint32(0, 0x1a2b3c4d, this.littleEndian);
    view.setUint16(4, fields.major ?? 1, this.littleEndian);
    view.setUint16(6, fields.minor ?? 0, this.littleEndian);
    view.setBigInt64(8, fields.sectionLength ?? -1n, this.littleEndian);
    return this.block(0x0a0d0d0a, concatBytes([fixed, this.options(fields.options)]));
  }

  interface(fields: InterfaceFields = {}): Uint8Array {
    const fixed = new Uint8Array(8);
    const view = new DataView(fixed.buffer);
    view.setUint16(0, fields.linkType ?? 1, this.littleEndian);
    view.setUint32(4, fields.snaplen ?? 0, this.littleEndian);
    const options: PcapngOption[] = [];
    if (fields.name !== undefined) options.push({ code: 2, value: new TextEncoder().encode(fields.name) });
    if (fields.tsresol !== undefined) options.push({ code: 9, value: Uint8Array.of(fields.tsresol) });
    if (fields.offset !== undefined) {
      const value = new Uint8Array(8);
      new DataView(value.buffer).setBigInt64(0, fields.offset, this.littleEndian);
      options.push({ code: 14, value });
    }
    options.push(...(fields.options ?? []));
    return this.block(1, concatBytes([fixed, this.options(options)]));
  }

  enhancedPacket(fields: PacketFields): Uint8Array {
    return this.packet(6, fields);
  }

  /** The obsolete Packet Block: the interface has 16 bits, the drop count the other 16. */
  obsoletePacket(fields: PacketFields): Uint8Array {
    return this.packet(2, fields);
  }

  /** The data is cut as the interface's snapshot length says; the caller does that. */
  simplePacket(data: Uint8Array, originalLength: number = data.length): Uint8Array {
    const fixed = new Uint8Array(4);
    new DataView(fixed.buffer).setUint32(0, originalLength, this.littleEndian);
    return this.block(3, concatBytes([fixed, data]));
  }

  /** A custom block: Wireshark counts it as a frame. */
  custom(data: Uint8Array): Uint8Array {
    const number = new Uint8Array(4);
    new DataView(number.buffer).setUint32(0, 32_473, this.littleEndian);
    return this.block(0x0bad, concatBytes([number, data]));
  }

  private packet(type: 2 | 6, fields: PacketFields): Uint8Array {
    const fixed = new Uint8Array(20);
    const view = new DataView(fixed.buffer);
    if (type === 6) view.setUint32(0, fields.interfaceId ?? 0, this.littleEndian);
    else view.setUint16(0, fields.interfaceId ?? 0, this.littleEndian);
    const ticks = fields.ticks ?? 0n;
    view.setUint32(4, Number(ticks >> 32n), this.littleEndian);
    view.setUint32(8, Number(ticks & 0xffff_ffffn), this.littleEndian);
    view.setUint32(12, fields.capturedLength ?? fields.data.length, this.littleEndian);
    view.setUint32(16, fields.originalLength ?? fields.data.length, this.littleEndian);
    const data = new Uint8Array(pad(fields.data.length));
    data.set(fields.data);
    return this.block(type, concatBytes([fixed, data, this.options(fields.options)]));
  }

  private options(options: readonly PcapngOption[] = []): Uint8Array {
    if (options.length === 0) return new Uint8Array(0);
    const parts = options.map(({ code, value, claimedLength }) => {
      const bytes = new Uint8Array(4 + pad(value.length));
      const view = new DataView(bytes.buffer);
      view.setUint16(0, code, this.littleEndian);
      view.setUint16(2, claimedLength ?? value.length, this.littleEndian);
      bytes.set(value, 4);
      return bytes;
    });
    return concatBytes([...parts, new Uint8Array(4)]);
  }
}

function pad(length: number): number {
  return Math.ceil(length / 4) * 4;
}
