/** The part of pcap-parser 0.2.1 that the tests use; the package has no types. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';
  import type { Readable } from 'node:stream';

  export interface ParsedPacket {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  /** Emits `packet` with a ParsedPacket, `end`, and `error`. */
  export function parse(input: Readable | string): EventEmitter;
}
