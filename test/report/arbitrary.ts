/** Any report at all: wild numbers, hostile names, every code. */
import * as fc from 'fast-check';
import type { Cause, Grade } from '../../src/diagnosis/codes.ts';
import { CAUSES, GRADES } from '../../src/diagnosis/codes.ts';
import type { Expectations } from '../../src/diagnosis/expectations.ts';
import type {
  Scenario,
  UnsupportedScenario,
  WhatIf,
  WhatIfAssumption,
} from '../../src/diagnosis/what-if/result.ts';
import { INVISIBLE_CAUSES } from '../../src/diagnosis/findings.ts';
import { EVIDENCE_ROLES } from '../../src/evidence/role.ts';
import { FATES } from '../../src/kernel/fate.ts';
import type {
  CaptureReport,
  CauseReport,
  EvidenceReport,
  KernelReport,
  PeerClocksReport,
  PeerReport,
  ProblemReport,
  Rejection,
  Report,
  TargetReport,
  Totals,
} from '../../src/report/report.ts';
import { ANSWERS } from '../../src/tracking/answer.ts';
import {
  ALL_ADEQUACY,
  ALL_ASSUMPTIONS,
  ALL_CAUSE_EVIDENCE,
  ALL_EVIDENCE_FINDINGS,
  ALL_EVIDENCE_REASONS,
  ALL_PROBLEM_KINDS,
  ALL_REASONS,
  ALL_REMEDIES,
} from './every-code.ts';
import { TWO_CLOCKS } from './fixture-parts.ts';
import { worded } from './fixtures.ts';

const count = fc.oneof(fc.constantFrom(0, 1, 2), fc.nat(20_000), fc.maxSafeNat());
const seconds = fc.oneof(
  fc.constantFrom(0, 0.000_1, 59.999_9),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
);
const word = fc.integer({ min: 0, max: 0xffffffff });
const port = fc.integer({ min: 0, max: 65_535 });
const grade = fc.constantFrom<Grade>(...GRADES);
const cause = fc.constantFrom<Cause>(...CAUSES);
const time = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([second, nanosecond]) => `${second}.${String(nanosecond).padStart(9, '0')}`);

