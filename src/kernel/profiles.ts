/**
 * What differs between the kernels that had, or have not, the per-host timestamp check. Each row is a range of
 * releases that behave alike. Sources: the kernel trees named beside each field, read for this table.
 */
export interface KernelProfile {
  /** Name used for `--target-kernel` and in reports. */
  readonly id: string;
  /** First and last release of the range, as [major, minor] or [major, minor, patch]; null for open. */
  readonly from: readonly number[];
  readonly to: readonly number[] | null;
  /** False from 4.12 on, where tcp_tw_recycle was removed (commit 4396e46187ca). */
  readonly perHostCheck: boolean;
  /**
   * What the remembered stamp is keyed by: the peer address, or local and peer address (tcp_metrics from 3.14,
   * `__tcp_get_metrics_req`; inet_peer and tcp_metrics up to 3.13: the peer only).
   */
  readonly key: 'peer' | 'local-and-peer';
  /** A SYN without timestamps while the entry is fresh is dropped (commit a26552afe894, 3.17 and RHEL 7). */
  readonly dropsSynWithoutTimestamps: boolean;
  /** TSval 0 counts as "no timestamps" (2.6.18 only; tcp_v4_conn_request). */
  readonly zeroMeansNone: boolean;
  /** IPv6 SYNs are checked (3.2 on; before, tcp_v6_remember_stamp is a stub). */
  readonly checksIpv6: boolean;
  /** IPv4 SYNs to a listener bound to `::` are checked (3.6 to 3.13 look up under another key family). */
  readonly checksMappedListener: boolean;
  /** A rejected SYN also moves ListenDrops (from 3.8; label `drop` of tcp_v4_conn_request). */
  readonly countsListenDrops: boolean;
  /** With the stamp in the future (clock stepped back) the entry counts as fresh (2.6.x compares now < S + 60). */
  readonly futureStampIsFresh: boolean;
  /** TIME-WAIT lets a remembered TSval of 0 pass (from the 3.2 tree; tcp_paws_check). */
  readonly zeroRecentPassesPaws: boolean;
  /** Distributions that ship it, in the form of `--target-kernel`; CentOS and other builds of RHEL count as that. */
  readonly distributions: readonly string[];
}

export const KERNEL_PROFILES: readonly KernelProfile[] = [
  {
    id: '2.6.18',
    from: [2, 6, 0],
    to: [2, 6, 31],
    perHostCheck: true,
    key: 'peer',
    dropsSynWithoutTimestamps: false,
    zeroMeansNone: true,
    checksIpv6: false,
    checksMappedListener: true,
    countsListenDrops: false,
    futureStampIsFresh: true,
    zeroRecentPassesPaws: false,
    distributions: ['rhel5'],
  },
  {
    id: '2.6.32',
    from: [2, 6, 32],
    to: [3, 1],
    perHostCheck: true,
    key: 'peer',
    dropsSynWithoutTimestamps: false,
    zeroMeansNone: false,
    checksIpv6: false,
    checksMappedListener: true,
    countsListenDrops: false,
    futureStampIsFresh: true,
    zeroRecentPassesPaws: false,
    distributions: ['rhel6', 'debian6', 'sles11'],
  },
  {
    id: '3.2',
    from: [3, 2],
    to: [3, 5],
    perHostCheck: true,
    key: 'peer',
    dropsSynWithoutTimestamps: false,
    zeroMeansNone: false,
    checksIpv6: true,
    checksMappedListener: true,
    countsListenDrops: false,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: ['debian7', 'ubuntu12.04'],
  },
  {
    id: '3.6',
    from: [3, 6],
    to: [3, 13],
    perHostCheck: true,
    key: 'peer',
    dropsSynWithoutTimestamps: false,
    zeroMeansNone: false,
    checksIpv6: true,
    checksMappedListener: false,
    countsListenDrops: true,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: ['ubuntu14.04'],
  },
  {
    id: '3.14',
    from: [3, 14],
    to: [3, 16],
    perHostCheck: true,
    key: 'local-and-peer',
    dropsSynWithoutTimestamps: false,
    zeroMeansNone: false,
    checksIpv6: true,
    checksMappedListener: true,
    countsListenDrops: true,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: ['debian8'],
  },
  {
    id: '3.17',
    from: [3, 17],
    to: [4, 9],
    perHostCheck: true,
    key: 'local-and-peer',
    dropsSynWithoutTimestamps: true,
    zeroMeansNone: false,
    checksIpv6: true,
    checksMappedListener: true,
    countsListenDrops: true,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: ['rhel7', 'ubuntu16.04', 'debian9'],
  },
  {
    id: '4.10',
    from: [4, 10],
    to: [4, 10],
    perHostCheck: true,
    key: 'local-and-peer',
    dropsSynWithoutTimestamps: true,
    zeroMeansNone: false,
    checksIpv6: true,
    checksMappedListener: true,
    countsListenDrops: true,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: ['ubuntu17.04'],
  },
  {
    id: '4.11',
    from: [4, 11],
    to: [4, 11],
    perHostCheck: true,
    key: 'local-and-peer',
    dropsSynWithoutTimestamps: true,
    zeroMeansNone: false,
    checksIpv6: true,
    checksMappedListener: true,
    countsListenDrops: true,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: [],
  },
  {
    id: '4.12+',
    from: [4, 12],
    to: null,
    perHostCheck: false,
    key: 'local-and-peer',
    dropsSynWithoutTimestamps: false,
    zeroMeansNone: false,
    checksIpv6: false,
    checksMappedListener: false,
    countsListenDrops: true,
    futureStampIsFresh: false,
    zeroRecentPassesPaws: true,
    distributions: [
      'rhel8',
      'rhel9',
      'rhel10',
      'ubuntu18.04',
      'ubuntu20.04',
      'ubuntu22.04',
      'ubuntu24.04',
      'debian10',
      'debian11',
      'debian12',
      'debian13',
      'sles15',
      'amzn2023',
    ],
  },
];

/** The profile with this id; null when there is none. */
export function kernelProfile(id: string): KernelProfile | null {
  return KERNEL_PROFILES.find((profile) => profile.id === id) ?? null;
}
