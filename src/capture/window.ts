/**
 * The one buffer through which a capture passes.
 *
 *     0            CARRY                          CARRY + CHUNK
 *     | carry room | chunk as read from the file  |
 *          ^start                            ^end
 *
 * A reader consumes whole records from `start`. What is left at the end of a chunk is the head of a record; it is
 * copied into the carry room so that it ends where the next chunk begins, and no record is ever split. The carry
 * room is as large as the largest piece a reader may wait for, so the copy always fits; what is larger has to be
 * interpreted from its beginning and skipped.
 */

/** Most bytes a reader may wait for before it consumes something. */
export const CARRY = 512 * 1024;
/** Bytes read at once: large enough to make system calls rare, small enough to stay in the second-level cache. */
export const CHUNK = 1024 * 1024;

/** Below this much free room behind the data the unread tail is moved to the carry room. */
const WORTH_READING = 256 * 1024;

export class Window {
  readonly bytes: Uint8Array = new Uint8Array(CARRY + CHUNK);
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** First byte not yet consumed, and one past the last byte present, as offsets into `bytes`. */
  start: number = CARRY;
  end: number = CARRY;
  /** Bytes to be thrown away as they arrive: the rest of something too large to hold. */
  owed = 0;
  /** Offset in the capture of `bytes[0]`; negative at first. */
  private base = -CARRY;

  /** Offset in the capture of the byte at `at`. */
  offsetOf(at: number): number {
    return this.base + at;
  }

  /** Makes room behind the data for the next read; afterwards bytes may be written from `end` to the buffer's end. */
  makeRoom(): void {
    if (this.bytes.length - this.end >= WORTH_READING) return;
    const tail = this.end - this.start;
    const moved = CARRY - tail;
    this.bytes.copyWithin(moved, this.start, this.end);
    this.base += this.start - moved;
    this.start = moved;
    this.end = CARRY;
  }

  /** Takes note of `count` bytes that were written behind the data. */
  added(count: number): void {
    this.end += count;
    if (this.owed > 0) this.skip(0);
  }

  /** Consumes `count` bytes, including some that have not arrived yet. */
  skip(count: number): void {
    const wanted = this.owed + count;
    const now = Math.min(wanted, this.end - this.start);
    this.start += now;
    this.owed = wanted - now;
  }
}
