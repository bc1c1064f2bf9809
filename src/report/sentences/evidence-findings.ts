import type { EvidenceFinding } from '../../evidence/findings.ts';
import type { DropAccount } from '../../evidence/listen-drops.ts';
import type { KernelRange, KernelVersion } from '../../evidence/kernel-range.ts';
import { listed } from '../wording/list.ts';
import { count, counted } from '../wording/number.ts';
import type { Sentences } from './tell.ts';

/**
 * What the evidence says without the capture. Null: nothing that a reader needs (JSON has it all), or what the reasons
 * of the verdict say already.
 */
export const EVIDENCE_FINDING_SENTENCES: Sentences<EvidenceFinding, string | null> = {
  'recycle-on': ({ source, line }) =>
    source === 'configuration'
      ? `A configuration file wants tcp_tw_recycle on (line ${line}); whether it is on was not seen.`
      : null,
  'recycle-off': ({ source, line }) =>
    source === 'configuration'
      ? `A configuration file wants tcp_tw_recycle off (line ${line}); whether it is off was not seen.`
      : null,
  'timestamps-off': () =>
    'tcp_timestamps is off there: no timestamp is remembered, and every SYN counts as one without.',
  'timestamps-on': () => null,
  'syncookies-off': () => 'tcp_syncookies is off: a full SYN queue drops SYNs silently.',
  'syncookies-always': () =>
    'tcp_syncookies = 2: every SYN is answered with a cookie, and from 3.13 on (and RHEL 7) the timestamp check is skipped.',
  'tw-reuse-on': () => 'tcp_tw_reuse is on: it never throws an incoming SYN away.',
  'rfc1337-on': () =>
    'tcp_rfc1337 is on: a RST does not end TIME-WAIT, so a client that meets it stays locked out for up to 60 s.',
  'abort-on-overflow-on': () =>
    'tcp_abort_on_overflow is on: a full accept queue answers the last ACK with RST.',
  'metrics-not-saved': () => 'tcp_no_metrics_save is on: the remembered timestamps are wiped once an hour.',
  'time-wait-acks-limited': () => null,
  'bridge-nf-off': () =>
    'net.bridge.bridge-nf-call-iptables is 0: bridged packets bypass iptables, and with them the service addresses of Kubernetes.',
  'accept-queue-limit': () => null,
  'syn-backlog-limit': () => null,
  'paws-passive-delta': () => null,
  'paws-estab': ({ delta }) =>
    grown('PAWSEstab', delta, 'segments with old timestamps, TIME-WAIT reuse among them'),
  'paws-timewait': ({ delta }) => grown('PAWSTimewait', delta, 'SYNs rejected by TIME-WAIT'),
  'time-wait-ack-skipped': ({ delta }) =>
    grown('TCPACKSkippedTimeWait', delta, 'SYNs that TIME-WAIT left without an answer'),
  'syn-challenged': ({ delta }) =>
    grown('TCPSYNChallenge', delta, 'SYNs on connections that were still open'),
  'listen-overflows': ({ delta }) =>
    delta === 0
      ? 'ListenOverflows stood still: no accept queue was full.'
      : grown('ListenOverflows', delta, 'times that an accept queue was full'),
  'req-q-full-drop': ({ delta }) =>
    delta === 0
      ? null
      : grown('TCPReqQFullDrop', delta, 'SYNs dropped because the SYN queue was full and cookies off'),
  'req-q-full-cookies': ({ delta }) =>
    grown('TCPReqQFullDoCookies', delta, 'SYNs answered with a cookie because the SYN queue was full'),
  'socket-backlog-drop': ({ delta }) => grown('TCPBacklogDrop', delta, 'segments dropped at busy sockets'),
  'time-wait-overflow': ({ delta }) =>
    grown('TCPTimeWaitOverflow', delta, 'connections for which TIME-WAIT had no room'),
  'embryonic-resets': ({ delta }) => grown('EmbryonicRsts', delta, 'handshakes ended by RST'),
  'reverse-path-filtered': ({ delta }) => grown('IPReversePathFilter', delta, 'packets dropped by rp_filter'),
  'min-ttl-drop': ({ delta }) => grown('TCPMinTTLDrop', delta, 'packets dropped for their TTL'),
  'md5-missing': ({ delta }) =>
    grown('TCPMD5NotFound', delta, 'segments dropped for a missing MD5 signature'),
  'md5-unexpected': ({ delta }) => grown('TCPMD5Unexpected', delta, 'segments dropped for an MD5 signature'),
  'md5-wrong': ({ delta }) => grown('TCPMD5Failure', delta, 'segments dropped for a wrong MD5 signature'),
  'bad-segments': ({ delta }) => grown('InErrs', delta, 'TCP segments that were damaged'),
  'bad-checksums': ({ delta }) => grown('InCsumErrors', delta, 'TCP segments with a wrong checksum'),
  'wrong-destinations': ({ delta }) =>
    grown('InAddrErrors', delta, 'packets for addresses that are not its own'),
  'no-route-back': ({ delta }) => grown('OutNoRoutes', delta, 'packets to send without a route'),
  'no-route-in': ({ delta }) => grown('InNoRoutes', delta, 'packets received without a route'),
  'recycle-key-absent': ({ basis }) =>
    basis === 'refusal'
      ? 'sysctl knows no tcp_tw_recycle where it was asked: Linux 4.12 or later, or inside a container.'
      : null,
  'rp-filter-strict': ({ interface: face, line }) =>
    `rp_filter is strict on ${face} (line ${line}): sources that are routed elsewhere are dropped without an answer.`,
  'paws-passive-column-present': () => null,
  'paws-passive-column-absent': () => null,
  'paws-passive-since-boot': ({ value }) =>
    value === 0
      ? 'PAWSPassive is 0: this check has thrown no SYN away since the target (or its network namespace) started.'
      : `PAWSPassive stands at ${count(value)} since the target started; a second reading would show whether it still grows.`,
  'listen-drops-explained': ({ drops, accounts }) => dropsSentence(drops, accounts[0]),
  'listen-drops-unexplained': ({ drops }) =>
    `ListenDrops grew by ${count(drops)}, which the other counters do not explain.`,
  cookies: ({ sent, failed }) =>
    `${counted(sent, 'SYN cookie')} sent${failed === 0 ? '' : `; ${count(failed)} came back wrong`}.`,
  'counters-went-back': ({ first, swapped }) =>
    swapped
      ? `Every counter went down (${first}, for example): before and after seem to be swapped. They were not used.`
      : `Counters went down (${first}, for example): a restart, or two hosts. Their growth was not used.`,
  'counters-identical': () =>
    'No counter moved at all: one snapshot under two names? Their growth was not used.',
  'stamps-held': ({ stamps, fresh }) =>
    `After the capture the kernel held ${counted(stamps, 'timestamp')} of peers (ip tcp_metrics), ` +
    `${fresh === 0 ? 'none' : count(fresh)} under 60 s old.`,
  'no-stamps': () => null,
  'kernel-range': ({ range }) => rangeSentence(range),
  'kernel-range-contradictory': () =>
    'No version of Linux fits all of the evidence: the files are from different hosts, or one was edited.',
  'setting-contradicts-counter': ({ delta }) =>
    `The settings have no tcp_tw_recycle in force, yet PAWSPassive grew by ${count(delta)}: they are from different hosts or times.`,
};

