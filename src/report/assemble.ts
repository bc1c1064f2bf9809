import { agreementOfPeer } from '../diagnosis/peer-agreement.ts';
import type { CaptureFacts } from '../capture/facts.ts';
import type { CaptureProblem } from '../capture/problem.ts';
import { causeFindings, countCauses, mainCause } from '../diagnosis/cause-findings.ts';
import { INVISIBLE_CAUSES } from '../diagnosis/findings.ts';
import { captureSeconds } from '../diagnosis/adequacy.ts';
import { CELL } from '../diagnosis/cells.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { ClockTracker } from '../clocks/index.ts';
import type { ClockShares } from '../diagnosis/clock-shares.ts';
import type { ExpectedSource } from '../diagnosis/expectations.ts';
import type { EventLog } from '../diagnosis/what-if/log.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Ledger } from '../diagnosis/ledger.ts';
import { assumptions, remedy, verdictReasons } from '../diagnosis/reasons.ts';
import type { TargetVerdict } from '../diagnosis/target-verdict.ts';
import { verdictOn } from '../diagnosis/verdicts.ts';
import type { Verdicts } from '../diagnosis/verdicts.ts';
import type { UndecodedEntry } from '../packet/undecoded.ts';
import { COUNT } from '../tracking/counters.ts';
import type { CounterTable } from '../tracking/counters.ts';
import { peerAddressAt, peerAt, portAt, targetAt } from '../tracking/key-parts.ts';
import type { TrackingState } from '../tracking/state.ts';
import { ROW } from '../tracking/syn-ring.ts';
import { cidrContains, parseCidr } from '../units/address.ts';
import { formatEpoch } from '../units/time.ts';
import { expectationsReport, whatIfReport } from './asked-for.ts';
import { peerClocksReport } from './peer-clocks.ts';
import { rejectionList, withElsewhere } from './rejections.ts';
import { isRejection } from './rows.ts';
import type { RowSnapshot } from './rows.ts';
import type { SampleRows } from './samples.ts';
import type {
  CaptureReport,
  CauseReport,
  EvidenceReport,
  PeerReport,
  ProblemReport,
  Report,
  TargetReport,
  Totals,
} from './report.ts';
import { SCHEMA_VERSION } from './report.ts';
import { verdictSentence } from './sentences/verdict.ts';
import { VERSION } from './version.ts';

/** One input as it was read. */
export interface ReadCapture {
  readonly name: string;
  readonly compression: string | null;
  readonly facts: CaptureFacts;
  readonly problems: readonly CaptureProblem[];
}

/** Everything a report is made of. */
export interface Findings {
  readonly captures: readonly ReadCapture[];
  readonly state: TrackingState;
  readonly ledger: Ledger;
  readonly clocks: ClockTracker;
  readonly evidence: Evidence | null;
  readonly expected: readonly ExpectedSource[];
  /** What is replayed under other rules; null when that was not asked for. */
  readonly log: EventLog | null;
  readonly model: KernelModel;
  readonly seed: number;
  readonly shares: ClockShares;
  readonly verdicts: Verdicts;
  readonly undecoded: readonly UndecodedEntry[];
  /** Candidates for the list of rejections, in capture order. */
  readonly candidates: readonly RowSnapshot[];
  readonly samples: SampleRows;
  /** Frame within its capture of a frame counted over all captures. */
  readonly frameOf: (ordinal: number) => number;
  /** Name of the capture of such a frame. */
  readonly captureOf: (ordinal: number) => string;
  /** Most entries of each list. */
  readonly limit: number;
}

/** Problems of one kind in one capture that are told one by one; the rest is counted. */
const PROBLEMS_TOLD = 3;

