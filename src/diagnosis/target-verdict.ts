import type { KernelModel } from '../kernel/model.ts';
import type { KernelProfile } from '../kernel/profiles.ts';
import { kernelProfile, KERNEL_PROFILES } from '../kernel/profiles.ts';
import { allowsReleases } from '../evidence/kernel-range.ts';
import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ADEQUACY_LIMITS, isTimeless } from './adequacy.ts';
import { causesOfTarget, filteredPairsOf } from './cause-counts.ts';
import type { RowVerdict } from './causes.ts';
import type { ByTarget } from './by-target.ts';
import type { Cells } from './cells.ts';
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
import type { VantageMeter } from './vantage.ts';
import { vantageFindings } from './vantage-place.ts';

/** The verdict on one target. */
export interface TargetVerdict extends RowVerdict {
  readonly slot: number;
  /** Serial of the SYN packet that the slot was made for: earlier ones in it went to a target that was forgotten. */
  readonly born: number;
  readonly grade: Grade;
  /** The grade before the capture's adequacy capped it, and the finding that did. */
  readonly cappedBy: AdequacyFinding['code'] | null;
  readonly facts: GradeFacts;
  /** The kernel that was given has no such check, and the capture shows it at work. */
  readonly disputed: boolean;
  readonly agreement: Agreement;
  /** SYN packets with cause tw-recycle-reject, their attempts, those never connected, and the seconds they waited. */
  readonly rejected: number;
  readonly rejectedAttempts: number;
  readonly lostAttempts: number;
  /** Listeners (slots) that showed a full queue. */
  readonly stuck: readonly number[];
  /** Unexplained SYN packets that a stamp from before the capture may have met. */
  readonly fromBefore: number;
  /** SYN packets by cause, zeros left out. */
  readonly causes: ReadonlyMap<Cause, number>;
  /** SYN packets among `rejected` that met a stamp from before the capture. */
  readonly early: number;
  /** The same by pair. */
  readonly earlyByPair: ReadonlyMap<number, number>;
  /** The check was switched on or off while the capture ran; the packet (over all captures) after which. */
  readonly turned: SwitchTurned | null;
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

/** What a target is judged by. */
export interface Context {
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
  readonly byTarget: ByTarget;
  /** Cells summed over all targets, by variant, once they were asked for. */
  readonly sums: Map<number, readonly [number, number, number, number]>;
}

/** Judges one target by its own agreement of prediction and observation. */
export function judgeTarget(context: Context, slot: number): TargetVerdict {
  const { state, ledger, replies, assumed } = context;
  const variant = assumed ? 0 : ledger.leadingVariant(slot);
  const cells = (assumed ? ledger.assumed : ledger).targets;
  const cell = (field: number): number => cells.get(slot, variant, field);
  const agreement = cells.agreement(slot, variant);
  const profile = context.model.variants[variant];
  const filtered = assumed ? 0 : unpredictedByFilter(context, slot, variant);
  const unpredicted = assumed
    ? agreement.unknownSilent
    : Math.max(0, agreement.passSilent - filtered - (cell(CELL.queue) - cell(CELL.contested)));
  const turned = assumed ? null : switchTurned(cells, slot, variant, unpredicted);
  const { rejectSilent, rejectAnswered } = agreement;
  const outage = !assumed && rejectAnswered === 0 && unpredicted > rejectSilent;
  const meanwhile = outage ? ledger.seconds.of(slot).served : Number.POSITIVE_INFINITY;
  const facts: GradeFacts = {
    syns: state.targets.count(slot, COUNT.syns),
    predicted: agreement.rejectSilent,
    possible: agreement.possibleSilent,
    predictedAttempts: cell(CELL.firstRejectSilent),
    contradicted:
      (turned === null ? agreement.rejectAnswered + (assumed ? agreement.possibleAnswered : 0) : 0) +
      (assumed ? 0 : cell(CELL.timeWaitKept)),
    contradictedStamps: assumed ? 0 : cell(CELL.contradictedStamps) + cell(CELL.timeWaitKept),
    unpredicted,
    silent: replies ? state.targets.count(slot, COUNT.silent) : 0,
    pValue: chance(context, slot, variant, profile?.key === 'peer' && !assumed, turned !== null, meanwhile),
    twoWay: replies && !repliesMissing(state, slot),
    kernelHasCheck: context.given?.perHostCheck ?? true,
    damaged: context.adequacy.some((finding) => finding.code === 'damaged'),
    timeless: isTimeless(context.adequacy),
    assumed,
  };
  const earned = gradeOf(facts);
  const disputed = !facts.kernelHasCheck && accuses(gradeOf({ ...facts, kernelHasCheck: true }));
  const cap = strongestCap(earned, [...context.adequacy, ...vantageFindings(context.meter.of(slot))]);
  const grade = weigh(context, slot, cap === null ? earned : cap.grade);
  const accused = accuses(grade);
  const starved = accused && !assumed ? starvedClocks(context, slot, variant) : NO_STARVED;
  const rejected = accused
    ? agreement.rejectSilent + agreement.possibleSilent + cell(CELL.rejectOpen) + starved.syns
    : 0;
  const early = { early: starved.syns, earlyByPair: starved.byPair };
  const checkAbsent = isCheckAbsent(context, slot, facts, disputed);
  const mayCheck = !checkAbsent && grade !== 'ruled-out';
  const judged = { slot, variant, assumed, replies, accused, mayCheck, rejected, ...early, facts, cells };
  return {
    ...causesOfTarget(state, ledger, judged, context.byTarget, context.weighed?.queue ?? null),
    starvedClocks: starved.clocks,
    ...early,
    turned,
    slot,
    born: state.targets.count(slot, COUNT.born),
    accused,
    variant,
    assumed,
    replies,
    grade,
    cappedBy: cap?.code ?? null,
    disputed,
    checkAbsent,
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

const NO_STARVED = { clocks: new Map<number, number>(), byPair: new Map<number, number>(), syns: 0 } as const;

/** The clocks of a target's peers that the check rejects, and their silent SYN packets of the first minute. */
function starvedClocks(
  { state, shares }: Context,
  target: number,
  variant: number,
): {
  readonly clocks: ReadonlyMap<number, number>;
  readonly byPair: ReadonlyMap<number, number>;
  readonly syns: number;
} {
  const clocks = new Map<number, number>();
  const byPair = new Map<number, number>();
  let syns = 0;
  for (const [key, early] of shares.starved(variant)) {
    const pair = pairOfClock(key);
    if (!state.pairs.table.isUsed(pair) || state.targetOfPair(pair) !== target) continue;
    clocks.set(key, state.pairs.count(pair, COUNT.born));
    syns += early;
    byPair.set(pair, (byPair.get(pair) ?? 0) + early);
  }
  return { clocks, byPair, syns };
}

/** When the switch was turned: to which side, and the last packet before it that shows the old side. */
export interface SwitchTurned {
  readonly to: 'on' | 'off';
  readonly after: number;
}

/** Predictions that came true before a turn of the switch is believed. */
const BELIEVED_FROM = 10;
/** Share of other silences, to those that were predicted, that loss may account for. */
const HARDLY_ANY_OTHER = 0.1;

/**
 * Predicted rejections that all came true up to a moment and none after it, or the reverse: somebody turned the switch.
 * By chance ten of one kind do not line up before all of the other. Where SYNs that the check lets pass are silent too, it
 * was not the switch: the target, or the way to it, was down for a time.
 *
 * @param unpredicted silent SYN packets that the model lets pass
 */
function switchTurned(cells: Cells, slot: number, variant: number, unpredicted: number): SwitchTurned | null {
  const get = (field: number): number => cells.get(slot, variant, field);
  if (get(CELL.rejectSilent) < BELIEVED_FROM || get(CELL.rejectAnswered) < BELIEVED_FROM) return null;
  if (unpredicted > HARDLY_ANY_OTHER * get(CELL.rejectSilent)) return null;
  if (get(CELL.firstContradiction) > get(CELL.lastRejected))
    return { to: 'off', after: get(CELL.lastRejected) };
  if (get(CELL.lastContradiction) < get(CELL.firstRejected))
    return { to: 'on', after: get(CELL.lastContradiction) };
  return null;
}

/** What was given or brought along says that the target makes no such check, and the capture does not object. */
function isCheckAbsent(
  { weighed, main }: Context,
  slot: number,
  { kernelHasCheck }: GradeFacts,
  disputed: boolean,
): boolean {
  return kernelHasCheck ? slot === main && weighed?.absent === true : !disputed;
}

/** The grade after the evidence was weighed. */
function weigh({ weighed, main }: Context, slot: number, grade: Grade): Grade {
  if (weighed === null) return grade;
  if (accuses(grade)) return weighed.accused ?? grade;
  return slot === main ? (weighed.main ?? grade) : grade;
}

/** Silences of peers that something in front of the listener drops: they say nothing against the predictions. */
function unpredictedByFilter({ state, ledger, byTarget }: Context, slot: number, variant: number): number {
  return filteredPairsOf(state, ledger, byTarget.unheard.get(slot) ?? [], {
    slot,
    variant,
    accused: true,
    mayCheck: true,
    earlyByPair: NO_STARVED.byPair,
  }).unpredicted;
}

/**
 * The probability that prediction and silence agree this well by chance. Where the stamp belongs to the peer alone,
 * all targets are one host's addresses and are counted together. After the switch was turned nothing is predicted.
 *
 * @param meanwhile most of the answered SYNs to compare with: where most of the silent ones are others, the target may have
 *   been down, and what it answered at other times tells nothing
 */
function chance(
  context: Context,
  slot: number,
  variant: number,
  together: boolean,
  turned: boolean,
  meanwhile: number,
): number {
  const cells = (context.assumed ? context.ledger.assumed : context.ledger).targets;
  const [rejectSilent, rejectAnswered, otherSilent, otherAnswered] = together
    ? sumOverTargets(context, cells, variant)
    : firstsOf(cells, slot, variant);
  return fisherExact(
    rejectSilent,
    turned ? 0 : rejectAnswered,
    otherSilent,
    Math.min(otherAnswered, meanwhile),
  );
}

function firstsOf(cells: Cells, slot: number, variant: number): readonly [number, number, number, number] {
  return [
    cells.get(slot, variant, CELL.firstRejectSilent),
    cells.get(slot, variant, CELL.firstRejectAnswered),
    cells.get(slot, variant, CELL.firstOtherSilent),
    cells.get(slot, variant, CELL.firstOtherAnswered),
  ];
}

function sumOverTargets(
  { state, sums }: Context,
  cells: Cells,
  variant: number,
): readonly [number, number, number, number] {
  const known = sums.get(variant);
  if (known !== undefined) return known;
  const total: [number, number, number, number] = [0, 0, 0, 0];
  for (let slot = 0; slot < state.targets.table.end; slot += 1) {
    if (!state.targets.table.isUsed(slot)) continue;
    const [a, b, c, d] = firstsOf(cells, slot, variant);
    total[0] += a;
    total[1] += b;
    total[2] += c;
    total[3] += d;
  }
  sums.set(variant, total);
  return total;
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
  { model, ledger, given, weighed }: Context,
  slot: number,
  profile: KernelProfile | undefined,
  accused: boolean,
): InferredKernel {
  if (given !== null) return { profile: given.id, source: 'given', candidates: [given.id] };
  if (!accused || profile === undefined) return { profile: null, source: 'undetermined', candidates: [] };
  const scores = model.variants.map((_, variant) => ledger.score(slot, variant));
  const best = Math.max(...scores);
  const equals = model.variants.filter((_, variant) => scores[variant] === best);
  const candidates = allowedBy(weighed, equals.flatMap(releasesLike));
  if (equals.length === model.variants.length) return { profile: null, source: 'undetermined', candidates };
  const [first = profile.id] = candidates;
  return {
    profile: candidates.includes(profile.id) ? profile.id : first,
    source: 'inferred',
    candidates,
  };
}

/** Those that the evidence allows as well; all of them where it allows none, for then it is of another host. */
function allowedBy(weighed: Context['weighed'], ids: readonly string[]): readonly string[] {
  if (weighed === null) return ids;
  const allowed = ids.filter((id) => {
    const profile = kernelProfile(id);
    return profile === null || allowsReleases(weighed.range, profile.from, profile.to);
  });
  return allowed.length === 0 ? ids : allowed;
}
