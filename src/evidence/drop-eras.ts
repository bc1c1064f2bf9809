/**
 * What raised `TcpExt.ListenDrops` in which kernels (kernel-side facts: drop labels of tcp_v4_conn_request and
 * tcp_conn_request, net/ipv4/tcp_ipv4.c and tcp_input.c). The counter is the usual false alarm: it looks like a full
 * backlog, and from 3.8 on it also counts each SYN that the per-host timestamp check threw away.
 */
export interface DropEra {
  readonly era: 'before-3.8' | '3.8-to-4.8' | '4.9-to-4.11' | '4.12-and-later';
  /** Which events each raise ListenDrops by one. */
  readonly countedAsDrop: readonly DropSource[];
}

export type DropSource = (typeof DROP_SOURCES)[number]['source'];

/** Events that other counters count, and those counters. */
export const DROP_SOURCES = [
  /** SYN behind the stamp of its peer. */
  { source: 'timestamp-check', counter: 'TcpExt.PAWSPassive' },
  /** Accept queue full: at the last ACK, and from 3.8 on at the SYN. */
  { source: 'accept-queue', counter: 'TcpExt.ListenOverflows' },
  /** SYN queue full and no cookies. */
  { source: 'syn-queue', counter: 'TcpExt.TCPReqQFullDrop' },
  /** SYN that was answered, with a cookie: no SYN was lost. */
  { source: 'cookie', counter: 'TcpExt.SyncookiesSent' },
] as const;

/**
 * RHEL 7 counts as 3.8-to-4.8. Where in 4.5 to 4.8 the counting of cookies stopped was not seen; both neighbours are
 * tried for those.
 */
export const DROP_ERAS: readonly DropEra[] = [
  { era: 'before-3.8', countedAsDrop: ['accept-queue'] },
  { era: '3.8-to-4.8', countedAsDrop: ['timestamp-check', 'accept-queue', 'syn-queue', 'cookie'] },
  { era: '4.9-to-4.11', countedAsDrop: ['timestamp-check', 'accept-queue', 'syn-queue'] },
  { era: '4.12-and-later', countedAsDrop: ['accept-queue', 'syn-queue'] },
];
