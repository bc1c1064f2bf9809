import type { TargetVerdict } from '../diagnosis/target-verdict.ts';
import { COUNT } from '../tracking/counters.ts';
import { portAt, targetAt } from '../tracking/key-parts.ts';
import type { TrackingState } from '../tracking/state.ts';
import { addToGroup } from '../units/group.ts';
import type { Findings } from './findings.ts';
import type { TargetReport } from './report.ts';

/** The targets, those with the most rejected SYN packets first. */
export function targetReports(findings: Findings): TargetReport[] {
  const ports = portsByTarget(findings.state);
  return findings.verdicts.targets
    .slice(0, findings.limit)
    .map((verdict) => targetReport(findings, verdict, ports));
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
    addToGroup(found, target, {
      port: portAt(listeners, slot),
      syns: listeners.count(slot, COUNT.syns),
    });
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
