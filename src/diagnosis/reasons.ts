import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import { closedPorts } from './closed-ports.ts';
import type { Cause } from './codes.ts';
import type { AdequacyFinding, Assumption, RemedyStep, VerdictReason } from './findings.ts';
import { accuses, CERTAIN_ATTEMPTS, CERTAIN_SYNS } from './grades.ts';
import type { Verdicts } from './verdicts.ts';

/** Agreement beyond this is not put down to chance. */
const BEYOND_CHANCE = 1e-3;
/** Other causes that an accusing verdict names beside its own; the table of causes has them all. */
const OTHERS_NAMED = 3;

type FrameOf = (ordinal: number) => number;

/** Why the verdict has its grade, most telling first. */
export function verdictReasons(
  state: TrackingState,
  verdicts: Verdicts,
  causes: ReadonlyMap<Cause, number>,
  frameOf: FrameOf,
): VerdictReason[] {
  if (verdicts.facts.syns === 0) return [{ code: 'no-syns' }];
  const { leading } = verdicts;
  const facts = leading?.facts ?? verdicts.facts;
  const silence: VerdictReason[] =
    facts.silent === 0 && verdicts.replies ? [{ code: 'nothing-silent', syns: facts.syns }] : [];
  // Where the check is known not to be made, what it would have done explains nothing.
  if (verdicts.checkAbsent) return [...kernelReasons(verdicts), ...silence, ...stepReasons(state, verdicts)];
  return [
    ...kernelReasons(verdicts),
    ...predictionReasons(verdicts, frameOf),
    ...silence,
    ...stepReasons(state, verdicts),
    ...closeReasons(state, verdicts),
    ...chanceReasons(verdicts),
    ...otherCauses(verdicts, causes),
  ];
}

function kernelReasons({ facts, targets }: Verdicts): VerdictReason[] {
  if (facts.kernelHasCheck) return [];
  const disputed = targets.filter((target) => target.disputed);
  const syns = disputed.reduce((sum, target) => sum + target.facts.predicted + target.facts.possible, 0);
  return [
    { code: 'kernel-without-check', profile: targets[0]?.kernel.profile ?? '' },
    ...(syns === 0 ? [] : [{ code: 'kernel-against-capture' as const, syns }]),
  ];
}

/** What the model predicted, beside what came of it. */
function predictionReasons(verdicts: Verdicts, frameOf: FrameOf): VerdictReason[] {
  const { leading, replies } = verdicts;
  const facts = leading?.facts ?? verdicts.facts;
  const first = leading ?? verdicts.targets[0];
  const reasons: VerdictReason[] = [];
  if (leading !== null && facts.predicted > 0) {
    reasons.push({ code: 'predicted-and-silent', syns: facts.predicted, attempts: leading.rejectedAttempts });
  }
  if (verdicts.assumed && facts.possible > 0) {
    const silent = facts.possible + facts.unpredicted;
    reasons.push({ code: 'assumed-and-silent', syns: facts.possible, silent });
  }
  if (facts.contradicted > 0 && first !== undefined) {
    const sampleFrame = frameOf(first.firstContradiction);
    reasons.push({ code: 'contradicted', syns: facts.contradicted, sampleFrame });
  }
  if (leading !== null && leading.turned !== null) {
    reasons.push({
      code: 'switch-turned',
      to: leading.turned.to,
      afterFrame: frameOf(leading.turned.after),
      syns: leading.agreement.rejectAnswered,
    });
  }
  if (facts.unpredicted > 0 && first !== undefined && replies) {
    const sampleFrame = frameOf(first.firstUnpredicted);
    reasons.push({ code: 'silent-but-not-predicted', syns: facts.unpredicted, sampleFrame });
  }
  return reasons;
}

/** A mixed incident: what else the accused target's SYNs met. What nobody can explain is told of already. */
function otherCauses({ grade }: Verdicts, causes: ReadonlyMap<Cause, number>): VerdictReason[] {
  if (!accuses(grade)) return [];
  return [...causes]
    .filter(([cause]) => cause !== 'tw-recycle-reject' && cause !== 'unexplained')
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, OTHERS_NAMED)
    .map(([cause, syns]) => ({ code: 'other-cause', cause, syns }));
}

