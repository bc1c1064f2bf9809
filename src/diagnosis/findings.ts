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
  /**
   * The stamps were written through another address of the target, all of them or some; `through` is null when several
   * addresses may have. Kernels up to 3.13 remember by peer alone.
   */
  | {
      readonly code: 'stamped-elsewhere';
      readonly through: string | null;
      readonly all: boolean;
      readonly sampleFrame: number;
    }
  | { readonly code: 'assumed-and-silent'; readonly syns: number; readonly silent: number }
  | { readonly code: 'contradicted'; readonly syns: number; readonly sampleFrame: number }
  | { readonly code: 'silent-but-not-predicted'; readonly syns: number; readonly sampleFrame: number }
  | { readonly code: 'served-while-behind'; readonly stepsBack: number; readonly served: number }
  /** The check was switched on or off while the capture ran: SYNs after (or before) that were served all the same. */
  | {
      readonly code: 'switch-turned';
      readonly to: 'on' | 'off';
      readonly afterFrame: number;
      readonly syns: number;
    }
  | { readonly code: 'no-server-first-close' }
  /** Fewer predicted and silent SYNs, or connects that they belong to, than certainty needs. */
  | {
      readonly code: 'few-predictions';
      readonly syns: number;
      readonly needed: number;
      readonly attempts: number;
      readonly neededAttempts: number;
    }
  | { readonly code: 'beyond-chance'; readonly pValue: number }
  | { readonly code: 'within-chance'; readonly pValue: number }
  | { readonly code: 'capped-by-adequacy'; readonly limit: Grade; readonly adequacy: AdequacyFinding['code'] }
  | { readonly code: 'kernel-without-check'; readonly profile: string }
  /** The kernel that was given has no such check, and SYNs fall as the check would make them. */
  | { readonly code: 'kernel-against-capture'; readonly syns: number }
  | { readonly code: 'other-cause'; readonly cause: Cause; readonly syns: number };

/** What the verdict rests on although the capture does not show it. */
export type Assumption =
  | { readonly code: 'stamp-from-served-syns' }
  | { readonly code: 'served-unless-retransmitted' }
  /** The profile that the target was judged by, and all that fit as well. */
  | { readonly code: 'profile-inferred'; readonly profile: string; readonly candidates: readonly string[] }
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
  /** Times in which nothing was captured, between two files or two sections of one. */
  | { readonly code: 'gaps'; readonly count: number; readonly longestSeconds: number }
  | { readonly code: 'state-evicted'; readonly entries: number }
  | { readonly code: 'untimed'; readonly packets: number }
  | { readonly code: 'time-steps-back'; readonly count: number; readonly largestSeconds: number }
  | { readonly code: 'duplicates-folded'; readonly segments: number }
  /** Captured at the clients' node, or on a link well away from the target: a SYN may have been lost on the rest of the way. */
  | {
      readonly code: 'not-at-target';
      readonly place: 'client' | 'between';
      /** From SYN to SYN-ACK at the least; null when no reply was measured. */
      readonly replySeconds: number | null;
    }
  /** Captured by a router or bridge near the target. */
  | { readonly code: 'in-between' }
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

/** What speaks for or against a cause. Counts are SYN packets unless said otherwise. */
export type CauseEvidence =
  /** The model's predictions: silent as predicted, answered against it, and how likely that is by chance. */
  | {
      readonly code: 'predictions';
      readonly silent: number;
      readonly answered: number;
      readonly pValue: number;
    }
  /** The target makes no such check, by the kernel that was given or the evidence; `predictions` are left out then. */
  | { readonly code: 'check-absent' }
  /**
   * Served in the very seconds in which others were met with silence: SYNs, those seconds, the peers they came from, and
   * how many of these met no silence in the whole capture.
   */
  | {
      readonly code: 'served-meanwhile';
      readonly syns: number;
      readonly seconds: number;
      readonly peers: number;
      readonly spared: number;
    }
  /** SYN-ACKs sent again although the client had acknowledged. */
  | { readonly code: 'syn-acks-repeated'; readonly count: number }
  /** Handshakes under way, in the mean, when SYNs were dropped and when they were answered. */
  | { readonly code: 'requests-open'; readonly whenSilent: number; readonly whenAnswered: number | null }
  | { readonly code: 'resets'; readonly count: number }
  | { readonly code: 'bare-acks'; readonly count: number }
  /**
   * Attempts that TIME-WAIT answered with its ACK, those of them that got their SYN-ACK after all, and what these waited
   * for it from their first SYN on: seconds in all, and the longest.
   */
  | {
      readonly code: 'time-wait-cost';
      readonly attempts: number;
      readonly connected: number;
      readonly seconds: number;
      readonly longestSeconds: number;
    }
  /** Peers that were never served while others were. */
  | { readonly code: 'peers-never-served'; readonly peers: number }
  /** Peers met with silence that were served at other times. */
  | { readonly code: 'silent-peers-served'; readonly peers: number }
  /** Silence that has nothing to do with timestamps or queues. */
  | { readonly code: 'at-random'; readonly syns: number; readonly pValue: number }
  | { readonly code: 'live-tuples'; readonly count: number }
  | { readonly code: 'sent-again-after-syn-ack'; readonly count: number }
  /** SYN packets that a stamp from before the capture may have met. */
  | { readonly code: 'stamp-from-before'; readonly syns: number };

/** `found`: it explains some silence. `ruled-out`: something speaks against it. `not-seen`: nothing speaks for it. */
export type CauseStatus = 'found' | 'ruled-out' | 'not-seen';

/** Causes that leave no trace where the target is captured, with what would show them. */
export const INVISIBLE_CAUSES = [
  'conntrack-insert-race',
  'snat-port-exhaustion',
  'dropped-upstream',
] as const;
export type InvisibleCause = (typeof INVISIBLE_CAUSES)[number];

/** What the evidence that was brought along says about the verdict, or against it. */
export type EvidenceReason =
  | { readonly code: 'recycle-is-on'; readonly line: number }
  | { readonly code: 'recycle-is-off'; readonly line: number }
  /** `sysctl -a` lists no net.ipv4.tcp_tw_recycle: Linux 4.12 or later. */
  | { readonly code: 'kernel-lacks-key' }
  /** /proc/net/netstat has no PAWSPassive column: Linux 4.12 or later. */
  | { readonly code: 'kernel-lacks-counter' }
  /** PAWSPassive grew by exactly the SYN packets that the capture says were rejected. */
  | { readonly code: 'counter-agrees'; readonly syns: number }
  /** The same but for a few at the edges of the capture. */
  | { readonly code: 'counter-near'; readonly delta: number; readonly syns: number }
  /** PAWSPassive did not move. */
  | { readonly code: 'counter-still' }
  /** PAWSPassive grew although the capture by itself accuses nobody. */
  | { readonly code: 'counter-grew'; readonly delta: number }
  | { readonly code: 'counter-against-capture'; readonly delta: number; readonly syns: number }
  /** The settings say that the check is off, the capture says that it rejected SYNs. */
  | { readonly code: 'settings-against-capture'; readonly syns: number };
