import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import type { Cause, Grade } from './codes.ts';
import { CAUSES } from './codes.ts';
import type { CauseEvidence, CauseStatus } from './findings.ts';
import { accuses } from './grades.ts';
import type { Ledger } from './ledger.ts';
import type { TargetVerdict } from './target-verdict.ts';
import type { TimeWaitToll } from './time-wait-cost.ts';
import type { Verdicts } from './verdicts.ts';

/** What is known of one cause over all targets. */
export interface CauseFinding {
  readonly code: Cause;
  readonly status: CauseStatus;
  readonly syns: number;
  readonly evidence: readonly CauseEvidence[];
}

/** The signs that the causes are judged by, summed over the targets. */
interface Signs {
  readonly silent: number;
  readonly checkAbsent: boolean;
  readonly predictions: { readonly silent: number; readonly answered: number; readonly pValue: number };
  readonly contradictedStamps: number;
  readonly served: Omit<Extract<CauseEvidence, { code: 'served-meanwhile' }>, 'code'>;
  readonly synAcksRepeated: number;
  readonly requests: { readonly whenSilent: number; readonly whenAnswered: number | null } | null;
  readonly resets: number;
  readonly bareAcks: number;
  readonly timeWaits: TimeWaitToll;
  readonly neverServed: number;
  /** Silences were put down to a filter that drops by chance. */
  readonly atRandom: boolean;
  /** Peers that met silence: those that were served at other times, and those that never were. */
  readonly silentButServed: number;
  readonly silentAndUnserved: number;
  readonly liveTuples: number;
  readonly repliesLost: number;
  readonly fromBefore: number;
}

/**
 * The tests: per cause, what its signs are. A cause without SYNs is ruled out when something was seen that it would
 * have prevented, and merely not seen otherwise.
 */
const TESTS: Readonly<
  Record<Cause, (signs: Signs) => { readonly evidence: CauseEvidence[]; readonly against: boolean }>
> = {
  'tw-recycle-reject': ({ predictions, contradictedStamps, checkAbsent }) => ({
    evidence: [checkAbsent ? { code: 'check-absent' } : { code: 'predictions', ...predictions }],
    against: checkAbsent || (predictions.answered > predictions.silent && contradictedStamps > 1),
  }),
  'time-wait-reject': ({ bareAcks, timeWaits }) => ({
    evidence: [
      { code: 'bare-acks', count: bareAcks },
      ...(timeWaits.attempts === 0 ? [] : [{ code: 'time-wait-cost' as const, ...timeWaits }]),
    ],
    against: bareAcks === 0,
  }),
  'accept-queue-overflow': (signs) => queueTest(signs),
  'syn-queue-full': (signs) => queueTest(signs),
  'port-closed': ({ resets }) => ({ evidence: [{ code: 'resets', count: resets }], against: resets === 0 }),
  'source-filtered': (signs) => ({
    evidence: [
      { code: 'peers-never-served', peers: signs.neverServed },
      { code: 'silent-peers-served', peers: signs.silentButServed },
      ...(signs.predictions.pValue > 0.05 && (signs.atRandom || signs.neverServed === 0)
        ? [{ code: 'at-random' as const, syns: signs.silent, pValue: signs.predictions.pValue }]
        : []),
    ],
    against: signs.silentAndUnserved === 0 && signs.silentButServed > 0,
  }),
  'reply-lost': ({ repliesLost }) => ({
    evidence: [{ code: 'sent-again-after-syn-ack', count: repliesLost }],
    against: repliesLost === 0,
  }),
  'tuple-collision': ({ liveTuples }) => ({
    evidence: [{ code: 'live-tuples', count: liveTuples }],
    against: liveTuples === 0,
  }),
  unexplained: ({ fromBefore }) => ({
    evidence: fromBefore === 0 ? [] : [{ code: 'stamp-from-before', syns: fromBefore }],
    against: false,
  }),
};

function queueTest(signs: Signs): { readonly evidence: CauseEvidence[]; readonly against: boolean } {
  return {
    evidence: [
      { code: 'syn-acks-repeated', count: signs.synAcksRepeated },
      { code: 'served-meanwhile', ...signs.served },
      ...(signs.requests === null ? [] : [{ code: 'requests-open' as const, ...signs.requests }]),
    ],
    against: signs.synAcksRepeated === 0 && signs.served.syns > 0,
  };
}

