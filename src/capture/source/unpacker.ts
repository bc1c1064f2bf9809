/**
 * Receives unpacked bytes; they are valid only during the call. A promise when it has enough for now: it is given nothing
 * more until that is fulfilled, and unpacking goes on by a few portions at most. `consumed`: bytes of the chunks that
 * were pushed until these came of the last one.
 */
export type UnpackedSink = (bytes: Uint8Array, consumed: number) => Promise<void> | undefined;

/** Unpacks one compressed stream; holds a bounded amount whatever the input says. */
export interface Unpacker {
  /**
   * Unpacks `chunk`, which may be reused afterwards. Resolves when it is time for the next one; what was unpacked last
   * may then still be on its way to the sink, which gets it soon, whether or not there is another push.
   * @returns null, or a word about what is wrong with the input; the sink was given all that came before that
   */
  push(chunk: Uint8Array): Promise<string | null>;
  /** Waits until the sink was given everything that can be unpacked of what was pushed. */
  settle(): Promise<void>;
  /** The input is over: settles, and gives all memory back. Null, or a word about what is missing. */
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
