import type { CaptureForm } from './capture-writer.ts';
import type { FrameForm } from './frame-layout.ts';

/** The traffic in a generated capture. */
export interface Traffic {
  /** Packets at scale 1. */
  readonly packets: number;
  /** Source addresses that connect, and the share of them that hides two hosts with TSval clocks of their own. */
  readonly peers: number;
  readonly shared: number;
  /** Target addresses. */
  readonly targets: number;
  /** Connections under way at the same time, and the mean pause between two of one slot, in seconds. */
  readonly slots: number;
  readonly pause: number;
  /** Data segments of the target per connection, and their mean payload; 0: nothing but the handshake is captured. */
  readonly segments: number;
  readonly payload: number;
  /** The rest of a connection is not captured, as under a filter for SYNs. */
  readonly handshakesOnly: boolean;
  /** Share of connections that the target closes first. */
  readonly targetFirst: number;
  /** Of all packets the share that is a flood of SYNs, its source addresses, and the share that is answered. */
  readonly flood: number;
  readonly floodPeers: number;
  readonly floodAnswered: number;
}

export interface Kind {
  readonly title: string;
  readonly traffic: Traffic;
  readonly frame: FrameForm;
  readonly form: CaptureForm;
}

const ETHERNET: FrameForm = { family: 4, vlan: false };
const PCAP: CaptureForm = { format: 'pcap', bigEndian: false, nanoseconds: false, snaplen: 262144 };
const SHORT: CaptureForm = { ...PCAP, snaplen: 96 };

const NO_FLOOD = { flood: 0, floodPeers: 0, floodAnswered: 0 } as const;

const SERVICE: Traffic = {
  packets: 10_000_000,
  peers: 5000,
  shared: 0.1,
  targets: 3,
  slots: 500,
  pause: 1.5,
  segments: 20,
  payload: 1000,
  handshakesOnly: false,
  targetFirst: 0.3,
  ...NO_FLOOD,
};

/** Whole packets of fewer, longer connections. */
const DOWNLOADS: Traffic = { ...SERVICE, packets: 3_000_000, peers: 300, slots: 200, segments: 64 };

const HANDSHAKES: Traffic = {
  ...SERVICE,
  packets: 5_500_000,
  peers: 200_000,
  slots: 1000,
  pause: 0.2,
  segments: 0,
  targets: 1,
  handshakesOnly: true,
  targetFirst: 1,
};

/** A few nodes suffer behind a flood that hides them. */
const FLOOD: Traffic = {
  ...SERVICE,
  peers: 20,
  shared: 0.5,
  slots: 100,
  pause: 0.5,
  segments: 4,
  flood: 0.98,
  floodPeers: 2_000_000,
  floodAnswered: 0.2,
};

export const KINDS = {
  full: { title: 'A: whole packets', traffic: DOWNLOADS, frame: ETHERNET, form: PCAP },
  snap: { title: 'B: snap length 96', traffic: SERVICE, frame: ETHERNET, form: SHORT },
  'syn-only': { title: 'C: SYN and SYN-ACK alone', traffic: HANDSHAKES, frame: ETHERNET, form: PCAP },
  pcapng: { title: 'B as pcapng', traffic: SERVICE, frame: ETHERNET, form: { ...SHORT, format: 'pcapng' } },
  flood: { title: 'SYN flood, 2 M sources', traffic: FLOOD, frame: ETHERNET, form: SHORT },
  ipv6: {
    title: 'IPv6',
    traffic: SERVICE,
    frame: { family: 6, vlan: false },
    form: { ...SHORT, snaplen: 116 },
  },
  vlan: {
    title: 'VLAN',
    traffic: SERVICE,
    frame: { family: 4, vlan: true },
    form: { ...SHORT, snaplen: 100 },
  },
  nanoseconds: {
    title: 'nanoseconds',
    traffic: SERVICE,
    frame: ETHERNET,
    form: { ...SHORT, nanoseconds: true },
  },
  'big-endian': {
    title: 'big-endian',
    traffic: SERVICE,
    frame: ETHERNET,
    form: { ...SHORT, bigEndian: true },
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export function isKindName(name: string): name is KindName {
  return Object.hasOwn(KINDS, name);
}

export const KIND_NAMES: readonly KindName[] = Object.keys(KINDS).filter(isKindName);
