import type { Cause } from '../../diagnosis/codes.ts';

/** Each cause as a noun phrase: what stood in the way of the SYN. */
export const CAUSE_NAMES: Readonly<Record<Cause, string>> = {
  'tw-recycle-reject': 'the per-host timestamp check (tcp_tw_recycle)',
  'time-wait-reject': 'a TIME-WAIT socket on the same addresses and ports',
  'accept-queue-overflow': 'a full accept queue (the application accepts too slowly)',
  'syn-queue-full': 'a full SYN queue with SYN cookies off',
  'port-closed': 'a closed port (answered with RST)',
  'source-filtered': 'a filter on the source (firewall, rp_filter or policy)',
  'reply-lost': 'a SYN-ACK that was lost on the way back',
  'tuple-collision': 'a live connection on the same addresses and ports',
  unexplained: 'something that the capture does not show',
};
