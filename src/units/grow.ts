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
