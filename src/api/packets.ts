import type { CaptureFacts, CaptureTime, InterfaceFacts } from '../capture/facts.ts';
import { MAX_DETAILED_INTERFACES } from '../capture/limits.ts';
import { blankRecord } from '../capture/record.ts';
import type { CaptureRecord } from '../capture/record.ts';
import type { Report } from '../report/report.ts';
import type { Bytes } from '../units/bytes.ts';
import { Analyzer } from './analyzer.ts';
import { givenBytes, givenCount, givenText } from './given.ts';
import type { CommonOptions } from './options.ts';
import { settingsOf } from './options.ts';

/** Options for those who bring their own packets. */
export interface PacketOptions extends CommonOptions {
  /** What the report calls the packets. Default `(packets)`. */
  readonly name?: string;
  /** Most bytes that were kept of a packet, where that is known: the report then says what it cut off. */
  readonly snaplen?: number;
}

/** What is known of a packet besides its bytes. */
export interface PacketInfo {
  /** Whole seconds since the epoch. */
  readonly seconds: number;
  /** Nanoseconds within the second; a billion and more are carried over. */
  readonly nanoseconds: number;
  /** Length on the wire in bytes. Default: what was handed over. */
  readonly originalLength?: number;
  /** LINKTYPE_ value of tcpdump.org: 1 Ethernet (the default), 101 raw IP, 113 and 276 Linux cooked, ... */
  readonly linkType?: number;
  /** Number of the interface from 0 (the default), where there are several. */
  readonly interfaceIndex?: number;
}

/** Takes packets one by one, in the order they were captured. */
export interface PacketAnalyzer {
  /**
   * The bytes are copied; they may be reused afterwards. Packets count as frames from 1.
   * @throws RangeError when a number in `info` is none that a packet can have, or the analysis is finished already;
   * TypeError when what is handed over holds no bytes
   */
  readonly packet: (bytes: Bytes, info: PacketInfo) => void;
  /**
   * Judges what was seen. Can be called once.
   * @throws RangeError when it is called again
   */
  readonly finish: () => Report;
}

/** Most bytes looked at; no header lies further in. */
const ROOM = 65_536;
const NANOSECONDS = 1_000_000_000;
const LINKTYPE_ETHERNET = 1;
/** Link types and numbers of interfaces have 32 bits in the files that name them. */
const UINT32 = { most: 0xffff_ffff };

/**
 * For those who bring their own parser, or packets from somewhere else: hand over one packet after the other, then ask
 * for the report. It is the same as that of `analyzeFile`, but for what only a file has (format, size).
 *
 * @throws RangeError when an option makes no sense; TypeError when `name` is no string
 *
 * @example
 * const analyzer = createAnalyzer({ name: 'live' });
 * for (const { data, time } of packets) {
 *   analyzer.packet(data, { seconds: time.seconds, nanoseconds: time.microseconds * 1000 });
 * }
 * console.log(analyzer.finish().verdict.sentence);
 */
export function createAnalyzer(options: PacketOptions = {}): PacketAnalyzer {
  const analyzer = new Analyzer(settingsOf(options));
  const capture = analyzer.beginCapture(givenText('name', options.name ?? '(packets)'));
  const record = blankRecord(new Uint8Array(ROOM));
  const facts = new PacketFacts(givenCount('snaplen', options.snaplen ?? 0));
  let finished = false;
  return {
    packet(bytes, info) {
      if (finished) throw new RangeError('the analysis is finished');
      fill(record, givenBytes('packet', bytes), info);
      facts.saw(record);
      analyzer.record(record);
    },
    finish() {
      if (finished) throw new RangeError('the analysis is finished');
      finished = true;
      analyzer.endCapture(capture, facts.facts());
      return analyzer.finish().report;
    },
  };
}

function fill(record: CaptureRecord, bytes: Uint8Array, info: PacketInfo): void {
  const { seconds, nanoseconds } = info;
  if (!Number.isSafeInteger(seconds) || !Number.isSafeInteger(nanoseconds)) {
    throw new RangeError(`time ${seconds} s and ${nanoseconds} ns: no whole numbers`);
  }
  const originalLength = givenCount('originalLength', info.originalLength ?? bytes.length);
  const linkType = givenCount('linkType', info.linkType ?? LINKTYPE_ETHERNET, UINT32);
  const interfaceIndex = givenCount('interfaceIndex', info.interfaceIndex ?? 0, UINT32);
  const carried = Math.floor(nanoseconds / NANOSECONDS);
  record.frame += 1;
  record.seconds = seconds + carried;
  record.nanoseconds = nanoseconds - carried * NANOSECONDS;
  record.timed = true;
  record.originalLength = originalLength;
  record.linkType = linkType;
  record.interfaceIndex = interfaceIndex;
  record.end = Math.min(bytes.length, ROOM);
  record.bytes.set(record.end === bytes.length ? bytes : bytes.subarray(0, ROOM));
}

/** What a reader would have found out about the file. */
class PacketFacts {
  private readonly snaplen: number;
  private readonly interfaces: InterfaceFacts[] = [];
  private readonly indexes = new Set<number>();
  private frames = 0;
  private bytes = 0;
  private first: CaptureTime | null = null;
  private lastSeconds = 0;
  private lastNanoseconds = 0;

  constructor(snaplen: number) {
    this.snaplen = snaplen;
  }

  saw(record: CaptureRecord): void {
    const { interfaceIndex, linkType, seconds, nanoseconds } = record;
    this.frames = record.frame;
    this.bytes += record.end;
    this.first ??= { seconds, nanoseconds };
    this.lastSeconds = seconds;
    this.lastNanoseconds = nanoseconds;
    if (this.indexes.has(interfaceIndex)) return;
    this.indexes.add(interfaceIndex);
    if (this.interfaces.length < MAX_DETAILED_INTERFACES) {
      this.interfaces.push({ linkType, snaplen: this.snaplen, name: null, timestampUnit: '1e-9 s' });
    }
  }

  facts(): CaptureFacts {
    const { first, lastSeconds, lastNanoseconds } = this;
    return {
      format: 'packets',
      byteOrder: null,
      sections: 1,
      interfaces: this.interfaces,
      interfaceCount: this.indexes.size,
      frames: this.frames,
      records: this.frames,
      bytes: this.bytes,
      truncated: false,
      stopped: false,
      problemCount: 0,
      compression: null,
      problemCounts: new Map(),
      firstTime: first,
      lastTime: first === null ? null : { seconds: lastSeconds, nanoseconds: lastNanoseconds },
    };
  }
}