function grown(counter: string, delta: number, what: string): string {
  return `${counter} grew by ${count(delta)}: ${what}.`;
}

const DROP_SOURCES: Readonly<Record<DropAccount['parts'][number]['source'], string>> = {
  'timestamp-check': 'by the timestamp check',
  'accept-queue': 'by a full accept queue',
  'syn-queue': 'by a full SYN queue',
  cookie: 'SYNs that were answered with a cookie',
};

/** `ListenDrops grew by 1,248, all of it by the timestamp check`: the counter is the usual false alarm. */
function dropsSentence(drops: number, account: DropAccount | undefined): string {
  const parts = (account?.parts ?? []).map(({ source, count: part }) => ({
    part,
    what: DROP_SOURCES[source],
  }));
  const rest = account?.rest ?? drops;
  const [only] = parts;
  const grew = `ListenDrops grew by ${count(drops)}`;
  if (only !== undefined && parts.length === 1 && rest === 0) {
    return only.what.startsWith('by')
      ? `${grew}, all of it ${only.what}.`
      : `${grew}, all of it ${only.what}: none was lost.`;
  }
  const told = parts.map(({ part, what }) => `${count(part)} ${what}`);
  if (rest > 0) told.push(`${count(rest)} for another reason`);
  return `${grew}: ${listed(told)}.`;
}

function rangeSentence({ min, max }: KernelRange): string | null {
  if (min === null && max === null) return null;
  if (min === null) return `The evidence fits Linux up to ${version(max)}.`;
  return max === null
    ? `The evidence fits Linux ${version(min)} and later.`
    : `The evidence fits Linux ${version(min)} to ${version(max)}.`;
}

function version(of: KernelVersion | null): string {
  return of === null ? '' : of.join('.');
}
