import { changeOf } from '../evidence/counter-delta.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { EvidenceFinding } from '../evidence/findings.ts';
import { kernelRangeOf } from '../evidence/kernel-range.ts';
import type { KernelRange } from '../evidence/kernel-range.ts';
import { evidenceFindings, trustedDelta } from '../evidence/findings.ts';
import type { Cause, Grade } from './codes.ts';
import type { EvidenceReason } from './findings.ts';
import { accuses } from './grades.ts';

/**
 * Counters are read some moments before and after the capture, so a few SYNs at the edges may be counted and not
 * captured: this share of a difference, and at least this many, is no contradiction.
 */
const EDGE_SHARE = 0.03;
const EDGE_SYNS = 3;
/** Predicted rejections from which a counter that stood still refutes the model. */
const REFUTED_FROM = 3;

/** What the evidence makes of the grade that the capture earned. */
export interface WeighedEvidence {
  readonly findings: readonly EvidenceFinding[];
  readonly reasons: readonly EvidenceReason[];
  /** Evidence and capture cannot both be right. */
  readonly contradictions: readonly EvidenceReason[];
  /** The grade of targets that the capture accuses, and of the main target when it accuses none; null: as earned. */
  readonly accused: Grade | null;
  readonly main: Grade | null;
  /** The evidence says that the check is not at work, and the capture does not object. */
  readonly absent: boolean;
  /** The releases of Linux that the evidence allows. */
  readonly range: KernelRange;
  /** Which queue the counters say was full. */
  readonly queue: Cause | null;
}

/**
 * Weighs evidence against the capture's own verdict.
 *
 * @param grade what the capture earned; @param rejected SYN packets that it says were rejected
 */
export function weighEvidence(evidence: Evidence, grade: Grade, rejected: number): WeighedEvidence {
  const findings = evidenceFindings(evidence);
  const reasons: EvidenceReason[] = [];
  const contradictions: EvidenceReason[] = [];
  const absent = checkAbsent(findings, reasons);
  const grown = pawsPassiveGrowth(evidence);
  let accused: Grade | null = null;
  let main: Grade | null = null;

  if (absent && (grown ?? 0) === 0) {
    accused = 'ruled-out';
    main = 'ruled-out';
    if (grown === 0) reasons.push({ code: 'counter-still' });
    if (accuses(grade)) contradictions.push({ code: 'settings-against-capture', syns: rejected });
  } else if (grown !== null) {
    const apart = Math.abs(grown - rejected);
    if (grown === 0) {
      reasons.push({ code: 'counter-still' });
      if (accuses(grade) && rejected >= REFUTED_FROM) {
        contradictions.push({ code: 'counter-against-capture', delta: 0, syns: rejected });
        accused = 'ruled-out';
      } else if (!accuses(grade)) main = 'ruled-out';
    } else if (!accuses(grade)) {
      reasons.push({ code: 'counter-grew', delta: grown });
      main = 'probable';
    } else if (apart === 0) {
      reasons.push({ code: 'counter-agrees', syns: rejected });
      accused = 'confirmed';
    } else if (apart <= Math.max(EDGE_SYNS, EDGE_SHARE * grown)) {
      reasons.push({ code: 'counter-near', delta: grown, syns: rejected });
    } else {
      contradictions.push({ code: 'counter-against-capture', delta: grown, syns: rejected });
    }
  }
  return {
    findings,
    reasons,
    contradictions,
    accused,
    main,
    absent: main === 'ruled-out' && contradictions.length === 0,
    range: kernelRangeOf(evidence),
    queue: fullQueue(evidence),
  };
}

/** True when the evidence says that the check is off or does not exist. */
function checkAbsent(findings: readonly EvidenceFinding[], reasons: EvidenceReason[]): boolean {
  for (const finding of findings) {
    if (finding.code === 'recycle-off' && finding.source === 'listing') {
      reasons.push({ code: 'recycle-is-off', line: finding.line });
      return true;
    }
    if (finding.code === 'recycle-key-absent' && finding.basis === 'whole-listing') {
      reasons.push({ code: 'kernel-lacks-key' });
      return true;
    }
    if (finding.code === 'paws-passive-column-absent') {
      reasons.push({ code: 'kernel-lacks-counter' });
      return true;
    }
    if (finding.code === 'recycle-on' && finding.source === 'listing') {
      reasons.push({ code: 'recycle-is-on', line: finding.line });
    }
  }
  return false;
}

/** SYN packets that the kernel's own counter says were rejected between the snapshots; null when it is not known. */
function pawsPassiveGrowth(evidence: Evidence): number | null {
  const delta = trustedDelta(evidence);
  if (delta === null) return null;
  const change = changeOf(delta, 'TcpExt.PAWSPassive');
  return change.kind === 'delta' ? change.delta : null;
}

function fullQueue(evidence: Evidence): Cause | null {
  const delta = trustedDelta(evidence);
  if (delta === null) return null;
  const grown = (counter: string): number => {
    const change = changeOf(delta, counter);
    return change.kind === 'delta' ? change.delta : 0;
  };
  if (grown('TcpExt.TCPReqQFullDrop') > 0) return 'syn-queue-full';
  return grown('TcpExt.ListenOverflows') > 0 ? 'accept-queue-overflow' : null;
}
