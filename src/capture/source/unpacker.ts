/**
 * Receives unpacked bytes; they are valid only during the call. A promise when it has enough for now: nothing more is
 * unpacked until it is fulfilled.
 */
export type UnpackedSink = (bytes: Uint8Array) => Promise<void> | undefined;

/** Unpacks one compressed stream; holds a bounded amount whatever the input says. */
export interface Unpacker {
  /**
   * Unpacks `chunk`, which may be reused afterwards. Everything that can be unpacked has been given to the sink when
   * this resolves. Resolves to null, or to a word about what is wrong with the input.
   */
  push(chunk: Uint8Array): Promise<string | null>;
  /** The input is over, and all memory is given back. Null, or a word about what is missing. */
  finish(): Promise<string | null>;
  /** Stops at once, in the middle of a chunk as well, and gives all memory back. */
  cancel(): void;
}

/** The word for an input that ends in the middle. */
export const CUT_OFF = 'cut off';
/** The word for an input that contradicts itself. */
export const DAMAGED = 'damaged';
/** The word for an input that takes more memory than there is for it. */
export const TOO_LARGE = 'too large';