/** Makes the report: plain data, ready for any renderer. */
export function assembleReport(findings: Findings): Report {
  const { state, verdicts, limit, frameOf } = findings;
  const causes = countCauses(verdicts);
  const rejected = rejectionList(findings);
  const peers = peerReports(findings);
  const ports = portsByTarget(state);
  const targets = verdicts.targets.slice(0, limit).map((verdict) => targetReport(findings, verdict, ports));
  const report = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'synscope', version: VERSION },
    captures: findings.captures.map(captureReport),
    adequacy: { seconds: captureSeconds(state), findings: verdicts.adequacy },
    vantage: verdicts.vantage,
    verdict: {
      grade: verdicts.grade,
      cause: mainCause(causes),
      reasons: withElsewhere(verdictReasons(state, verdicts, causes, frameOf), rejected),
      checkAbsent: verdicts.checkAbsent,
      assumptions: assumptions(verdicts),
      agreement: verdicts.agreement,
      kernel: (verdicts.leading ?? verdicts.targets[0])?.kernel ?? {
        profile: null,
        source: 'undetermined',
        candidates: [],
      },
    },
    totals: totalsOf(findings),
    targets,
    peers: peers.slice(0, limit),
    rejections: rejected.slice(0, limit),
    causes: causeReports(findings),
    invisible: INVISIBLE_CAUSES,
    remedy: remedy(state, verdicts, causes),
    problems: findings.captures.flatMap(problemReports),
    evidence: evidenceReport(findings),
    expectations: expectationsReport(findings),
    whatIf: whatIfReport(findings),
  } satisfies Omit<Report, 'verdict'> & { verdict: Omit<Report['verdict'], 'sentence'> };
  return { ...report, verdict: { ...report.verdict, sentence: verdictSentence(report) } };
}

function captureReport({ name, compression, facts }: ReadCapture): CaptureReport {
  const first = facts.interfaces[0];
  return {
    name,
    format: facts.format,
    compression,
    timestampUnit: first?.timestampUnit ?? null,
    linkTypes: [...new Set(facts.interfaces.map((one) => one.linkType))],
    snaplen: first === undefined || first.snaplen === 0 ? null : first.snaplen,
    interfaces: facts.interfaceCount,
    packets: facts.frames,
    bytes: facts.bytes,
    firstTime:
      facts.firstTime === null ? null : formatEpoch(facts.firstTime.seconds, facts.firstTime.nanoseconds),
    lastTime:
      facts.lastTime === null ? null : formatEpoch(facts.lastTime.seconds, facts.lastTime.nanoseconds),
  };
}

function totalsOf({ captures, state, model, verdicts, undecoded }: Findings): Totals {
  const { totals } = state;
  const sum = (pick: (verdict: TargetVerdict) => number): number =>
    verdicts.targets.reduce((total, verdict) => total + pick(verdict), 0);
  return {
    packets: captures.reduce((total, capture) => total + capture.facts.frames, 0),
    segments: totals.segments,
    duplicates: totals.duplicates,
    syns: totals.syns,
    answered: totals.answered,
    silent: verdicts.replies ? totals.silent : 0,
    refused: totals.refused,
    challenged: totals.challenged,
    unknown: totals.unknown + (verdicts.replies ? 0 : totals.silent),
    attempts: totals.attempts,
    connected: totals.connected,
    rejected: sum((verdict) => verdict.rejected),
    rejectedAttempts: sum((verdict) => verdict.rejectedAttempts),
    lostAttempts: sum((verdict) => verdict.lostAttempts),
    targets: state.targets.table.size + state.targets.evicted,
    peers: state.pairs.table.size + state.pairs.evicted,
    evicted: state.evicted + model.evicted,
    undecoded: undecoded.map((entry) => ({
      layer: entry.layer,
      reason: entry.reason,
      number: entry.number,
      packets: entry.packets,
      sampleFrame: entry.frame,
    })),
  };
}

function targetReport(
  { state, verdicts }: Findings,
  verdict: TargetVerdict,
  ports: ReadonlyMap<number, readonly number[]>,
): TargetReport {
  const { targets } = state;
  const count = (field: number): number => targets.count(verdict.slot, field);
  return {
    address: targetAt(targets, verdict.slot),
    ports: ports.get(verdict.slot) ?? [],
    grade: verdict.grade,
    syns: count(COUNT.syns),
    attempts: count(COUNT.attempts),
    answered: count(COUNT.answered),
    silent: verdicts.replies ? count(COUNT.silent) : 0,
    rejected: verdict.rejected,
    serverFirstCloses: count(COUNT.serverFirst),
    agreement: verdict.agreement,
    kernel: verdict.kernel,
  };
}

