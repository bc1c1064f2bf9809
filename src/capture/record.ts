/**
 * One captured record, as the walker hands it on: a view into a reused buffer, valid only during the call.
 * The same object is passed every time; a consumer that keeps anything copies it.
 */
export interface CaptureRecord {
  /** The buffer that holds the packet bytes, and a view over the same memory. */
  bytes: Uint8Array;
  view: DataView;
  /** First packet byte, and one past the last captured byte, as offsets into `bytes`. */
  start: number;
  end: number;
  /** Length on the wire in bytes; at least `end - start` in a sound file. */
  originalLength: number;
  /** Link type (LINKTYPE_ value, FCS and reserved bits masked off). */
  linkType: number;
  /** Interface, counted over all sections of the file from 0; always 0 in classic pcap. */
  interfaceIndex: number;
  /** pcapng section, counted from 1; 0 in formats without any. */
  section: number;
  /** Number of the record in its file from 1, as Wireshark counts frames. */
  frame: number;
  /** Whole seconds since the epoch (floor; may be negative or beyond 2^32), and the ns within, 0 .. 999_999_999. */
  seconds: number;
  nanoseconds: number;
  /** False when the record carries no time at all (pcapng Simple Packet Block); seconds and nanoseconds are 0. */
  timed: boolean;
}

/** A record of nothing, over `bytes`, for a reader to fill in again and again. */
export function blankRecord(
  bytes: Uint8Array,
  view: DataView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
): CaptureRecord {
  return {
    bytes,
    view,
    start: 0,
    end: 0,
    originalLength: 0,
    linkType: 0,
    interfaceIndex: 0,
    section: 0,
    frame: 0,
    seconds: 0,
    nanoseconds: 0,
    timed: false,
  };
}

/** Consumes records one by one, in file order. */
export type RecordSink = (record: CaptureRecord) => void;
