import type { Evidence } from '../evidence/evidence.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { KERNEL_PROFILES } from '../kernel/profiles.ts';
import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import type { ReadingFacts } from './adequacy.ts';
import { ADEQUACY_LIMITS, adequacyFindings, hasReplies, isHandshakesOnly } from './adequacy.ts';
import { causesOfTarget } from './cause-counts.ts';
import type { RowVerdict } from './causes.ts';
import { CELL } from './cells.ts';
import type { ClockShares } from './clock-shares.ts';
import { pairOfClock } from './clock-shares.ts';
import type { Cause, Grade } from './codes.ts';
import type { AdequacyFinding, Agreement } from './findings.ts';
import { fisherExact } from './fisher.ts';
import type { GradeFacts } from './grades.ts';
import { accuses, capped, gradeOf } from './grades.ts';
import type { Ledger } from './ledger.ts';
import type { WeighedEvidence } from './weigh-evidence.ts';
import { weighEvidence } from './weigh-evidence.ts';
import type { VantageMeter } from './vantage.ts';
import type { Vantage } from './vantage-place.ts';
import { vantageFindings } from './vantage-place.ts';

/** The verdict on one target. */
export interface TargetVerdict extends RowVerdict {
  readonly slot: number;
  readonly grade: Grade;
  /** The grade before the capture's adequacy capped it, and the finding that did. */
  readonly cappedBy: AdequacyFinding['code'] | null;
  readonly facts: GradeFacts;
  readonly agreement: Agreement;
  /** SYN packets with cause tw-recycle-reject, their attempts, those never connected, and the seconds they waited. */
  readonly rejected: number;
  readonly rejectedAttempts: number;
  readonly lostAttempts: number;
  /** SYN packets by cause, zeros left out. */
  readonly causes: ReadonlyMap<Cause, number>;
  /** SYN packets among `rejected` that met a stamp from before the capture. */
  readonly early: number;
  readonly firstContradiction: number;
  readonly firstUnpredicted: number;
  readonly kernel: InferredKernel;
  /** What the stamps are keyed by in the variant that it is judged by. */
  readonly key: KernelProfile['key'];
}

export interface InferredKernel {
  readonly profile: string | null;
  readonly source: 'given' | 'inferred' | 'undetermined';
  readonly candidates: readonly string[];
}

/** Nothing was sent to anybody. */
const NO_VANTAGE: Vantage = { place: 'unknown', evidence: [] };

/** All verdicts, and what limits them. */
export interface Verdicts {
  readonly targets: readonly TargetVerdict[];
  readonly bySlot: ReadonlyMap<number, TargetVerdict>;
  readonly adequacy: readonly AdequacyFinding[];
  /** The grade of the whole, and the target that it rests on; null when no target stands out. */
  readonly grade: Grade;
  readonly leading: TargetVerdict | null;
  readonly facts: GradeFacts;
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
    adequacy: adequacyFindings(state, reading),
    meter,
    shares,
    replies: hasReplies(state),
    assumed: isHandshakesOnly(state),
    weighed: null,
    main: mainTarget(state),
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
  targets.sort((a, b) => b.rejected - a.rejected || a.slot - b.slot);
  const leading = targets
    .filter((target) => target.accused)
    .reduce<TargetVerdict | null>(
      (best, target) => (best === null || rank(target.grade) < rank(best.grade) ? target : best),
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
    grade: leading?.grade ?? (ruledOut ? 'ruled-out' : wholeGrade(facts, replies)),
    leading,
    facts,
    agreement: sumAgreements(targets.map((target) => target.agreement)),
    replies,
    assumed,
    evidence: weighed,
  };
}

/** The target with the most SYNs: the host that was captured, as a rule, and that the evidence is about. */
function mainTarget(state: TrackingState): number {
  let main = -1;
  for (let slot = 0; slot < state.targets.table.end; slot += 1) {
    if (!state.targets.table.isUsed(slot)) continue;
    if (main < 0 || state.targets.count(slot, COUNT.syns) > state.targets.count(main, COUNT.syns))
      main = slot;
  }
  return main;
}

