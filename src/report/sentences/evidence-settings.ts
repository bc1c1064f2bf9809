import type { SettingCode } from '../../evidence/finding-tables.ts';

/** A setting of the target, as the report and `explain` tell it. */
export interface SettingText {
  readonly title: string;
  /** What it means for a SYN, one sentence. */
  readonly meaning: string;
  /** False: nothing that a reader of the report needs to be told, or what the reasons of the verdict say already. */
  readonly told: boolean;
}

/** What each setting means that changes what becomes of a SYN, or that is often mistaken for one. */
export const SETTING_TEXTS: Readonly<Record<SettingCode, SettingText>> = {
  'recycle-on': silent(
    'tcp_tw_recycle is on',
    'The kernel (up to 4.11) compares the timestamp of each SYN with the one it remembers for the address.',
  ),
  'recycle-off': silent(
    'tcp_tw_recycle is off',
    'No timestamp is compared between connections, and none is remembered for an address.',
  ),
  'timestamps-off': told(
    'tcp_timestamps is off',
    'tcp_timestamps is off there: no timestamp is remembered, and every SYN counts as one without.',
  ),
  'timestamps-on': silent(
    'tcp_timestamps is on',
    'Timestamps are used: without them no timestamp would be remembered. By itself it throws nothing away.',
  ),
  'syncookies-off': told(
    'SYN cookies are off',
    'tcp_syncookies is off: a full SYN queue drops SYNs silently.',
  ),
  'syncookies-always': told(
    'SYN cookies for every SYN',
    'tcp_syncookies = 2: every SYN is answered with a cookie, and from 3.13 on (and RHEL 7) the timestamp check is ' +
      'skipped.',
  ),
  'tw-reuse-on': told('tcp_tw_reuse is on', 'tcp_tw_reuse is on: it never throws an incoming SYN away.'),
  'rfc1337-on': told(
    'tcp_rfc1337 is on',
    'tcp_rfc1337 is on: a RST does not end TIME-WAIT, so a client that meets it stays locked out for up to 60 s.',
  ),
  'abort-on-overflow-on': told(
    'tcp_abort_on_overflow is on',
    'tcp_abort_on_overflow is on: a full accept queue answers the last ACK with RST.',
  ),
  'metrics-not-saved': told(
    'tcp_no_metrics_save is on',
    'tcp_no_metrics_save is on: the remembered timestamps are wiped once an hour.',
  ),
  'time-wait-acks-limited': silent(
    'ACKs to old segments are limited',
    'tcp_invalid_ratelimit: of two ACKs that TIME-WAIT owes within this time (500 ms by default) the second is left ' +
      'out, so that a SYN it rejects can meet silence.',
  ),
  'bridge-nf-off': told(
    'bridged packets bypass iptables',
    'net.bridge.bridge-nf-call-iptables is 0: bridged packets bypass iptables, and with them the service addresses ' +
      'of Kubernetes.',
  ),
  'accept-queue-limit': silent(
    'limit of accept queues',
    'net.core.somaxconn: no accept queue is longer than this, whatever backlog the service asks for.',
  ),
  'syn-backlog-limit': silent(
    'limit of SYN queues',
    'net.ipv4.tcp_max_syn_backlog bounds the handshakes that may be half open at one port.',
  ),
};

function told(title: string, meaning: string): SettingText {
  return { title, meaning, told: true };
}

function silent(title: string, meaning: string): SettingText {
  return { title, meaning, told: false };
}
