/** zstddec's declarations name this type of the DOM library, which is not loaded here. */
declare namespace WebAssembly {
  interface WebAssemblyInstantiatedSource {
    readonly instance: unknown;
    readonly module: unknown;
  }
}
