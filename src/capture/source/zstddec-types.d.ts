/**
 * What zstddec hands to its `_init`: the decoder as WebAssembly. Its declarations name this type of the DOM library, which is
 * not loaded here; the functions are those of zstd.h. Addresses and sizes are in bytes of `memory`.
 */
declare namespace WebAssembly {
  interface WebAssemblyInstantiatedSource {
    readonly instance: {
      readonly exports: {
        readonly memory: { readonly buffer: ArrayBuffer };
        readonly malloc: (size: number) => number;
        readonly free: (address: number) => void;
        readonly ZSTD_createDCtx: () => number;
        readonly ZSTD_freeDCtx: (context: number) => void;
        /** Above 0: more input is expected. 0: a frame is complete. Below: an error. */
        readonly ZSTD_decompressStream: (context: number, output: number, input: number) => number;
        readonly ZSTD_DStreamOutSize: () => number;
      };
    };
    readonly module: unknown;
  }
}
