import { changeOf } from './counter-delta.ts';
import type { CounterDelta } from './counter-delta.ts';
import { columnPresence } from './counters.ts';
import type { Evidence } from './evidence.ts';
import { DELTA_FINDINGS, SETTING_FINDINGS } from './finding-tables.ts';
import type { DeltaCode, SettingCode } from './finding-tables.ts';
import { kernelRangeOf } from './kernel-range.ts';
import type { KernelRange } from './kernel-range.ts';
import { accountForListenDrops } from './listen-drops.ts';
import type { DropAccount } from './listen-drops.ts';
import { lacksRecycle } from './sysctl.ts';
import type { SysctlFacts } from './sysctl.ts';

/** Something that the evidence says by itself, without the capture. */
export type EvidenceFinding =
  /** A setting that matters, and its line. From a `configuration` it is what was wanted, not what runs. */
  | {
      readonly code: SettingCode;
      readonly value: number;
      readonly line: number;
      readonly source: SysctlFacts['source'];
    }
  /** `whole-listing`: the kernel has no such key, 4.12 or later. `refusal`: a program said so, maybe in a container. */
  | {
      readonly code: 'recycle-key-absent';
      readonly basis: 'whole-listing' | 'refusal';
      readonly line: number | null;
    }
  /** rp_filter = 1 on an interface (or `all`): sources that are routed elsewhere are dropped without a reply. */
  | { readonly code: 'rp-filter-strict'; readonly interface: string; readonly line: number }
  /** Growth of a counter between the snapshots. For some counters 0 says something, too. */
  | { readonly code: DeltaCode; readonly counter: string; readonly delta: number }
  /** The kernel has the per-host check, or has it no more; tells nothing about whether it is switched on. */
  | { readonly code: 'paws-passive-column-present' | 'paws-passive-column-absent' }
  /** One snapshot only: rejected SYNs since the target started. */
  | { readonly code: 'paws-passive-since-boot'; readonly value: number }
  /** The rules of at least one era account for every ListenDrops; best first. */
  | {
      readonly code: 'listen-drops-explained' | 'listen-drops-unexplained';
      readonly drops: number;
      readonly accounts: readonly DropAccount[];
    }
  | { readonly code: 'cookies'; readonly sent: number; readonly received: number; readonly failed: number }
  /** Counters went down: no difference is used. `swapped`: all that moved went down. */
  | {
      readonly code: 'counters-went-back';
      readonly counters: number;
      readonly first: string;
      readonly swapped: boolean;
    }
  /** No counter moved: one snapshot under two names. No difference is used. */
  | { readonly code: 'counters-identical' }
  /** The kernel's own stamps after the capture, and how many of them still reject (younger than 60 s). */
  | {
      readonly code: 'stamps-held' | 'no-stamps';
      readonly entries: number;
      readonly stamps: number;
      readonly fresh: number;
    }
  /** Versions of the kernel that the evidence allows. */
  | { readonly code: 'kernel-range' | 'kernel-range-contradictory'; readonly range: KernelRange }
  /** The listing says that the check is off or does not exist, and PAWSPassive grew all the same. */
  | { readonly code: 'setting-contradicts-counter'; readonly line: number | null; readonly delta: number };

/** All findings, settings first. Pure; the same evidence gives the same list. */
export function evidenceFindings(evidence: Evidence): EvidenceFinding[] {
  return [
    ...settingFindings(evidence.sysctl),
    ...columnFindings(evidence),
    ...deltaFindings(evidence.delta),
    ...stampFindings(evidence),
    ...rangeFindings(evidence),
    ...contradictions(evidence),
  ];
}

/** The differences, when they can be trusted; null when there are none or they cannot. */
export function trustedDelta(evidence: Evidence): CounterDelta | null {
  const { delta } = evidence;
  return delta === null || delta.reset.length > 0 || delta.identical ? null : delta;
}

function settingFindings(sysctl: SysctlFacts | null): EvidenceFinding[] {
  if (sysctl === null) {
    return [];
  }
  const findings: EvidenceFinding[] = [];
  for (const { field, code, when } of SETTING_FINDINGS) {
    const fact = sysctl[field];
    if (fact !== undefined && when(fact.value)) {
      findings.push({ code, value: fact.value, line: fact.line, source: sysctl.source });
    }
  }
  if (lacksRecycle(sysctl)) {
    findings.push({ code: 'recycle-key-absent', basis: 'whole-listing', line: null });
  } else if (sysctl.twRecycle === undefined && sysctl.recycleRefusedAt !== undefined) {
    findings.push({ code: 'recycle-key-absent', basis: 'refusal', line: sysctl.recycleRefusedAt });
  }
  for (const [face, { value, line }] of sysctl.rpFilter) {
    if (value === 1 && face !== 'default' && face !== 'lo') {
      findings.push({ code: 'rp-filter-strict', interface: face, line });
    }
  }
  return findings;
}

