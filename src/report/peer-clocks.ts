import { tsvalAt } from '../clocks/index.ts';
import type { Clock, ClockTracker, PeerClocks } from '../clocks/index.ts';
import type { ClockShare, ClockShares } from '../diagnosis/clock-shares.ts';
import { serialDistance } from '../units/serial.ts';
import { formatEpoch } from '../units/time.ts';
import type { ClockReport, PeerClocksReport, StarvedClock } from './report.ts';

/** A stamp is on a clock's line when it is this near, in seconds of that clock: a close may be some time after its SYN. */
const ON_LINE_SECONDS = 5;

/** The clock of a SYN packet that was rejected, and the stamp that did it. */
export interface RejectedClock {
  readonly victim: number;
  readonly tsval: number;
  readonly time: number;
}

/** What the report says of the clocks behind a peer; `rejections` are those of that pair, null when nobody is accused. */
export function peerClocksReport(
  clocks: ClockTracker,
  shares: ClockShares,
  pair: number,
  rejections: readonly RejectedClock[] | null,
): PeerClocksReport | null {
  const found = clocks.peer(pair);
  if (found === null) return null;
  return {
    regime: found.regime,
    hosts: found.hosts,
    confidence: found.confidence,
    ticksPerSecond: found.rate?.ticksPerSecond ?? null,
    evidence: found.evidence,
    clocks:
      found.regime === 'per-connection'
        ? []
        : found.clocks.map((clock) => clockReport(clock, shares.of(pair, clock.id), rejections !== null)),
    starved: found.regime === 'per-host-pair' ? starved(found, rejections ?? []) : [],
  };
}

/** `A` .. `Z`, `AA` ...: letters read better than numbers beside so many numbers. */
export function clockName(id: number): string {
  const letter = String.fromCodePoint(65 + (id % 26));
  return id < 26 ? letter : clockName(Math.floor(id / 26) - 1) + letter;
}

function clockReport(clock: Clock, share: ClockShare, accused: boolean): ClockReport {
  const rate = clock.rate.ticksPerSecond;
  return {
    name: clockName(clock.id),
    attempts: clock.attempts,
    connected: Math.max(0, clock.attempts - share.lost),
    rejectedAttempts: accused ? share.rejected : 0,
    aheadTicks: clock.aheadOfFirst,
    aheadSeconds: rate > 0 ? clock.aheadOfFirst / rate : null,
    firstTime: epoch(clock.firstSeconds),
    lastTime: epoch(clock.lastSeconds),
  };
}

function starved(peer: PeerClocks, rejections: readonly RejectedClock[]): StarvedClock[] {
  const counts = new Map<string, StarvedClock>();
  for (const { victim, tsval, time } of rejections) {
    const by = clockOfStamp(peer, tsval, time);
    if (victim < 0 || by === null || by.id === victim) continue;
    const key = `${victim} ${by.id}`;
    const before = counts.get(key)?.rejections ?? 0;
    counts.set(key, { victim: clockName(victim), by: clockName(by.id), rejections: before + 1 });
  }
  return [...counts.values()].sort((a, b) => b.rejections - a.rejections);
}

function clockOfStamp(peer: PeerClocks, tsval: number, time: number): Clock | null {
  for (const clock of peer.clocks) {
    const expected = tsvalAt(clock, peer.referenceSeconds, time);
    if (Math.abs(serialDistance(tsval, expected)) <= ON_LINE_SECONDS * clock.rate.ticksPerSecond)
      return clock;
  }
  return null;
}

function epoch(seconds: number): string {
  const whole = Math.floor(seconds);
  return formatEpoch(whole, Math.min(999_999_999, Math.round((seconds - whole) * 1e9)));
}
