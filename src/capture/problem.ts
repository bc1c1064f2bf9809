/** What can be wrong with an input, as data. Text is made by the report. */
export type CaptureProblemKind =
  | 'unreadable' // the operating system refused: `detail` holds its code (ENOENT, EACCES, ...)
  | 'is-directory'
  | 'not-a-file' // socket, device, ... that is not read
  | 'empty-file'
  | 'unknown-format' // no capture magic at the start
  | 'foreign-format' // recognised, but not read: `detail` names it (snoop, ERF, HTML page, Git LFS pointer, ...)
  | 'unsupported-version'
  | 'truncated-header'
  | 'truncated-record' // the file ends inside a record
  | 'impossible-length' // a length that cannot be true
  | 'bad-block' // a pcapng block whose inside contradicts itself: `detail` says what
  | 'missing-interface' // a packet names an interface that was never described
  | 'garbage' // bytes between records that belong to none; reading went on behind them
  | 'unknown-timestamp-unit'
  | 'corrupt-compression'
  | 'size-limit' // a limit set by the caller stopped the reading
  | 'merged-late'; // more captures overlap than are merged at once (`needed`): read `available` seconds after its time

/** One problem in one input. Offsets are in bytes of the (decompressed) capture. */
export interface CaptureProblem {
  readonly kind: CaptureProblemKind;
  /** Byte offset at which the problem was seen. */
  readonly offset: number;
  /** Number of the last whole frame before it; 0 when none was read. */
  readonly frame: number;
  /** Bytes (or another count, see the kind) that were needed, and that were there; null where it makes no sense. */
  readonly needed: number | null;
  readonly available: number | null;
  /** A word or two for the kind: an errno code, the name of a format, a block type. Never a sentence. */
  readonly detail: string | null;
}

/** Receives problems as they are met, in file order; of each kind the first 256 (`CaptureFacts` counts them all). */
export type ProblemSink = (problem: CaptureProblem) => void;
