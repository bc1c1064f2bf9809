import type { ClockRegime, UndeterminedReason } from '../../clocks/index.ts';
import { NOMINAL_RATES } from '../../clocks/index.ts';
import type { ClockReport, PeerClocksReport } from '../report.ts';
import { listed } from '../wording/list.ts';
import { duration } from '../wording/duration.ts';
import { count, counted, percent } from '../wording/number.ts';

/** Below this a count of hosts is called an estimate. */
const SURE = 0.9;
/** Clocks named in one sentence. */
const NAMED = 3;

/** What the clocks behind an address tell, as the end of a sentence: `2 clocks, so 2 hosts; one tick is 1 ms`. */
export function clocksClause(clocks: PeerClocksReport): string {
  const bare = clocks.evidence.withoutTimestamps;
  const without =
    bare === 0 || clocks.regime === 'no-timestamps' ? '' : `; ${counted(bare, 'attempt')} without timestamps`;
  return `${REGIME_CLAUSES[clocks.regime](clocks)}${without}`;
}

const REGIME_CLAUSES: Readonly<Record<ClockRegime, (clocks: PeerClocksReport) => string>> = {
  'shared-clock': (clocks) =>
    `one clock, which is one host, or several that share it (as the pods of one node do up to Linux 4.9)${tick(clocks)}`,
  'per-host-pair': (clocks) => `${hosts(clocks)}${tick(clocks)}`,
  'per-connection': () =>
    'a new clock for each connection, so hosts cannot be counted; such clients fall to a target with tcp_tw_recycle ' +
    'even without NAT',
  'no-timestamps': () => 'no timestamps',
  undetermined: ({ evidence }) => UNDETERMINED_CLAUSES[evidence.reason ?? 'too-few-attempts'](evidence.alone),
};

const UNDETERMINED_CLAUSES: Readonly<Record<UndeterminedReason, (alone: number) => string>> = {
  'too-few-attempts': () => 'too few connections to tell clocks apart',
  'too-many-alone': (alone) =>
    `too many connections that share a clock with no other (${count(alone)}) to count hosts`,
  mixed: (alone) =>
    `clocks of hosts beside ${counted(alone, 'connection')} with a clock of their own: not counted`,
};

function hosts({ hosts: found, confidence, evidence }: PeerClocksReport): string {
  const clocks = found ?? evidence.lines;
  if (evidence.linesDropped > 0) return `${counted(clocks, 'clock')} or more, so as many hosts`;
  if (confidence >= SURE) return `${counted(clocks, 'clock')}, so ${counted(clocks, 'host')}`;
  return `${counted(clocks, 'clock')}, so about ${counted(clocks, 'host')} (${percent(confidence, 1)} sure)`;
}

/** Measured rates this near to a nominal one are called by it: the two ends of a short capture measure roughly. */
const NEAR = 0.03;

function tick({ ticksPerSecond }: PeerClocksReport): string {
  if (ticksPerSecond === null || !(ticksPerSecond > 0)) return '';
  const nominal = NOMINAL_RATES.find((rate) => Math.abs(ticksPerSecond / rate - 1) <= NEAR);
  const microseconds = 1e6 / (nominal ?? ticksPerSecond);
  const shown = Number((microseconds >= 1000 ? microseconds / 1000 : microseconds).toPrecision(2));
  return `; one tick is ${nominal === undefined ? 'about ' : ''}${shown} ${microseconds >= 1000 ? 'ms' : 'µs'}`;
}

/** Who shut out whom, the worst first: `Clock B: 271 of 273 attempts rejected while clock A was ahead; 2 connected.` */
export function starvedSentences({ clocks, starved }: PeerClocksReport): string[] {
  const victims = new Map<string, { rejections: number; by: string[] }>();
  for (const { victim, by, rejections } of starved) {
    const known = victims.get(victim) ?? { rejections: 0, by: [] };
    victims.set(victim, { rejections: known.rejections + rejections, by: [...known.by, by] });
  }
  return [...victims]
    .toSorted(([, a], [, b]) => b.rejections - a.rejections)
    .flatMap(([name, { by }]) => {
      const clock = clocks.find((each) => each.name === name);
      if (clock === undefined) return [];
      return [`Clock ${name}: ${fate(clock, ahead(by))}.`];
    });
}

function fate({ attempts, connected, rejectedAttempts }: ClockReport, why: string): string {
  const served = connected >= attempts ? 'all connected in the end' : `${none(connected)} connected`;
  return rejectedAttempts === 0
    ? `${none(connected)} of ${counted(attempts, 'attempt')} connected while ${why}`
    : `${count(rejectedAttempts)} of ${counted(attempts, 'attempt')} rejected while ${why}; ${served}`;
}

function none(value: number): string {
  return value === 0 ? 'none' : count(value);
}

function ahead(by: readonly string[]): string {
  const [first = ''] = by;
  if (by.length === 1) return `clock ${first} was ahead`;
  const rest = by.length - NAMED;
  return `clocks ${listed(rest > 0 ? [...by.slice(0, NAMED), `${count(rest)} more`] : by)} were ahead`;
}

/** How far a clock is ahead of the first one: `5 d 7 h`, `-3 min 2 s`; in ticks where no rate is known. */
export function aheadText({ aheadSeconds, aheadTicks }: ClockReport): string {
  if (aheadTicks === 0) return '-';
  return aheadSeconds === null ? `${count(aheadTicks)} ticks` : duration(aheadSeconds);
}
