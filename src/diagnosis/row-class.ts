/** Bits of ROW.class: what the diagnosis found out about a SYN packet besides its fate and its answer. */

/** The check would have rejected it, but its listener was full just then. */
export const CLASS_CONTESTED = 1;
/** Silent while requests of its listener were stuck: the queue was full. */
export const CLASS_STUCK = 2;
/** Behind the stamp that is assumed from served SYNs. */
export const CLASS_ASSUMED_REJECT = 4;
/** Without a captured answer: the client behaved as if not served. */
export const CLASS_SEEMS_SILENT = 16;
/** TIME-WAIT rejected it, and said nothing: its ACK to the SYN before was under 500 ms old (tcp_invalid_ratelimit). */
export const CLASS_TIME_WAIT_SILENT = 32;
/**
 * Silent in the first minute, when only a stamp from before the capture could tell, at a listener without any sign of
 * a full queue.
 */
export const CLASS_EARLY = 64;
/** The check would have rejected it, but nobody is served at its port: it never came that far. */
export const CLASS_UNSERVED = 128;
