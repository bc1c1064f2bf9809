/** The words that reports are written in, gathered from the rooms that define them. */
export type { CaptureProblemKind } from '../capture/problem.ts';
export type { Cause, Grade } from '../diagnosis/codes.ts';
export { CAUSES, GRADES } from '../diagnosis/codes.ts';
export type {
  AdequacyFinding,
  Agreement,
  Assumption,
  RemedyStep,
  VerdictReason,
} from '../diagnosis/findings.ts';
export type { Fate } from '../kernel/fate.ts';
export type { KernelProfile } from '../kernel/profiles.ts';
export { KERNEL_PROFILES } from '../kernel/profiles.ts';
export type { TargetKernel } from '../kernel/release.ts';
export { parseTargetKernel } from '../kernel/release.ts';
export type { Answer } from '../tracking/answer.ts';
