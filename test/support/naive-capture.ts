/**
 * The shortest possible reader of classic pcap and pcapng: it makes an object per record, holds the whole file
 * and knows nothing of damage. It feeds decoder tests, and gives the real reader something to be compared with.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { CaptureRecord } from '../../src/capture/record.ts';

const NANOSECONDS = 1_000_000_000n;

/** A record for a packet given as bytes, for decoders. */
export function recordOf(bytes: Uint8Array, fields: Partial<CaptureRecord> = {}): CaptureRecord {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    start: 0,
    end: bytes.length,
    originalLength: bytes.length,
    linkType: 1,
    interfaceIndex: 0,
    frame: 1,
    seconds: 0,
    nanoseconds: 0,
    timed: true,
    ...fields,
  };
}

/** All whole records of a file; null when its format is none of the two. */
export function readNaively(path: string): CaptureRecord[] | null {
  let file: Uint8Array = readFileSync(path);
  if (file[0] === 0x1f && file[1] === 0x8b) file = gunzipSync(file);
  if (file.length < 24) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = view.getUint32(0);
  if (magic === 0x0a0d0d0a) return readPcapng(file, view);
  if (magic === 0xa1b2c3d4 || magic === 0xa1b23c4d) return readPcap(file, view, false, magic === 0xa1b23c4d);
  if (magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1) return readPcap(file, view, true, magic === 0x4d3cb2a1);
  return null;
}

function readPcap(file: Uint8Array, view: DataView, little: boolean, nanoseconds: boolean): CaptureRecord[] {
  const records: CaptureRecord[] = [];
  const linkType = view.getUint32(20, little) & 0xffff;
  let at = 24;
  while (at + 16 <= file.length) {
    const length = view.getUint32(at + 8, little);
    const end = at + 16 + length;
    if (end > file.length) break;
    const fraction = view.getUint32(at + 4, little);
    records.push(
      recordOf(file.slice(at + 16, end), {
        originalLength: view.getUint32(at + 12, little),
        linkType,
        frame: records.length + 1,
        ...timeOf(
          BigInt(view.getUint32(at, little)) * NANOSECONDS + BigInt(fraction) * (nanoseconds ? 1n : 1000n),
        ),
      }),
    );
    at = end;
  }
  return records;
}

interface Interface {
  readonly linkType: number;
  readonly unitsPerSecond: bigint;
  readonly offset: bigint;
}

function readPcapng(file: Uint8Array, view: DataView): CaptureRecord[] {
  const records: CaptureRecord[] = [];
  let interfaces: Interface[] = [];
  let little = true;
  let at = 0;
  while (at + 12 <= file.length) {
    const type = view.getUint32(at, little);
    if (type === 0x0a0d0d0a) {
      little = view.getUint32(at + 8) === 0x4d3c2b1a;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12 || at + length > file.length) break;
    if (type === 1) interfaces.push(readInterface(view, at, length, little));
    if (type === 6) {
      const on = interfaces[view.getUint32(at + 8, little)];
      const captured = view.getUint32(at + 20, little);
      if (on !== undefined) {
        const units =
          (BigInt(view.getUint32(at + 12, little)) << 32n) | BigInt(view.getUint32(at + 16, little));
        records.push(
          recordOf(file.slice(at + 28, at + 28 + captured), {
            originalLength: view.getUint32(at + 24, little),
            linkType: on.linkType,
            frame: records.length + 1,
            ...timeOf((units * NANOSECONDS) / on.unitsPerSecond + on.offset * NANOSECONDS),
          }),
        );
      }
    } else if (type === 3 || type === 2) {
      records.push(recordOf(new Uint8Array(), { frame: records.length + 1, linkType: 147, timed: false }));
    }
    at += length;
  }
  return records;
}

function readInterface(view: DataView, start: number, length: number, little: boolean): Interface {
  let unitsPerSecond = 1_000_000n;
  let offset = 0n;
  for (let at = start + 16; at + 4 <= start + length - 4;) {
    const code = view.getUint16(at, little);
    const size = view.getUint16(at + 2, little);
    if (code === 9) {
      const resolution = view.getUint8(at + 4);
      unitsPerSecond = resolution < 128 ? 10n ** BigInt(resolution) : 2n ** BigInt(resolution & 0x7f);
    }
    if (code === 14) offset = view.getBigInt64(at + 4, little);
    at += 4 + ((size + 3) & ~3);
  }
  return { linkType: view.getUint16(start + 8, little), unitsPerSecond, offset };
}

function timeOf(nanoseconds: bigint): { seconds: number; nanoseconds: number } {
  return { seconds: Number(nanoseconds / NANOSECONDS), nanoseconds: Number(nanoseconds % NANOSECONDS) };
}
