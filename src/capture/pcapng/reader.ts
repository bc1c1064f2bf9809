/**
 * Walks the chain of pcapng blocks (the format is explained in `block-types.ts`); what a block holds is for `blocks.ts`.
 *
 * The hot loop handles EPB and PB, which have the same layout. All other blocks are interpreted off the path.
 *
 * Blocks larger than the carry room (a big comment, a list of names) are interpreted from their beginning, which is held,
 * and skipped to their end. A block whose two lengths differ breaks the chain; see `resync.ts`.
 */
import type { Delivery } from '../delivery.ts';
import type { CaptureTime, FormatFacts, FormatReader } from '../facts.ts';
import { MAX_BLOCK_LENGTH } from '../limits.ts';
import type { CaptureProblemKind } from '../problem.ts';
import { CARRY, type Window } from '../window.ts';
import {
  BLOCK_TYPES,
  ENHANCED_PACKET_BLOCK,
  isLittleEndianSection,
  MIN_BLOCK_LENGTH,
  PACKET_BLOCK,
  PACKET_OVERHEAD,
  SECTION_HEADER_BLOCK,
} from './block-types.ts';
import { BlockReader } from './blocks.ts';
import { blockAt, type BlockSearch, findBlock } from './resync.ts';

export class PcapngReader implements FormatReader {
  private readonly delivery: Delivery;
  private readonly blocks: BlockReader;
  /** Offset in the capture where the chain of blocks broke; -1 while it holds. */
  private brokenAt = -1;
  /** Length that must stand at the end of a block being skipped; 0 when none is. */
  private trailer = 0;

  constructor(delivery: Delivery) {
    this.delivery = delivery;
    this.blocks = new BlockReader(delivery);
  }

  read(window: Window, final: boolean): void {
    for (;;) {
      if (this.brokenAt >= 0) {
        if (!this.resynchronise(window, final)) return;
      } else if (this.trailer !== 0) {
        if (!this.closeSkippedBlock(window)) break;
      } else {
        this.walk(window);
        if (this.delivery.halted) return;
        if (this.brokenAt >= 0 || this.trailer !== 0) continue;
        if (!final || !this.leaveFalseTail(window)) break;
      }
    }
    if (final) this.reportTail(window);
  }

  facts(): FormatFacts {
    return this.blocks.facts();
  }

  firstTime(): CaptureTime | null {
    return this.blocks.firstTime();
  }

  lastTime(): CaptureTime | null {
    return this.blocks.lastTime();
  }

  private walk(window: Window): void {
    const { delivery, blocks } = this;
    const { view, end } = window;
    let { littleEndian } = blocks;
    let at = window.start;
    while (end - at >= MIN_BLOCK_LENGTH) {
      const type = view.getUint32(at, littleEndian);
      if (type === SECTION_HEADER_BLOCK) {
        const order = isLittleEndianSection(view, at);
        if (order === null) {
          this.breakOff(window, at, 'bad-block', null, null, 'byte-order magic');
          break;
        }
        littleEndian = order;
      }
      const length = view.getUint32(at + 4, littleEndian);
      if (length < MIN_BLOCK_LENGTH || length > CARRY) {
        window.start = at;
        this.interpretHuge(window, type, length, littleEndian);
        return;
      }
      const next = at + ((length + 3) & ~3);
      if (next > end) break;
      const repeated = view.getUint32(next - 4, littleEndian);
      if (repeated !== length) {
        this.breakOff(window, at, 'bad-block', length, repeated, 'block length');
        break;
      }
      if (type === ENHANCED_PACKET_BLOCK || type === PACKET_BLOCK) {
        blocks.deliverPacket(window, at, type, length - PACKET_OVERHEAD);
      } else {
        blocks.interpret(window, at, type, length, littleEndian);
        littleEndian = blocks.littleEndian;
      }
      at = next;
      if (delivery.halted) break;
    }
    window.start = at;
  }

