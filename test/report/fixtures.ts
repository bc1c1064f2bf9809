import type { Agreement } from '../../src/diagnosis/findings.ts';
import { INVISIBLE_CAUSES } from '../../src/diagnosis/findings.ts';
import type { PeerReport, Rejection, Report, TargetReport } from '../../src/report/report.ts';
import { verdictSentence, type Unworded } from '../../src/report/sentences/verdict.ts';
import { causesWith, TWO_CLOCKS } from './fixture-parts.ts';

export const NO_AGREEMENT: Agreement = {
  rejectSilent: 0,
  rejectAnswered: 0,
  passSilent: 0,
  passAnswered: 0,
  possibleSilent: 0,
  possibleAnswered: 0,
  unknownSilent: 0,
  unknownAnswered: 0,
};

const KERNEL = { profile: '3.17', source: 'inferred', candidates: ['3.17', '4.10'] } as const;

const TARGET: TargetReport = {
  address: '10.32.0.9',
  ports: [5672],
  grade: 'confirmed',
  syns: 1_383,
  attempts: 1_113,
  answered: 1_112,
  silent: 271,
  rejected: 271,
  serverFirstCloses: 834,
  agreement: { ...NO_AGREEMENT, rejectSilent: 271, passAnswered: 1_104, unknownAnswered: 8 },
  kernel: KERNEL,
};

const PEER: PeerReport = {
  address: '10.32.0.4',
  node: null,
  target: '10.32.0.9',
  syns: 1_383,
  attempts: 1_113,
  connected: 1_076,
  answered: 1_112,
  silent: 271,
  stepsBack: { count: 318, largestTicks: 1_284_223, served: 47 },
  rejected: 271,
  lostAttempts: 37,
  secondsWaited: 1_943.22,
  agreement: TARGET.agreement,
  clocks: TWO_CLOCKS,
};

export const REJECTION: Rejection = {
  capture: 'target.pcap',
  frame: 1_021,
  time: '1714567923.123456789',
  src: '10.32.0.4',
  srcPort: 43_210,
  dst: '10.32.0.9',
  dstPort: 5672,
  seq: 3_735_928_559,
  tsval: 2_913_841_321,
  attempt: 77,
  retransmission: false,
  answer: 'none',
  fate: 'reject',
  cause: 'tw-recycle-reject',
  stamp: { tsval: 2_915_125_544, second: 1_714_567_920, frame: 998, assumed: false, through: '10.32.0.9' },
  lagTicks: 1_284_223,
  acceptedFrom: 1_714_567_980,
};

/** Adds the sentence, as whoever builds a report does. */
export function worded(report: Unworded): Report {
  return { ...report, verdict: { ...report.verdict, sentence: verdictSentence(report) } };
}

/** A capture of a target that surely has the switch on. */
export const CONFIRMED: Report = worded({
  schemaVersion: 1,
  tool: { name: 'synscope', version: '0.1.0' },
  captures: [
    {
      name: 'target.pcap',
      format: 'pcap',
      compression: null,
      timestampUnit: 'us',
      linkTypes: [1],
      snaplen: 262_144,
      interfaces: 1,
      packets: 12_034,
      bytes: 9_812_331,
      firstTime: '1714567900.000000000',
      lastTime: '1714568092.250000000',
    },
  ],
  adequacy: { seconds: 192.25, findings: [] },
  vantage: { place: 'target', evidence: [] },
  expectations: null,
  whatIf: null,
  verdict: {
    checkAbsent: false,
    grade: 'confirmed',
    cause: 'tw-recycle-reject',
    reasons: [
      { code: 'predicted-and-silent', syns: 271, attempts: 112 },
      { code: 'beyond-chance', pValue: 3e-41 },
    ],
    assumptions: [{ code: 'profile-inferred', profile: '3.17', candidates: ['3.17', '4.10'] }],
    agreement: TARGET.agreement,
    kernel: KERNEL,
  },
  totals: {
    packets: 12_034,
    segments: 12_001,
    duplicates: 0,
    syns: 1_383,
    answered: 1_112,
    silent: 271,
    refused: 0,
    challenged: 0,
    unknown: 0,
    attempts: 1_113,
    connected: 1_076,
    rejected: 271,
    rejectedAttempts: 112,
    lostAttempts: 37,
    targets: 1,
    peers: 3,
    evicted: 0,
    undecoded: [{ layer: 'network', reason: 'not-ip', number: 2054, packets: 33, sampleFrame: 4 }],
  },
  targets: [TARGET],
  peers: [
    PEER,
    {
      ...PEER,
      address: '10.32.0.77',
      clocks: null,
      attempts: 88,
      silent: 0,
      rejected: 0,
      lostAttempts: 0,
      secondsWaited: 0,
      stepsBack: { count: 0, largestTicks: 0, served: 0 },
    },
    {
      ...PEER,
      address: '192.168.201.114',
      clocks: null,
      attempts: 4,
      silent: 1,
      rejected: 0,
      lostAttempts: 0,
      secondsWaited: 0,
      stepsBack: { count: 1, largestTicks: 40, served: 1 },
    },
  ],
  rejections: Array.from({ length: 14 }, (_, index) => ({
    ...REJECTION,
    frame: REJECTION.frame + 131 * index,
    srcPort: REJECTION.srcPort + index,
    time: `${1_714_567_923 + index * 11}.123456789`,
    tsval: 2_913_841_321 + index * 11_000,
    lagTicks: Math.max(2, 1_284_223 - index * 100_000),
  })),
  causes: causesWith({
    'tw-recycle-reject': {
      syns: 271,
      attempts: 112,
      sampleFrame: 1_021,
      evidence: [{ code: 'predictions', silent: 271, answered: 0, pValue: 3e-41 }],
    },
  }),
  invisible: INVISIBLE_CAUSES,
  remedy: [
    { code: 'disable-tw-recycle' },
    { code: 'verify-paws-passive' },
    { code: 'keep-timestamps' },
    { code: 'target-not-yours' },
    { code: 'tw-reuse-is-different' },
    { code: 'upgrade-kernel' },
  ],
  problems: [],
  evidence: null,
});

