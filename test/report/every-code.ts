/** One of everything that the program can find, to see each sentence once and each form in the schema. */
import type { CaptureProblemKind } from '../../src/capture/problem.ts';
import type {
  AdequacyFinding,
  Assumption,
  CauseEvidence,
  EvidenceReason,
  RemedyStep,
  VerdictReason,
} from '../../src/diagnosis/findings.ts';
import type { EvidenceFinding } from '../../src/evidence/findings.ts';
import { DELTA_FINDINGS, SETTING_FINDINGS } from '../../src/evidence/finding-tables.ts';

export const ALL_ADEQUACY: readonly AdequacyFinding[] = [
  { code: 'no-syn' },
  { code: 'one-way', segments: 1, silentSide: 'peer' },
  { code: 'syn-only' },
  { code: 'no-fin' },
  { code: 'short', seconds: 12.34 },
  { code: 'snaplen-cuts-timestamps', segments: 1_200, snaplen: 64 },
  { code: 'damaged', problems: 1 },
  { code: 'records-lost', records: 2_000 },
  { code: 'gaps', count: 1, longestSeconds: 41.5 },
  { code: 'gaps', count: 3, longestSeconds: 1_800 },
  { code: 'state-evicted', entries: 3 },
  { code: 'untimed', packets: 1 },
  { code: 'time-steps-back', count: 2, largestSeconds: 0.25 },
  { code: 'duplicates-folded', segments: 40_000 },
  { code: 'not-at-target', place: 'client', replySeconds: 0.016 },
  { code: 'in-between' },
  { code: 'partial', limit: 'interrupted' },
];

export const ALL_REASONS: readonly VerdictReason[] = [
  { code: 'no-syns' },
  { code: 'nothing-silent', syns: 1 },
  { code: 'predicted-and-silent', syns: 2, attempts: 1 },
  { code: 'stamped-elsewhere', through: '10.32.0.10', all: true, sampleFrame: 44 },
  { code: 'assumed-and-silent', syns: 1, silent: 1_000 },
  { code: 'contradicted', syns: 1, sampleFrame: 5 },
  { code: 'silent-but-not-predicted', syns: 1_234_567, sampleFrame: 1_234_567 },
  { code: 'served-while-behind', stepsBack: 1, served: 0 },
  { code: 'switch-turned', to: 'off', afterFrame: 1_021, syns: 12 },
  { code: 'no-server-first-close' },
  { code: 'few-predictions', syns: 1, needed: 10, attempts: 1, neededAttempts: 5 },
  { code: 'beyond-chance', pValue: 0.000_021 },
  { code: 'within-chance', pValue: 0.31 },
  { code: 'capped-by-adequacy', limit: 'probable', adequacy: 'no-fin' },
  { code: 'kernel-without-check', profile: '4.12+' },
  { code: 'kernel-against-capture', syns: 1_084 },
  { code: 'other-cause', cause: 'accept-queue-overflow', syns: 1 },
];

export const ALL_ASSUMPTIONS: readonly Assumption[] = [
  { code: 'stamp-from-served-syns' },
  { code: 'served-unless-retransmitted' },
  { code: 'profile-inferred', profile: '3.17', candidates: ['3.17', '4.10', '4.11'] },
  { code: 'close-may-have-written', syns: 2 },
  { code: 'clock-border', syns: 1 },
];

export const ALL_REMEDIES: readonly RemedyStep[] = [
  { code: 'disable-tw-recycle' },
  { code: 'verify-paws-passive' },
  { code: 'keep-timestamps' },
  { code: 'target-not-yours' },
  { code: 'upgrade-kernel' },
  { code: 'tw-reuse-is-different' },
  { code: 'avoid-tuple-reuse' },
  { code: 'start-service', target: '10.32.0.9', port: 443 },
  { code: 'capture-again', because: 'short' },
  { code: 'look-elsewhere' },
];

