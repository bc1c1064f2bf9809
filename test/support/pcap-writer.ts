/** Builds classic pcap captures in memory, sound ones and, where told to, lying ones. */

export interface PcapOptions {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
  /** The "modified" format with its record header of 24 bytes. */
  readonly modified?: boolean;
  /** Version, 2.4 by default. */
  readonly major?: number;
  readonly minor?: number;
  readonly snaplen?: number;
  /** All 32 bits of the field, FCS bits included. */
  readonly linkType?: number;
  /** Write the original length before the captured one, as before version 2.3. */
  readonly originalFirst?: boolean;
}

export interface PcapPacket {
  readonly seconds: number;
  /** Microseconds or nanoseconds, as the options say. */
  readonly fraction: number;
  readonly data: Uint8Array;
  /** By default the length of the data. */
  readonly originalLength?: number;
  /** What the header claims; by default the length of the data. */
  readonly capturedLength?: number;
}

export function pcapFileHeader(options: PcapOptions = {}): Uint8Array {
  const le = options.littleEndian ?? true;
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, options.modified ? 0xa1b2cd34 : options.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, le);
  view.setUint16(4, options.major ?? 2, le);
  view.setUint16(6, options.minor ?? 4, le);
  view.setUint32(16, options.snaplen ?? 262_144, le);
  view.setUint32(20, options.linkType ?? 1, le);
  return bytes;
}

export function pcapRecord(packet: PcapPacket, options: PcapOptions = {}): Uint8Array {
  const le = options.littleEndian ?? true;
  const headerLength = options.modified ? 24 : 16;
  const bytes = new Uint8Array(headerLength + packet.data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, packet.seconds, le);
  view.setUint32(4, packet.fraction, le);
  view.setUint32(options.originalFirst ? 12 : 8, packet.capturedLength ?? packet.data.length, le);
  view.setUint32(options.originalFirst ? 8 : 12, packet.originalLength ?? packet.data.length, le);
  bytes.set(packet.data, headerLength);
  return bytes;
}

export function writePcap(packets: readonly PcapPacket[], options: PcapOptions = {}): Uint8Array {
  return concatBytes([pcapFileHeader(options), ...packets.map((packet) => pcapRecord(packet, options))]);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
