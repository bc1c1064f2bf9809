/** Runs a capture through the walker and keeps what it delivered, for tests. */
import type { CaptureFacts } from '../../src/capture/facts.ts';
import type { CaptureProblem, CaptureProblemKind } from '../../src/capture/problem.ts';
import type { CaptureRecord } from '../../src/capture/record.ts';
import { CaptureWalker } from '../../src/capture/walker.ts';

export interface KeptRecord {
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly timed: boolean;
  readonly originalLength: number;
  readonly linkType: number;
  readonly interfaceIndex: number;
  /** Bytes in hex, so that a difference is readable. */
  readonly data: string;
}

export interface Walked {
  readonly records: readonly KeptRecord[];
  readonly problems: readonly CaptureProblem[];
  readonly kinds: readonly CaptureProblemKind[];
  readonly facts: CaptureFacts;
}

/** Copies the reused record. */
export function keep(record: CaptureRecord): KeptRecord {
  return {
    frame: record.frame,
    seconds: record.seconds,
    nanoseconds: record.nanoseconds,
    timed: record.timed,
    originalLength: record.originalLength,
    linkType: record.linkType,
    interfaceIndex: record.interfaceIndex,
    data: Buffer.from(record.bytes.subarray(record.start, record.end)).toString('hex'),
  };
}

/** Walks `capture`, handed over in chunks of the given sizes, the last of them again and again. */
export function walk(capture: Uint8Array, chunkSizes: readonly number[] = []): Walked {
  const records: KeptRecord[] = [];
  const problems: CaptureProblem[] = [];
  const walker = new CaptureWalker(
    (record) => records.push(keep(record)),
    (problem) => problems.push(problem),
  );
  let at = 0;
  for (let i = 0; at < capture.length; i++) {
    const size = chunkSizes[Math.min(i, chunkSizes.length - 1)] ?? capture.length;
    walker.push(capture.subarray(at, at + size));
    at += size;
  }
  const facts = walker.end();
  return { records, problems, kinds: problems.map((problem) => problem.kind), facts };
}
