/**
 * Names of the kernel's counters: `TcpExt.PAWSPassive` is column PAWSPassive of the lines `TcpExt:` in /proc/net/netstat,
 * printed by nstat as `TcpExtPAWSPassive` and by `netstat -s` as a sentence.
 */

/** Groups as /proc/net/netstat, snmp and snmp6 name them; a group that begins with another one's name stands first. */
export const COUNTER_GROUPS = [
  'MPTcpExt',
  'TcpExt',
  'IpExt',
  'IcmpMsg',
  'UdpLite6',
  'UdpLite',
  'Icmp6',
  'Udp6',
  'Ip6',
  'Icmp',
  'Sctp',
  'Udp',
  'Tcp',
  'Ip',
] as const;

/** `TcpExtPAWSPassive` -> `TcpExt.PAWSPassive`; null when no group fits. */
export function counterOfNstatName(name: string): string | null {
  const group = COUNTER_GROUPS.find(
    (candidate) => name.startsWith(candidate) && name.length > candidate.length,
  );
  return group === undefined ? null : `${group}.${name.slice(group.length)}`;
}

/** Values that go down as well as up, or never move: no difference of them counts events. */
export const GAUGES: ReadonlySet<string> = new Set([
  'Ip.Forwarding',
  'Ip.DefaultTTL',
  'Tcp.RtoAlgorithm',
  'Tcp.RtoMin',
  'Tcp.RtoMax',
  'Tcp.MaxConn',
  'Tcp.CurrEstab',
  'MPTcpExt.MPCurrEstab',
]);

/**
 * Sentences of `netstat -s` (net-tools, old spellings included) for the counters that matter here, with `#` for the
 * number. The section is that of the text: one sentence means different counters in different sections.
 */
export const NETSTAT_SENTENCES: ReadonlyMap<string, string> = new Map([
  ['TcpExt # passive connections rejected because of time stamp', 'TcpExt.PAWSPassive'],
  ['TcpExt # active connections rejected because of time stamp', 'TcpExt.PAWSActive'],
  ['TcpExt # packets rejects in established connections because of timestamp', 'TcpExt.PAWSEstab'],
  ['TcpExt # packets rejected in established connections because of timestamp', 'TcpExt.PAWSEstab'],
  ['TcpExt # packetes rejected in established connections because of timestamp', 'TcpExt.PAWSEstab'],
  ['TcpExt # times the listen queue of a socket overflowed', 'TcpExt.ListenOverflows'],
  ['TcpExt # SYNs to LISTEN sockets ignored', 'TcpExt.ListenDrops'],
  ['TcpExt # SYNs to LISTEN sockets dropped', 'TcpExt.ListenDrops'],
  ['TcpExt # SYN cookies sent', 'TcpExt.SyncookiesSent'],
  ['TcpExt # SYN cookies received', 'TcpExt.SyncookiesRecv'],
  ['TcpExt # invalid SYN cookies received', 'TcpExt.SyncookiesFailed'],
  ['TcpExt # resets received for embryonic SYN_RECV sockets', 'TcpExt.EmbryonicRsts'],
  ['TcpExt # TCP sockets finished time wait in fast timer', 'TcpExt.TW'],
  ['TcpExt # TCP sockets finished time wait in slow timer', 'TcpExt.TWKilled'],
  ['TcpExt # time wait sockets recycled by time stamp', 'TcpExt.TWRecycled'],
  ['TcpExt # other TCP timeouts', 'TcpExt.TCPTimeouts'],
  ['Tcp # active connections openings', 'Tcp.ActiveOpens'],
  ['Tcp # active connection openings', 'Tcp.ActiveOpens'],
  ['Tcp # passive connection openings', 'Tcp.PassiveOpens'],
  ['Tcp # passive connections openings', 'Tcp.PassiveOpens'],
  ['Tcp # failed connection attempts', 'Tcp.AttemptFails'],
  ['Tcp # connection resets received', 'Tcp.EstabResets'],
  ['Tcp # connections established', 'Tcp.CurrEstab'],
  ['Tcp # segments received', 'Tcp.InSegs'],
  ['Tcp # segments send out', 'Tcp.OutSegs'],
  ['Tcp # segments sent out', 'Tcp.OutSegs'],
  ['Tcp # segments retransmited', 'Tcp.RetransSegs'],
  ['Tcp # segments retransmitted', 'Tcp.RetransSegs'],
  ['Tcp # bad segments received.', 'Tcp.InErrs'],
  ['Tcp # bad segments received', 'Tcp.InErrs'],
  ['Tcp # resets sent', 'Tcp.OutRsts'],
  ['Ip # total packets received', 'Ip.InReceives'],
  ['Ip # with invalid headers', 'Ip.InHdrErrors'],
  ['Ip # with invalid addresses', 'Ip.InAddrErrors'],
  ['Ip # incoming packets discarded', 'Ip.InDiscards'],
  ['Ip # incoming packets delivered', 'Ip.InDelivers'],
  ['Ip # requests sent out', 'Ip.OutRequests'],
  ['Ip # dropped because of missing route', 'Ip.OutNoRoutes'],
]);
