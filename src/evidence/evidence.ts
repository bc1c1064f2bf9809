import { addToGroup } from '../units/group.ts';
import { counterDelta } from './counter-delta.ts';
import type { CounterDelta } from './counter-delta.ts';
import { parseCounterTimes } from './counter-times.ts';
import type { CounterTimes } from './counter-times.ts';
import { mergeCounters, parseCounters } from './counters.ts';
import type { CounterSet } from './counters.ts';
import { parseKernelRelease } from './kernel-release.ts';
import { parseNodes } from './nodes.ts';
import type { NodeList } from './nodes.ts';
import type { Expectation, LineProblem } from './problem.ts';
import { recogniseEvidence } from './role.ts';
import type { EvidenceRole } from './role.ts';
import { parseSysctl } from './sysctl.ts';
import type { SysctlFacts } from './sysctl.ts';
import { parseTcpMetrics } from './tcp-metrics.ts';
import type { TcpMetrics } from './tcp-metrics.ts';

/** A text that was brought along. Without a role it is recognised by content and name. */
export interface EvidenceFile {
  readonly name: string;
  readonly text: string;
  readonly role?: EvidenceRole | undefined;
}

/** Something in a file of evidence that was not understood. */
export interface EvidenceProblem extends LineProblem {
  readonly file: string;
  /** Null when the file is none of the kinds. */
  readonly role: EvidenceRole | null;
}

/** All that was brought along. Null: there was no such file. */
export interface Evidence {
  readonly sysctl: SysctlFacts | null;
  readonly countersBefore: CounterSet | null;
  /** The later snapshot, or one of an unknown moment. */
  readonly countersAfter: CounterSet | null;
  /** What the counters did in between; null unless both snapshots are there. */
  readonly delta: CounterDelta | null;
  /** When the two snapshots were taken. */
  readonly counterTimes: CounterTimes | null;
  readonly tcpMetricsBefore: TcpMetrics | null;
  readonly tcpMetricsAfter: TcpMetrics | null;
  /** Release of the target's kernel, from `uname` or else from `kernel.osrelease`. */
  readonly kernelRelease: string | null;
  readonly nodes: NodeList | null;
  readonly problems: readonly EvidenceProblem[];
}

/** Reads every file for what it is. Never throws. */
export function collectEvidence(files: readonly EvidenceFile[]): Evidence {
  const reader = new EvidenceReader(files);
  const sysctl = reader.one('sysctl', parseSysctl);
  const kernel = reader.one('kernel', parseKernelRelease);
  const before = reader.snapshot('counters-before');
  const after = reader.snapshot('counters-after');
  const undated = reader.snapshot('counters');
  if (undated !== null && (before !== null || after !== null)) {
    reader.problem('counters', 'before-or-after');
  }
  return {
    sysctl,
    countersBefore: before,
    countersAfter: after ?? undated,
    delta: before === null || after === null ? null : counterDelta(before, after),
    counterTimes: reader.one('counter-times', parseCounterTimes),
    tcpMetricsBefore: reader.one('tcp-metrics-before', parseTcpMetrics),
    tcpMetricsAfter:
      reader.one('tcp-metrics-after', parseTcpMetrics) ?? reader.one('tcp-metrics', parseTcpMetrics),
    kernelRelease: kernel?.release?.value ?? sysctl?.kernelRelease?.value ?? null,
    nodes: reader.one('nodes', parseNodes),
    problems: reader.problems,
  };
}

class EvidenceReader {
  readonly problems: EvidenceProblem[] = [];
  private readonly byRole: ReadonlyMap<EvidenceRole | null, readonly EvidenceFile[]>;

  constructor(files: readonly EvidenceFile[]) {
    const byRole = new Map<EvidenceRole | null, EvidenceFile[]>();
    for (const file of files) {
      addToGroup(byRole, file.role ?? recogniseEvidence(file.name, file.text), file);
    }
    this.byRole = byRole;
    this.problem(null, 'evidence');
  }

  /** What the first file of a role holds; further ones are named as problems. */
  one<Read extends { readonly problems: readonly LineProblem[] }>(
    role: EvidenceRole,
    parse: (text: string) => Read,
  ): Read | null {
    const [file, ...more] = this.byRole.get(role) ?? [];
    for (const { name } of more) {
      this.problems.push({ file: name, role, line: 0, expected: 'one-file' });
    }
    return file === undefined ? null : this.read(role, file, parse);
  }

  /** All files of a role as one snapshot: counters come as netstat and snmp. */
  snapshot(role: EvidenceRole): CounterSet | null {
    const sets = (this.byRole.get(role) ?? []).map((file) => this.read(role, file, parseCounters));
    const [first, ...more] = sets;
    return first === undefined ? null : more.reduce(mergeCounters, first);
  }

  /** Names every file of a role as not fitting. */
  problem(role: EvidenceRole | null, expected: Expectation): void {
    for (const { name } of this.byRole.get(role) ?? []) {
      this.problems.push({ file: name, role, line: 0, expected });
    }
  }

  private read<Read extends { readonly problems: readonly LineProblem[] }>(
    role: EvidenceRole,
    file: EvidenceFile,
    parse: (text: string) => Read,
  ): Read {
    const read = parse(file.text);
    for (const { line, expected } of read.problems) {
      this.problems.push({ file: file.name, role, line, expected });
    }
    return read;
  }
}
