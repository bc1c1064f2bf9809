/**
 * What the model says the target's kernel did with one SYN packet: threw it away, may have, let it through to the
 * listener (or the old connection), or cannot be told because the cache before the capture is not known.
 */
export const FATES = ['unknown', 'pass', 'possible-reject', 'reject'] as const;
export type Fate = (typeof FATES)[number];
