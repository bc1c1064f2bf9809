import type { ClockRegime, RegimeEvidence } from '../clocks/index.ts';
import type { EvidenceProblem } from '../evidence/evidence.ts';
import type { EvidenceFinding } from '../evidence/findings.ts';
import type { CaptureProblem } from '../capture/problem.ts';
import type {
  AdequacyFinding,
  Agreement,
  Assumption,
  CauseEvidence,
  CauseStatus,
  EvidenceReason,
  InvisibleCause,
  RemedyStep,
  VerdictReason,
} from '../diagnosis/findings.ts';
import type { Expectations } from '../diagnosis/expectations.ts';
import type { WhatIf } from '../diagnosis/what-if/result.ts';
import type { Vantage } from '../diagnosis/vantage-place.ts';
import type { Cause, Grade } from '../diagnosis/codes.ts';
import type { Fate } from '../kernel/fate.ts';
import type { Answer } from '../tracking/answer.ts';

/** Version of the JSON form. Within one version fields are only added. */
export const SCHEMA_VERSION = 1;

/**
 * The whole result as plain JSON. Times are decimal seconds since the epoch as strings with nine decimals (or null),
 * durations are seconds, TSvals unsigned ticks, addresses text. Lists of peers, targets and rejections are limited;
 * `totals` is always exact.
 */
export interface Report {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: { readonly name: 'synscope'; readonly version: string };
  readonly captures: readonly CaptureReport[];
  readonly adequacy: AdequacyReport;
  /** Where it was captured, seen from the leading target (or else the busiest one). */
  readonly vantage: Vantage;
  readonly verdict: VerdictReport;
  readonly totals: Totals;
  /** Worst first. */
  readonly targets: readonly TargetReport[];
  /** Worst first. */
  readonly peers: readonly PeerReport[];
  /** In capture order. */
  readonly rejections: readonly Rejection[];
  readonly causes: readonly CauseReport[];
  /** What this place of capture cannot show. */
  readonly invisible: readonly InvisibleCause[];
  readonly remedy: readonly RemedyStep[];
  readonly problems: readonly ProblemReport[];
  /** What was brought along besides the captures, and what it says; null when nothing was. */
  readonly evidence: EvidenceReport | null;
  /** Expected sources beside those that sent SYNs; null when none were named. */
  readonly expectations: Expectations | null;
  /** The same captures under changed rules; null when not asked for, or when no target is accused. */
  readonly whatIf: WhatIf | null;
}

export interface CaptureReport {
  readonly name: string;
  /** `pcap`, `pcapng`, ... or null when it was not recognised. */
  readonly format: string | null;
  /** What it was unpacked from: `gzip`, `zstd`; null when it came as it is. */
  readonly compression: string | null;
  readonly timestampUnit: string | null;
  readonly linkTypes: readonly number[];
  readonly snaplen: number | null;
  readonly interfaces: number;
  readonly packets: number;
  readonly bytes: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
}

export interface AdequacyReport {
  /** Seconds from the first to the last packet over all captures. */
  readonly seconds: number;
  readonly findings: readonly AdequacyFinding[];
}

export interface VerdictReport {
  readonly grade: Grade;
  /**
   * The cause of most SYN packets that got no SYN-ACK, not `unexplained` where a target is accused; null when every one
   * was answered.
   */
  readonly cause: Cause | null;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly reasons: readonly VerdictReason[];
  /** The kernel that was given, or the evidence, says that there is no such check: what it would have done is moot. */
  readonly checkAbsent: boolean;
  readonly assumptions: readonly Assumption[];
  readonly agreement: Agreement;
  readonly kernel: KernelReport;
}

/** Which kernel profile the target was judged by. */
export interface KernelReport {
  readonly profile: string | null;
  readonly source: 'given' | 'inferred' | 'undetermined';
  /** Profiles that explain the capture equally well. */
  readonly candidates: readonly string[];
}

export interface Totals {
  readonly packets: number;
  readonly segments: number;
  readonly duplicates: number;
  /** SYN packets (retransmissions included, duplicates not), by what they got. */
  readonly syns: number;
  readonly answered: number;
  readonly silent: number;
  readonly refused: number;
  readonly challenged: number;
  readonly unknown: number;
  /** Attempts: 4-tuple and ISN; connected: at least one SYN-ACK. */
  readonly attempts: number;
  readonly connected: number;
  /** SYN packets with cause tw-recycle-reject, the attempts they belong to, and those of them never connected. */
  readonly rejected: number;
  readonly rejectedAttempts: number;
  readonly lostAttempts: number;
  readonly targets: number;
  readonly peers: number;
  readonly evicted: number;
  readonly undecoded: readonly UndecodedReport[];
}

