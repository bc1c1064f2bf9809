/** Growth of typed-array tables, in every room: one function per array type, so that each call site stays monomorphic. */

/** A copy of `array` with room for `size` elements. */
export function widenI32(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(size);
  wider.set(array);
  return wider;
}

/** A copy of `array` with room for `size` elements. */
export function widenU32(array: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(size);
  wider.set(array);
  return wider;
}

/** A copy of `array` with room for `size` elements. */
export function widenF64(array: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(size);
  wider.set(array);
  return wider;
}

/** A copy of `array` with room for `size` elements. */
export function widenU8(array: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(size);
  wider.set(array);
  return wider;
}

/** A copy of `array` with room for `size` elements, and for twice as many as it had. */
export function growI32(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  return widenI32(array, Math.max(size, array.length * 2));
}

/** A copy of `array` with room for `size` elements, and for twice as many as it had. */
export function growF64(array: Float64Array, size: number): Float64Array<ArrayBuffer> {
  return widenF64(array, Math.max(size, array.length * 2));
}