function columnFindings({ countersBefore, countersAfter, delta }: Evidence): EvidenceFinding[] {
  const findings: EvidenceFinding[] = [];
  const presences = new Set(
    [countersBefore, countersAfter].map((set) =>
      set === null ? 'unknown' : columnPresence(set, 'TcpExt.PAWSPassive'),
    ),
  );
  if (presences.has('present') !== presences.has('absent')) {
    findings.push({
      code: presences.has('present') ? 'paws-passive-column-present' : 'paws-passive-column-absent',
    });
  }
  const value = (countersAfter ?? countersBefore)?.values.get('TcpExt.PAWSPassive');
  if (delta === null && value !== undefined) {
    findings.push({ code: 'paws-passive-since-boot', value });
  }
  return findings;
}

function deltaFindings(delta: CounterDelta | null): EvidenceFinding[] {
  if (delta === null) {
    return [];
  }
  const [first] = delta.reset;
  if (first !== undefined) {
    return [{ code: 'counters-went-back', counters: delta.reset.length, first, swapped: delta.swapped }];
  }
  if (delta.identical) {
    return [{ code: 'counters-identical' }];
  }
  const findings: EvidenceFinding[] = [];
  for (const { counter, code, evenZero } of DELTA_FINDINGS) {
    const change = changeOf(delta, counter);
    if (change.kind === 'delta' && (change.delta > 0 || evenZero)) {
      findings.push({ code, counter, delta: change.delta });
    }
  }
  return [...findings, ...cookieFindings(delta), ...dropFindings(delta)];
}

function cookieFindings(delta: CounterDelta): EvidenceFinding[] {
  const [sent, received, failed] = ['Sent', 'Recv', 'Failed'].map((name) =>
    growth(delta, `TcpExt.Syncookies${name}`),
  );
  return sent || received || failed
    ? [{ code: 'cookies', sent: sent ?? 0, received: received ?? 0, failed: failed ?? 0 }]
    : [];
}

function dropFindings(delta: CounterDelta): EvidenceFinding[] {
  const drops = growth(delta, 'TcpExt.ListenDrops');
  if (drops === 0) {
    return [];
  }
  const accounts = accountForListenDrops(delta);
  const explained = accounts.filter(({ rest }) => rest === 0);
  return explained.length > 0
    ? [{ code: 'listen-drops-explained', drops, accounts: explained }]
    : [{ code: 'listen-drops-unexplained', drops, accounts }];
}

function stampFindings({ tcpMetricsAfter }: Evidence): EvidenceFinding[] {
  if (tcpMetricsAfter === null || tcpMetricsAfter.entries.length === 0) {
    return [];
  }
  const ages = tcpMetricsAfter.entries.map((entry) => entry.agoSeconds).filter((age) => age !== null);
  return [
    {
      code: ages.length > 0 ? 'stamps-held' : 'no-stamps',
      entries: tcpMetricsAfter.entries.length,
      stamps: ages.length,
      fresh: ages.filter((age) => age < 60).length,
    },
  ];
}

function rangeFindings(evidence: Evidence): EvidenceFinding[] {
  const range = kernelRangeOf(evidence);
  return range.bounds.length === 0
    ? []
    : [{ code: range.contradictory ? 'kernel-range-contradictory' : 'kernel-range', range }];
}

function contradictions(evidence: Evidence): EvidenceFinding[] {
  const { sysctl } = evidence;
  const trusted = trustedDelta(evidence);
  const delta = trusted === null ? 0 : growth(trusted, 'TcpExt.PAWSPassive');
  if (sysctl === null || sysctl.source !== 'listing' || delta === 0) {
    return [];
  }
  return sysctl.twRecycle?.value === 0 || lacksRecycle(sysctl)
    ? [{ code: 'setting-contradicts-counter', line: sysctl.twRecycle?.line ?? null, delta }]
    : [];
}

function growth(delta: CounterDelta, counter: string): number {
  const change = changeOf(delta, counter);
  return change.kind === 'delta' ? change.delta : 0;
}