  /** The block at the window's start has a length that cannot be, or that is too large to hold. */
  private interpretHuge(window: Window, type: number, length: number, littleEndian: boolean): void {
    const at = window.start;
    if (length < MIN_BLOCK_LENGTH || length > MAX_BLOCK_LENGTH || !BLOCK_TYPES.has(type)) {
      const bound = length < MIN_BLOCK_LENGTH ? MIN_BLOCK_LENGTH : MAX_BLOCK_LENGTH;
      this.breakOff(window, at, 'impossible-length', length, bound, 'block length');
      return;
    }
    if (window.end - at < CARRY) return;
    if (type === ENHANCED_PACKET_BLOCK || type === PACKET_BLOCK) {
      this.blocks.deliverPacket(window, at, type, CARRY - PACKET_OVERHEAD);
    } else {
      this.blocks.interpret(window, at, type, CARRY, littleEndian);
    }
    window.skip(Math.ceil(length / 4) * 4 - 4);
    this.trailer = length;
  }

  /** Checks the length at the end of a skipped block. False: it has not arrived. */
  private closeSkippedBlock(window: Window): boolean {
    if (window.owed > 0 || window.end - window.start < 4) return false;
    const repeated = window.view.getUint32(window.start, this.blocks.littleEndian);
    if (repeated === this.trailer) window.skip(4);
    else this.breakOff(window, window.start, 'bad-block', this.trailer, repeated, 'block length');
    this.trailer = 0;
    return true;
  }

  private breakOff(
    window: Window,
    at: number,
    kind: CaptureProblemKind,
    needed: number | null,
    available: number | null,
    detail: string,
  ): void {
    this.brokenAt = window.offsetOf(at);
    this.delivery.problem(kind, this.brokenAt, needed, available, detail);
  }

  /** Goes to the next sound block. False: none in the window, and all of it that cannot start one is consumed. */
  private resynchronise(window: Window, final: boolean): boolean {
    const search = this.findBlock(window, window.start, final);
    window.start = search.at;
    if (search.found || final) this.reportGarbage(window.offsetOf(search.at));
    return search.found;
  }

  /**
   * At the end of the file, what is left claims to be a block that goes on. If it does not look like one, and a sound
   * block follows, the claim is garbage; true then, and reading goes on there.
   */
  private leaveFalseTail(window: Window): boolean {
    const { view, start, end } = window;
    if (end - start < MIN_BLOCK_LENGTH) return false;
    if (blockAt(view, start, end, this.blocks.littleEndian, this.blocks.knownInterfaces()) === 'need-more')
      return false;
    const search = this.findBlock(window, start + 1, true);
    if (!search.found) return false;
    const length = view.getUint32(start + 4, this.blocks.littleEndian);
    this.breakOff(window, start, 'impossible-length', length, end - start, 'block length');
    window.start = search.at;
    this.reportGarbage(window.offsetOf(search.at));
    return true;
  }

  private findBlock(window: Window, start: number, final: boolean): BlockSearch {
    return findBlock(window, start, this.blocks.littleEndian, this.blocks.knownInterfaces(), final);
  }

  private reportGarbage(until: number): void {
    this.delivery.problem('garbage', this.brokenAt, null, until - this.brokenAt, null);
    this.brokenAt = -1;
  }

  private reportTail(window: Window): void {
    const { start, end, view } = window;
    const available = end - start;
    const offset = window.offsetOf(start);
    if (window.owed > 0 || this.trailer !== 0) {
      this.delivery.problem('truncated-record', offset, window.owed + 4, available, null);
    } else if (available >= MIN_BLOCK_LENGTH) {
      const isSection = view.getUint32(start) === SECTION_HEADER_BLOCK;
      const littleEndian =
        (isSection ? isLittleEndianSection(view, start) : null) ?? this.blocks.littleEndian;
      const length = view.getUint32(start + 4, littleEndian);
      this.delivery.problem('truncated-record', offset, length, available, null);
    } else if (available > 0) {
      this.delivery.problem('truncated-record', offset, MIN_BLOCK_LENGTH, available, null);
    }
  }
}
