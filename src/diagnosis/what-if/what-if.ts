import type { ClockRegime, ClockTracker } from '../../clocks/index.ts';
import type { KernelProfile } from '../../kernel/profiles.ts';
import type { Verdicts } from '../verdicts.ts';
import type { Observed } from './attempts.ts';
import { observe } from './attempts.ts';
import { habitsOf } from './habits.ts';
import type { EventLog } from './log.ts';
import type { Outcome, ReplayGround } from './replay.ts';
import { Replay } from './replay.ts';
import type { Scenario, UnsupportedScenario, WhatIf, WhatIfAssumption } from './result.ts';
import type { Rules } from './rules.ts';
import { AS_OBSERVED, RULES, timestampsOffAt } from './rules.ts';

/** What the scenarios are made of. */
export interface WhatIfInput {
  readonly log: EventLog;
  readonly verdicts: Verdicts;
  readonly clocks: ClockTracker;
  /** The kernel that the leading target is judged by. */
  readonly kernel: KernelProfile;
  /** When the capture ended, seconds. */
  readonly end: number;
  readonly seed: number;
  /** Names for the report: of a clock within its peer, and of the two ends of a pair. */
  readonly clockName: (id: number) => string;
  readonly peerOf: (pair: number) => string;
  readonly targetOf: (pair: number) => string;
}

/** Clocks of the worst peer that are switched off in turn: those with the most attempts. */
const CLOCKS = 4;
const BECAUSE: Partial<Record<ClockRegime, UnsupportedScenario['because']>> = {
  'per-connection': 'clock-per-connection',
  'shared-clock': 'one-clock',
};
/** Where no rate was measured: the tick of current Linux kernels. */
const USUAL_RATE = 1000;

/**
 * Replays the capture under changed rules. Null when no target is accused, or when stamps are assumed: then there is
 * nothing that the model could play again.
 */
export function whatIf(input: WhatIfInput): WhatIf | null {
  const { log, verdicts, clocks, end, seed, kernel } = input;
  if (verdicts.leading === null || verdicts.assumed) return null;
  const observed = observe(log, verdicts, end);
  const worst = worstPair(observed);
  const peer = worst === null ? null : clocks.peer(worst);
  const ground: ReplayGround = {
    observed,
    habits: habitsOf(observed),
    rateOf: ratesOf(clocks),
    kernel,
    seed,
  };
  const unsupported: UnsupportedScenario[] = [];
  const scenarios: Scenario[] = [
    play(ground, RULES['recycle-off'], { code: 'recycle-off', clock: null, kernel: null }),
    play(ground, RULES['timestamps-off'], { code: 'timestamps-off', clock: null, kernel: null }),
  ];
  const because = BECAUSE[peer?.regime ?? 'undetermined'] ?? 'clocks-unknown';
  const hosts = worst !== null && peer?.regime === 'per-host-pair' ? peer.clocks : [];
  for (const { id } of hosts.toSorted((a, b) => b.attempts - a.attempts || a.id - b.id).slice(0, CLOCKS)) {
    const rules = timestampsOffAt(worst ?? -1, id);
    const clock = input.clockName(id);
    for (const drops of [false, true]) {
      const other = { ...ground, kernel: { ...kernel, dropsSynWithoutTimestamps: drops } };
      const name = drops ? 'from-3.17' : 'up-to-3.16';
      scenarios.push(play(other, rules, { code: 'timestamps-off-at-clock', clock, kernel: name }));
    }
  }
  if (hosts.length === 0) unsupported.push({ code: 'timestamps-off-at-clock', because });
  if (clocksKnown(observed, clocks)) {
    scenarios.push(play(ground, RULES['no-snat'], { code: 'no-snat', clock: null, kernel: null }));
  } else unsupported.push({ code: 'no-snat', because });
  scenarios.push(
    play(ground, RULES['clients-close-first'], { code: 'clients-close-first', clock: null, kernel: null }),
  );
  const named = hosts.length > 0 && worst !== null ? worst : null;
  return {
    lost: observed.lost.length,
    rejectedSyns: observed.rejectedSyns,
    peer: named === null ? null : input.peerOf(named),
    target: named === null ? null : input.targetOf(named),
    scenarios,
    unsupported,
    error: errorOf(ground),
    complete: log.complete,
  };
}

function ratesOf(clocks: ClockTracker): (pair: number) => number {
  const rates = new Map<number, number>();
  return (pair) => {
    const rate = rates.get(pair) ?? clocks.peer(pair)?.rate?.ticksPerSecond ?? USUAL_RATE;
    rates.set(pair, rate);
    return rate;
  };
}

function play(
  ground: ReplayGround,
  rules: Rules,
  name: Pick<Scenario, 'code' | 'clock' | 'kernel'>,
): Scenario {
  const outcome = new Replay(ground, rules).run();
  const { rejectedSyns, rescued, stillLost, newlyLost, undecided } = outcome;
  const assumptions = assumptionsOf(ground, rules, outcome);
  return { ...name, rejectedSyns, rescued, stillLost, newlyLost, undecided, assumptions };
}

/** With no rule changed nothing may change. */
function errorOf(ground: ReplayGround): number {
  const { rescued, newlyLost, undecided } = new Replay(ground, AS_OBSERVED).run();
  return rescued + newlyLost + undecided;
}

function assumptionsOf(
  { observed, habits }: ReplayGround,
  rules: Rules,
  outcome: Outcome,
): WhatIfAssumption[] {
  const found: WhatIfAssumption[] = [{ code: 'connects-as-observed' }];
  if (outcome.assumedCloses > 0) {
    const [seconds = 0] = [...habits.lifetimes.values()].toSorted((a, b) => a - b);
    found.push({ code: 'closed-like-others', connections: habits.closes, seconds });
  }
  if (outcome.assumedRetries > 0) found.push({ code: 'retries-like-others', seconds: habits.retries });
  if (observed.otherSilent > 0) found.push({ code: 'other-silence-stays', syns: observed.otherSilent });
  if (rules.keepsEarlier && observed.earlySyns > 0) {
    found.push({ code: 'stamps-from-before-stay', syns: observed.earlySyns });
  }
  return found;
}

/** The pair with the most rejected SYNs. */
function worstPair({ events }: Observed): number | null {
  const rejected = new Map<number, number>();
  let worst: number | null = null;
  for (const event of events) {
    if (event.kind === 'write' || !event.rejected) continue;
    const { pair } = event.attempt;
    rejected.set(pair, (rejected.get(pair) ?? 0) + 1);
    if (worst === null || (rejected.get(pair) ?? 0) > (rejected.get(worst) ?? 0)) worst = pair;
  }
  return worst;
}

/** Every rejected SYN is on a clock that stands for a host. */
function clocksKnown({ events }: Observed, clocks: ClockTracker): boolean {
  const known = new Map<number, boolean>();
  return events.every((event) => {
    if (event.kind === 'write' || !event.rejected) return true;
    const { pair, clock } = event.attempt;
    const regime =
      known.get(pair) ?? ['per-host-pair', 'shared-clock'].includes(clocks.peer(pair)?.regime ?? '');
    known.set(pair, regime);
    return regime && (clock >= 0 || !event.hasTsval);
  });
}