export interface UndecodedReport {
  readonly layer: string;
  readonly reason: string;
  readonly number: number | null;
  readonly packets: number;
  readonly sampleFrame: number;
}

export interface TargetReport {
  readonly address: string;
  readonly ports: readonly number[];
  readonly grade: Grade;
  readonly syns: number;
  readonly attempts: number;
  readonly answered: number;
  readonly silent: number;
  readonly rejected: number;
  readonly serverFirstCloses: number;
  readonly agreement: Agreement;
  readonly kernel: KernelReport;
}

export interface PeerReport {
  readonly address: string;
  /** Name of the node that has this address, when a list of nodes was given. */
  readonly node: string | null;
  readonly target: string;
  readonly syns: number;
  readonly attempts: number;
  readonly connected: number;
  readonly answered: number;
  readonly silent: number;
  /** How often the TSval of a SYN was behind the highest before it, by how much at most, and how many were served. */
  readonly stepsBack: { readonly count: number; readonly largestTicks: number; readonly served: number };
  readonly rejected: number;
  readonly lostAttempts: number;
  /** Seconds that attempts with a rejected SYN waited: to their SYN-ACK, or to their last SYN. */
  readonly secondsWaited: number;
  readonly agreement: Agreement;
  /** Null when too little was seen to speak of clocks at all. */
  readonly clocks: PeerClocksReport | null;
}

/** The clocks behind one peer address. */
export interface PeerClocksReport {
  readonly regime: ClockRegime;
  /** Hosts told apart by their clocks; null wherever the regime does not allow counting. */
  readonly hosts: number | null;
  readonly confidence: number;
  readonly ticksPerSecond: number | null;
  readonly evidence: RegimeEvidence;
  readonly clocks: readonly ClockReport[];
  /** Which clock shut out which, counted over the listed rejections. */
  readonly starved: readonly StarvedClock[];
}

/** One clock: a line of TSvals, and what became of its attempts. */
export interface ClockReport {
  /** A, B, C ... in order of appearance. */
  readonly name: string;
  readonly attempts: number;
  readonly connected: number;
  readonly rejectedAttempts: number;
  /** Ticks, and seconds at its rate, by which it is ahead of clock A (serial; negative: behind). */
  readonly aheadTicks: number;
  readonly aheadSeconds: number | null;
  readonly firstTime: string;
  readonly lastTime: string;
}

export interface StarvedClock {
  readonly victim: string;
  readonly by: string;
  readonly rejections: number;
}

/** One rejected SYN packet with the stamp that killed it. */
export interface Rejection {
  readonly capture: string;
  readonly frame: number;
  readonly time: string;
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
  readonly seq: number;
  readonly tsval: number | null;
  readonly attempt: number;
  readonly retransmission: boolean;
  readonly answer: Answer;
  readonly fate: Fate;
  readonly cause: Cause;
  readonly stamp: {
    readonly tsval: number;
    readonly second: number;
    /** Frame that wrote it; null when it is assumed. */
    readonly frame: number | null;
    readonly assumed: boolean;
    /** The capture that holds that frame, where it is another than that of the SYN. */
    readonly capture?: string;
    /**
     * The target's address whose connection wrote it: `dst`, or another one where the kernel remembers by peer alone;
     * null when several may have.
     */
    readonly through: string | null;
  } | null;
  /** Ticks that the TSval was behind the stamp. */
  readonly lagTicks: number | null;
  /** Epoch second from which the same SYN would have been accepted, were the stamp not renewed. */
  readonly acceptedFrom: number | null;
}

/** One cause, with its share of the silence and what spoke for and against it. */
export interface CauseReport {
  readonly code: Cause;
  readonly status: CauseStatus;
  readonly syns: number;
  /** Attempts it hit; for causes other than tw-recycle-reject their SYN packets. */
  readonly attempts: number;
  /** A frame to look at: the first that it hit, within its capture; null for a cause without SYNs. */
  readonly sampleFrame: number | null;
  readonly evidence: readonly CauseEvidence[];
}

/** Evidence from the target, by itself and against the captures. */
export interface EvidenceReport {
  readonly findings: readonly EvidenceFinding[];
  readonly reasons: readonly EvidenceReason[];
  /** Where evidence and captures cannot both be right. */
  readonly contradictions: readonly EvidenceReason[];
  /** Peers inside a pod CIDR: no SNAT happens on their way. */
  readonly podPeers: readonly { readonly address: string; readonly cidr: string; readonly node: string }[];
  readonly problems: readonly EvidenceProblem[];
}

/** What was wrong with a capture. */
export interface ProblemReport extends CaptureProblem {
  readonly capture: string;
  /** How many more of the same kind followed in that capture. */
  readonly more: number;
}
