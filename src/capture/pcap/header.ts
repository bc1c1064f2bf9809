/**
 * Classic pcap. A file header, then records, nothing else; all numbers in the byte order of the machine that wrote.
 *
 *     file header, 24 bytes                         record header, 16 bytes (modified: 24)
 *      0 u32 magic: order, unit, record header       0 u32 seconds since the epoch
 *      4 u16 major version, 2                        4 u32 microseconds or nanoseconds
 *      6 u16 minor version, 4                        8 u32 captured length
 *      8 i32 zone, always 0                         12 u32 original length
 *     12 u32 accuracy, always 0                     16 modified: u32 interface, u16 protocol, u8 type, u8 pad
 *     16 u32 snapshot length
 *     20 u32 link type in the lower 16 bits; above them reserved bits, and the FCS length with its flag
 *
 * There is no length of the file, no mark at a record's start, and no checksum: only the lengths lead from one record
 * to the next. That is why `plausible.ts` exists.
 * Before version 2.3 the two lengths stood the other way round, in 2.3 in either order (libpcap, sf-pcap.c).
 * Sources: draft-ietf-opsawg-pcap; libpcap savefile.c, sf-pcap.c.
 */

export const PCAP_FILE_HEADER_LENGTH = 24;

const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;
const MODIFIED_MAGIC = 0xa1b2cd34;

/** Where the captured length stands in the record header: as written today, the old way round, or unknown. */
export type LengthOrder = 'captured-first' | 'original-first' | 'smaller-is-captured';

export interface PcapHeader {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly modified: boolean;
  readonly major: number;
  readonly minor: number;
  readonly lengthOrder: LengthOrder;
  /** As written; real files have 0 and absurd values here. */
  readonly snaplen: number;
  /** LINKTYPE_ value without FCS and reserved bits. */
  readonly linkType: number;
}

/** Says whether `magic`, read in some byte order, is one of classic pcap. */
export function isPcapMagic(magic: number): boolean {
  return magic === MICROSECOND_MAGIC || magic === NANOSECOND_MAGIC || magic === MODIFIED_MAGIC;
}

/** Reads the 24 bytes at `at`, whose magic has been recognised. */
export function readPcapHeader(view: DataView, at: number): PcapHeader {
  const littleEndian = isPcapMagic(view.getUint32(at, true));
  const magic = view.getUint32(at, littleEndian);
  const major = view.getUint16(at + 4, littleEndian);
  const minor = view.getUint16(at + 6, littleEndian);
  return {
    littleEndian,
    nanoseconds: magic === NANOSECOND_MAGIC,
    modified: magic === MODIFIED_MAGIC,
    major,
    minor,
    lengthOrder: minor > 3 ? 'captured-first' : minor === 3 ? 'smaller-is-captured' : 'original-first',
    snaplen: view.getUint32(at + 16, littleEndian),
    linkType: view.getUint32(at + 20, littleEndian) & 0xffff,
  };
}
