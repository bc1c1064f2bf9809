import type { Cause, Grade } from './codes.ts';

/**
 * Prediction beside observation, in SYN packets that reached the per-host check.
 * A peer whose rejected SYNs are all silent and whose other SYNs are all answered agrees with the model.
 */
export interface Agreement {
  readonly rejectSilent: number;
  /** Contradictions: the model says these must have been thrown away, yet they were answered. */
  readonly rejectAnswered: number;
  readonly passSilent: number;
  readonly passAnswered: number;
  /** Fate `possible-reject`: the capture does not decide. */
  readonly possibleSilent: number;
  readonly possibleAnswered: number;
  /** Fate `unknown`: the cache before the capture could decide either way. */
  readonly unknownSilent: number;
  readonly unknownAnswered: number;
}

/** Why the verdict has its grade. */
export type VerdictReason =
  | { readonly code: 'no-syns' }
  | { readonly code: 'nothing-silent'; readonly syns: number }
  | { readonly code: 'predicted-and-silent'; readonly syns: number; readonly attempts: number }
  | { readonly code: 'assumed-and-silent'; readonly syns: number; readonly silent: number }
  | { readonly code: 'contradicted'; readonly syns: number; readonly sampleFrame: number }
  | { readonly code: 'silent-but-not-predicted'; readonly syns: number; readonly sampleFrame: number }
  | { readonly code: 'served-while-behind'; readonly stepsBack: number; readonly served: number }
  | { readonly code: 'no-server-first-close' }
  | { readonly code: 'few-predictions'; readonly syns: number; readonly needed: number }
  | { readonly code: 'beyond-chance'; readonly pValue: number }
  | { readonly code: 'within-chance'; readonly pValue: number }
  | { readonly code: 'capped-by-adequacy'; readonly limit: Grade; readonly adequacy: AdequacyFinding['code'] }
  | { readonly code: 'kernel-without-check'; readonly profile: string }
  | { readonly code: 'other-cause'; readonly cause: Cause; readonly syns: number };

/** What the verdict rests on although the capture does not show it. */
export type Assumption =
  | { readonly code: 'stamp-from-served-syns' }
  | { readonly code: 'served-unless-retransmitted' }
  | { readonly code: 'profile-inferred'; readonly profile: string }
  | { readonly code: 'close-may-have-written'; readonly syns: number }
  | { readonly code: 'clock-border'; readonly syns: number };

/** What limits what this capture can answer. */
export type AdequacyFinding =
  | { readonly code: 'no-syn' }
  | { readonly code: 'one-way'; readonly segments: number; readonly silentSide: 'target' | 'peer' }
  | { readonly code: 'syn-only' }
  | { readonly code: 'no-fin' }
  | { readonly code: 'short'; readonly seconds: number }
  | { readonly code: 'snaplen-cuts-timestamps'; readonly segments: number; readonly snaplen: number | null }
  | { readonly code: 'damaged'; readonly problems: number }
  | { readonly code: 'records-lost'; readonly records: number }
  | { readonly code: 'state-evicted'; readonly entries: number }
  | { readonly code: 'untimed'; readonly packets: number }
  | { readonly code: 'time-steps-back'; readonly count: number; readonly largestSeconds: number }
  | { readonly code: 'duplicates-folded'; readonly segments: number }
  | { readonly code: 'partial'; readonly limit: 'packets' | 'seconds' | 'bytes' | 'interrupted' };

/** One step of the remedy; the report turns codes into commands and sentences. */
export type RemedyStep =
  | { readonly code: 'disable-tw-recycle' }
  | { readonly code: 'verify-paws-passive' }
  | { readonly code: 'keep-timestamps' }
  | { readonly code: 'target-not-yours' }
  | { readonly code: 'upgrade-kernel' }
  | { readonly code: 'tw-reuse-is-different' }
  | { readonly code: 'avoid-tuple-reuse' }
  | { readonly code: 'start-service'; readonly target: string; readonly port: number }
  | { readonly code: 'capture-again'; readonly because: AdequacyFinding['code'] }
  | { readonly code: 'look-elsewhere' };
