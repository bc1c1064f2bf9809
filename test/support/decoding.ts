/** Decoding in a test: one packet or a whole capture, and the count of what was not decoded. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { blankRecord } from '../../src/capture/record.ts';
import type { CaptureRecord } from '../../src/capture/record.ts';
import type { DecoderOptions } from '../../src/packet/decode.ts';
import { PacketDecoder } from '../../src/packet/decode.ts';
import { Segment } from '../../src/packet/segment.ts';
import { CaptureWalker } from '../../src/capture/walker.ts';
import { formatAddress } from '../../src/units/address.ts';

/** A record for a packet given as bytes, for decoders. */
export function recordOf(bytes: Uint8Array, fields: Partial<CaptureRecord> = {}): CaptureRecord {
  return {
    ...blankRecord(bytes),
    end: bytes.length,
    originalLength: bytes.length,
    linkType: 1,
    frame: 1,
    timed: true,
    ...fields,
  };
}

export interface Decoded {
  /** The segment, or null when there was none. */
  readonly segment: Segment | null;
  /** What was counted, as `layer:reason`, with the number in parentheses where there is one. */
  readonly counted: readonly string[];
}

export function decode(
  bytes: Uint8Array,
  fields: Partial<CaptureRecord> = {},
  options: DecoderOptions = {},
): Decoded {
  const decoder = new PacketDecoder(options);
  const segment = new Segment();
  const found = decoder.decode(recordOf(bytes, fields), segment);
  const counted = decoder
    .totals()
    .undecoded.map(
      ({ layer, reason, number }) =>
        `${layer}:${reason}${number === null ? '' : `(0x${number.toString(16)})`}`,
    );
  return { segment: found ? segment : null, counted };
}

/** `source:port > destination:port`. */
export function endpoints(segment: Segment | null): string | null {
  if (segment === null) return null;
  const { family, src0, src1, src2, src3, dst0, dst1, dst2, dst3, srcPort, dstPort } = segment;
  const src = formatAddress(family, src0, src1, src2, src3);
  return `${src}:${srcPort} > ${formatAddress(family, dst0, dst1, dst2, dst3)}:${dstPort}`;
}

/** One word for what came of a packet: `endpoints seq`, or "counted" when it gave no segment and one count. */
export function outcome({ segment, counted }: Decoded): string {
  if (segment !== null) return `${endpoints(segment)} ${segment.seq}`;
  return counted.length === 1 ? 'counted' : `counted ${counted.length} times`;
}

/** Hands every TCP segment of a capture file (plain or gzip) to `sink`; the segment is reused. */
export function decodeFile(path: string, sink: (segment: Segment) => void): void {
  const file = readFileSync(path);
  const capture = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
  const decoder = new PacketDecoder();
  const segment = new Segment();
  const walker = new CaptureWalker(
    (record) => {
      if (decoder.decode(record, segment)) sink(segment);
    },
    () => undefined,
  );
  walker.push(capture);
  walker.end();
}
