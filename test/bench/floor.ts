/**
 * The floor in plain JavaScript: what `floor.c` does, by index in one reused buffer, with no objects and no state.
 */
import { openSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
const CARRY = 1 << 19;

const bytes = new Uint8Array(CARRY + CHUNK);
const view = new DataView(bytes.buffer);
let syns = 0;
let sum = 0;

function packet(at: number, length: number): void {
  if (length < 54 || view.getUint16(at + 12) !== 0x0800 || view.getUint8(at + 14) !== 0x45) return;
  if (view.getUint8(at + 23) !== 6 || (view.getUint8(at + 47) & 0x12) !== 0x02) return;
  syns += 1;
  const end = at + Math.min(length, 34 + (view.getUint8(at + 46) >> 4) * 4);
  for (let next = at + 54; next < end;) {
    const kind = view.getUint8(next);
    if (kind === 0) break;
    if (kind === 1) {
      next += 1;
      continue;
    }
    const size = next + 1 < end ? view.getUint8(next + 1) : 0;
    if (size < 2) break;
    if (kind === 8 && next + 10 <= end) sum += view.getUint32(next + 2);
    next += size;
  }
}

function walkRecords(start: number, end: number): number {
  let at = start;
  while (end - at >= 16) {
    const length = view.getUint32(at + 8, true);
    if (end - at < 16 + length) break;
    packet(at + 16, length);
    at += 16 + length;
  }
  return at;
}

function walkBlocks(start: number, end: number): number {
  let at = start;
  while (end - at >= 12) {
    const length = view.getUint32(at + 4, true);
    if (length < 12 || end - at < length) break;
    if (view.getUint32(at, true) === 6) packet(at + 28, view.getUint32(at + 20, true));
    at += length;
  }
  return at;
}

function run(path: string): void {
  const file = openSync(path, 'r');
  let start = CARRY;
  let walk: ((start: number, end: number) => number) | null = null;
  for (;;) {
    const count = readSync(file, bytes, CARRY, CHUNK, null);
    if (count === 0) break;
    if (walk === null) {
      walk = view.getUint32(CARRY, true) === 0x0a0d0d0a ? walkBlocks : walkRecords;
      if (walk === walkRecords) start += 24;
    }
    const end = CARRY + count;
    const at = walk(start, end);
    bytes.copyWithin(CARRY - (end - at), at, end);
    start = CARRY - (end - at);
  }
  process.stdout.write(`${syns} ${sum}\n`);
}

run(process.argv[2] ?? '');