/** Every cause with its share of the silence, and what spoke for and against it. */
export function causeFindings(state: TrackingState, ledger: Ledger, verdicts: Verdicts): CauseFinding[] {
  const counts = countCauses(verdicts);
  const signs = gatherSigns(state, ledger, verdicts);
  const told = CAUSES.filter((code) => code !== 'unexplained' || (counts.get(code) ?? 0) > 0);
  return told.map((code) => {
    const syns = counts.get(code) ?? 0;
    const { evidence, against } = TESTS[code](signs);
    const comparable = verdicts.replies && !verdicts.assumed && signs.silent > 0;
    const status = syns > 0 ? 'found' : comparable && against ? 'ruled-out' : 'not-seen';
    return { code, status, syns, evidence: comparable || syns > 0 ? evidence : [] };
  });
}

/** SYN packets by cause; the sums over targets are exact. */
export function countCauses(verdicts: Verdicts): ReadonlyMap<Cause, number> {
  const counts = new Map<Cause, number>();
  for (const verdict of verdicts.targets) {
    for (const [cause, syns] of verdict.causes) counts.set(cause, (counts.get(cause) ?? 0) + syns);
  }
  return counts;
}

/**
 * The cause of most SYN packets that got no SYN-ACK; null when there is none. Where a target is accused, what nobody can
 * explain is no match for what somebody can.
 */
export function mainCause(counts: ReadonlyMap<Cause, number>, grade: Grade): Cause | null {
  let main: Cause | null = null;
  let most = 0;
  for (const cause of CAUSES) {
    const syns = counts.get(cause) ?? 0;
    if (syns <= most || (cause === 'unexplained' && accuses(grade))) continue;
    main = cause;
    most = syns;
  }
  return main;
}

function gatherSigns(state: TrackingState, ledger: Ledger, { targets, facts, checkAbsent }: Verdicts): Signs {
  const sum = (pick: (verdict: TargetVerdict) => number): number =>
    targets.reduce((total, verdict) => total + pick(verdict), 0);
  const seconds = targets.map(({ slot }) => ledger.seconds.of(slot));
  return {
    silent: sum(({ slot }) => state.targets.count(slot, COUNT.silent)),
    checkAbsent,
    predictions: {
      silent: facts.predicted + facts.possible,
      answered: facts.contradicted,
      pValue: facts.pValue,
    },
    contradictedStamps: facts.contradictedStamps,
    served: {
      syns: seconds.reduce((total, one) => total + one.served, 0),
      seconds: seconds.reduce((total, one) => total + one.seconds, 0),
      ...servedPeers(state, ledger),
    },
    synAcksRepeated: repeatedSynAcks(state),
    requests: ledger.congestion.requestsOpen(targets.flatMap(({ stuck }) => stuck)),
    resets: state.totals.refused,
    bareAcks: state.totals.challenged,
    timeWaits: ledger.timeWaits.toll(),
    atRandom: targets.some(({ restCause }) => restCause === 'source-filtered'),
    neverServed: sum(({ filteredPairs }) => filteredPairs.size),
    ...silentPeers(state),
    liveTuples: sum(({ slot }) => ledger.collisions.get(slot, 0, 0)),
    repliesLost: sum(({ slot }) => ledger.repliesLost.get(slot, 0, 0)),
    fromBefore: sum((verdict) => verdict.fromBefore),
  };
}

function repeatedSynAcks(state: TrackingState): number {
  const { listeners } = state;
  let repeated = 0;
  for (let slot = 0; slot < listeners.table.end; slot += 1) {
    if (listeners.table.isUsed(slot)) repeated += listeners.count(slot, COUNT.synAckRepeats);
  }
  return repeated;
}

/** Peers served in seconds of silence, and those of them that met none themselves. */
function servedPeers(
  { pairs }: TrackingState,
  { seconds }: Ledger,
): { readonly peers: number; readonly spared: number } {
  let peers = 0;
  let spared = 0;
  for (let slot = 0; slot < pairs.table.end; slot += 1) {
    if (!pairs.table.isUsed(slot) || !seconds.servedMeanwhile(slot)) continue;
    peers += 1;
    if (pairs.count(slot, COUNT.silent) === 0) spared += 1;
  }
  return { peers, spared };
}

/** Peers that met silence; those of a target that was forgotten are not judged. */
function silentPeers(state: TrackingState): Pick<Signs, 'silentButServed' | 'silentAndUnserved'> {
  const { pairs } = state;
  let silentButServed = 0;
  let silentAndUnserved = 0;
  for (let slot = 0; slot < pairs.table.end; slot += 1) {
    if (!pairs.table.isUsed(slot) || pairs.count(slot, COUNT.silent) === 0) continue;
    if (state.targetOfPair(slot) < 0) continue;
    if (pairs.count(slot, COUNT.answered) > 0) silentButServed += 1;
    else silentAndUnserved += 1;
  }
  return { silentButServed, silentAndUnserved };
}