export const ALL_PROBLEM_KINDS: readonly CaptureProblemKind[] = [
  'unreadable',
  'is-directory',
  'not-a-file',
  'empty-file',
  'unknown-format',
  'foreign-format',
  'unsupported-version',
  'truncated-header',
  'truncated-record',
  'impossible-length',
  'bad-block',
  'missing-interface',
  'garbage',
  'unknown-timestamp-unit',
  'corrupt-compression',
  'size-limit',
  'merged-late',
];

export const ALL_CAUSE_EVIDENCE: readonly CauseEvidence[] = [
  { code: 'predictions', silent: 271, answered: 0, pValue: 3e-41 },
  { code: 'check-absent' },
  { code: 'served-meanwhile', syns: 1, seconds: 1, peers: 1, spared: 1 },
  { code: 'syn-acks-repeated', count: 2 },
  { code: 'requests-open', whenSilent: 4.25, whenAnswered: 0.1 },
  { code: 'resets', count: 0 },
  { code: 'bare-acks', count: 1 },
  { code: 'time-wait-cost', attempts: 67, connected: 52, seconds: 53.4, longestSeconds: 3.12 },
  { code: 'peers-never-served', peers: 0 },
  { code: 'silent-peers-served', peers: 2 },
  { code: 'at-random', syns: 19, pValue: 0.31 },
  { code: 'live-tuples', count: 3 },
  { code: 'sent-again-after-syn-ack', count: 1 },
  { code: 'stamp-from-before', syns: 63 },
];

export const ALL_EVIDENCE_REASONS: readonly EvidenceReason[] = [
  { code: 'recycle-is-on', line: 12 },
  { code: 'recycle-is-off', line: 12 },
  { code: 'kernel-lacks-key' },
  { code: 'kernel-lacks-counter' },
  { code: 'counter-agrees', syns: 271 },
  { code: 'counter-near', delta: 273, syns: 271 },
  { code: 'counter-still' },
  { code: 'counter-grew', delta: 1 },
  { code: 'counter-against-capture', delta: 4, syns: 271 },
  { code: 'settings-against-capture', syns: 1 },
];

const RANGE = {
  min: [3, 6],
  max: [4, 11],
  bounds: [
    { reason: 'stamps-in-tcp-metrics', min: [3, 6], max: [4, 11] },
    { reason: 'present:TcpExt.PAWSPassive', min: null, max: [4, 11] },
  ],
  contradictory: false,
} as const;

export const ALL_EVIDENCE_FINDINGS: readonly EvidenceFinding[] = [
  ...SETTING_FINDINGS.map(({ code }) => ({ code, value: 1, line: 7, source: 'listing' as const })),
  ...DELTA_FINDINGS.map(({ code, counter }) => ({ code, counter, delta: 12 })),
  { code: 'recycle-key-absent', basis: 'whole-listing', line: null },
  { code: 'rp-filter-strict', interface: 'eth0', line: 9 },
  { code: 'paws-passive-column-present' },
  { code: 'paws-passive-column-absent' },
  { code: 'paws-passive-since-boot', value: 9_001 },
  {
    code: 'listen-drops-explained',
    drops: 272,
    accounts: [{ era: '3.8-to-4.8', parts: [{ source: 'timestamp-check', count: 271 }], rest: 1 }],
  },
  { code: 'listen-drops-unexplained', drops: 5, accounts: [] },
  { code: 'cookies', sent: 3, received: 2, failed: 1 },
  { code: 'counters-went-back', counters: 2, first: 'TcpExt.PAWSPassive', swapped: true },
  { code: 'counters-identical' },
  { code: 'stamps-held', entries: 4, stamps: 2, fresh: 1 },
  { code: 'no-stamps', entries: 4, stamps: 0, fresh: 0 },
  { code: 'kernel-range', range: RANGE },
  { code: 'kernel-range-contradictory', range: { ...RANGE, min: [4, 12], contradictory: true } },
  { code: 'setting-contradicts-counter', line: 12, delta: 271 },
];
