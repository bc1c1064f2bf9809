import type { TrackingState } from '../tracking/state.ts';
import type { Cause } from './codes.ts';
import type { AdequacyFinding, Assumption, RemedyStep, VerdictReason } from './findings.ts';
import { accuses } from './grades.ts';
import type { Verdicts } from './verdicts.ts';

/** Agreement beyond this is not put down to chance. */
const BEYOND_CHANCE = 1e-3;

/** Why the verdict has its grade, most telling first. */
export function verdictReasons(
  state: TrackingState,
  verdicts: Verdicts,
  frameOf: (ordinal: number) => number,
): VerdictReason[] {
  const { leading, grade, agreement } = verdicts;
  const facts = leading?.facts ?? verdicts.facts;
  const first = leading ?? verdicts.targets[0];
  const reasons: VerdictReason[] = [];
  if (facts.syns === 0) return [{ code: 'no-syns' }];
  if (!facts.kernelHasCheck)
    reasons.push({ code: 'kernel-without-check', profile: first?.kernel.profile ?? '' });
  if (leading !== null && facts.predicted > 0) {
    reasons.push({ code: 'predicted-and-silent', syns: facts.predicted, attempts: leading.rejectedAttempts });
  }
  if (verdicts.assumed && facts.possible > 0) {
    reasons.push({
      code: 'assumed-and-silent',
      syns: facts.possible,
      silent: facts.possible + facts.unpredicted,
    });
  }
  if (facts.contradicted > 0 && first !== undefined) {
    reasons.push({
      code: 'contradicted',
      syns: facts.contradicted,
      sampleFrame: frameOf(first.firstContradiction),
    });
  }
  if (leading !== null && leading.turned !== null) {
    reasons.push({
      code: 'switch-turned',
      to: leading.turned.to,
      afterFrame: frameOf(leading.turned.after),
      syns: leading.agreement.rejectAnswered,
    });
  }
  if (facts.unpredicted > 0 && first !== undefined && verdicts.replies) {
    reasons.push({
      code: 'silent-but-not-predicted',
      syns: facts.unpredicted,
      sampleFrame: frameOf(first.firstUnpredicted),
    });
  }
  if (facts.silent === 0 && verdicts.replies) reasons.push({ code: 'nothing-silent', syns: facts.syns });
  if (!accuses(grade) && agreement.rejectSilent + agreement.rejectAnswered === 0 && closesSeen(state) === 0) {
    reasons.push({ code: 'no-server-first-close' });
  }
  if (facts.predicted + facts.possible + facts.contradicted > 0) {
    reasons.push({
      code: facts.pValue <= BEYOND_CHANCE ? 'beyond-chance' : 'within-chance',
      pValue: facts.pValue,
    });
  }
  if (leading?.cappedBy !== null && leading?.cappedBy !== undefined) {
    reasons.push({ code: 'capped-by-adequacy', limit: leading.grade, adequacy: leading.cappedBy });
  }
  return reasons;
}

/** What an accusation rests on although the capture does not show it. */
export function assumptions(verdicts: Verdicts): Assumption[] {
  const { leading } = verdicts;
  if (leading === null) return [];
  const found: Assumption[] = [];
  if (verdicts.assumed) {
    found.push({ code: 'stamp-from-served-syns' });
    if (!verdicts.replies) found.push({ code: 'served-unless-retransmitted' });
  }
  if (leading.kernel.source === 'inferred' && leading.kernel.profile !== null) {
    found.push({ code: 'profile-inferred', profile: leading.kernel.profile });
  }
  if (!verdicts.assumed && leading.facts.possible > 0) {
    found.push({ code: 'clock-border', syns: leading.facts.possible });
  }
  return found;
}

/** What to do, in order. */
export function remedy(
  verdicts: Verdicts,
  causes: ReadonlyMap<Cause, number>,
  adequacy: readonly AdequacyFinding[],
): RemedyStep[] {
  const steps: RemedyStep[] = [];
  if (accuses(verdicts.grade)) {
    steps.push(
      { code: 'disable-tw-recycle' },
      { code: 'verify-paws-passive' },
      { code: 'keep-timestamps' },
      { code: 'target-not-yours' },
      { code: 'upgrade-kernel' },
      { code: 'tw-reuse-is-different' },
    );
  }
  if ((causes.get('time-wait-reject') ?? 0) > 0) steps.push({ code: 'avoid-tuple-reuse' });
  const limiting = adequacy.find((finding) =>
    ['no-syn', 'one-way', 'syn-only', 'snaplen-cuts-timestamps', 'no-fin'].includes(finding.code),
  );
  const again = verdicts.grade !== 'confirmed' && limiting !== undefined;
  if (again) steps.push({ code: 'capture-again', because: limiting.code });
  const unaccounted = !accuses(verdicts.grade) && !again && verdicts.facts.silent > 0;
  if (unaccounted || othersKnown(causes)) steps.push({ code: 'look-elsewhere' });
  return steps;
}

/** A cause was found for which there are no steps of its own. */
function othersKnown(causes: ReadonlyMap<Cause, number>): boolean {
  return [...causes].some(([cause, syns]) => syns > 0 && !COVERED.has(cause));
}

const COVERED: ReadonlySet<Cause> = new Set<Cause>(['tw-recycle-reject', 'time-wait-reject', 'unexplained']);

function closesSeen(state: TrackingState): number {
  return state.totals.fins;
}
