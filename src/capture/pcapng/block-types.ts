/**
 * pcapng. A file is a row of blocks, each with its type, its length, a body, and its length again:
 *
 *     0 u32 type | 4 u32 total length | 8 body, padded to 4 bytes | total length - 4: u32 total length
 *
 * A Section Header Block (SHB) opens a section and sets the byte order for it: its type reads the same both ways, the
 * magic at its offset 8 does not. Sections are independent: interfaces are counted from 0 in each, and another section
 * may have the other byte order. An Interface Description Block (IDB) gives link type, snapshot length and, in options,
 * the clock. Packets come in Enhanced Packet Blocks (EPB), in Simple ones (SPB: no time, always interface 0), or in the
 * obsolete Packet Block (PB). Everything else can be passed over by its length.
 *
 *     EPB  8 u32 interface | 12 u32 time, upper | 16 u32 time, lower | 20 u32 captured | 24 u32 original | 28 data
 *     PB   8 u16 interface, u16 drops | the rest as in an EPB
 *     SPB  8 u32 original | 12 data
 *     IDB  8 u16 link type, u16 reserved | 12 u32 snapshot length | 16 options
 *     SHB  8 u32 byte-order magic | 12 u16 major, u16 minor | 16 i64 section length | 24 options
 *
 * The length at the end makes damage visible (a block whose two lengths differ is none) and the next sound block easy to
 * find. The section length is not used: blocks are found one by one, and real files have it wrong or -1.
 * Source: draft-ietf-opsawg-pcapng.
 */

export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION_BLOCK = 1;
export const PACKET_BLOCK = 2;
export const SIMPLE_PACKET_BLOCK = 3;
export const NAME_RESOLUTION_BLOCK = 4;
export const INTERFACE_STATISTICS_BLOCK = 5;
export const ENHANCED_PACKET_BLOCK = 6;
const SYSTEMD_JOURNAL_BLOCK = 9;
const DECRYPTION_SECRETS_BLOCK = 10;
const CUSTOM_BLOCK = 0x0bad;
const CUSTOM_BLOCK_NOT_TO_COPY = 0x4000_0bad;
const SYSDIG_EVENT_BLOCK = 0x204;
const SYSDIG_EVENT_BLOCK_V2 = 0x216;
const SYSDIG_EVENT_BLOCK_V2_LARGE = 0x221;

/** Type, length, length. */
export const MIN_BLOCK_LENGTH = 12;
export const MIN_SECTION_HEADER_LENGTH = 28;
export const MIN_INTERFACE_LENGTH = 20;

/** Data and options of an EPB or PB start here; the last 4 bytes are the length again. */
export const PACKET_DATA = 28;
export const PACKET_OVERHEAD = 32;
export const SIMPLE_PACKET_DATA = 12;
export const SIMPLE_PACKET_OVERHEAD = 16;

interface BlockType {
  readonly minLength: number;
  /** Wireshark 4 shows it as a frame of its own (seen with tshark 4.0.17), although it is no packet. */
  readonly countsAsFrame: boolean;
}

/** Blocks that may be larger than the window, that resynchronising looks for, and what they must at least hold. */
export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map([
  [SECTION_HEADER_BLOCK, { minLength: MIN_SECTION_HEADER_LENGTH, countsAsFrame: false }],
  [INTERFACE_DESCRIPTION_BLOCK, { minLength: MIN_INTERFACE_LENGTH, countsAsFrame: false }],
  [PACKET_BLOCK, { minLength: PACKET_OVERHEAD, countsAsFrame: false }],
  [SIMPLE_PACKET_BLOCK, { minLength: SIMPLE_PACKET_OVERHEAD, countsAsFrame: false }],
  [NAME_RESOLUTION_BLOCK, { minLength: 12, countsAsFrame: false }],
  [INTERFACE_STATISTICS_BLOCK, { minLength: 24, countsAsFrame: false }],
  [ENHANCED_PACKET_BLOCK, { minLength: PACKET_OVERHEAD, countsAsFrame: false }],
  [SYSTEMD_JOURNAL_BLOCK, { minLength: 16, countsAsFrame: true }],
  [DECRYPTION_SECRETS_BLOCK, { minLength: 20, countsAsFrame: false }],
  [CUSTOM_BLOCK, { minLength: 16, countsAsFrame: true }],
  [CUSTOM_BLOCK_NOT_TO_COPY, { minLength: 16, countsAsFrame: true }],
  [SYSDIG_EVENT_BLOCK, { minLength: 34, countsAsFrame: true }],
  [SYSDIG_EVENT_BLOCK_V2, { minLength: 38, countsAsFrame: true }],
  [SYSDIG_EVENT_BLOCK_V2_LARGE, { minLength: 38, countsAsFrame: true }],
]);

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Byte order of the section whose header block starts at `at` (12 bytes needed); null when its magic is wrong. */
export function isLittleEndianSection(view: DataView, at: number): boolean | null {
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return true;
  return view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC ? false : null;
}
