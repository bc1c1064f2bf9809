/**
 * Writes SYNs as text, millions of them.
 *
 * Making strings of a dozen numbers per row and joining them costs more than analysing the packet, so the bytes go
 * straight into one buffer that is handed on when it is full. Digits come two at a time from a table. Everything
 * between two values is constant and is copied eight bytes at a time as doubles (UTF-8 without DEL never spells a
 * NaN, so no bit changes); the last step writes up to seven bytes too many, which the next value overwrites. What comes out is
 * ASCII but for the file name, which is from outside: it is escaped and encoded once per file. Times, addresses and
 * codes are made by this program and need no escaping.
 */
import type { SynRow } from '../syn-row.ts';

/** The fields of a row, in the order of every format. */
export const SYN_FIELDS = [
  'file',
  'frame',
  'time',
  'src',
  'srcPort',
  'dst',
  'dstPort',
  'seq',
  'tsval',
  'tsecr',
  'attempt',
  'retransmission',
  'answer',
  'fate',
  'cause',
  'duplicateOf',
  'stampTsval',
  'stampSecond',
  'stampFrame',
  'lagTicks',
  'acceptedFrom',
] as const satisfies readonly (keyof SynRow)[];

/** What tells one format from another. */
export interface RowDialect {
  /** Before the first row. */
  readonly header: string;
  /** The file name as a whole value. */
  readonly file: (name: string) => string;
  /** What stands before each field but the file name, in the order of `SYN_FIELDS`. */
  readonly before: readonly string[];
  /** Around the cause when there is one. */
  readonly quote: string;
  readonly nothing: string;
  readonly end: string;
}

/** Receives encoded bytes, which are only valid until it returns. */
export type ByteSink = (bytes: Uint8Array) => void;

const CAPACITY = 1 << 18;
/** More than all numbers, codes and constants of one row take together. */
const ROW_ROOM = 1024;

const DIGIT_PAIRS = new Uint8Array(200);
for (let pair = 0; pair < 100; pair++) {
  DIGIT_PAIRS[2 * pair] = 0x30 + Math.floor(pair / 10);
  DIGIT_PAIRS[2 * pair + 1] = 0x30 + (pair % 10);
}

/** Bytes to be copied often: their number, and the bytes in steps of eight. */
interface Constant {
  readonly length: number;
  readonly steps: Float64Array;
}

/** Encodes rows of one format into chunks for `sink`. Call `flush` at the end, and whenever the rows shall be seen. */
export class RowEncoder {
  readonly #dialect: RowDialect;
  readonly #sink: ByteSink;
  readonly #before: readonly Constant[];
  /** The constant of each code met so far. */
  readonly #codes = new Map<string, Constant>();
  readonly #quote: Constant;
  readonly #nothing: Constant;
  readonly #end: Constant;
  readonly #true = constant('true');
  readonly #false = constant('false');
  #bytes = new Uint8Array(CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #fileName: string | null = null;
  #file = constant('');

  constructor(dialect: RowDialect, sink: ByteSink) {
    this.#dialect = dialect;
    this.#sink = sink;
    this.#before = dialect.before.map(constant);
    this.#quote = constant(dialect.quote);
    this.#nothing = constant(dialect.nothing);
    this.#end = constant(dialect.end);
    this.#constant(constant(dialect.header));
  }

