/** Takes classic pcap files apart as capture programs do: into ring files, overlapping ones, one per interface. */

export interface Split {
  readonly bytes: Uint8Array;
  /** Frame of the whole file, by frame of the part (from 1). */
  readonly frames: readonly number[];
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** The records (header and data) of a little-endian pcap file. */
function recordsOf(whole: Uint8Array): Uint8Array[] {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const records: Uint8Array[] = [];
  for (let at = FILE_HEADER; at < whole.length;) {
    const next = at + RECORD_HEADER + view.getUint32(at + 8, true);
    records.push(whole.subarray(at, next));
    at = next;
  }
  return records;
}

/** A part for each list of frames that `partsOf` names for a frame; a frame may go into several parts, or none. */
export function splitCapture(
  whole: Uint8Array,
  parts: number,
  partsOf: (frame: number, frames: number, record: Uint8Array) => readonly number[],
): Split[] {
  const records = recordsOf(whole);
  const pieces = Array.from({ length: parts }, () => [whole.subarray(0, FILE_HEADER)]);
  const frames = Array.from({ length: parts }, (): number[] => []);
  for (const [index, record] of records.entries()) {
    for (const part of partsOf(index + 1, records.length, record)) {
      pieces[part]?.push(record);
      frames[part]?.push(index + 1);
    }
  }
  return pieces.map((piece, part) => ({
    bytes: new Uint8Array(Buffer.concat(piece)),
    frames: frames[part] ?? [],
  }));
}