/** Ports listed per target: those with the most SYNs, in order of number. */
const PORTS_LISTED = 16;

/** The ports of each target (slot) that SYNs were sent to. */
function portsByTarget({ listeners, targets }: TrackingState): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, { readonly port: number; readonly syns: number }[]>();
  for (let slot = 0; slot < listeners.table.end; slot += 1) {
    if (!listeners.table.isUsed(slot)) continue;
    const target = targets.findFirstAddress(listeners, slot);
    const port = portAt(listeners, slot);
    const ports = found.get(target) ?? [];
    ports.push({ port, syns: listeners.count(slot, COUNT.syns) });
    found.set(target, ports);
  }
  return new Map([...found].map(([target, ports]) => [target, busiestPorts(ports)]));
}

function busiestPorts(ports: { readonly port: number; readonly syns: number }[]): number[] {
  ports.sort((a, b) => b.syns - a.syns);
  return ports
    .slice(0, PORTS_LISTED)
    .map(({ port }) => port)
    .sort((a, b) => a - b);
}

function peerReports(findings: Findings): PeerReport[] {
  const { state, ledger, verdicts, limit, clocks, shares, evidence } = findings;
  const { pairs } = state;
  const rejected = rejectedRows(findings);
  const worst: { readonly slot: number; readonly rejected: number; readonly silent: number }[] = [];
  for (let slot = 0; slot < pairs.table.end; slot += 1) {
    if (!pairs.table.isUsed(slot)) continue;
    const quiet = pairs.count(slot, COUNT.silent) === 0 && pairs.count(slot, COUNT.stepsBack) === 0;
    // Peers to whom nothing happened only fill the list up; there may be hundreds of thousands of them.
    if (quiet && worst.length >= limit) continue;
    const verdict = verdicts.bySlot.get(state.targetOfPair(slot));
    worst.push({
      slot,
      rejected: rejectedOf(ledger, pairs, slot, verdict),
      silent: pairs.count(slot, COUNT.silent),
    });
  }
  worst.sort(
    (a, b) =>
      b.rejected - a.rejected ||
      b.silent - a.silent ||
      pairs.count(b.slot, COUNT.syns) - pairs.count(a.slot, COUNT.syns) ||
      a.slot - b.slot,
  );
  return worst.slice(0, limit).map(({ slot, rejected: rejectedSyns }) => {
    const verdict = verdicts.bySlot.get(state.targetOfPair(slot));
    const row = pairs.count(slot, COUNT.detail) - 1;
    const cells = verdicts.assumed ? ledger.assumed.peers : ledger.peers;
    const variant = verdict?.variant ?? 0;
    const accused = verdict?.accused === true && row >= 0;
    const count = (field: number): number => pairs.count(slot, field);
    const answered = count(COUNT.answered);
    return {
      address: peerAt(pairs, slot),
      node: evidence?.nodes?.byAddress.get(peerAt(pairs, slot)) ?? null,
      target: targetAt(pairs, slot),
      syns: count(COUNT.syns),
      attempts: count(COUNT.attempts),
      connected: count(COUNT.connected),
      answered,
      silent: verdicts.replies ? count(COUNT.silent) : 0,
      stepsBack: {
        count: count(COUNT.stepsBack),
        largestTicks: count(COUNT.largestStepBack),
        served: count(COUNT.stepsBackServed),
      },
      rejected: rejectedSyns,
      lostAttempts: accused ? cells.get(row, variant, CELL.lostAttempts) : 0,
      secondsWaited: accused ? cells.get(row, variant, CELL.waited) : 0,
      agreement: verdicts.assumed
        ? row >= 0
          ? cells.agreement(row, variant)
          : { ...NOTHING_JUDGED, passAnswered: answered }
        : agreementOfPeer(pairs, slot, cells, variant),
      clocks: peerClocksReport(clocks, shares, slot, accused ? (rejected.get(slot) ?? []) : null),
    };
  });
}

