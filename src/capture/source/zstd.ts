import { ZSTDDecoder } from 'zstddec/stream';
import { CUT_OFF, DAMAGED, type UnpackedSink, type Unpacker } from './unpacker.ts';

/**
 * The decoder goes round without progress when it meets an error. Sound input yields nothing only for an empty or
 * skippable frame, of which a few may follow each other.
 */
const MOST_EMPTY_YIELDS = 256;

/**
 * zstd, any number of frames, by zstddec: the reference decoder as WebAssembly, seven times as fast as the decoders
 * written in JavaScript, and without native code to install. It refuses windows above 128 MiB, as the `zstd` command does.
 *
 * It is a generator that draws its input from an iterator. Input comes from outside here, so the generator is resumed only
 * while a chunk waits to be drawn; the output of the last chunk stays inside until the next one or the end comes.
 */
export class ZstdUnpacker implements Unpacker {
  private readonly sink: UnpackedSink;
  private readonly output: Generator<Uint8Array>;
  private waiting: Uint8Array | null = null;
  private emptyYields = 0;
  private over = false;
  private cancelled = false;

  private constructor(decoder: ZSTDDecoder, sink: UnpackedSink) {
    this.sink = sink;
    this.output = decoder.decodeStreaming(this.input());
  }

  static async create(sink: UnpackedSink): Promise<ZstdUnpacker> {
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return new ZstdUnpacker(decoder, sink);
  }

  push(chunk: Uint8Array): Promise<string | null> {
    this.waiting = chunk.length > 0 ? chunk : null;
    let fault: string | null = null;
    while (this.waiting !== null && fault === null && !this.cancelled) fault = this.resume();
    return Promise.resolve(fault);
  }

  finish(): Promise<string | null> {
    let fault: string | null = null;
    while (!this.over && fault === null && !this.cancelled) fault = this.resume();
    return Promise.resolve(fault);
  }

  cancel(): void {
    this.cancelled = true;
  }

  private *input(): Generator<Uint8Array> {
    while (this.waiting !== null) {
      const chunk = this.waiting;
      this.waiting = null;
      this.emptyYields = 0;
      yield chunk;
    }
  }

  /** Lets the decoder go on to its next piece of output. */
  private resume(): string | null {
    let result: IteratorResult<Uint8Array>;
    try {
      result = this.output.next();
    } catch {
      this.over = true;
      return CUT_OFF;
    }
    if (result.done === true) {
      this.over = true;
    } else if (result.value.length > 0) {
      this.emptyYields = 0;
      this.sink(result.value);
    } else {
      this.emptyYields++;
    }
    return this.emptyYields > MOST_EMPTY_YIELDS ? DAMAGED : null;
  }
}
