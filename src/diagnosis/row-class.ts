/** Bits of ROW.class: what the diagnosis found out about a SYN packet besides its fate and its answer. */

/** The check would have rejected it, but its listener was full just then. */
export const CLASS_CONTESTED = 1;
/** The model lets it pass, it was silent, and requests of its listener were waiting: the queue was full. */
export const CLASS_LISTENER_FULL = 2;
/** Behind the stamp that is assumed from served SYNs. */
export const CLASS_ASSUMED_REJECT = 4;
/** Without captured answers: the client behaved as if served, or as if not. */
export const CLASS_SEEMS_SERVED = 8;
export const CLASS_SEEMS_SILENT = 16;
