/**
 * The door of this room: bytes in, records out, whatever the format.
 *
 * Bytes arrive in one of two ways, both into the same reused window: `push` copies a chunk; `reserve` and `commit` let
 * the caller read into the window directly. The sink is called during `push`, `commit` and `end`.
 */
import { Delivery } from './delivery.ts';
import type { CaptureFacts, FormatReader } from './facts.ts';
import { recognise, recogniseByMark, RECOGNITION_LENGTH, type CaptureFormat } from './magic.ts';
import { PCAP_FILE_HEADER_LENGTH } from './pcap/header.ts';
import { PcapReader } from './pcap/reader.ts';
import { MIN_SECTION_HEADER_LENGTH } from './pcapng/block-types.ts';
import { PcapngReader } from './pcapng/reader.ts';
import type { CaptureProblemKind, ProblemSink } from './problem.ts';
import type { RecordSink } from './record.ts';
import { SNOOP_FILE_HEADER_LENGTH, SnoopReader } from './snoop/reader.ts';
import { Window } from './window.ts';

/** Where the next bytes go: `bytes` from `offset`, at most `length` of them. */
export interface Reservation {
  bytes: Uint8Array;
  offset: number;
  length: number;
}

/** What must be there before a reader of the format can be made. */
const FILE_HEADER_LENGTHS: Readonly<Record<CaptureFormat, number>> = {
  pcap: PCAP_FILE_HEADER_LENGTH,
  pcapng: MIN_SECTION_HEADER_LENGTH,
  snoop: SNOOP_FILE_HEADER_LENGTH,
};

/**
 * Reads one capture of any known format.
 *
 * @example
 * const walker = new CaptureWalker((record) => count(record), (problem) => problems.push(problem));
 * for await (const chunk of stream) walker.push(chunk);
 * const facts = walker.end();
 */
export class CaptureWalker {
  private readonly window = new Window();
  private readonly delivery: Delivery;
  private readonly reservation: Reservation;
  private reader: FormatReader | null = null;
  private bytes = 0;
  private compression: string | null = null;
  private stoppedByConsumer = false;
  /** The source ended the reading. */
  private failed = false;

  constructor(sink: RecordSink, problems: ProblemSink) {
    this.delivery = new Delivery(this.window, sink, problems);
    this.reservation = { bytes: this.window.bytes, offset: 0, length: 0 };
  }

  /** False when further input would be ignored: the consumer has enough, or the input is no capture. */
  get wantsMore(): boolean {
    return !this.delivery.halted;
  }

  /** Bytes taken in so far. */
  get bytesTaken(): number {
    return this.bytes;
  }

  /** Room for at least 256 KiB. The same object every time; to be followed by `commit`. */
  reserve(): Reservation {
    this.window.makeRoom();
    this.reservation.offset = this.window.end;
    this.reservation.length = this.window.bytes.length - this.window.end;
    return this.reservation;
  }

  /** Takes in `count` bytes that were written into the reservation, and delivers the records they complete. */
  commit(count: number): void {
    this.bytes += count;
    this.window.added(count);
    this.process(false);
  }

  /** Takes in a chunk of any size. */
  push(chunk: Uint8Array): void {
    for (let taken = 0; taken < chunk.length && this.wantsMore;) {
      const { bytes, offset, length } = this.reserve();
      const count = Math.min(length, chunk.length - taken);
      bytes.set(count === chunk.length ? chunk : chunk.subarray(taken, taken + count), offset);
      taken += count;
      this.commit(count);
    }
  }

  /** For the sink, or between chunks: no further record is wanted. */
  stop(): void {
    this.stoppedByConsumer = true;
    this.delivery.halted = true;
  }

  /** For the source: the bytes were packed, as `compression` says. */
  unpackedFrom(compression: string): void {
    this.compression = compression;
  }

  /** For the source: something about the input is to be reported, at the place that was reached. */
  note(
    kind: CaptureProblemKind,
    needed: number | null,
    available: number | null,
    detail: string | null,
  ): void {
    this.delivery.problem(kind, this.bytes, needed, available, detail);
  }

  /** As `note`, and nothing more is read. */
  fail(
    kind: CaptureProblemKind,
    needed: number | null,
    available: number | null,
    detail: string | null,
  ): void {
    this.note(kind, needed, available, detail);
    this.delivery.halted = true;
    this.failed = true;
  }

  /** Nothing more will come. Reports what is left over and says what the capture was. */
  end(): CaptureFacts {
    this.process(true);
    const { delivery, reader, window } = this;
    // Where the capture itself ended the reading: what came behind that in the same chunk was never part of it.
    const consumed = delivery.halted && !this.failed;
    const facts = reader?.facts();
    return {
      format: facts?.format ?? null,
      byteOrder: facts?.byteOrder ?? null,
      compression: this.compression,
      sections: facts?.sections ?? 0,
      interfaces: facts?.interfaces ?? [],
      interfaceCount: facts?.interfaceCount ?? 0,
      frames: delivery.frame,
      records: delivery.delivered,
      bytes: consumed ? window.offsetOf(window.start) : this.bytes,
      truncated: delivery.truncated,
      stopped: this.stoppedByConsumer,
      problemCount: delivery.problemCount,
      problemCounts: delivery.problemCounts,
      firstTime: reader?.firstTime() ?? null,
      lastTime: reader?.lastTime() ?? null,
    };
  }

  private process(final: boolean): void {
    if (this.delivery.halted) return;
    this.reader ??= this.open(final);
    if (this.reader !== null && !this.delivery.halted) this.reader.read(this.window, final);
  }

  /** Makes the reader for what the first bytes say; null when more are needed or there is none. */
  private open(final: boolean): FormatReader | null {
    const { window, delivery } = this;
    const { bytes, start, end } = window;
    const available = end - start;
    if (available === 0) {
      // What kept the bytes away has been reported.
      if (final && delivery.problemCounts.size === 0) this.refuse('empty-file', null);
      return null;
    }
    const enough = final || available >= RECOGNITION_LENGTH;
    const recognition = enough ? recognise(bytes, start, end) : recogniseByMark(bytes, start, end);
    if (recognition.kind === 'capture') return this.openFormat(recognition.format, final);
    if (!enough && recognition.kind === 'unknown') return null;
    if (recognition.kind === 'compressed') this.refuse('foreign-format', recognition.format);
    else if (recognition.kind === 'foreign') this.refuse('foreign-format', recognition.name);
    else this.refuse('unknown-format', null);
    return null;
  }

  private openFormat(format: CaptureFormat, final: boolean): FormatReader | null {
    const { window, delivery } = this;
    const needed = FILE_HEADER_LENGTHS[format];
    const available = window.end - window.start;
    if (available < needed) {
      if (final) {
        delivery.problem('truncated-header', window.offsetOf(window.start), needed, available, format);
        delivery.halted = true;
      }
      return null;
    }
    if (format === 'pcap') return new PcapReader(window, delivery);
    return format === 'pcapng' ? new PcapngReader(delivery) : new SnoopReader(window, delivery);
  }

  private refuse(kind: 'empty-file' | 'foreign-format' | 'unknown-format', detail: string | null): void {
    this.delivery.problem(kind, 0, null, null, detail);
    this.delivery.halted = true;
  }
}