interface Context {
  readonly state: TrackingState;
  readonly model: KernelModel;
  readonly ledger: Ledger;
  readonly given: KernelProfile | null;
  readonly adequacy: readonly AdequacyFinding[];
  readonly meter: VantageMeter;
  readonly shares: ClockShares;
  readonly replies: boolean;
  readonly assumed: boolean;
  /** What the evidence makes of the capture's verdict; null on the first pass, or without any. */
  readonly weighed: WeighedEvidence | null;
  readonly main: number;
}

function judgeTarget(context: Context, slot: number): TargetVerdict {
  const { state, ledger, replies, assumed } = context;
  const variant = assumed ? 0 : ledger.leadingVariant(slot);
  const cells = assumed ? ledger.assumedTargets : ledger.targets;
  const cell = (field: number): number => cells.get(slot, variant, field);
  const agreement = cells.agreement(slot, variant);
  const profile = context.model.variants[variant];
  const facts: GradeFacts = {
    syns: state.targets.count(slot, COUNT.syns),
    predicted: agreement.rejectSilent,
    possible: agreement.possibleSilent,
    contradicted: agreement.rejectAnswered + (assumed ? agreement.possibleAnswered : 0),
    unpredicted: assumed
      ? agreement.unknownSilent
      : Math.max(0, agreement.passSilent - (cell(CELL.queue) - cell(CELL.contested))),
    silent: replies ? state.targets.count(slot, COUNT.silent) : 0,
    pValue: chance(context, slot, variant, profile?.key === 'peer' && !assumed),
    twoWay: replies && !repliesMissing(state, slot),
    kernelHasCheck: context.given?.perHostCheck ?? true,
    assumed,
  };
  const earned = gradeOf(facts);
  const cap = strongestCap(earned, [...context.adequacy, ...vantageFindings(context.meter.of(slot))]);
  const grade = weigh(context, slot, cap === null ? earned : cap.grade);
  const accused = accuses(grade);
  const starved = accused && !assumed ? starvedClocks(context, slot, variant) : NO_STARVED;
  const rejected = accused
    ? agreement.rejectSilent + agreement.possibleSilent + cell(CELL.rejectOpen) + starved.syns
    : 0;
  const judged = { slot, variant, assumed, replies, accused, rejected, early: starved.syns, facts, cells };
  return {
    ...causesOfTarget(state, ledger, judged, context.weighed?.queue ?? null),
    starvedClocks: starved.clocks,
    early: starved.syns,
    slot,
    accused,
    variant,
    assumed,
    replies,
    grade,
    cappedBy: cap?.code ?? null,
    facts,
    agreement,
    rejected,
    rejectedAttempts: accused ? cell(CELL.rejectedAttempts) : 0,
    lostAttempts: accused ? cell(CELL.lostAttempts) : 0,
    firstContradiction: cell(CELL.firstContradiction),
    firstUnpredicted: cell(CELL.firstUnpredicted),
    kernel: inferKernel(context, slot, profile, accused),
    key: profile?.key ?? 'local-and-peer',
  };
}

const NO_STARVED = { clocks: new Set<number>(), syns: 0 } as const;

/** The clocks of a target's peers that the check rejects, and their silent SYN packets of the first minute. */
function starvedClocks(
  { state, shares }: Context,
  target: number,
  variant: number,
): { readonly clocks: ReadonlySet<number>; readonly syns: number } {
  const clocks = new Set<number>();
  let syns = 0;
  for (const [key, early] of shares.starved(variant)) {
    const pair = pairOfClock(key);
    if (!state.pairs.table.isUsed(pair) || state.pairs.count(pair, COUNT.target) !== target) continue;
    clocks.add(key);
    syns += early;
  }
  return { clocks, syns };
}

/** The grade after the evidence was weighed. */
function weigh({ weighed, main }: Context, slot: number, grade: Grade): Grade {
  if (weighed === null) return grade;
  if (accuses(grade)) return weighed.accused ?? grade;
  return slot === main ? (weighed.main ?? grade) : grade;
}

/**
 * The probability that prediction and silence agree this well by chance. Where the stamp belongs to the peer alone,
 * all targets are one host's addresses and are counted together.
 */
function chance(
  { state, ledger, assumed }: Context,
  slot: number,
  variant: number,
  together: boolean,
): number {
  const cells = assumed ? ledger.assumedTargets : ledger.targets;
  const sum = (field: number): number => {
    if (!together) return cells.get(slot, variant, field);
    let total = 0;
    for (let other = 0; other < state.targets.table.end; other += 1) {
      if (state.targets.table.isUsed(other)) total += cells.get(other, variant, field);
    }
    return total;
  };
  return fisherExact(
    sum(CELL.firstRejectSilent),
    sum(CELL.firstRejectAnswered),
    sum(CELL.firstOtherSilent),
    sum(CELL.firstOtherAnswered),
  );
}

