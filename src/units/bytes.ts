/** What holds bytes. Of a view all bytes count that it covers, whatever it takes them for. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** Whether a value holds bytes itself; a stream or a list of chunks does not. */
export function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/** The bytes as they are, not copied. */
export function bytesOf(holder: Bytes): Uint8Array {
  if (holder instanceof Uint8Array) return holder;
  if (holder instanceof ArrayBuffer) return new Uint8Array(holder);
  return new Uint8Array(holder.buffer, holder.byteOffset, holder.byteLength);
}
