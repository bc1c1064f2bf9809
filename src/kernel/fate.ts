/**
 * What the model says the target's kernel did with one SYN packet: threw it away, may have, let it through to the
 * listener (or the old connection), or cannot be told because the cache before the capture is not known.
 */
export const FATES = ['unknown', 'pass', 'possible-reject', 'reject'] as const;
export type Fate = (typeof FATES)[number];

/**
 * The form in which a row holds fates: two bits for each variant of the model (index into `FATES`), and two bits for
 * what the target's TIME-WAIT of the same 4-tuple, where there may be one, does with the SYN.
 */
export const FATE_UNKNOWN = 0;
export const FATE_PASS = 1;
export const FATE_POSSIBLE = 2;
export const FATE_REJECT = 3;
export const MAX_VARIANTS = 4;
const TIME_WAIT_SHIFT = 2 * MAX_VARIANTS;

/** Outcomes of TIME-WAIT as row bits. */
export const TIME_WAIT_NONE = 0;
export const TIME_WAIT_REOPENS = 1;
export const TIME_WAIT_PAWS_REJECTS = 2;
export const TIME_WAIT_ACKNOWLEDGES = 3;

export function fateOf(packed: number, variant: number): number {
  return (packed >>> (2 * variant)) & 3;
}

export function timeWaitOf(packed: number): number {
  return (packed >>> TIME_WAIT_SHIFT) & 3;
}

export function packTimeWait(outcome: number): number {
  return outcome << TIME_WAIT_SHIFT;
}
