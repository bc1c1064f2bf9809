import type { ObservedAttempt } from './attempts.ts';
import type { ScenarioCode } from './result.ts';

/** The rules that a scenario changes. */
export interface Rules {
  /** The target compares SYNs with its stamps at all. */
  readonly checks: boolean;
  /** Its side of a connection ever closes first, so that stamps are written. */
  readonly writes: boolean;
  /** Stamps are kept per client, not per address. */
  readonly perClient: boolean;
  /** A stamp from before the capture is as it was. */
  readonly keepsEarlier: boolean;
  /** True for attempts whose client sends no timestamps. */
  readonly withoutTimestamps: (attempt: ObservedAttempt) => boolean;
}

const nobody = (): boolean => false;
const everybody = (): boolean => true;

/** Nothing is changed: the check of the replay itself. */
export const AS_OBSERVED: Rules = {
  checks: true,
  writes: true,
  perClient: false,
  keepsEarlier: true,
  withoutTimestamps: nobody,
};

/** The scenarios that concern everybody. */
export const RULES: Readonly<Record<Exclude<ScenarioCode, 'timestamps-off-at-clock'>, Rules>> = {
  'recycle-off': { ...AS_OBSERVED, checks: false, writes: false, keepsEarlier: false },
  'timestamps-off': { ...AS_OBSERVED, writes: false, keepsEarlier: false, withoutTimestamps: everybody },
  'no-snat': { ...AS_OBSERVED, perClient: true, keepsEarlier: false },
  'clients-close-first': { ...AS_OBSERVED, writes: false, keepsEarlier: false },
};

/** One clock of one pair sends no timestamps. */
export function timestampsOffAt(pair: number, clock: number): Rules {
  return {
    ...AS_OBSERVED,
    withoutTimestamps: (attempt) => attempt.pair === pair && attempt.clock === clock,
  };
}
