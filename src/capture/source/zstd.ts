import { ZSTDDecoder } from 'zstddec/stream';
import { MOST_UNPACKING_MEMORY } from './options.ts';
import { CUT_OFF, DAMAGED, TOO_LARGE, type UnpackedSink, type Unpacker } from './unpacker.ts';

/** Bytes of input that are copied to the decoder at once. */
const INPUT = 64 * 1024;

type Wasm = WebAssembly.WebAssemblyInstantiatedSource['instance']['exports'];
let loaded: Wasm | null = null;

/**
 * zstddec gives out a loop that never frees what it took when it is left early, nor at an error. The functions that it
 * loads are all that is needed, and it shows them here.
 */
class Loader extends ZSTDDecoder {
  override _init(result: WebAssembly.WebAssemblyInstantiatedSource): void {
    super._init(result);
    loaded = result.instance.exports;
  }
}

/** ZSTD_inBuffer and ZSTD_outBuffer of zstd.h: address, size, position; 32 bits each. */
const BUFFER_BYTES = 12;
const SIZE = 4;
const POSITION = 8;

/**
 * zstd, any number of frames, by zstddec: the reference decoder as WebAssembly, seven times as fast as the decoders
 * written in JavaScript, and without native code to install. It refuses windows above 128 MiB, as the `zstd` command does.
 */
export class ZstdUnpacker implements Unpacker {
  private readonly wasm: Wasm;
  private readonly sink: UnpackedSink;
  private readonly context: number;
  private readonly input: number;
  private readonly output: number;
  private readonly outputSize: number;
  /** The two structures, one behind the other. */
  private readonly inBuffer: number;
  private readonly outBuffer: number;
  private heap: Uint8Array;
  private view: DataView;
  private withinFrame = false;
  private consumed = 0;
  private freed = false;

  private constructor(wasm: Wasm, sink: UnpackedSink) {
    this.wasm = wasm;
    this.sink = sink;
    this.outputSize = wasm.ZSTD_DStreamOutSize();
    this.context = wasm.ZSTD_createDCtx();
    this.input = wasm.malloc(INPUT);
    this.output = wasm.malloc(this.outputSize);
    this.inBuffer = wasm.malloc(2 * BUFFER_BYTES);
    this.outBuffer = this.inBuffer + BUFFER_BYTES;
    this.heap = new Uint8Array(wasm.memory.buffer);
    this.view = new DataView(wasm.memory.buffer);
  }

  static async create(sink: UnpackedSink): Promise<ZstdUnpacker> {
    if (loaded === null) await new Loader().init();
    if (loaded === null) throw new Error('zstddec was loaded by somebody else');
    return new ZstdUnpacker(loaded, sink);
  }

  async push(chunk: Uint8Array): Promise<string | null> {
    this.consumed += chunk.length;
    for (let at = 0; at < chunk.length && !this.freed; at += INPUT) {
      const fault = await this.unpack(chunk.subarray(at, at + INPUT));
      if (fault !== null) return fault;
    }
    return null;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  finish(): Promise<string | null> {
    const fault = this.withinFrame && !this.freed ? CUT_OFF : null;
    this.cancel();
    return Promise.resolve(fault);
  }

  cancel(): void {
    if (this.freed) return;
    this.freed = true;
    const { wasm } = this;
    wasm.ZSTD_freeDCtx(this.context);
    for (const address of [this.input, this.output, this.inBuffer]) wasm.free(address);
  }

  /** Unpacks all of a piece of input, of `INPUT` bytes at most. */
  private async unpack(piece: Uint8Array): Promise<string | null> {
    const { inBuffer, outBuffer } = this;
    this.follow();
    this.heap.set(piece, this.input);
    this.fill(inBuffer, this.input, piece.length);
    let consumed = 0;
    let produced = 0;
    do {
      this.fill(outBuffer, this.output, this.outputSize);
      const before = this.heap.length;
      const hint = this.wasm.ZSTD_decompressStream(this.context, outBuffer, inBuffer);
      this.follow();
      if (hint < 0) return DAMAGED;
      // The memory of all decoders is one, and grows by what this one takes.
      if (this.heap.length > MOST_UNPACKING_MEMORY && this.heap.length > before) return TOO_LARGE;
      this.withinFrame = hint !== 0;
      consumed = this.view.getUint32(inBuffer + POSITION, true);
      produced = this.view.getUint32(outBuffer + POSITION, true);
      if (produced === 0) continue;
      const pause = this.sink(this.heap.subarray(this.output, this.output + produced), this.consumed);
      if (pause !== undefined) await pause;
      // Whoever had a turn meanwhile may have made the memory grow.
      if (!this.freed) this.follow();
    } while (!this.freed && (consumed < piece.length || produced === this.outputSize));
    return null;
  }

  private fill(buffer: number, address: number, size: number): void {
    this.view.setUint32(buffer, address, true);
    this.view.setUint32(buffer + SIZE, size, true);
    this.view.setUint32(buffer + POSITION, 0, true);
  }

  /** Growing memory is another buffer. */
  private follow(): void {
    const { buffer } = this.wasm.memory;
    if (this.heap.buffer === buffer) return;
    this.heap = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }
}
