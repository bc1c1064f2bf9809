/** Parts of report fixtures: clocks and causes. */
import { CAUSES } from '../../src/diagnosis/codes.ts';
import type { Cause } from '../../src/diagnosis/codes.ts';
import type { CauseEvidence, CauseStatus } from '../../src/diagnosis/findings.ts';
import type { CauseReport, PeerClocksReport } from '../../src/report/report.ts';

const CLOCK = {
  firstTime: '1714567900.500000000',
  lastTime: '1714568092.000000000',
} as const;

export const TWO_CLOCKS: PeerClocksReport = {
  regime: 'per-host-pair',
  hosts: 2,
  confidence: 0.999,
  ticksPerSecond: 1000.002,
  evidence: {
    reason: null,
    attempts: 1_113,
    withoutTimestamps: 0,
    points: 1_383,
    lines: 2,
    onLines: 1,
    alone: 0,
    stray: 0,
    continued: 0,
    stepsBack: 112,
    linesDropped: 0,
    largestDelay: 0.02,
    randomised: 0,
  },
  clocks: [
    {
      ...CLOCK,
      name: 'A',
      attempts: 840,
      connected: 840,
      rejectedAttempts: 0,
      aheadTicks: 0,
      aheadSeconds: 0,
    },
    {
      ...CLOCK,
      name: 'B',
      attempts: 273,
      connected: 236,
      rejectedAttempts: 112,
      aheadTicks: -1_284_223,
      aheadSeconds: -1_284.223,
    },
  ],
  starved: [{ victim: 'B', by: 'A', rejections: 271 }],
};

/** What speaks against the causes that CONFIRMED does not show. */
const AGAINST: Readonly<Partial<Record<Cause, readonly CauseEvidence[]>>> = {
  'tw-recycle-reject': [{ code: 'predictions', silent: 0, answered: 12, pValue: 1 }],
  'time-wait-reject': [{ code: 'bare-acks', count: 0 }],
  'accept-queue-overflow': [
    { code: 'syn-acks-repeated', count: 0 },
    { code: 'served-meanwhile', syns: 118, seconds: 64, peers: 4, spared: 3 },
  ],
  'syn-queue-full': [
    { code: 'syn-acks-repeated', count: 0 },
    { code: 'served-meanwhile', syns: 118, seconds: 64, peers: 4, spared: 3 },
    { code: 'requests-open', whenSilent: 0.2, whenAnswered: 0.3 },
  ],
  'port-closed': [{ code: 'resets', count: 0 }],
  'source-filtered': [
    { code: 'peers-never-served', peers: 0 },
    { code: 'silent-peers-served', peers: 2 },
  ],
  'reply-lost': [{ code: 'sent-again-after-syn-ack', count: 0 }],
  'tuple-collision': [{ code: 'live-tuples', count: 0 }],
};

/** All causes: those found, with their numbers, and the others with `status`. */
export function causesWith(
  found: Readonly<Partial<Record<Cause, Partial<CauseReport>>>>,
  status: CauseStatus = 'ruled-out',
): CauseReport[] {
  return CAUSES.filter((code) => code !== 'unexplained' || found[code] !== undefined).map((code) =>
    Object.assign(
      {
        code,
        status: found[code] === undefined ? status : ('found' as const),
        syns: 0,
        attempts: 0,
        sampleFrame: null,
        evidence: found[code] === undefined && status === 'ruled-out' ? (AGAINST[code] ?? []) : [],
      },
      found[code],
    ),
  );
}
