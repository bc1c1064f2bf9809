/** How an input is read. */
export interface ReadOptions {
  /**
   * Called now and then with the bytes of the file or stream read so far (compressed ones, if it is), and the size of the
   * file; null for a stream.
   */
  readonly onProgress?: (bytesRead: number, size: number | null) => void;
  /** Most bytes of (unpacked) capture to take in; what comes after is not looked at. No limit by default. */
  readonly maxBytes?: number;
  /** Most bytes that a byte of compressed input may become, once there are `FREE_UNPACKED` of them. Default 250. */
  readonly maxRatio?: number;
  /** Ends the reading cleanly: what was read so far is kept. */
  readonly signal?: AbortSignal;
}

/** Captures of nothing but zeros in full packets reach 50; gzip can do 1032, zstd 40,000. */
export const DEFAULT_MAX_RATIO = 250;
/**
 * Most memory for unpacking zstd, of all inputs together: it holds the largest window that is read, 128 MiB, or those of
 * many ordinary files, 2 MiB each by default and 8 MiB after `zstd -19`.
 */
export const MOST_UNPACKING_MEMORY: number = 160 * 1024 * 1024;
/** The ratio is not looked at below this many unpacked bytes. */
export const FREE_UNPACKED: number = 64 * 1024 * 1024;
