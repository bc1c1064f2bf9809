import type { CaptureProblemKind } from './problem.ts';
import type { Window } from './window.ts';

/** Byte order of a capture; `mixed` when the sections of a pcapng file differ. */
export type ByteOrder = 'little' | 'big' | 'mixed';

export interface CaptureTime {
  /** Whole seconds since the epoch, and nanoseconds within, 0 .. 999_999_999. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

export interface InterfaceFacts {
  /** LINKTYPE_ value. */
  readonly linkType: number;
  /** Most bytes kept of a packet; 0 when the capture names no limit. */
  readonly snaplen: number;
  /** As the capture has it: any text at all, never to be printed unescaped. Null when it is not given. */
  readonly name: string | null;
  /** Resolution of the clock: `1e-6 s`, `2^-10 s`. */
  readonly timestampUnit: string;
}

/** What a reader knows of the format it reads. */
export interface FormatFacts {
  /** Name of the format and variant: `pcap`, `pcap (modified)`, `pcapng`, `snoop`. */
  readonly format: string;
  readonly byteOrder: ByteOrder;
  /** pcapng sections; 1 elsewhere. */
  readonly sections: number;
  /** The first interfaces, at most `MAX_DETAILED_INTERFACES`; classic formats have one without a name. */
  readonly interfaces: readonly InterfaceFacts[];
  /** All of them. */
  readonly interfaceCount: number;
}

/** What reading one capture found out about the capture itself. */
export interface CaptureFacts extends Omit<FormatFacts, 'format' | 'byteOrder'> {
  /** Null when the input is no capture that could be read. */
  readonly format: string | null;
  readonly byteOrder: ByteOrder | null;
  /** What the capture was unpacked from, such as `gzip`; null when it came as it is. */
  readonly compression: string | null;
  /** Frames in the file, as Wireshark counts them, and those handed on as records. */
  readonly frames: number;
  readonly records: number;
  /** Bytes of the (decompressed) capture that were taken in. */
  readonly bytes: number;
  /** The file ends inside a header or record. */
  readonly truncated: boolean;
  /** The consumer stopped the reading before the end. */
  readonly stopped: boolean;
  readonly problemCount: number;
  /** All problems by kind, also those beyond the `MAX_PROBLEMS_PER_KIND` that were handed on; kinds without any are absent. */
  readonly problemCounts: ReadonlyMap<CaptureProblemKind, number>;
  /** Times of the first and the last timed record in file order. */
  readonly firstTime: CaptureTime | null;
  readonly lastTime: CaptureTime | null;
}

/** What is known of a capture of which nothing was read. */
export const NOTHING_READ: CaptureFacts = {
  format: null,
  byteOrder: null,
  compression: null,
  sections: 0,
  interfaces: [],
  interfaceCount: 0,
  frames: 0,
  records: 0,
  bytes: 0,
  truncated: false,
  stopped: false,
  problemCount: 0,
  problemCounts: new Map(),
  firstTime: null,
  lastTime: null,
};

/** One capture format: consumes the window as far as it holds whole records. */
export interface FormatReader {
  /**
   * Consumes what is whole. Must leave fewer than `CARRY` bytes unless the delivery was halted.
   * @param final nothing more will come; whatever is left is a problem and is reported
   */
  read(window: Window, final: boolean): void;
  facts(): FormatFacts;
  firstTime(): CaptureTime | null;
  lastTime(): CaptureTime | null;
}
