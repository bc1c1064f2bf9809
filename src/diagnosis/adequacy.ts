import type { TrackingState } from '../tracking/state.ts';
import type { Grade } from './codes.ts';
import type { AdequacyFinding } from './findings.ts';

/** What the reading of the captures can tell about them. */
export interface ReadingFacts {
  /** Problems that lost bytes or records. */
  readonly damaged: number;
  /** Gaps between files, or sections of one, and the longest. */
  readonly gaps: { readonly count: number; readonly longestSeconds: number };
  readonly snaplen: number | null;
  readonly partial: 'packets' | 'seconds' | 'bytes' | 'interrupted' | null;
}

/** The best grade that a capture with this finding can support; findings that are not listed limit nothing. */
export const ADEQUACY_LIMITS: Partial<Record<AdequacyFinding['code'], Grade>> = {
  'syn-only': 'probable',
  damaged: 'probable',
  'records-lost': 'probable',
  'not-at-target': 'probable',
};

/** Seconds that a stamp counts: a shorter capture cannot know every stamp that was at work. */
const STAMP_SECONDS = 60;
/** Smaller steps back are reordering between the interfaces of a capture. */
const NOTABLE_STEP_BACK = 0.5;
/** A share of segments with cut options that is worth a word. */
const CUT_SHARE = 0.01;

/**
 * What limits the answer, from the totals of a finished capture.
 *
 * @param stampsForgotten entries of the modelled cache that went at its ceiling
 */
export function adequacyFindings(
  state: TrackingState,
  reading: ReadingFacts,
  stampsForgotten = 0,
): AdequacyFinding[] {
  const { totals } = state;
  const findings: AdequacyFinding[] = [];
  const seconds = state.seconds;
  if (totals.syns === 0) findings.push({ code: 'no-syn' });
  if (isOneWay(state)) {
    findings.push({ code: 'one-way', segments: totals.segments, silentSide: 'target' });
  } else if (isHandshakesOnly(state)) {
    findings.push({ code: 'syn-only' });
  } else if (totals.fins === 0 && totals.syns > 0) {
    findings.push({ code: 'no-fin' });
  }
  if (totals.syns > 0 && seconds < STAMP_SECONDS) findings.push({ code: 'short', seconds });
  if (totals.optionsCut > totals.segments * CUT_SHARE && totals.withTsval === 0) {
    findings.push({ code: 'snaplen-cuts-timestamps', segments: totals.optionsCut, snaplen: reading.snaplen });
  }
  if (reading.damaged > 0) findings.push({ code: 'damaged', problems: reading.damaged });
  const lost = lostRecords(state);
  if (lost > 0) findings.push({ code: 'records-lost', records: lost });
  if (reading.gaps.count > 0) findings.push({ code: 'gaps', ...reading.gaps });
  const evicted = state.evicted + stampsForgotten + totals.settledEarly;
  if (evicted > 0) findings.push({ code: 'state-evicted', entries: evicted });
  if (totals.untimed > 0) findings.push({ code: 'untimed', packets: totals.untimed });
  if (totals.largestStepBackInTime > NOTABLE_STEP_BACK) {
    findings.push({
      code: 'time-steps-back',
      count: totals.stepsBackInTime,
      largestSeconds: totals.largestStepBackInTime,
    });
  }
  if (totals.duplicates > 0) findings.push({ code: 'duplicates-folded', segments: totals.duplicates });
  if (reading.partial !== null) findings.push({ code: 'partial', limit: reading.partial });
  return findings;
}

/** Times from which the age of no stamp can be told: they do not move at all, or go back by as long as a stamp counts. */
export function isTimeless(findings: readonly AdequacyFinding[]): boolean {
  return findings.some(
    (finding) =>
      (finding.code === 'short' && finding.seconds === 0) ||
      (finding.code === 'time-steps-back' && finding.largestSeconds >= STAMP_SECONDS),
  );
}

/**
 * Records that must be missing: SYN-ACKs of handshakes that went on although none was captured. Where no target is heard
 * at all it is a one-way capture instead.
 */
function lostRecords(state: TrackingState): number {
  return hasReplies(state) ? state.totals.oneWayHandshakes : 0;
}

/** SYNs and clients that go on, but nothing at all from any target. */
export function isOneWay(state: TrackingState): boolean {
  const { totals } = state;
  return totals.syns > 0 && totals.synAcks === 0 && totals.fromTargets === 0 && totals.oneWayHandshakes > 0;
}

/** Nothing but SYNs, SYN-ACKs and resets: the capture was filtered for them. */
export function isHandshakesOnly(state: TrackingState): boolean {
  return state.totals.syns > 0 && state.totals.others === 0;
}

/** True when some target answered something. */
export function hasReplies(state: TrackingState): boolean {
  const { totals } = state;
  return totals.synAcks > 0 || totals.fromTargets > 0 || totals.refused > 0 || totals.challenged > 0;
}
