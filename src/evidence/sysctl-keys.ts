/** The settings with a whole number that mean something here: key of `sysctl`, and the field it is kept under. */
export const SYSCTL_FIELDS = {
  'net.ipv4.tcp_tw_recycle': 'twRecycle',
  'net.ipv4.tcp_timestamps': 'timestamps',
  'net.ipv4.tcp_syncookies': 'syncookies',
  'net.ipv4.tcp_tw_reuse': 'twReuse',
  'net.ipv4.tcp_max_syn_backlog': 'maxSynBacklog',
  'net.ipv4.tcp_max_tw_buckets': 'maxTwBuckets',
  'net.ipv4.tcp_rfc1337': 'rfc1337',
  'net.ipv4.tcp_fin_timeout': 'finTimeout',
  'net.ipv4.tcp_abort_on_overflow': 'abortOnOverflow',
  'net.ipv4.tcp_no_metrics_save': 'noMetricsSave',
  'net.ipv4.tcp_invalid_ratelimit': 'invalidRatelimit',
  'net.ipv4.tcp_synack_retries': 'synackRetries',
  'net.ipv4.ip_forward': 'ipForward',
  'net.core.somaxconn': 'somaxconn',
  'net.bridge.bridge-nf-call-iptables': 'bridgeNfCallIptables',
  'net.netfilter.nf_conntrack_max': 'conntrackMax',
  'net.netfilter.nf_conntrack_count': 'conntrackCount',
} as const;

export type SysctlField = (typeof SYSCTL_FIELDS)[keyof typeof SYSCTL_FIELDS];

export const RELEASE_KEY = 'kernel.osrelease';

/**
 * Settings that every kernel from 2.6.18 to 6.18 has in its first network namespace. Up to 4.10 `tcp_tw_recycle` was
 * listed in the same table as `tcp_abort_on_overflow`, `tcp_rfc1337` and `tcp_wmem`, which another namespace does not
 * show (ipv4_table of net/ipv4/sysctl_net_ipv4.c); in 4.11 every namespace shows it. A text that holds all of these
 * and not `tcp_tw_recycle` was therefore printed by 4.12 or later.
 */
export const WHOLE_LISTING_KEYS: ReadonlySet<string> = new Set([
  'net.ipv4.tcp_abort_on_overflow',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_max_tw_buckets',
  'net.ipv4.tcp_retries2',
  'net.ipv4.tcp_rfc1337',
  'net.ipv4.tcp_sack',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_timestamps',
  'net.ipv4.tcp_tw_reuse',
  'net.ipv4.tcp_window_scaling',
  'net.ipv4.tcp_wmem',
]);

const PER_INTERFACE = 'net.ipv4.conf.';
const RP_FILTER = '.rp_filter';

/** The interface of a `net.ipv4.conf.<interface>.rp_filter` key; null for any other key. */
export function rpFilterInterface(key: string): string | null {
  if (!key.startsWith(PER_INTERFACE) || !key.endsWith(RP_FILTER)) {
    return null;
  }
  const name = key.slice(PER_INTERFACE.length, -RP_FILTER.length);
  return name === '' ? null : name;
}