/** Every row changed alike, whatever it was. */
export function changed<T>(rows: readonly T[], change: Partial<T>): T[] {
  return rows.map((row) => Object.assign({}, row, change));
}

/** A report with another verdict (its sentence made anew) and other parts. */
export function reportWith(
  verdict: Partial<Report['verdict']>,
  parts: Partial<Omit<Report, 'verdict'>> = {},
): Report {
  return worded({ ...CONFIRMED, ...parts, verdict: { ...CONFIRMED.verdict, ...verdict } });
}

/** A capture that was filtered to SYNs. */
export const PROBABLE: Report = reportWith(
  {
    grade: 'probable',
    reasons: [
      { code: 'assumed-and-silent', syns: 258, silent: 271 },
      { code: 'capped-by-adequacy', limit: 'probable', adequacy: 'syn-only' },
      { code: 'beyond-chance', pValue: 0.000_42 },
    ],
    assumptions: [{ code: 'stamp-from-served-syns' }, { code: 'served-unless-retransmitted' }],
    agreement: { ...NO_AGREEMENT, possibleSilent: 258, passSilent: 13, passAnswered: 1_104 },
    kernel: { profile: null, source: 'undetermined', candidates: ['2.6.32', '3.2', '3.17', '4.10'] },
  },
  {
    adequacy: { seconds: 41, findings: [{ code: 'syn-only' }, { code: 'short', seconds: 41 }] },
    rejections: CONFIRMED.rejections.map((rejection) => ({
      ...rejection,
      fate: 'possible-reject' as const,
      stamp: {
        tsval: 2_915_125_544,
        second: 1_714_567_920,
        frame: null,
        assumed: true,
        through: '10.32.0.9',
      },
    })),
    remedy: [
      { code: 'disable-tw-recycle' },
      { code: 'verify-paws-passive' },
      { code: 'capture-again', because: 'syn-only' },
    ],
  },
);

export const POSSIBLE: Report = reportWith(
  {
    grade: 'possible',
    reasons: [
      { code: 'few-predictions', syns: 1, needed: 10, attempts: 1, neededAttempts: 5 },
      { code: 'silent-but-not-predicted', syns: 1, sampleFrame: 812 },
    ],
    assumptions: [
      { code: 'close-may-have-written', syns: 1 },
      { code: 'clock-border', syns: 2 },
    ],
    agreement: { ...NO_AGREEMENT, rejectSilent: 1, passSilent: 1, passAnswered: 88, possibleAnswered: 1 },
  },
  {
    totals: {
      ...CONFIRMED.totals,
      syns: 91,
      answered: 89,
      silent: 2,
      rejected: 1,
      rejectedAttempts: 1,
      lostAttempts: 0,
    },
    peers: changed(CONFIRMED.peers.slice(0, 1), { rejected: 1, lostAttempts: 0, secondsWaited: 1.02 }),
    rejections: [REJECTION],
    causes: causesWith({
      'tw-recycle-reject': { syns: 1, attempts: 1, sampleFrame: 1_021 },
      unexplained: { syns: 1, attempts: 1, sampleFrame: 812 },
    }),
  },
);

