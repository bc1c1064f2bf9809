/** Where the parts of a capture lie, so that a mutation can hit what matters. Sound captures only. */

/** One record, or pcapng block, of a capture. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** The packet in it; both the same where there is none. */
  readonly dataStart: number;
  readonly dataEnd: number;
}

export interface Anatomy {
  readonly format: 'pcap' | 'pcapng' | 'snoop' | 'other';
  readonly littleEndian: boolean;
  /** Bytes before the first piece. */
  readonly headerLength: number;
  readonly pieces: readonly Piece[];
}

/** More pieces than these are not needed to hit something. */
const MOST_PIECES = 4096;
const SNOOP = 0x736e6f6f;
const SECTION_HEADER = 0x0a0d0d0a;
const MODIFIED = 0xa1b2cd34;
const PCAP_MAGICS: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xa1b23c4d, MODIFIED]);
/** Where the packet begins in a block: simple, enhanced and obsolete packet blocks. */
const BLOCK_DATA: ReadonlyMap<number, number> = new Map([
  [3, 12],
  [6, 28],
  [2, 28],
]);

/** @param most pieces to find */
export function anatomyOf(bytes: Uint8Array, most: number = MOST_PIECES): Anatomy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 24) return { format: 'other', littleEndian: true, headerLength: 0, pieces: [] };
  const big = view.getUint32(0);
  if (big === SECTION_HEADER) return pcapng(view, most);
  if (big === SNOOP) {
    return {
      format: 'snoop',
      littleEndian: false,
      headerLength: 16,
      pieces: records(view, 16, 24, false, 8, most),
    };
  }
  for (const littleEndian of [false, true]) {
    const magic = view.getUint32(0, littleEndian);
    if (!PCAP_MAGICS.has(magic)) continue;
    const header = magic === MODIFIED ? 24 : 16;
    return {
      format: 'pcap',
      littleEndian,
      headerLength: 24,
      pieces: records(view, 24, header, littleEndian, 0, most),
    };
  }
  return { format: 'other', littleEndian: true, headerLength: 0, pieces: [] };
}

/** Records of classic pcap, or of snoop, whose header says how long the record is. */
function records(
  view: DataView,
  first: number,
  header: number,
  le: boolean,
  lengthAt: number,
  most: number,
): Piece[] {
  const pieces: Piece[] = [];
  let at = first;
  while (at + header <= view.byteLength && pieces.length < most) {
    const length = lengthAt === 0 ? header + view.getUint32(at + 8, le) : view.getUint32(at + lengthAt, le);
    const captured = lengthAt === 0 ? length - header : view.getUint32(at + 4, le);
    if (length < header || at + length > view.byteLength) break;
    const dataStart = at + header;
    pieces.push({
      start: at,
      end: at + length,
      dataStart,
      dataEnd: Math.min(dataStart + captured, at + length),
    });
    at += length;
  }
  return pieces;
}

function pcapng(view: DataView, most: number): Anatomy {
  const pieces: Piece[] = [];
  let le = true;
  let at = 0;
  while (at + 12 <= view.byteLength && pieces.length < most) {
    if (view.getUint32(at) === SECTION_HEADER) le = view.getUint32(at + 8, true) === 0x1a2b3c4d;
    const length = view.getUint32(at + 4, le);
    if (length < 12 || at + length > view.byteLength) break;
    const data = BLOCK_DATA.get(view.getUint32(at, le)) ?? 0;
    const captured = data === 28 && length >= 32 ? view.getUint32(at + 20, le) : length - 16;
    const dataStart = data === 0 ? at : Math.min(at + data, at + length);
    const dataEnd = data === 0 ? at : Math.min(dataStart + captured, at + length - 4);
    pieces.push({ start: at, end: at + length, dataStart, dataEnd: Math.max(dataStart, dataEnd) });
    at += length;
  }
  return { format: 'pcapng', littleEndian: le, headerLength: 0, pieces };
}

/** Offset of the TCP header within `bytes[start .. end]`, seen through what commonly stands before it; -1 for none. */
export function tcpHeaderIn(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < Math.min(end - 40, start + 64); at += 1) {
    const first = bytes[at] ?? 0;
    if (first >= 0x45 && first <= 0x4f && bytes[at + 9] === 6) return at + (first & 0xf) * 4;
    if (first >> 4 === 6 && bytes[at + 6] === 6 && (bytes[at + 4] ?? 255) < 6) return at + 40;
  }
  return -1;
}