/** Text as an attacker would choose it: escape sequences, bidi overrides, formulas, wide and broken characters. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '\u001b[31mred\u001b]0;title\u0007',
    'a\u202egpj.pcap',
    '=cmd|"/c calc"!A1',
    'line\r\n::error::injected',
    '\u009b2J',
    '日本語のとても長い名前'.repeat(12),
    `${'long/'.repeat(60)}x.pcap`,
    '\ud800broken',
    '</script><img src=x>',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constant('2001:db8:1234:5678:9abc:def0:255.255.255.255'),
  hostile,
);

const agreement = fc.record({
  rejectSilent: count,
  rejectAnswered: count,
  passSilent: count,
  passAnswered: count,
  possibleSilent: count,
  possibleAnswered: count,
  unknownSilent: count,
  unknownAnswered: count,
});

const kernel: fc.Arbitrary<KernelReport> = fc.record({
  profile: fc.option(fc.constantFrom('2.6.32', '3.17', '4.12+')),
  source: fc.constantFrom('given', 'inferred', 'undetermined'),
  candidates: fc.array(fc.constantFrom('2.6.32', '3.17', '4.12+'), { maxLength: 9 }),
});

const capture: fc.Arbitrary<CaptureReport> = fc.record({
  name: hostile,
  format: fc.option(fc.constantFrom('pcap', 'pcapng')),
  compression: fc.option(fc.constant('gzip')),
  timestampUnit: fc.option(fc.constantFrom('us', 'ns')),
  linkTypes: fc.array(port, { maxLength: 3 }),
  snaplen: fc.option(count),
  interfaces: count,
  packets: count,
  bytes: count,
  firstTime: fc.option(time),
  lastTime: fc.option(time),
});

const target: fc.Arbitrary<TargetReport> = fc.record({
  address,
  ports: fc.array(port, { maxLength: 4 }),
  grade,
  syns: count,
  attempts: count,
  answered: count,
  silent: count,
  rejected: count,
  serverFirstCloses: count,
  agreement,
  kernel,
});

const name = fc.constantFrom('A', 'B', 'Z', 'AA', 'XFD');
const ticks = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const share = fc.double({ min: 0, max: 1, noNaN: true });

const clocks: fc.Arbitrary<PeerClocksReport> = fc.record({
  regime: fc.constantFrom('shared-clock', 'per-host-pair', 'per-connection', 'no-timestamps', 'undetermined'),
  hosts: fc.option(count),
  confidence: share,
  ticksPerSecond: fc.option(fc.double({ min: 0, max: 2e6, noNaN: true })),
  evidence: fc
    .record({
      reason: fc.option(fc.constantFrom('too-few-attempts', 'too-many-alone', 'mixed')),
      attempts: count,
      withoutTimestamps: count,
      lines: count,
      onLines: share,
      alone: count,
      linesDropped: count,
      randomised: share,
    })
    .map((numbers) => Object.assign({}, TWO_CLOCKS.evidence, numbers)),
  clocks: fc.array(
    fc.record({
      name,
      attempts: count,
      connected: count,
      rejectedAttempts: count,
      aheadTicks: ticks,
      aheadSeconds: fc.option(fc.double({ min: -1e12, max: 1e12, noNaN: true })),
      firstTime: time,
      lastTime: time,
    }),
    { maxLength: 30 },
  ),
  starved: fc.array(fc.record({ victim: name, by: name, rejections: count }), { maxLength: 30 }),
});

const causeReport: fc.Arbitrary<CauseReport> = fc.record({
  code: cause,
  status: fc.constantFrom('found', 'ruled-out', 'not-seen'),
  syns: count,
  attempts: count,
  sampleFrame: fc.option(count),
  evidence: fc.subarray([...ALL_CAUSE_EVIDENCE]),
});

const evidence: fc.Arbitrary<EvidenceReport> = fc.record({
  findings: fc.subarray([...ALL_EVIDENCE_FINDINGS]),
  reasons: fc.subarray([...ALL_EVIDENCE_REASONS]),
  contradictions: fc.subarray([...ALL_EVIDENCE_REASONS]),
  podPeers: fc.array(fc.record({ address, cidr: hostile, node: hostile }), { maxLength: 4 }),
  problems: fc.array(
    fc.record({
      file: hostile,
      role: fc.option(fc.constantFrom(...EVIDENCE_ROLES)),
      line: count,
      expected: fc.constantFrom('evidence', 'sysctl-setting', 'one-file', 'json', 'fewer-entries'),
    }),
    { maxLength: 4 },
  ),
});

const whatIf: fc.Arbitrary<WhatIf> = fc.record({
  lost: count,
  rejectedSyns: count,
  peer: fc.option(hostile),
  target: fc.option(hostile),
  scenarios: fc.array(
    fc.record({
      code: fc.constantFrom<Scenario['code']>(
        'recycle-off',
        'timestamps-off',
        'timestamps-off-at-clock',
        'no-snat',
        'clients-close-first',
      ),
      clock: fc.option(hostile),
      kernel: fc.constantFrom<Scenario['kernel'][]>('up-to-3.16', 'from-3.17', null),
      rejectedSyns: count,
      rescued: count,
      stillLost: count,
      newlyLost: count,
      undecided: count,
      assumptions: fc.subarray<WhatIfAssumption>([
        { code: 'connects-as-observed' },
        { code: 'closed-like-others', connections: 290, seconds: 0.002 },
        { code: 'retries-like-others', seconds: [1, 3.01, 7] },
        { code: 'retries-like-others', seconds: [] },
        { code: 'other-silence-stays', syns: 1 },
        { code: 'stamps-from-before-stay', syns: 2 },
      ]),
    }),
    { maxLength: 3 },
  ),
  unsupported: fc.subarray<UnsupportedScenario>([
    { code: 'no-snat', because: 'clock-per-connection' },
    { code: 'timestamps-off-at-clock', because: 'clocks-unknown' },
    { code: 'timestamps-off-at-clock', because: 'one-clock' },
  ]),
  error: count,
  complete: fc.boolean(),
});

const expectations: fc.Arbitrary<Expectations> = fc.record({
  sources: fc.array(fc.record({ expected: hostile, peers: count, syns: count }), { maxLength: 3 }),
  finding: fc.constantFrom('met', 'missing', 'no-snat', 'nothing-arrived'),
  others: fc.record({
    peers: count,
    syns: count,
    pods: count,
    busiest: fc.array(fc.record({ address, syns: count, pod: fc.boolean() }), { maxLength: 3 }),
  }),
  complete: fc.boolean(),
});

const peer: fc.Arbitrary<PeerReport> = fc.record({
  address,
  node: fc.option(hostile),
  target: address,
  syns: count,
  attempts: count,
  connected: count,
  answered: count,
  silent: count,
  stepsBack: fc.record({ count, largestTicks: count, served: count }),
  rejected: count,
  lostAttempts: count,
  secondsWaited: seconds,
  agreement,
  clocks: fc.option(clocks),
});

const rejection: fc.Arbitrary<Rejection> = fc.record({
  capture: hostile,
  frame: count,
  time,
  src: address,
  srcPort: port,
  dst: address,
  dstPort: port,
  seq: word,
  tsval: fc.option(word),
  attempt: count,
  retransmission: fc.boolean(),
  answer: fc.constantFrom(...ANSWERS),
  fate: fc.constantFrom(...FATES),
  cause,
  stamp: fc.option(
    fc.record({
      tsval: word,
      second: word,
      frame: fc.option(count),
      assumed: fc.boolean(),
      through: fc.option(address),
    }),
  ),
  lagTicks: fc.option(count),
  acceptedFrom: fc.option(word),
});

const problem: fc.Arbitrary<ProblemReport> = fc.record({
  capture: hostile,
  kind: fc.constantFrom(...ALL_PROBLEM_KINDS),
  offset: count,
  frame: count,
  needed: fc.option(count),
  available: fc.option(count),
  detail: fc.option(hostile),
  more: count,
});

const totals: fc.Arbitrary<Totals> = fc.record({
  packets: count,
  segments: count,
  duplicates: count,
  syns: count,
  answered: count,
  silent: count,
  refused: count,
  challenged: count,
  unknown: count,
  attempts: count,
  connected: count,
  rejected: count,
  rejectedAttempts: count,
  lostAttempts: count,
  targets: count,
  peers: count,
  evicted: count,
  undecoded: fc.array(
    fc.record({
      layer: fc.constantFrom('link', 'network', 'transport', 'tunnel', 'tcp'),
      reason: fc.constantFrom('not-ip', 'not-tcp', 'truncated', 'bad-header', 'new-reason'),
      number: fc.option(port),
      packets: count,
      sampleFrame: count,
    }),
    { maxLength: 4 },
  ),
});

/** A report that no capture would give, but every renderer must survive. */
export const anyReport: fc.Arbitrary<Report> = fc
  .record({
    schemaVersion: fc.constant(1 as const),
    tool: fc.constant({ name: 'synscope', version: '0.1.0' } as const),
    captures: fc.array(capture, { maxLength: 3 }),
    adequacy: fc.record({ seconds, findings: fc.subarray([...ALL_ADEQUACY]) }),
    vantage: fc.constant<Report['vantage']>({ place: 'unknown', evidence: [] }),
    expectations: fc.option(expectations),
    whatIf: fc.option(whatIf),
    verdict: fc.record({
      checkAbsent: fc.boolean(),
      grade,
      cause: fc.option(cause),
      reasons: fc.subarray([...ALL_REASONS]),
      assumptions: fc.subarray([...ALL_ASSUMPTIONS]),
      agreement,
      kernel,
    }),
    totals,
    targets: fc.array(target, { maxLength: 3 }),
    peers: fc.array(peer, { maxLength: 4 }),
    rejections: fc.array(rejection, { maxLength: 4 }),
    causes: fc.array(causeReport, { maxLength: 6 }),
    invisible: fc.subarray([...INVISIBLE_CAUSES]),
    remedy: fc.subarray([...ALL_REMEDIES]),
    problems: fc.array(problem, { maxLength: 4 }),
    evidence: fc.option(evidence),
  })
  .map(worded);
