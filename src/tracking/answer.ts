/**
 * What the target sent back for one SYN packet.
 *
 * `syn-ack`: a SYN-ACK that echoes its TSval (or, without timestamps, follows it). `rst`: a reset. `ack`: a bare
 * ACK of an old connection on the same 4-tuple. `none`: nothing, and the capture went on long enough to know.
 * `unknown`: the capture ends too early, or holds no replies at all.
 */
export const ANSWERS = ['none', 'syn-ack', 'rst', 'ack', 'unknown'] as const;
export type Answer = (typeof ANSWERS)[number];

/** The same as numbers, the form in which rows hold them: the index into `ANSWERS`. */
export const SILENT = 0;
export const ANSWERED = 1;
export const REFUSED = 2;
export const CHALLENGED = 3;
export const UNKNOWN = 4;
