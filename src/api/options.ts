import type { ExpectedSource } from '../diagnosis/expectations.ts';
import { parseExpected } from '../diagnosis/expectations.ts';
import type { Evidence, EvidenceFile } from '../evidence/evidence.ts';
import { collectEvidence } from '../evidence/evidence.ts';
import { givenCount, givenText } from './given.ts';
import type { SkippedInput } from '../report/several.ts';
import { parseTargetKernel } from '../kernel/release.ts';
import type { KernelProfile } from '../kernel/profiles.ts';

/** How far the reading of an input is. */
export interface Progress {
  /** The input as the report names it. */
  readonly file: string;
  /** Bytes of the input read so far; compressed ones, if it is compressed. */
  readonly bytesRead: number;
  /** Size of the input in bytes; null when it is not known, as for a pipe. */
  readonly bytesTotal: number | null;
  readonly packets: number;
}

/** What every way of analysing understands. */
export interface CommonOptions {
  /**
   * The target's kernel: a release as `uname -r` prints it, a distribution, a profile, see `parseTargetKernel`.
   * `auto`, the default, infers it from what the target answered.
   */
  readonly targetKernel?: string;
  /** Most entries of each list in the report; totals are exact all the same. Default 1000. */
  readonly limit?: number;
  /**
   * Which IP header counts in a tunnelled packet: `innermost`, the default, as the target's kernel sees it, or
   * `outermost`, which leaves tunnels closed.
   */
  readonly tunnels?: 'innermost' | 'outermost';
  /**
   * What else was brought along from the target: texts of `sysctl -a`, `/proc/net/netstat` before and after, `uname -r`,
   * a list of nodes, ... Each is recognised by its content and name where no role is given.
   */
  readonly evidence?: readonly EvidenceFile[];
  /**
   * Sources that should have sent SYNs, addresses or blocks (`10.0.0.4`, `10.0.0.0/24`); the report says which of them
   * sent none, and what came instead.
   */
  readonly expect?: readonly string[];
  /** Replay the captures under changed rules too (`Report.whatIf`). Default false: it takes some memory and time. */
  readonly whatIf?: boolean;
  /** Seed of the hash tables. Drawn at random when absent, so that nobody can prepare collisions. */
  readonly seed?: number;
}

/** Options for inputs that are read. */
export interface AnalyzeOptions extends CommonOptions {
  /** Called now and then while an input is read. */
  readonly onProgress?: (progress: Progress) => void;
  /** Hears of what was named, or lies in a directory that was named, and is not analysed. */
  readonly onSkipped?: (skipped: SkippedInput) => void;
  /** Ends the reading cleanly; the report then covers what was read, and says so. */
  readonly signal?: AbortSignal;
  /**
   * Most bytes of capture to take from each input, counted after unpacking. No limit by default: reading is a stream, so
   * size costs time and no memory; compressed inputs have a limit of their own, 250 times their size.
   */
  readonly maxBytes?: number;
  /** Most packets to take from all inputs together. The report says when the limit was reached. */
  readonly maxPackets?: number;
  /** Most seconds to read for (of the run, not of the capture), over all inputs. The report says when they were up. */
  readonly maxSeconds?: number;
}

/** Options with their defaults filled in. */
export interface Settings {
  readonly seed: number;
  readonly profile: KernelProfile | null;
  readonly evidence: Evidence | null;
  readonly expected: readonly ExpectedSource[];
  readonly whatIf: boolean;
  readonly limit: number;
  readonly tunnels: 'innermost' | 'outermost';
}

const DEFAULT_LIMIT = 1000;

/**
 * Fills in the defaults.
 * @throws RangeError when an option makes no sense, TypeError when it is of another type
 */
export function settingsOf(options: CommonOptions): Settings {
  const evidence = options.evidence === undefined ? null : collectEvidence(options.evidence);
  return {
    seed: options.seed ?? randomSeed(),
    profile: profileOf(options.targetKernel) ?? profileOfEvidence(evidence),
    evidence,
    expected: parseExpected(options.expect ?? []),
    whatIf: options.whatIf ?? false,
    limit: givenCount('limit', options.limit ?? DEFAULT_LIMIT),
    tunnels: options.tunnels ?? 'innermost',
  };
}

function profileOf(targetKernel: string | undefined): KernelProfile | null {
  const target = parseTargetKernel(givenText('targetKernel', targetKernel ?? 'auto'));
  if (target.kind === 'unknown') {
    throw new RangeError(
      `target kernel ${JSON.stringify(target.text)}: neither a release nor a distribution known here`,
    );
  }
  return target.kind === 'profile' ? target.profile : null;
}

/** The kernel that the evidence names; an unheard-of release there is no reason to refuse the work. */
function profileOfEvidence(evidence: Evidence | null): KernelProfile | null {
  if (evidence?.kernelRelease === null || evidence === null) return null;
  const target = parseTargetKernel(evidence.kernelRelease);
  return target.kind === 'profile' ? target.profile : null;
}

/**
 * Nothing secret, only nothing that whoever made a capture could know: the engine draws its own seed from the system. (The
 * web crypto of Node would do as well, and takes as long to load as a small capture to analyse.)
 */
function randomSeed(): number {
  return Math.floor(Math.random() * 0x80000000);
}
