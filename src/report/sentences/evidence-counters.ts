import type { DeltaCode } from '../../evidence/finding-tables.ts';
import { count } from '../wording/number.ts';

/** What the growth of one of the kernel's counters counts. */
export interface CounterText {
  /** The counter as /proc/net/netstat and snmp name it. */
  readonly counter: string;
  /** What it counted, plural: `ListenOverflows grew by 12: times that an accept queue was full`. */
  readonly counted: string;
  /** What it says that it stood still; null where that says nothing. */
  readonly still: string | null;
  /** False: the reasons of the verdict speak of it. */
  readonly told: boolean;
  /** What an engineer must know of it besides; null for nothing. */
  readonly note: string | null;
}

/** The counters that tell why a segment was thrown away. */
export const COUNTER_TEXTS: Readonly<Record<DeltaCode, CounterText>> = {
  'paws-passive-delta': {
    counter: 'PAWSPassive',
    counted: 'SYNs thrown away by the per-host timestamp check, retransmissions included',
    still: 'the check threw nothing away',
    told: false,
    note: 'The column exists up to Linux 4.11 alone.',
  },
  'paws-estab': grown(
    'PAWSEstab',
    'segments with old timestamps, TIME-WAIT reuse among them',
    'Up to Linux 6.15 a SYN that TIME-WAIT rejects for its timestamp is counted here, later in PAWSTimewait.',
  ),
  'paws-timewait': grown('PAWSTimewait', 'SYNs rejected by TIME-WAIT', 'From Linux 6.16 on.'),
  'time-wait-ack-skipped': grown(
    'TCPACKSkippedTimeWait',
    'SYNs that TIME-WAIT left without an answer',
    'The second ACK within tcp_invalid_ratelimit (500 ms) is left out; in 4.1 and later, and in RHEL 7.',
  ),
  'syn-challenged': grown('TCPSYNChallenge', 'SYNs on connections that were still open'),
  'listen-overflows': {
    counter: 'ListenOverflows',
    counted: 'times that an accept queue was full, at a SYN or at the last ACK of a handshake',
    still: 'no accept queue was full',
    told: true,
    note: 'Before about Linux 3.8 a SYN dropped at a full accept queue moved no counter at all.',
  },
  'req-q-full-drop': {
    counter: 'TCPReqQFullDrop',
    counted: 'SYNs dropped because the SYN queue was full and cookies off',
    still: null,
    told: true,
    note: 'From Linux 3.2 on, not in RHEL 6.',
  },
  'req-q-full-cookies': grown(
    'TCPReqQFullDoCookies',
    'SYNs answered with a cookie because the SYN queue was full',
  ),
  'socket-backlog-drop': grown('TCPBacklogDrop', 'segments dropped at busy sockets'),
  'time-wait-overflow': grown(
    'TCPTimeWaitOverflow',
    'connections for which TIME-WAIT had no room',
    'The timestamp of such a connection is remembered all the same.',
  ),
  'embryonic-resets': grown('EmbryonicRsts', 'handshakes ended by RST'),
  'reverse-path-filtered': grown('IPReversePathFilter', 'packets dropped by rp_filter'),
  'min-ttl-drop': grown('TCPMinTTLDrop', 'packets dropped for their TTL'),
  'md5-missing': grown('TCPMD5NotFound', 'segments dropped for a missing MD5 signature'),
  'md5-unexpected': grown('TCPMD5Unexpected', 'segments dropped for an MD5 signature'),
  'md5-wrong': grown('TCPMD5Failure', 'segments dropped for a wrong MD5 signature'),
  'bad-segments': grown('InErrs', 'TCP segments that were damaged'),
  'bad-checksums': grown('InCsumErrors', 'TCP segments with a wrong checksum'),
  'wrong-destinations': grown('InAddrErrors', 'packets for addresses that are not its own'),
  'no-route-back': grown('OutNoRoutes', 'packets to send without a route'),
  'no-route-in': grown('InNoRoutes', 'packets received without a route'),
};

function grown(counter: string, counted: string, note: string | null = null): CounterText {
  return { counter, counted, still: null, told: true, note };
}

/** `ListenOverflows stood still: no accept queue was full.`; null where the report has nothing to say. */
export function counterSentence(code: DeltaCode, delta: number): string | null {
  const { counter, counted, still, told } = COUNTER_TEXTS[code];
  if (!told) return null;
  if (delta > 0) return `${counter} grew by ${count(delta)}: ${counted}.`;
  return still === null ? null : `${counter} stood still: ${still}.`;
}
