import { CELL } from '../diagnosis/cells.ts';
import { agreementOfPeer } from '../diagnosis/peer-agreement.ts';
import type { TargetVerdict } from '../diagnosis/target-verdict.ts';
import { verdictOn } from '../diagnosis/verdicts.ts';
import { COUNT } from '../tracking/counters.ts';
import { peerAt, targetAt } from '../tracking/key-parts.ts';
import { ROW } from '../tracking/syn-ring.ts';
import { addToGroup } from '../units/group.ts';
import type { Findings } from './findings.ts';
import type { RejectedClock } from './peer-clocks.ts';
import { peerClocksReport } from './peer-clocks.ts';
import type { PeerReport } from './report.ts';
import { causeOfRow, rejectingStamp } from './rows.ts';

/** A pair of target and peer, and its rejected SYN packets. */
interface Listed {
  readonly slot: number;
  readonly rejected: number;
}

/** The peers that suffer most, each with the target that it asked. */
export function peerReports(findings: Findings): PeerReport[] {
  const rows = rejectedClocks(findings);
  return worstPairs(findings).map((pair) => peerReport(findings, pair, rows.get(pair.slot) ?? []));
}

function worstPairs(findings: Findings): Listed[] {
  const { limit, state } = findings;
  const { pairs } = state;
  const listed: Listed[] = [];
  for (let slot = 0; slot < pairs.table.end; slot += 1) {
    if (!pairs.table.isUsed(slot)) continue;
    const quiet = pairs.count(slot, COUNT.silent) === 0 && pairs.count(slot, COUNT.stepsBack) === 0;
    // Peers to whom nothing happened only fill the list up; there may be hundreds of thousands of them.
    if (quiet && listed.length >= limit) continue;
    listed.push({ slot, rejected: rejectedOf(findings, slot) });
  }
  listed.sort(
    (a, b) =>
      b.rejected - a.rejected ||
      pairs.count(b.slot, COUNT.silent) - pairs.count(a.slot, COUNT.silent) ||
      pairs.count(b.slot, COUNT.syns) - pairs.count(a.slot, COUNT.syns) ||
      a.slot - b.slot,
  );
  return listed.slice(0, limit);
}

/** What is held against the target of a pair, and what became of the pair's SYN packets; null when nothing is. */
function accusationOf(
  { ledger, state, verdicts }: Findings,
  slot: number,
): { readonly verdict: TargetVerdict; readonly cell: (field: number) => number } | null {
  const verdict = verdicts.bySlot.get(state.targetOfPair(slot));
  const row = state.pairs.count(slot, COUNT.detail) - 1;
  if (row < 0 || verdict?.accused !== true) return null;
  const { peers } = verdict.assumed ? ledger.assumed : ledger;
  return { verdict, cell: (field) => peers.get(row, verdict.variant, field) };
}

function rejectedOf(findings: Findings, slot: number): number {
  const accusation = accusationOf(findings, slot);
  if (accusation === null) return 0;
  const { verdict, cell } = accusation;
  return (
    cell(CELL.rejectSilent) +
    cell(CELL.possibleSilent) +
    cell(CELL.rejectOpen) +
    (verdict.earlyByPair.get(slot) ?? 0)
  );
}

function peerReport(
  findings: Findings,
  { slot, rejected }: Listed,
  rejections: readonly RejectedClock[],
): PeerReport {
  const { state, ledger, verdicts, clocks, shares, evidence } = findings;
  const { pairs } = state;
  const count = (field: number): number => pairs.count(slot, field);
  const accusation = accusationOf(findings, slot);
  const address = peerAt(pairs, slot);
  const variant = verdicts.bySlot.get(state.targetOfPair(slot))?.variant ?? 0;
  return {
    address,
    node: evidence?.nodes?.byAddress.get(address) ?? null,
    target: targetAt(pairs, slot),
    syns: count(COUNT.syns),
    attempts: count(COUNT.attempts),
    connected: count(COUNT.connected),
    answered: count(COUNT.answered),
    silent: verdicts.replies ? count(COUNT.silent) : 0,
    stepsBack: {
      count: count(COUNT.stepsBack),
      largestTicks: count(COUNT.largestStepBack),
      served: count(COUNT.stepsBackServed),
    },
    rejected,
    lostAttempts: accusation?.cell(CELL.lostAttempts) ?? 0,
    secondsWaited: accusation?.cell(CELL.waited) ?? 0,
    agreement: verdicts.assumed
      ? ledger.assumed.agreementOf(slot)
      : agreementOfPeer(pairs, slot, ledger.peers, variant),
    clocks: peerClocksReport(clocks, shares, slot, accusation === null ? null : rejections),
  };
}

/** The clocks of the candidates that were rejected by a stamp in the capture, by the pair of target and peer. */
function rejectedClocks({ candidates, verdicts, state }: Findings): ReadonlyMap<number, RejectedClock[]> {
  const found = new Map<number, RejectedClock[]>();
  for (const row of candidates) {
    const verdict = verdictOn(verdicts, row.target, row.serial);
    if (verdict === undefined || causeOfRow(row, verdict) !== 'tw-recycle-reject') continue;
    const pair = row.words[ROW.pair] ?? -1;
    const stamp = rejectingStamp(row, verdict);
    // Its slot may have gone to another pair.
    if (stamp === null || !state.isOfPair(pair, row.serial)) continue;
    addToGroup(found, pair, { victim: row.words[ROW.clock] ?? -1, ...stamp });
  }
  return found;
}
