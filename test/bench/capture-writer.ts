import { closeSync, openSync, writeSync } from 'node:fs';

/** How a generated capture is written down. */
export interface CaptureForm {
  readonly format: 'pcap' | 'pcapng';
  readonly bigEndian: boolean;
  readonly nanoseconds: boolean;
  /** Most bytes kept of a packet. */
  readonly snaplen: number;
}

const BUFFER = 4 * 1024 * 1024;
/** Room that is free behind the last record: more than any packet and its headers need. */
const SLACK = 128 * 1024;
const LINKTYPE_ETHERNET = 1;

/** Writes a capture file through one reused buffer: packets are laid out in the buffer itself, never copied. */
export class CaptureWriter {
  readonly bytes = Buffer.alloc(BUFFER + SLACK);
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  private readonly file: number;
  private readonly form: CaptureForm;
  private readonly headerLength: number;
  private at = 0;
  private written = 0;

  constructor(path: string, form: CaptureForm) {
    this.form = form;
    this.headerLength = form.format === 'pcap' ? 16 : 28;
    this.file = openSync(path, 'w');
    if (form.format === 'pcap') this.pcapHeader();
    else this.pcapngHeader();
  }

  /** Offset in `bytes` at which the next packet is to be laid out, as long as it may be. */
  get place(): number {
    return this.at + this.headerLength;
  }

  /** The packet laid out at `place` is `length` bytes long on the wire and was seen at `time` (ns since the epoch / 1000). */
  add(microseconds: number, nanoseconds: number, length: number): void {
    const captured = Math.min(length, this.form.snaplen);
    if (this.form.format === 'pcap') this.pcapRecord(microseconds, nanoseconds, captured, length);
    else this.pcapngRecord(microseconds, nanoseconds, captured, length);
    if (this.at >= BUFFER) this.flush();
  }

  /** Writes what is left and returns the size of the file in bytes. */
  close(): number {
    this.flush();
    closeSync(this.file);
    return this.written;
  }

  private pcapHeader(): void {
    this.word(this.form.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    this.half(2);
    this.half(4);
    this.word(0);
    this.word(0);
    this.word(this.form.snaplen);
    this.word(LINKTYPE_ETHERNET);
  }

  private pcapRecord(microseconds: number, nanoseconds: number, captured: number, length: number): void {
    const seconds = Math.floor(microseconds / 1e6);
    const rest = microseconds - seconds * 1e6;
    this.word(seconds);
    this.word(this.form.nanoseconds ? rest * 1000 + nanoseconds : rest);
    this.word(captured);
    this.word(length);
    this.at += captured;
  }

  private pcapngHeader(): void {
    for (const word of [0x0a0d0d0a, 28, 0x1a2b3c4d]) this.word(word);
    this.half(1);
    this.half(0);
    for (const word of [0xffffffff, 0xffffffff, 28, 1, 32]) this.word(word);
    this.half(LINKTYPE_ETHERNET);
    this.half(0);
    this.word(this.form.snaplen);
    // if_tsresol and its one byte, padded; end of options.
    this.half(9);
    this.half(1);
    this.bytes.fill(0, this.at, this.at + 4);
    this.bytes[this.at] = this.form.nanoseconds ? 9 : 6;
    this.at += 4;
    this.word(0);
    this.word(32);
  }

  private pcapngRecord(microseconds: number, nanoseconds: number, captured: number, length: number): void {
    const padded = Math.ceil(captured / 4) * 4;
    const ticks = this.form.nanoseconds ? BigInt(microseconds) * 1000n + BigInt(nanoseconds) : microseconds;
    const high = typeof ticks === 'bigint' ? Number(ticks >> 32n) : Math.floor(ticks / 4294967296);
    const low = typeof ticks === 'bigint' ? Number(ticks & 0xffffffffn) : ticks % 4294967296;
    this.word(6);
    this.word(32 + padded);
    this.word(0);
    this.word(high);
    this.word(low);
    this.word(captured);
    this.word(length);
    this.bytes.fill(0, this.at + captured, this.at + padded);
    this.at += padded;
    this.word(32 + padded);
  }

  private word(value: number): void {
    this.view.setUint32(this.at, value, !this.form.bigEndian);
    this.at += 4;
  }

  private half(value: number): void {
    this.view.setUint16(this.at, value, !this.form.bigEndian);
    this.at += 2;
  }

  private flush(): void {
    for (let from = 0; from < this.at;) from += writeSync(this.file, this.bytes, from, this.at - from);
    this.written += this.at;
    this.at = 0;
  }
}