export const CANNOT_TELL: Report = reportWith(
  {
    grade: 'cannot-tell',
    cause: 'unexplained',
    reasons: [{ code: 'capped-by-adequacy', limit: 'cannot-tell', adequacy: 'one-way' }],
    assumptions: [],
    agreement: NO_AGREEMENT,
    kernel: { profile: null, source: 'undetermined', candidates: [] },
  },
  {
    adequacy: { seconds: 192.25, findings: [{ code: 'one-way', segments: 8_112, silentSide: 'target' }] },
    totals: {
      ...CONFIRMED.totals,
      answered: 0,
      silent: 0,
      unknown: 1_383,
      rejected: 0,
      rejectedAttempts: 0,
      lostAttempts: 0,
    },
    peers: CONFIRMED.peers.map((peer) => ({
      ...peer,
      rejected: 0,
      silent: 0,
      answered: 0,
      lostAttempts: 0,
      secondsWaited: 0,
    })),
    targets: [{ ...TARGET, grade: 'cannot-tell', rejected: 0, silent: 0 }],
    rejections: [],
    causes: causesWith({}, 'not-seen'),
    remedy: [{ code: 'capture-again', because: 'one-way' }],
  },
);

export const NO_EVIDENCE: Report = reportWith(
  {
    grade: 'no-evidence',
    cause: null,
    reasons: [{ code: 'nothing-silent', syns: 812 }, { code: 'no-server-first-close' }],
    assumptions: [],
    agreement: { ...NO_AGREEMENT, passAnswered: 812 },
  },
  {
    totals: {
      ...CONFIRMED.totals,
      syns: 812,
      answered: 812,
      silent: 0,
      rejected: 0,
      rejectedAttempts: 0,
      lostAttempts: 0,
    },
    peers: CONFIRMED.peers.slice(1),
    rejections: [],
    causes: causesWith({}, 'not-seen'),
    remedy: [],
  },
);

export const RULED_OUT: Report = reportWith(
  {
    grade: 'ruled-out',
    cause: 'time-wait-reject',
    reasons: [
      { code: 'contradicted', syns: 12, sampleFrame: 402 },
      { code: 'served-while-behind', stepsBack: 41, served: 41 },
      { code: 'other-cause', cause: 'time-wait-reject', syns: 9 },
      { code: 'other-cause', cause: 'port-closed', syns: 2 },
    ],
    assumptions: [],
    agreement: { ...NO_AGREEMENT, rejectAnswered: 12, passAnswered: 800, passSilent: 9 },
  },
  {
    totals: {
      ...CONFIRMED.totals,
      syns: 823,
      answered: 812,
      silent: 9,
      refused: 2,
      rejected: 0,
      rejectedAttempts: 0,
      lostAttempts: 0,
    },
    targets: [
      { ...TARGET, grade: 'ruled-out', rejected: 0, silent: 9 },
      { ...TARGET, address: '10.32.0.10', grade: 'no-evidence', rejected: 0, silent: 0, syns: 2 },
    ],
    peers: CONFIRMED.peers.map((peer, index) => ({
      ...peer,
      target: index === 2 ? '10.32.0.10' : '10.32.0.9',
      rejected: 0,
      lostAttempts: 0,
      secondsWaited: 0,
    })),
    rejections: [],
    causes: causesWith({
      'time-wait-reject': {
        syns: 9,
        attempts: 9,
        sampleFrame: 402,
        evidence: [{ code: 'bare-acks', count: 9 }],
      },
      'port-closed': { syns: 2, attempts: 2, sampleFrame: 77, evidence: [{ code: 'resets', count: 2 }] },
    }),
    remedy: [{ code: 'avoid-tuple-reuse' }, { code: 'start-service', target: '10.32.0.9', port: 5672 }],
    problems: [
      {
        capture: 'target.pcap',
        kind: 'truncated-record',
        offset: 9_812_001,
        frame: 12_034,
        needed: 1_500,
        available: 233,
        detail: null,
        more: 0,
      },
      {
        capture: 'ring-00017.pcap',
        kind: 'unreadable',
        offset: 0,
        frame: 0,
        needed: null,
        available: null,
        detail: 'EACCES',
        more: 0,
      },
    ],
  },
);

/** The worst that addresses can be wide: IPv6 with every group four digits long. */
const LONG = '2001:db8:1234:5678:9abc:def0:1234:5678';

export const LONG_ADDRESSES: Report = worded({
  ...CONFIRMED,
  targets: CONFIRMED.targets.map((target) => ({ ...target, address: LONG })),
  peers: CONFIRMED.peers.map((peer, index) => ({
    ...peer,
    target: LONG,
    address: LONG.replace('1234', `${index}fff`),
  })),
  rejections: CONFIRMED.rejections.map((rejection) => ({
    ...rejection,
    src: LONG,
    dst: LONG,
    stamp: rejection.stamp === null ? null : { ...rejection.stamp, through: LONG },
  })),
});

export const GRADED: readonly Report[] = [CONFIRMED, PROBABLE, POSSIBLE, CANNOT_TELL, NO_EVIDENCE, RULED_OUT];
