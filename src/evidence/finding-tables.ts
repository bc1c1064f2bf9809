import type { SysctlField } from './sysctl-keys.ts';

export type SettingCode = (typeof SETTING_FINDINGS)[number]['code'];
export type DeltaCode = (typeof DELTA_FINDINGS)[number]['code'];

const setting = <Code extends string>(
  field: SysctlField,
  code: Code,
  when: (value: number) => boolean,
): { readonly field: SysctlField; readonly code: Code; readonly when: (value: number) => boolean } => ({
  field,
  code,
  when,
});

/** Values of settings that change what the kernel does with a SYN, or that are often mistaken for such. */
export const SETTING_FINDINGS = [
  setting('twRecycle', 'recycle-on', (value) => value !== 0),
  setting('twRecycle', 'recycle-off', (value) => value === 0),
  /** No stamp is written, and every SYN counts as one without timestamps. */
  setting('timestamps', 'timestamps-off', (value) => value === 0),
  setting('timestamps', 'timestamps-on', (value) => value !== 0),
  /** A full SYN queue drops silently instead of answering with a cookie. */
  setting('syncookies', 'syncookies-off', (value) => value === 0),
  /** Every SYN is answered with a cookie and the per-host check is passed over (3.13 and later, RHEL 7). */
  setting('syncookies', 'syncookies-always', (value) => value === 2),
  /** Concerns connections that the host opens itself; never rejects a SYN that comes in. */
  setting('twReuse', 'tw-reuse-on', (value) => value === 1),
  /** An RST does not end TIME-WAIT: a rejected client stays rejected until it ends by itself. */
  setting('rfc1337', 'rfc1337-on', (value) => value !== 0),
  setting('abortOnOverflow', 'abort-on-overflow-on', (value) => value !== 0),
  /** The stamp of a peer is wiped once an hour. */
  setting('noMetricsSave', 'metrics-not-saved', (value) => value !== 0),
  /** The second of two challenge ACKs within this time (ms) is left out: a silent TIME-WAIT reject. */
  setting('invalidRatelimit', 'time-wait-acks-limited', (value) => value > 0),
  setting('bridgeNfCallIptables', 'bridge-nf-off', (value) => value === 0),
  setting('somaxconn', 'accept-queue-limit', () => true),
  setting('maxSynBacklog', 'syn-backlog-limit', () => true),
] as const;

/** Counters whose growth is a finding, and whether no growth is one, too: it rules something out. */
export const DELTA_FINDINGS = [
  { counter: 'TcpExt.PAWSPassive', code: 'paws-passive-delta', evenZero: true },
  { counter: 'TcpExt.PAWSEstab', code: 'paws-estab', evenZero: false },
  { counter: 'TcpExt.PAWSTimewait', code: 'paws-timewait', evenZero: false },
  { counter: 'TcpExt.TCPACKSkippedTimeWait', code: 'time-wait-ack-skipped', evenZero: false },
  { counter: 'TcpExt.TCPSYNChallenge', code: 'syn-challenged', evenZero: false },
  { counter: 'TcpExt.ListenOverflows', code: 'listen-overflows', evenZero: true },
  { counter: 'TcpExt.TCPReqQFullDrop', code: 'req-q-full-drop', evenZero: true },
  { counter: 'TcpExt.TCPReqQFullDoCookies', code: 'req-q-full-cookies', evenZero: false },
  { counter: 'TcpExt.TCPBacklogDrop', code: 'socket-backlog-drop', evenZero: false },
  { counter: 'TcpExt.TCPTimeWaitOverflow', code: 'time-wait-overflow', evenZero: false },
  { counter: 'TcpExt.EmbryonicRsts', code: 'embryonic-resets', evenZero: false },
  { counter: 'TcpExt.IPReversePathFilter', code: 'reverse-path-filtered', evenZero: false },
  { counter: 'TcpExt.TCPMinTTLDrop', code: 'min-ttl-drop', evenZero: false },
  { counter: 'TcpExt.TCPMD5NotFound', code: 'md5-missing', evenZero: false },
  { counter: 'TcpExt.TCPMD5Unexpected', code: 'md5-unexpected', evenZero: false },
  { counter: 'TcpExt.TCPMD5Failure', code: 'md5-wrong', evenZero: false },
  { counter: 'Tcp.InErrs', code: 'bad-segments', evenZero: false },
  { counter: 'Tcp.InCsumErrors', code: 'bad-checksums', evenZero: false },
  { counter: 'Ip.InAddrErrors', code: 'wrong-destinations', evenZero: false },
  { counter: 'Ip.OutNoRoutes', code: 'no-route-back', evenZero: false },
  { counter: 'IpExt.InNoRoutes', code: 'no-route-in', evenZero: false },
] as const;
