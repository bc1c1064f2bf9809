import type { Cause } from '../../diagnosis/codes.ts';

/** Each cause as a noun phrase: what stood in the way of the SYN. */
export const CAUSE_NAMES: Readonly<Record<Cause, string>> = {
  'tw-recycle-reject': 'the per-host timestamp check (tcp_tw_recycle)',
  'time-wait-reject': 'a TIME-WAIT socket on the same addresses and ports',
  'accept-queue-overflow': 'a full accept queue (the application accepts too slowly)',
  'syn-queue-full': 'a full SYN queue with SYN cookies off',
  'port-closed': 'a closed port (answered with RST)',
  'source-filtered': 'a filter (firewall, rp_filter, policy) or loss behind the point of capture',
  'reply-lost': 'a SYN-ACK that was lost on the way back',
  'tuple-collision': 'a live connection on the same addresses and ports',
  unexplained: 'something that the capture does not show',
};

/** The same in two or three words, for lists. */
export const CAUSE_LABELS: Readonly<Record<Cause, string>> = {
  'tw-recycle-reject': 'timestamp check',
  'time-wait-reject': 'TIME-WAIT reuse',
  'accept-queue-overflow': 'full accept queue',
  'syn-queue-full': 'full SYN queue',
  'port-closed': 'closed port',
  'source-filtered': 'filter on the source',
  'reply-lost': 'lost reply',
  'tuple-collision': 'collision with a live connection',
  unexplained: 'unexplained',
};
