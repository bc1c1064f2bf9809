import type { Cause } from '../../diagnosis/codes.ts';

/** Each cause as a noun phrase that can end a sentence. */
export const CAUSE_NAMES: Readonly<Record<Cause, string>> = {
  'tw-recycle-reject': 'rejected by the per-host timestamp check (tcp_tw_recycle)',
  'time-wait-reject': 'rejected by a TIME-WAIT socket on the same addresses and ports',
  'accept-queue-overflow': 'accept queue full (the application accepts too slowly)',
  'syn-queue-full': 'SYN queue full and SYN cookies off',
  'port-closed': 'port closed (answered with RST)',
  'source-filtered': 'source filtered (firewall, rp_filter or policy)',
  'reply-lost': 'SYN-ACK sent but lost on the way back',
  'tuple-collision': 'addresses and ports of a connection that is still alive',
  unexplained: 'unexplained',
};
