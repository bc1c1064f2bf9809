import { forEachLine, isBlankOrComment, wordsOf } from './lines.ts';
import { canonicalAddress } from './canonical-address.ts';
import { note } from './problem.ts';
import type { LineProblem } from './problem.ts';

/**
 * One entry of the kernel's own cache as `ip tcp_metrics show` prints it (3.10 to 4.11 have stamps; iproute2
 * ip/tcp_metrics.c). The cache is what decides about a SYN, so this is the truth that a replay must meet.
 */
export interface TcpMetricsEntry {
  /** The peer, canonical text. */
  readonly address: string;
  /** The local address the entry belongs to, where the kernel keys by it (3.14 and later). */
  readonly source: string | null;
  /** The remembered TSval; null when the entry holds none: the target closed no connection of this peer first. */
  readonly twTs: number | null;
  /** Seconds since that TSval was current, at the moment of printing; null with `twTs`. Below 60 it rejects. */
  readonly agoSeconds: number | null;
  readonly line: number;
}

export interface TcpMetrics {
  readonly entries: readonly TcpMetricsEntry[];
  readonly problems: readonly LineProblem[];
}

/** Entries kept; a kernel holds up to six for each of 16,384 buckets. */
const MAX_ENTRIES = 131_072;
/** `4233746107/6` of `tw_ts 4233746107/6 ago`; older programs print `4233746107/6sec ago`. */
const STAMP = /^(\d{1,10})\/(-?\d{1,10})(?:sec)?$/;

/**
 * Reads `ip tcp_metrics show`. Never throws.
 *
 * @example parseTcpMetrics('10.0.0.1 age 6.1sec tw_ts 42/6 ago').entries[0]?.twTs // 42
 */
export function parseTcpMetrics(text: string): TcpMetrics {
  const entries: TcpMetricsEntry[] = [];
  const problems: LineProblem[] = [];
  forEachLine(text, (line, number) => {
    if (line === null) {
      note(problems, number, 'shorter-line');
    } else if (!isBlankOrComment(line)) {
      const entry = readEntry(wordsOf(line), number);
      if (typeof entry === 'string') {
        note(problems, number, entry);
      } else if (entries.length < MAX_ENTRIES) {
        entries.push(entry);
      } else {
        note(problems, number, 'fewer-entries');
      }
    }
  });
  return { entries, problems };
}

function readEntry(words: readonly string[], line: number): TcpMetricsEntry | 'address' | 'stamp' {
  const address = canonicalAddress(words[0] ?? '');
  if (address === null) {
    return 'address';
  }
  const sourceText = wordAfter(words, 'source');
  const source = sourceText === null ? null : canonicalAddress(sourceText);
  if (sourceText !== null && source === null) {
    return 'address';
  }
  const stampText = wordAfter(words, 'tw_ts');
  if (stampText === null) {
    return { address, source, twTs: null, agoSeconds: null, line };
  }
  const [, tsval, ago] = STAMP.exec(stampText) ?? [];
  if (tsval === undefined || Number(tsval) > 0xffffffff) {
    return 'stamp';
  }
  return { address, source, twTs: Number(tsval), agoSeconds: Number(ago), line };
}

function wordAfter(words: readonly string[], word: string): string | null {
  const at = words.indexOf(word, 1);
  return at === -1 ? null : (words[at + 1] ?? '');
}
