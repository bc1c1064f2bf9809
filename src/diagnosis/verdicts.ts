import { groupByTarget } from './by-target.ts';
import type { ClockShares } from './clock-shares.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import type { ReadingFacts } from './adequacy.ts';
import { adequacyFindings, hasReplies, isHandshakesOnly } from './adequacy.ts';
import { agreementOf } from './agreement.ts';
import type { Grade } from './codes.ts';
import { GRADES } from './codes.ts';
import type { AdequacyFinding, Agreement } from './findings.ts';
import type { GradeFacts } from './grades.ts';
import { accuses, gradeOf } from './grades.ts';
import type { Ledger } from './ledger.ts';
import type { WeighedEvidence } from './weigh-evidence.ts';
import { weighEvidence } from './weigh-evidence.ts';
import type { VantageMeter } from './vantage.ts';
import type { Vantage } from './vantage-place.ts';
import { vantageFindings } from './vantage-place.ts';

import type { Context, TargetVerdict } from './target-verdict.ts';
import { judgeTarget } from './target-verdict.ts';

/** Nothing was sent to anybody. */
const NO_VANTAGE: Vantage = { place: 'unknown', evidence: [] };

/** All verdicts, and what limits them. */
export interface Verdicts {
  readonly targets: readonly TargetVerdict[];
  /** For `verdictOn`. */
  readonly bySlot: ReadonlyMap<number, TargetVerdict>;
  readonly adequacy: readonly AdequacyFinding[];
  /** The grade of the whole, and the target that it rests on; null when no target stands out. */
  readonly grade: Grade;
  readonly leading: TargetVerdict | null;
  readonly facts: GradeFacts;
  /** The target that it is about makes no such check: what the model predicts of it is beside the point. */
  readonly checkAbsent: boolean;
  readonly agreement: Agreement;
  readonly replies: boolean;
  readonly assumed: boolean;
  /** Where the traffic of the leading target, or else of the busiest one, was captured. */
  readonly vantage: Vantage;
  /** What evidence made of it; null when none was brought along. */
  readonly evidence: WeighedEvidence | null;
}

/**
 * Judges every target by its own agreement of prediction and observation, then weighs what evidence was brought along.
 *
 * @param evidence null when none was
 */
export function judge(
  state: TrackingState,
  model: KernelModel,
  ledger: Ledger,
  given: KernelProfile | null,
  reading: ReadingFacts,
  meter: VantageMeter,
  shares: ClockShares,
  evidence: Evidence | null,
): Verdicts {
  const context: Context = {
    state,
    model,
    ledger,
    given,
    adequacy: adequacyFindings(state, reading, model.evicted),
    meter,
    shares,
    replies: hasReplies(state),
    assumed: isHandshakesOnly(state),
    weighed: null,
    main: mainTarget(state),
    byTarget: groupByTarget(state),
    sums: new Map(),
  };
  const byCapture = judgeAll(context);
  if (evidence === null) return byCapture;
  const rejected = byCapture.targets.reduce((total, target) => total + target.rejected, 0);
  return judgeAll({ ...context, weighed: weighEvidence(evidence, byCapture.grade, rejected) });
}

function judgeAll(context: Context): Verdicts {
  const { state, replies, assumed, adequacy, weighed } = context;
  const targets: TargetVerdict[] = [];
  for (let slot = 0; slot < state.targets.table.end; slot += 1) {
    if (state.targets.table.isUsed(slot)) targets.push(judgeTarget(context, slot));
  }
  // Of those with as many, the one that was seen first stays first.
  targets.sort((a, b) => b.rejected - a.rejected);
  const leading = targets
    .filter((target) => target.accused)
    .reduce<TargetVerdict | null>(
      (best, target) => (best === null || isStronger(target.grade, best.grade) ? target : best),
      null,
    );
  const facts = sumFacts(targets.map((target) => target.facts));
  const shown = leading ?? busiest(targets);
  const vantage = shown === undefined ? NO_VANTAGE : context.meter.of(shown.slot);
  const ruledOut = weighed !== null && (weighed.accused === 'ruled-out' || weighed.main === 'ruled-out');
  return {
    targets,
    bySlot: new Map(targets.map((target) => [target.slot, target])),
    adequacy: [...adequacy, ...vantageFindings(vantage)],
    vantage,
    grade: leading?.grade ?? (ruledOut ? 'ruled-out' : wholeGrade(facts)),
    leading,
    facts,
    checkAbsent: leading === null && shown?.checkAbsent === true,
    agreement: sumAgreements(targets.map((target) => target.agreement)),
    replies,
    assumed,
    evidence: weighed,
  };
}

/** The verdict on the target (slot) of SYN packet `serial`; undefined where that target was forgotten. */
export function verdictOn(
  { bySlot }: Pick<Verdicts, 'bySlot'>,
  target: number,
  serial: number,
): TargetVerdict | undefined {
  const verdict = bySlot.get(target);
  return verdict === undefined || serial < verdict.born ? undefined : verdict;
}

/** The target with the most SYNs: the host that was captured, as a rule, and that the evidence is about. */
function mainTarget(state: TrackingState): number {
  let main = -1;
  let most = 0;
  for (let slot = 0; slot < state.targets.table.end; slot += 1) {
    const syns = state.targets.table.isUsed(slot) ? state.targets.count(slot, COUNT.syns) : 0;
    if (syns <= most) continue;
    main = slot;
    most = syns;
  }
  return main;
}

function busiest(targets: readonly TargetVerdict[]): TargetVerdict | undefined {
  return targets.reduce<TargetVerdict | undefined>(
    (best, target) => (best === undefined || target.facts.syns > best.facts.syns ? target : best),
    undefined,
  );
}

function isStronger(grade: Grade, than: Grade): boolean {
  return GRADES.indexOf(grade) < GRADES.indexOf(than);
}

function wholeGrade(facts: GradeFacts): Grade {
  const grade = gradeOf(facts);
  // The sum over targets may look like a pattern that no single target shows: it accuses nobody.
  return accuses(grade) ? 'no-evidence' : grade;
}

function sumFacts(all: readonly GradeFacts[]): GradeFacts {
  const sum = (pick: (facts: GradeFacts) => number): number =>
    all.reduce((total, facts) => total + pick(facts), 0);
  return {
    syns: sum((facts) => facts.syns),
    predicted: sum((facts) => facts.predicted),
    predictedAttempts: sum((facts) => facts.predictedAttempts),
    possible: sum((facts) => facts.possible),
    contradicted: sum((facts) => facts.contradicted),
    contradictedStamps: sum((facts) => facts.contradictedStamps),
    unpredicted: sum((facts) => facts.unpredicted),
    silent: sum((facts) => facts.silent),
    pValue: all.reduce((least, facts) => Math.min(least, facts.pValue), 1),
    twoWay: all.some((facts) => facts.twoWay),
    kernelHasCheck: all.every((facts) => facts.kernelHasCheck),
    damaged: all.some((facts) => facts.damaged),
    timeless: all.some((facts) => facts.timeless),
    assumed: all.some((facts) => facts.assumed),
  };
}

function sumAgreements(all: readonly Agreement[]): Agreement {
  return agreementOf((of) => all.reduce((total, agreement) => total + agreement[of], 0));
}