  /** Adds one row. */
  write(row: SynRow): void {
    if (row.file !== this.#fileName) {
      this.#fileName = row.file;
      this.#file = constant(this.#dialect.file(row.file));
    }
    this.#makeRoom(ROW_ROOM + this.#file.length + row.time.length + row.src.length + row.dst.length);
    this.#constant(this.#file);
    this.#number(0, row.frame);
    this.#ascii(1, row.time);
    this.#ascii(2, row.src);
    this.#number(3, row.srcPort);
    this.#ascii(4, row.dst);
    this.#number(5, row.dstPort);
    this.#number(6, row.seq);
    this.#number(7, row.tsval);
    this.#number(8, row.tsecr);
    this.#number(9, row.attempt);
    this.#separator(10);
    this.#constant(row.retransmission ? this.#true : this.#false);
    this.#separator(11);
    this.#code(row.answer);
    this.#separator(12);
    this.#code(row.fate);
    this.#separator(13);
    if (row.cause === null) {
      this.#constant(this.#nothing);
    } else {
      this.#constant(this.#quote);
      this.#code(row.cause);
      this.#constant(this.#quote);
    }
    this.#number(14, row.duplicateOf);
    this.#number(15, row.stampTsval);
    this.#number(16, row.stampSecond);
    this.#number(17, row.stampFrame);
    this.#number(18, row.lagTicks);
    this.#number(19, row.acceptedFrom);
    this.#constant(this.#end);
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.#at === 0) return;
    const chunk = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    this.#sink(chunk);
  }

  #makeRoom(room: number): void {
    if (this.#bytes.length - this.#at >= room) return;
    this.flush();
    if (this.#bytes.length >= room) return;
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #separator(index: number): void {
    const separator = this.#before[index];
    if (separator !== undefined) this.#constant(separator);
  }

  #constant({ length, steps }: Constant): void {
    const view = this.#view;
    const at = this.#at;
    for (let step = 0; step < steps.length; step++) view.setFloat64(at + 8 * step, steps[step] ?? 0, true);
    this.#at = at + length;
  }

  #code(code: string): void {
    let bytes = this.#codes.get(code);
    if (bytes === undefined) {
      bytes = constant(code);
      this.#codes.set(code, bytes);
    }
    this.#constant(bytes);
  }

  #ascii(index: number, text: string): void {
    this.#separator(index);
    this.#text(text);
  }

  #text(text: string): void {
    const target = this.#bytes;
    const length = text.length;
    let at = this.#at;
    for (let index = 0; index < length; index++) target[at++] = text.charCodeAt(index);
    this.#at = at;
  }

  #number(index: number, value: number | null): void {
    this.#separator(index);
    if (value === null) this.#constant(this.#nothing);
    else if (value >= 0 && value <= 0xffffffff) this.#digits(value);
    else this.#text(String(value));
  }

  /** The decimal digits of a whole number below 2^32, the last two first; as 32-bit integers as soon as it fits. */
  #digits(value: number): void {
    const target = this.#bytes;
    let at = this.#at + digitCount(value);
    this.#at = at;
    let rest = value | 0;
    if (value > 0x7fffffff) {
      rest = Math.floor(value / 100) | 0;
      const pair = (value - rest * 100) << 1;
      target[--at] = DIGIT_PAIRS[pair | 1] ?? 0;
      target[--at] = DIGIT_PAIRS[pair] ?? 0;
    }
    while (rest >= 100) {
      const higher = (rest / 100) | 0;
      const pair = (rest - higher * 100) << 1;
      rest = higher;
      target[--at] = DIGIT_PAIRS[pair | 1] ?? 0;
      target[--at] = DIGIT_PAIRS[pair] ?? 0;
    }
    target[--at] = DIGIT_PAIRS[(rest << 1) | 1] ?? 0;
    if (rest >= 10) target[--at] = DIGIT_PAIRS[rest << 1] ?? 0;
  }
}

function digitCount(value: number): number {
  if (value < 1e5) return value < 100 ? (value < 10 ? 1 : 2) : value < 1e3 ? 3 : value < 1e4 ? 4 : 5;
  if (value < 1e8) return value < 1e6 ? 6 : value < 1e7 ? 7 : 8;
  return value < 1e9 ? 9 : 10;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function constant(text: string): Constant {
  const bytes = encode(text);
  const steps = new Float64Array(Math.ceil(bytes.length / 8));
  const view = new DataView(steps.buffer);
  bytes.forEach((byte, index) => view.setUint8(index, byte));
  for (let step = 0; step < steps.length; step++) steps[step] = view.getFloat64(8 * step, true);
  return { length: bytes.length, steps };
}