function busiest(targets: readonly TargetVerdict[]): TargetVerdict | undefined {
  return targets.reduce<TargetVerdict | undefined>(
    (best, target) => (best === undefined || target.facts.syns > best.facts.syns ? target : best),
    undefined,
  );
}

/** Handshakes went on without a captured reply: this target's replies took another way. */
function repliesMissing(state: TrackingState, slot: number): boolean {
  const seen = state.targets.count(slot, COUNT.answered) + state.targets.count(slot, COUNT.refused);
  return state.targets.count(slot, COUNT.oneWay) > seen;
}

function strongestCap(
  grade: Grade,
  adequacy: readonly AdequacyFinding[],
): { readonly grade: Grade; readonly code: AdequacyFinding['code'] } | null {
  for (const finding of adequacy) {
    const limit = ADEQUACY_LIMITS[finding.code];
    if (limit !== undefined && capped(grade, limit) !== grade) return { grade: limit, code: finding.code };
  }
  return null;
}

/** Releases that a variant of the model stands for. */
function releasesLike(profile: KernelProfile): string[] {
  return KERNEL_PROFILES.filter(
    (other) =>
      other.perHostCheck &&
      other.key === profile.key &&
      other.dropsSynWithoutTimestamps === profile.dropsSynWithoutTimestamps,
  ).map((other) => other.id);
}

function inferKernel(
  { model, ledger, given }: Context,
  slot: number,
  profile: KernelProfile | undefined,
  accused: boolean,
): InferredKernel {
  if (given !== null) return { profile: given.id, source: 'given', candidates: [given.id] };
  if (!accused || profile === undefined) return { profile: null, source: 'undetermined', candidates: [] };
  const scores = model.variants.map((_, variant) => ledger.score(slot, variant));
  const best = Math.max(...scores);
  const equals = model.variants.filter((_, variant) => scores[variant] === best);
  const candidates = equals.flatMap(releasesLike);
  return equals.length === model.variants.length
    ? { profile: null, source: 'undetermined', candidates }
    : { profile: profile.id, source: 'inferred', candidates };
}

function wholeGrade(facts: GradeFacts, replies: boolean): Grade {
  const grade = gradeOf({ ...facts, twoWay: facts.twoWay && replies });
  // The sum over targets may look like a pattern that no single target shows: it accuses nobody.
  return accuses(grade) ? 'no-evidence' : grade;
}

function rank(grade: Grade): number {
  return grade === 'confirmed' ? 0 : grade === 'probable' ? 1 : 2;
}

function sumFacts(all: readonly GradeFacts[]): GradeFacts {
  const sum = (pick: (facts: GradeFacts) => number): number =>
    all.reduce((total, facts) => total + pick(facts), 0);
  return {
    syns: sum((facts) => facts.syns),
    predicted: sum((facts) => facts.predicted),
    possible: sum((facts) => facts.possible),
    contradicted: sum((facts) => facts.contradicted),
    unpredicted: sum((facts) => facts.unpredicted),
    silent: sum((facts) => facts.silent),
    pValue: all.reduce((least, facts) => Math.min(least, facts.pValue), 1),
    twoWay: all.some((facts) => facts.twoWay),
    kernelHasCheck: all.every((facts) => facts.kernelHasCheck),
    assumed: all.some((facts) => facts.assumed),
  };
}

function sumAgreements(all: readonly Agreement[]): Agreement {
  const sum = (pick: (agreement: Agreement) => number): number =>
    all.reduce((total, agreement) => total + pick(agreement), 0);
  return {
    rejectSilent: sum((a) => a.rejectSilent),
    rejectAnswered: sum((a) => a.rejectAnswered),
    passSilent: sum((a) => a.passSilent),
    passAnswered: sum((a) => a.passAnswered),
    possibleSilent: sum((a) => a.possibleSilent),
    possibleAnswered: sum((a) => a.possibleAnswered),
    unknownSilent: sum((a) => a.unknownSilent),
    unknownAnswered: sum((a) => a.unknownAnswered),
  };
}
