/**
 * Element reads of typed arrays for state tables and hot loops.
 *
 * The compiler types `array[i]` as possibly undefined; these read an index that is known to be in range.
 * One function per array type keeps each call site monomorphic, so the engine inlines it to a plain load. The build
 * writes the reads out where they are (`rolldown.config.js`), which is faster still.
 */

export function i32(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}

export function u32(array: Uint32Array, index: number): number {
  return array[index] ?? 0;
}

export function u8(array: Uint8Array, index: number): number {
  return array[index] ?? 0;
}

export function f64(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}
