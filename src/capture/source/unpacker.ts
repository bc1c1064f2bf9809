/** Receives unpacked bytes; they are valid only during the call. */
export type UnpackedSink = (bytes: Uint8Array) => void;

/** Unpacks one compressed stream; holds a bounded amount whatever the input says. */
export interface Unpacker {
  /**
   * Unpacks `chunk`, which may be reused afterwards. Everything that can be unpacked has been given to the sink when
   * this resolves. Resolves to null, or to a word about what is wrong with the input.
   */
  push(chunk: Uint8Array): Promise<string | null>;
  /** The input is over. Null, or a word about what is missing. */
  finish(): Promise<string | null>;
  /** Stops at once, in the middle of a chunk as well. */
  cancel(): void;
}

/** The word for an input that ends in the middle. */
export const CUT_OFF = 'cut off';
/** The word for an input that contradicts itself. */
export const DAMAGED = 'damaged';
