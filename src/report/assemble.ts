import { causeFindings, countCauses, mainCause } from '../diagnosis/cause-findings.ts';
import { INVISIBLE_CAUSES } from '../diagnosis/findings.ts';
import { assumptions, remedy, verdictReasons } from '../diagnosis/reasons.ts';
import type { TargetVerdict } from '../diagnosis/target-verdict.ts';
import { verdictOn } from '../diagnosis/verdicts.ts';
import { expectationsReport, whatIfReport } from './asked-for.ts';
import { captureReport, problemReports } from './captures.ts';
import { evidenceReport } from './evidence.ts';
import type { Findings } from './findings.ts';
import { peerReports } from './peers.ts';
import { rejectionList, withElsewhere } from './rejections.ts';
import type { CauseReport, Report, Totals } from './report.ts';
import { SCHEMA_VERSION } from './report.ts';
import { verdictSentence } from './sentences/verdict.ts';
import { targetReports } from './targets.ts';
import { VERSION } from './version.ts';

/** Entries of each list that the sentence of the verdict rests on, however few of them are asked for. */
const WORDED = 1000;

/** Makes the report: plain data, ready for any renderer. */
export function assembleReport(findings: Findings): Report {
  const { state, verdicts, limit, frameOf } = findings;
  const worded = { ...findings, limit: Math.max(limit, WORDED) };
  const causes = countCauses(verdicts);
  const rejected = rejectionList(findings);
  const report = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'synscope', version: VERSION },
    captures: findings.captures.map(captureReport),
    adequacy: { seconds: state.seconds, findings: verdicts.adequacy },
    vantage: verdicts.vantage,
    verdict: {
      grade: verdicts.grade,
      cause: mainCause(causes, verdicts.grade),
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
    targets: targetReports(worded),
    peers: peerReports(worded),
    rejections: rejected,
    causes: causeReports(findings),
    invisible: INVISIBLE_CAUSES,
    remedy: remedy(state, verdicts, causes),
    problems: findings.captures.flatMap(problemReports),
    evidence: evidenceReport(findings),
    expectations: expectationsReport(findings),
    whatIf: whatIfReport(findings),
  } satisfies Omit<Report, 'verdict'> & { verdict: Omit<Report['verdict'], 'sentence'> };
  return {
    ...report,
    verdict: { ...report.verdict, sentence: verdictSentence(report) },
    targets: report.targets.slice(0, limit),
    peers: report.peers.slice(0, limit),
    rejections: rejected.slice(0, limit),
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