/** Timestamps that stepped back and harmed nobody: what makes people suspect this check, and does not show it. */
function stepReasons(
  { pairs }: TrackingState,
  { grade, facts, replies, checkAbsent }: Verdicts,
): VerdictReason[] {
  const harmless = checkAbsent || (!accuses(grade) && facts.predicted + facts.contradicted === 0);
  if (!harmless || !replies) return [];
  let stepsBack = 0;
  let served = 0;
  for (let pair = 0; pair < pairs.table.end; pair += 1) {
    if (!pairs.table.isUsed(pair)) continue;
    stepsBack += pairs.count(pair, COUNT.stepsBack);
    served += pairs.count(pair, COUNT.stepsBackServed);
  }
  return served === 0 ? [] : [{ code: 'served-while-behind', stepsBack, served }];
}

/** Closes were captured, and the target was never first: without that nothing is remembered. */
function closeReasons({ totals, targets }: TrackingState, { grade }: Verdicts): VerdictReason[] {
  if (accuses(grade) || grade === 'cannot-tell' || totals.fins === 0) return [];
  for (let slot = 0; slot < targets.table.end; slot += 1) {
    if (targets.table.isUsed(slot) && targets.count(slot, COUNT.serverFirst) > 0) return [];
  }
  return [{ code: 'no-server-first-close' }];
}

/** Whether there is enough to tell from chance, and what holds the grade down. */
function chanceReasons(verdicts: Verdicts): VerdictReason[] {
  const { leading, grade } = verdicts;
  const facts = leading?.facts ?? verdicts.facts;
  const { predicted, predictedAttempts, pValue } = facts;
  const reasons: VerdictReason[] = [];
  if (predicted + facts.possible + facts.contradicted > 0) {
    reasons.push({ code: pValue <= BEYOND_CHANCE ? 'beyond-chance' : 'within-chance', pValue });
  }
  const enough = predicted >= CERTAIN_SYNS && predictedAttempts >= CERTAIN_ATTEMPTS;
  if (predicted > 0 && !enough && facts.contradicted === 0 && !facts.assumed && grade !== 'confirmed') {
    reasons.push({
      code: 'few-predictions',
      syns: predicted,
      needed: CERTAIN_SYNS,
      attempts: predictedAttempts,
      neededAttempts: CERTAIN_ATTEMPTS,
    });
  }
  if (leading !== null && leading.cappedBy !== null) {
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
    const { profile, candidates } = leading.kernel;
    found.push({ code: 'profile-inferred', profile, candidates });
  }
  if (!verdicts.assumed && leading.facts.possible > 0) {
    found.push({ code: 'clock-border', syns: leading.facts.possible });
  }
  return found;
}

/** Closed ports that get a step of their own. */
const PORTS_NAMED = 3;

/** What to do, in order. */
export function remedy(
  state: TrackingState,
  verdicts: Verdicts,
  causes: ReadonlyMap<Cause, number>,
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
  const covered = new Set<Cause>(['tw-recycle-reject', 'time-wait-reject', 'unexplained']);
  if (causes.has('time-wait-reject')) steps.push({ code: 'avoid-tuple-reuse' });
  for (const { target, port } of closedPorts(state).slice(0, PORTS_NAMED)) {
    steps.push({ code: 'start-service', target, port });
    covered.add('port-closed');
  }
  const limits = (code: AdequacyFinding['code']): boolean =>
    LIMITING.has(code) || (code === 'short' && verdicts.targets.some(({ fromBefore }) => fromBefore > 0));
  const limiting = verdicts.adequacy.find(({ code }) => limits(code));
  const again = verdicts.grade !== 'confirmed' && limiting !== undefined;
  if (again) steps.push({ code: 'capture-again', because: limiting.code });
  const unaccounted = !accuses(verdicts.grade) && !again && verdicts.facts.silent > 0;
  const others = [...causes.keys()].some((cause) => !covered.has(cause));
  if (unaccounted || others) steps.push({ code: 'look-elsewhere' });
  return steps;
}

const LIMITING: ReadonlySet<AdequacyFinding['code']> = new Set<AdequacyFinding['code']>([
  'no-syn',
  'one-way',
  'syn-only',
  'snaplen-cuts-timestamps',
  'no-fin',
]);
