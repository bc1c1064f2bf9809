/**
 * Packets counted over all captures, and back: which frame of which capture packet 123,456 was.
 *
 * Numbers follow the order in which packets are analysed, since it is asked what came first. Where one capture is read
 * after the other, a line of the table per capture is enough. Where captures are merged, each change of hands takes a line,
 * and once there are a million of them captures are given numbers in blocks: frames stay exact, and which of two packets
 * came first is then known to a block.
 */
import { widenI32 } from '../units/grow.ts';
import { i32 } from '../units/table.ts';

const WORDS = 3;
const NUMBER = 0;
const CAPTURE = 1;
const FRAME = 2;

/** Lines (12 bytes each) until numbers are given in blocks, and until blocks double. */
const LINES = 1 << 20;
const FIRST_BLOCK = 4096;
/** A block that is this many blocks old is not gone on with. */
const STALE_BLOCKS = 4;

export class FrameNumbers {
  private readonly exactLines: number;
  private table = new Int32Array(64 * WORDS);
  private length = 0;
  /** The number for the next line. */
  private next = 1;
  private current = -1;
  private lastBase = 0;
  /** By capture: what to add to its frame, and the number at which its block ends. */
  private readonly bases: number[] = [];
  private readonly ends: number[] = [];

  /** @param exactLines changes of hands that are noted one by one */
  constructor(exactLines: number = LINES) {
    this.exactLines = exactLines;
  }

  /** Lines of the table. */
  get lines(): number {
    return this.length;
  }

  /** What to add to frames of `capture` from `frame` on to get their numbers; for captures that take turns. */
  baseOf(capture: number, frame: number): number {
    if (this.length >= this.exactLines) return this.baseInBlocks(capture, frame);
    if (capture === this.current) {
      this.next = this.lastBase + frame + 1;
      return this.lastBase;
    }
    return this.begin(capture, frame);
  }

  /** All frames of `capture` from `frame` on, until another begins. */
  begin(capture: number, frame: number): number {
    this.current = capture;
    this.lastBase = this.next - frame;
    this.addLine(this.next, capture, frame);
    this.next += 1;
    return this.lastBase;
  }

  /** `capture` had `frames` frames in all. */
  end(capture: number, frames: number): void {
    if (capture !== this.current || this.length >= this.exactLines) return;
    this.next = Math.max(this.next, this.lastBase + frames + 1);
  }

  /** The frame, within its capture, of packet `number`; 0 for no packet. */
  frameOf(number: number): number {
    const at = this.find(number);
    return at < 0 ? number : number - i32(this.table, at + NUMBER) + i32(this.table, at + FRAME);
  }

  /** The capture that packet `number` belongs to; -1 for no packet. */
  captureOf(number: number): number {
    const at = this.find(number);
    return at < 0 ? -1 : i32(this.table, at + CAPTURE);
  }

  private baseInBlocks(capture: number, frame: number): number {
    const block = FIRST_BLOCK << Math.min(8, Math.floor(this.length / this.exactLines) - 1);
    const base = this.bases[capture];
    const end = this.ends[capture] ?? 0;
    if (base !== undefined && base + frame < end && this.next - end < STALE_BLOCKS * block) return base;
    const begun = this.next - frame;
    this.bases[capture] = begun;
    this.ends[capture] = this.next + block;
    this.addLine(this.next, capture, frame);
    this.next += block;
    return begun;
  }

  private addLine(number: number, capture: number, frame: number): void {
    const at = this.length * WORDS;
    if (at === this.table.length) this.table = widenI32(this.table, this.table.length * 2);
    this.table[at + NUMBER] = number;
    this.table[at + CAPTURE] = capture;
    this.table[at + FRAME] = frame;
    this.length += 1;
  }

  /** Offset of the line that `number` belongs to; -1 when it lies before all of them. */
  private find(number: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (i32(this.table, middle * WORDS + NUMBER) <= number) low = middle + 1;
      else high = middle;
    }
    return (low - 1) * WORDS;
  }
}
