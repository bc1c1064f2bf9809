/**
 * Options stand at the end of a block's body: u16 code, u16 length, value padded to 4 bytes; code 0 ends them, and so does
 * the end of the block. One that claims to be longer than the block ends them too, and is reported.
 */
import { MAX_NAME_LENGTH } from '../limits.ts';
import { MICROSECONDS } from '../ticks.ts';
import type { InterfaceDescription } from './interfaces.ts';

const END_OF_OPTIONS = 0;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const INTERFACE_OPTIONS = 16;

/** Called with the code, and the bounds of the value. */
type OptionVisitor = (code: number, start: number, end: number) => void;

/** Visits the options in `start .. end`. False when the last one is longer than what is there. */
function visitOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  visit: OptionVisitor,
): boolean {
  let at = start;
  while (end - at >= 4) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === END_OF_OPTIONS) return true;
    const value = at + 4;
    if (value + length > end) return false;
    visit(code, value, value + length);
    at = value + ((length + 3) & ~3);
  }
  return true;
}

/** An IDB's description, and whether all of its options were sound. */
export interface ReadInterface {
  readonly description: InterfaceDescription;
  readonly sound: boolean;
}

const utf8 = new TextDecoder();

/** Reads the Interface Description Block at `at` whose body ends at `end`. */
export function readInterface(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  littleEndian: boolean,
): ReadInterface {
  let name: string | null = null;
  let tsresol = MICROSECONDS;
  let offset = 0;
  let sound = true;
  const complete = visitOptions(view, at + INTERFACE_OPTIONS, end, littleEndian, (code, start, stop) => {
    if (code === IF_NAME) {
      name = utf8.decode(bytes.subarray(start, Math.min(stop, start + MAX_NAME_LENGTH)));
    } else if (code === IF_TSRESOL) {
      if (stop - start === 1) tsresol = view.getUint8(start);
      else sound = false;
    } else if (code === IF_TSOFFSET) {
      if (stop - start === 8) offset = readInt64(view, start, littleEndian);
      else sound = false;
    }
  });
  const description = {
    linkType: view.getUint16(at + 8, littleEndian),
    snaplen: view.getUint32(at + 12, littleEndian),
    name,
    tsresol,
    offset,
  };
  return { description, sound: sound && complete };
}

/** Exact up to 2^53, which is more seconds than the universe had. */
function readInt64(view: DataView, at: number, littleEndian: boolean): number {
  const high = view.getInt32(at + (littleEndian ? 4 : 0), littleEndian);
  const low = view.getUint32(at + (littleEndian ? 0 : 4), littleEndian);
  return high * 2 ** 32 + low;
}
