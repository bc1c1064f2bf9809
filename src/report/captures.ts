import type { CaptureTime } from '../capture/facts.ts';
import { formatEpoch } from '../units/time.ts';
import type { ReadCapture } from './findings.ts';
import type { CaptureReport, ProblemReport } from './report.ts';

/** Problems of one kind in one capture that are told one by one; the rest is counted. */
const PROBLEMS_TOLD = 3;

/** An input as it was read. */
export function captureReport({ name, facts }: ReadCapture): CaptureReport {
  const first = facts.interfaces[0];
  return {
    name,
    format: facts.format,
    compression: facts.compression,
    timestampUnit: first?.timestampUnit ?? null,
    linkTypes: [...new Set(facts.interfaces.map((one) => one.linkType))],
    snaplen: first === undefined || first.snaplen === 0 ? null : first.snaplen,
    interfaces: facts.interfaceCount,
    packets: facts.frames,
    bytes: facts.bytes,
    firstTime: timeText(facts.firstTime),
    lastTime: timeText(facts.lastTime),
  };
}

function timeText(time: CaptureTime | null): string | null {
  return time === null ? null : formatEpoch(time.seconds, time.nanoseconds);
}

/** What was wrong with an input: of each kind the first problems, and how many more there were. */
export function problemReports({ name, problems, facts }: ReadCapture): ProblemReport[] {
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
