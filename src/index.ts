/**
 * synscope: which SYNs did a Linux server throw away because of TCP timestamps behind NAT, told from a packet capture.
 *
 * @packageDocumentation
 */

// Analyse captures: files, streams, or packets from your own parser.
export { analyze, analyzeFile } from './api/analyze.ts';
export type { AnalyzeStreamOptions } from './api/analyze.ts';
export { analyzeEach } from './api/each.ts';
export type { AnalyzeEachOptions } from './api/each.ts';
export type { FilesReport, FilesSummary, FileSummary, SkippedInput } from './report/several.ts';
export { createAnalyzer } from './api/packets.ts';
export type { PacketAnalyzer, PacketInfo, PacketOptions } from './api/packets.ts';
export type { AnalyzeOptions, CommonOptions, Progress } from './api/options.ts';
export type { CaptureBytes } from './api/input/source.ts';

// Look at every SYN.
export { readSyns } from './api/syns.ts';
export type { ReadSynsOptions } from './api/syns.ts';
export type { SynRow } from './report/syn-row.ts';

// Tell what was found.
export { createAnonymizer } from './api/anonymize.ts';
export type { ReportAnonymizer } from './api/anonymize.ts';
export { renderJson, renderText } from './api/render.ts';
export type { RenderOptions } from './report/renderer.ts';
export { SCHEMA_VERSION } from './report/report.ts';
export type {
  AdequacyReport,
  CaptureReport,
  CauseReport,
  ClockReport,
  EvidenceReport,
  KernelReport,
  PeerClocksReport,
  PeerReport,
  ProblemReport,
  Rejection,
  Report,
  StarvedClock,
  TargetReport,
  Totals,
  UndecodedReport,
  VerdictReport,
} from './report/report.ts';
export { VERSION } from './report/version.ts';

// The words of a report.
export { CAUSES, GRADES } from './api/vocabulary.ts';
export type {
  AdequacyFinding,
  Agreement,
  Answer,
  Assumption,
  CaptureProblemKind,
  Cause,
  CauseEvidence,
  CauseStatus,
  ClockRegime,
  EvidenceFile,
  EvidenceFinding,
  EvidenceReason,
  ExpectedSeen,
  Expectations,
  Fate,
  Grade,
  InvisibleCause,
  Place,
  RegimeEvidence,
  RemedyStep,
  Scenario,
  ScenarioCode,
  UnexpectedSource,
  UnsupportedScenario,
  Vantage,
  VantageEvidence,
  VerdictReason,
  WhatIf,
  WhatIfAssumption,
} from './api/vocabulary.ts';

// Kernels.
export { KERNEL_PROFILES, parseTargetKernel } from './api/vocabulary.ts';
export type { KernelProfile, TargetKernel } from './api/vocabulary.ts';
