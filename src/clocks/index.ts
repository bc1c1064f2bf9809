export type {
  Clock,
  ClockRate,
  ClockRegime,
  PeerClocks,
  RegimeEvidence,
  UndeterminedReason,
} from './clock.ts';
export { describeLag, tsvalAt, type ClockLag } from './lag.ts';
export { CLOCK_LIMITS, type ClockCeilings } from './limits.ts';
export { NOMINAL_RATES, type NominalRate } from './rate.ts';
export { ClockTracker } from './tracker.ts';
