/**
 * TCP header and options (RFC 9293 section 3.1, RFC 7323 section 3), read as Linux reads them
 * (`tcp_v4_rcv`, `tcp_parse_options`; net/ipv4/tcp_input.c).
 *
 * Dense on purpose: this runs for every segment. It reads straight from the DataView, whose getters the engine
 * inlines, and writes only numbers and booleans into the one reused `Segment`.
 */
import type { Cursor } from './cursor.ts';
import type { Layer } from './layer.ts';
import { SEGMENT } from './layer.ts';
import type { Segment } from './segment.ts';
import { TCP_BAD_HEADER, TCP_BAD_OPTIONS, TRANSPORT_CUT } from './undecoded.ts';

/** Bytes up to and with the flags: less says neither what the segment is nor which connection it is of. */
export const TCP_MINIMUM = 14;
const HEADER_MINIMUM = 20;

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_TIMESTAMPS = 8;
const TIMESTAMPS_LENGTH = 10;

/** The first bytes of the options that Linux sends: in a SYN behind the MSS (SACK permitted), and in data. */
const MSS = 0x0204;
const SACK_THEN_TIMESTAMPS = 0x0402080a;
const NOPS_THEN_TIMESTAMPS = 0x0101080a;
const NOP_THEN_WINDOW_SCALE = 0x010303;

/** What `readTcp` answers for a sound header; otherwise it is a reason of `undecoded.ts`. */
export const TCP_SOUND = -1;

/**
 * Reads the header at `at`, of which at least `TCP_MINIMUM` bytes lie before `end` (captured, and inside the
 * IP packet). `ipEnd` is the end of the IP packet by its own length, or -1 when not known.
 *
 * A header that says it is shorter than 20 bytes or longer than the IP packet is given as `malformed`, without
 * options: Linux throws such a packet away before it looks at the flags.
 */
export function readTcp(view: DataView, at: number, end: number, ipEnd: number, segment: Segment): number {
  const ports = view.getInt32(at);
  segment.srcPort = ports >>> 16;
  segment.dstPort = ports & 0xffff;
  segment.seq = view.getInt32(at + 4);
  segment.ack = view.getInt32(at + 8);
  // Data offset, flags, window.
  const fourth = end - at >= 16 ? view.getInt32(at + 12) : view.getUint16(at + 12) << 16;
  segment.flags = (fourth >>> 16) & 0xff;
  segment.window = fourth & 0xffff;
  segment.hasTsval = false;
  segment.tsval = 0;
  segment.hasTsecr = false;
  segment.tsecr = 0;
  segment.optionsCut = false;

  const headerEnd = at + (fourth >>> 28) * 4;
  let next = at + HEADER_MINIMUM;
  if (headerEnd < next || (ipEnd >= 0 && headerEnd > ipEnd)) {
    segment.malformed = true;
    segment.payload = 0;
    return TCP_BAD_HEADER;
  }
  segment.malformed = false;
  segment.payload = ipEnd < 0 ? 0 : ipEnd - headerEnd;

  // The layouts that Linux sends, known by one or two words; whatever follows takes the general walk.
  const captured = (end < headerEnd ? end : headerEnd) - next;
  if (captured >= 12) {
    const word = view.getInt32(next);
    if (word === NOPS_THEN_TIMESTAMPS) {
      readTimestamps(view, next + 2, end, segment);
      next += 12;
    } else if (captured >= 16 && word >>> 16 === MSS && view.getInt32(next + 4) === SACK_THEN_TIMESTAMPS) {
      readTimestamps(view, next + 6, end, segment);
      next += 16;
      if (captured >= 20 && view.getInt32(next) >>> 8 === NOP_THEN_WINDOW_SCALE) next += 4;
    }
  }
  return next === headerEnd ? TCP_SOUND : walkOptions(view, next, headerEnd, end, segment);
}

/**
 * Walks the options from `at` to `headerEnd`, of which only those before `end` were captured. As in Linux a bad
 * length ends the walk and what was found before it counts, and a later timestamps option overwrites an earlier.
 */
function walkOptions(view: DataView, at: number, headerEnd: number, end: number, segment: Segment): number {
  let next = at;
  while (next < headerEnd) {
    if (next >= end) return cut(segment);
    const kind = view.getUint8(next);
    if (kind === OPTION_END) return TCP_SOUND;
    if (kind === OPTION_NOP) {
      next++;
      continue;
    }
    if (next + 1 >= headerEnd) return TCP_BAD_OPTIONS;
    if (next + 1 >= end) return cut(segment);
    const length = view.getUint8(next + 1);
    if (length < 2 || next + length > headerEnd) return TCP_BAD_OPTIONS;
    if (kind === OPTION_TIMESTAMPS && length === TIMESTAMPS_LENGTH) readTimestamps(view, next, end, segment);
    next += length;
  }
  if (next > end) segment.optionsCut = true;
  return TCP_SOUND;
}

/** Takes TSval and TSecr as far as they were captured. */
function readTimestamps(view: DataView, option: number, end: number, segment: Segment): void {
  if (option + 6 > end) return;
  segment.hasTsval = true;
  segment.tsval = view.getInt32(option + 2);
  segment.hasTsecr = option + TIMESTAMPS_LENGTH <= end;
  segment.tsecr = segment.hasTsecr ? view.getInt32(option + 6) : 0;
}

function cut(segment: Segment): number {
  segment.optionsCut = true;
  return TCP_SOUND;
}

/** TCP at the end of the general decoding loop. A kept but malformed segment leaves its reason in the cursor. */
export function decodeTcp(cursor: Cursor, segment: Segment): Layer {
  if (cursor.lacks(TCP_MINIMUM)) return cursor.short(TRANSPORT_CUT);
  cursor.reason = readTcp(cursor.view, cursor.at, cursor.end, cursor.ipEnd, segment);
  return SEGMENT;
}
