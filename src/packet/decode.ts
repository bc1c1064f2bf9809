/**
 * From a captured record to a TCP segment: the innermost IP header, the TCP header, the timestamps option.
 *
 * Two ways lead there. The straight line takes what nearly every packet is, Ethernet or a cooked or raw header,
 * IPv4 without options or fragments, TCP: a few comparisons, no calls through tables. Everything else goes
 * through the general loop: each decoder reads one header and names the next layer, until one names SEGMENT or
 * STOP. The loop takes a limited number of steps, so endless tags and tunnels in tunnels end, and are counted.
 *
 * Nothing is allocated per packet: decoders move one reused `Cursor` and write into the caller's `Segment`.
 */
import type { CaptureRecord } from '../capture/record.ts';
import type { Decoder } from './cursor.ts';
import { Cursor } from './cursor.ts';
import { DECODERS } from './decoders.ts';
import { SEGMENT, STOP } from './layer.ts';
import { layerOfLinkType, LINKTYPE_ETHERNET } from './link-type.ts';
import { clearIpv6Words, FRAGMENT_OFFSET, MORE_FRAGMENTS } from './network/ipv4.ts';
import { IPV4_LENGTH, IPV4_NO_OPTIONS, packetTypeOf, PROTOCOL_TCP, startOfPlainIpv4 } from './plain.ts';
import type { Segment } from './segment.ts';
import { readTcp, TCP_SOUND } from './tcp.ts';
import type { UndecodedEntry } from './undecoded.ts';
import { TUNNEL_TOO_DEEP, Undecoded } from './undecoded.ts';

/** Headers taken in one packet. Deep but real stacks (VXLAN in ERSPAN in GRE, doubly tagged) need about a dozen. */
const MAX_LAYERS = 32;

export interface DecoderOptions {
  /**
   * Which IP header counts when one packet carries another: `innermost` (default), what the receiving kernel
   * judges after it has taken the outer ones off, or `outermost`, where tunnels are not looked into.
   */
  readonly tunnels?: 'innermost' | 'outermost';
}

/** What the decoder made of the records so far. */
export interface DecodeTotals {
  readonly records: number;
  /** Records that gave a TCP segment. */
  readonly segments: number;
  /** The others by layer and reason, and remarks (layer `tcp`) on segments that were decoded all the same. */
  readonly undecoded: readonly UndecodedEntry[];
}

/**
 * Decodes records one by one and counts what it could not decode.
 *
 * @example
 * const decoder = new PacketDecoder();
 * const segment = new Segment();
 * if (decoder.decode(record, segment) && (segment.flags & SYN) !== 0) { ... }
 */
export class PacketDecoder {
  readonly #cursor: Cursor;
  readonly #undecoded = new Undecoded();
  #records = 0;
  #segments = 0;

  constructor(options: DecoderOptions = {}) {
    this.#cursor = new Cursor(options.tunnels !== 'outermost');
  }

  /**
   * Fills `segment` from the record. True when it now holds a TCP segment; when false its packet fields mean
   * nothing. Never throws, whatever the bytes.
   */
  decode(record: CaptureRecord, segment: Segment): boolean {
    this.#records++;
    segment.frame = record.frame;
    segment.interfaceIndex = record.interfaceIndex;
    segment.seconds = record.seconds;
    segment.nanoseconds = record.nanoseconds;
    segment.timed = record.timed;
    segment.direction = -1;

    const { view, end } = record;
    const ip = startOfPlainIpv4(record);
    if (end - ip < 2 * IPV4_LENGTH) return this.#decodeAny(record, segment);
    // Whole words: a read costs the same for one byte and for four.
    const first = view.getInt32(ip);
    const second = view.getInt32(ip + 4);
    const third = view.getUint16(ip + 8);
    const totalLength = first & 0xffff;
    if (
      first >>> 24 !== IPV4_NO_OPTIONS ||
      (third & 0xff) !== PROTOCOL_TCP ||
      (second & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) !== 0 ||
      totalLength < 2 * IPV4_LENGTH
    ) {
      return this.#decodeAny(record, segment);
    }
    if (segment.family === 6) clearIpv6Words(segment);
    if (record.linkType !== LINKTYPE_ETHERNET) segment.direction = packetTypeOf(record);
    segment.src3 = view.getInt32(ip + 12);
    segment.dst3 = view.getInt32(ip + 16);
    segment.ipId = second >>> 16;
    segment.ttl = third >>> 8;
    const ipEnd = ip + totalLength;
    const remark = readTcp(view, ip + IPV4_LENGTH, ipEnd < end ? ipEnd : end, ipEnd, segment);
    if (remark !== TCP_SOUND) this.#undecoded.count(remark, 0, record.frame);
    this.#segments++;
    return true;
  }

  /** The general loop. */
  #decodeAny(record: CaptureRecord, segment: Segment): boolean {
    const cursor = this.#cursor;
    cursor.view = record.view;
    cursor.at = record.start;
    cursor.end = record.end;
    cursor.ipEnd = -1;
    cursor.snapped = record.originalLength > record.end - record.start;
    cursor.reason = TCP_SOUND;
    cursor.reasonNumber = 0;

    let layer = layerOfLinkType(cursor, record.linkType);
    for (let steps = 0; layer > SEGMENT; steps++) {
      if (steps === MAX_LAYERS) {
        layer = cursor.stop(TUNNEL_TOO_DEEP, 0);
        break;
      }
      const decoder: Decoder | undefined = DECODERS[layer];
      layer = decoder === undefined ? STOP : decoder(cursor, segment);
    }

    if (cursor.reason !== TCP_SOUND) this.#undecoded.count(cursor.reason, cursor.reasonNumber, record.frame);
    if (layer !== SEGMENT) return false;
    this.#segments++;
    return true;
  }

  /** Counts so far, as plain data. */
  totals(): DecodeTotals {
    return { records: this.#records, segments: this.#segments, undecoded: this.#undecoded.totals() };
  }
}
