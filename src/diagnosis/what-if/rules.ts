import type { ObservedAttempt } from './attempts.ts';
import type { ScenarioCode } from './result.ts';

/** The rules that a scenario changes. */
export interface Rules {
  /** Stamps are written: the target remembers its peers, and its side of a connection closes first at times. */
  readonly writes: boolean;
  /** Stamps are kept per client, not per address. */
  readonly perClient: boolean;
  /** A stamp from before the capture is as it was. */
  readonly keepsEarlier: boolean;
  /** True for attempts whose client sends no timestamps. */
  readonly withoutTimestamps: (attempt: ObservedAttempt) => boolean;
}

/** Nothing is changed: the check of the replay itself. */
export const AS_OBSERVED: Rules = {
  writes: true,
  perClient: false,
  keepsEarlier: true,
  withoutTimestamps: () => false,
};

/** Nothing is remembered, by now or from before the capture; why not makes no difference to any SYN. */
const NO_STAMPS: Rules = { ...AS_OBSERVED, writes: false, keepsEarlier: false };

/** The scenarios that concern everybody. */
export const RULES: Readonly<Record<Exclude<ScenarioCode, 'timestamps-off-at-clock'>, Rules>> = {
  'recycle-off': NO_STAMPS,
  'timestamps-off': NO_STAMPS,
  'no-snat': { ...AS_OBSERVED, perClient: true, keepsEarlier: false },
  'clients-close-first': NO_STAMPS,
};

/** One clock of one pair sends no timestamps. */
export function timestampsOffAt(pair: number, clock: number): Rules {
  return {
    ...AS_OBSERVED,
    withoutTimestamps: (attempt) => attempt.pair === pair && attempt.clock === clock,
  };
}
