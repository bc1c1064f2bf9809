/** The words that reports are written in, gathered from the rooms that define them. */
export type { CaptureProblemKind } from '../capture/problem.ts';
export type { ClockRegime, RegimeEvidence } from '../clocks/index.ts';
export type { EvidenceFile } from '../evidence/evidence.ts';
export type { EvidenceFinding } from '../evidence/findings.ts';
export type { Cause, Grade } from '../diagnosis/codes.ts';
export { CAUSES, GRADES } from '../diagnosis/codes.ts';
export type { ExpectedSeen, Expectations, UnexpectedSource } from '../diagnosis/expectations.ts';
export type {
  AdequacyFinding,
  Agreement,
  Assumption,
  CauseEvidence,
  CauseStatus,
  EvidenceReason,
  InvisibleCause,
  RemedyStep,
  VerdictReason,
} from '../diagnosis/findings.ts';
export type { Place, Vantage, VantageEvidence } from '../diagnosis/vantage-place.ts';
export type {
  Scenario,
  ScenarioCode,
  UnsupportedScenario,
  WhatIf,
  WhatIfAssumption,
} from '../diagnosis/what-if/result.ts';
export type { Fate } from '../kernel/fate.ts';
export type { KernelProfile } from '../kernel/profiles.ts';
export { KERNEL_PROFILES } from '../kernel/profiles.ts';
export type { TargetKernel } from '../kernel/release.ts';
export { parseTargetKernel } from '../kernel/release.ts';
export type { Answer } from '../tracking/answer.ts';