/** The candidates that were rejected, by the pair of target and peer. */
function rejectedRows({ candidates, verdicts, frameOf }: Findings): ReadonlyMap<number, RowSnapshot[]> {
  const rows = new Map<number, RowSnapshot[]>();
  for (const row of candidates) {
    const verdict = verdictOn(verdicts, row.target, row.serial);
    if (verdict === undefined || !isRejection(row, verdict, frameOf)) continue;
    const pair = row.words[ROW.pair] ?? -1;
    const known = rows.get(pair);
    if (known === undefined) rows.set(pair, [row]);
    else known.push(row);
  }
  return rows;
}

const NOTHING_JUDGED = {
  rejectSilent: 0,
  rejectAnswered: 0,
  passSilent: 0,
  passAnswered: 0,
  possibleSilent: 0,
  possibleAnswered: 0,
  unknownSilent: 0,
  unknownAnswered: 0,
} as const;

function rejectedOf(
  ledger: Ledger,
  pairs: CounterTable,
  slot: number,
  verdict: TargetVerdict | undefined,
): number {
  const row = pairs.count(slot, COUNT.detail) - 1;
  if (row < 0 || verdict?.accused !== true) return 0;
  const cells = verdict.assumed ? ledger.assumed.peers : ledger.peers;
  return (
    cells.get(row, verdict.variant, CELL.rejectSilent) +
    cells.get(row, verdict.variant, CELL.possibleSilent) +
    cells.get(row, verdict.variant, CELL.rejectOpen) +
    (verdict.earlyByPair.get(slot) ?? 0)
  );
}

function causeReports({ state, ledger, verdicts, samples }: Findings): CauseReport[] {
  const frames = samples.frames((target, serial) => verdictOn(verdicts, target, serial));
  const attempts = verdicts.targets.reduce((total, verdict) => total + verdict.rejectedAttempts, 0);
  return causeFindings(state, ledger, verdicts).map(({ code, status, syns, evidence }) => {
    const recycle = code === 'tw-recycle-reject';
    return {
      code,
      status,
      syns,
      evidence,
      attempts: recycle ? attempts : syns,
      sampleFrame: frames.get(code) ?? null,
    };
  });
}

/** Peers named one by one as pods. */
const POD_PEERS_LISTED = 16;

function evidenceReport({ evidence, verdicts, state }: Findings): EvidenceReport | null {
  if (evidence === null) return null;
  return {
    findings: verdicts.evidence?.findings ?? [],
    reasons: verdicts.evidence?.reasons ?? [],
    contradictions: verdicts.evidence?.contradictions ?? [],
    podPeers: podPeers(evidence, state),
    problems: evidence.problems,
  };
}

/** Peers whose address a pod CIDR holds and that no node has (tunnel addresses of nodes lie inside pod CIDRs). */
function podPeers({ nodes }: Evidence, { pairs }: TrackingState): EvidenceReport['podPeers'] {
  const found: { address: string; cidr: string; node: string }[] = [];
  if (nodes === null || nodes.podCidrs.length === 0) return found;
  const cidrs = nodes.podCidrs.map((one) => ({ ...one, parsed: parseCidr(one.cidr) }));
  for (let slot = 0; slot < pairs.table.end && found.length < POD_PEERS_LISTED; slot += 1) {
    if (!pairs.table.isUsed(slot)) continue;
    const address = peerAt(pairs, slot);
    if (nodes.byAddress.has(address)) continue;
    const { family, words } = peerAddressAt(pairs, slot);
    const inside = cidrs.find(({ parsed }) => parsed !== null && cidrContains(parsed, family, ...words));
    if (inside !== undefined) found.push({ address, cidr: inside.cidr, node: inside.node });
  }
  return found;
}

function problemReports({ name, problems, facts }: ReadCapture): ProblemReport[] {
  const told: ProblemReport[] = [];
  const seen = new Map<string, number>();
  for (const problem of problems) {
    const count = (seen.get(problem.kind) ?? 0) + 1;
    seen.set(problem.kind, count);
    if (count <= PROBLEMS_TOLD) told.push({ capture: name, ...problem, more: 0 });
  }
  const untold = Math.max(0, facts.problemCount - told.length);
  const last = told.at(-1);
  if (untold === 0 || last === undefined) return told;
  return [...told.slice(0, -1), { ...last, more: untold }];
}
