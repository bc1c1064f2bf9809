/**
 * The interfaces of a pcapng file, over all its sections, in typed arrays: a file may describe a million of them.
 * Names and the like are kept of the first few only.
 */
import { widenF64, widenU32, widenU8 } from '../../units/grow.ts';
import { f64, u32, u8 } from '../../units/table.ts';
import type { InterfaceFacts } from '../facts.ts';
import { MAX_DETAILED_INTERFACES, MAX_INTERFACES } from '../limits.ts';
import { nameOfResolution } from '../ticks.ts';

export interface InterfaceDescription {
  readonly linkType: number;
  readonly snaplen: number;
  readonly name: string | null;
  readonly tsresol: number;
  /** if_tsoffset, seconds. */
  readonly offset: number;
}

export class InterfaceTable {
  readonly details: InterfaceFacts[] = [];
  /** Interfaces of all sections so far, and how many of them precede the current section. */
  count = 0;
  sectionStart = 0;
  private linkTypes = new Uint32Array(16);
  private snaplens = new Float64Array(16);
  private resolutions = new Uint8Array(16);
  private offsets = new Float64Array(16);

  startSection(): void {
    this.sectionStart = this.count;
  }

  add(description: InterfaceDescription): void {
    const index = this.count++;
    if (index < MAX_DETAILED_INTERFACES) {
      const { linkType, snaplen, name, tsresol } = description;
      this.details.push({ linkType, snaplen, name, timestampUnit: nameOfResolution(tsresol) });
    }
    if (index >= MAX_INTERFACES) return;
    if (index === this.linkTypes.length) this.grow(index * 2);
    this.linkTypes[index] = description.linkType;
    this.snaplens[index] = description.snaplen;
    this.resolutions[index] = description.tsresol;
    this.offsets[index] = description.offset;
  }

  /** File-wide index of interface `id` of the current section; -1 when it was not described. */
  indexOf(id: number): number {
    const index = this.sectionStart + id;
    return index < this.count && index < MAX_INTERFACES ? index : -1;
  }

  linkType(index: number): number {
    return u32(this.linkTypes, index);
  }

  snaplen(index: number): number {
    return f64(this.snaplens, index);
  }

  tsresol(index: number): number {
    return u8(this.resolutions, index);
  }

  offset(index: number): number {
    return f64(this.offsets, index);
  }

  private grow(length: number): void {
    this.linkTypes = widenU32(this.linkTypes, length);
    this.snaplens = widenF64(this.snaplens, length);
    this.resolutions = widenU8(this.resolutions, length);
    this.offsets = widenF64(this.offsets, length);
  }
}
