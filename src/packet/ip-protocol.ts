import { u8 } from '../units/table.ts';
import type { Cursor } from './cursor.ts';
import type { Layer } from './layer.ts';
import {
  AUTHENTICATION,
  GRE,
  IPV4,
  IPV6,
  IPV6_FRAGMENT,
  IPV6_OPTIONS,
  MPLS,
  STOP,
  TCP,
  UDP,
} from './layer.ts';
import { TRANSPORT_NOT_TCP } from './undecoded.ts';

interface Row {
  readonly protocol: number;
  readonly layer: Layer;
  /** A packet inside the packet. */
  readonly tunnel?: true;
  /** An extension header that exists in IPv6 only. */
  readonly ipv6Only?: true;
}

/** IP protocol numbers (IANA) that lead on to TCP. ICMP is not among them: what it quotes was sent by nobody. */
const ROWS: readonly Row[] = [
  { protocol: 0, layer: IPV6_OPTIONS, ipv6Only: true }, // hop-by-hop
  { protocol: 4, layer: IPV4, tunnel: true },
  { protocol: 6, layer: TCP },
  { protocol: 17, layer: UDP, tunnel: true },
  { protocol: 41, layer: IPV6, tunnel: true },
  { protocol: 43, layer: IPV6_OPTIONS, ipv6Only: true }, // routing
  { protocol: 44, layer: IPV6_FRAGMENT, ipv6Only: true },
  { protocol: 47, layer: GRE, tunnel: true },
  { protocol: 51, layer: AUTHENTICATION },
  { protocol: 60, layer: IPV6_OPTIONS, ipv6Only: true }, // destination
  { protocol: 135, layer: IPV6_OPTIONS, ipv6Only: true }, // mobility
  { protocol: 137, layer: MPLS, tunnel: true },
  { protocol: 139, layer: IPV6_OPTIONS, ipv6Only: true }, // host identity
  { protocol: 140, layer: IPV6_OPTIONS, ipv6Only: true }, // shim6
];

function tableOf(select: (row: Row) => boolean): Uint8Array {
  const table = new Uint8Array(256).fill(STOP);
  for (const row of ROWS) if (select(row)) table[row.protocol] = row.layer;
  return table;
}

/** Layer by protocol number, for each IP version, with and without tunnels. */
const IPV4_PLAIN = tableOf((row) => row.tunnel === undefined && row.ipv6Only === undefined);
const IPV4_TUNNELS = tableOf((row) => row.ipv6Only === undefined);
const IPV6_PLAIN = tableOf((row) => row.tunnel === undefined);
const IPV6_TUNNELS = tableOf(() => true);

/** The decoder for what an IP header of `family` carries, or STOP with the reason "not TCP". */
export function layerOfProtocol(cursor: Cursor, family: 4 | 6, protocol: number): Layer {
  cursor.number = protocol;
  const layer =
    family === 4
      ? u8(cursor.intoTunnels ? IPV4_TUNNELS : IPV4_PLAIN, protocol)
      : u8(cursor.intoTunnels ? IPV6_TUNNELS : IPV6_PLAIN, protocol);
  return layer === STOP ? cursor.stop(TRANSPORT_NOT_TCP, protocol) : layer;
}
