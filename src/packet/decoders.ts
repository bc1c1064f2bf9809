import type { Decoder } from './cursor.ts';
import type { Layer } from './layer.ts';
import * as layer from './layer.ts';
import { decodeSll, decodeSll2 } from './link/cooked.ts';
import {
  decodeBackbone,
  decodeEthernet,
  decodeFabricPath,
  decodeVlan,
  decodeVntag,
} from './link/ethernet.ts';
import { decodeLlc } from './link/llc.ts';
import { decodeLoopback } from './link/loopback.ts';
import { decodeIp, decodeIpv4 } from './network/ipv4.ts';
import { decodeAuthentication, decodeIpv6, decodeIpv6Fragment, decodeIpv6Options } from './network/ipv6.ts';
import { decodeTcp } from './tcp.ts';

const ROWS: readonly (readonly [Layer, Decoder])[] = [
  [layer.ETHERNET, decodeEthernet],
  [layer.VLAN, decodeVlan],
  [layer.VNTAG, decodeVntag],
  [layer.BACKBONE, decodeBackbone],
  [layer.FABRIC_PATH, decodeFabricPath],
  [layer.LLC, decodeLlc],
  [layer.NULL_LOOPBACK, decodeLoopback],
  [layer.SLL, decodeSll],
  [layer.SLL2, decodeSll2],
  [layer.IP, decodeIp],
  [layer.IPV4, decodeIpv4],
  [layer.IPV6, decodeIpv6],
  [layer.IPV6_OPTIONS, decodeIpv6Options],
  [layer.IPV6_FRAGMENT, decodeIpv6Fragment],
  [layer.AUTHENTICATION, decodeAuthentication],
  [layer.TCP, decodeTcp],
];

/** The decoder of each layer, by its code. */
export const DECODERS: readonly (Decoder | undefined)[] = (() => {
  const table: (Decoder | undefined)[] = [];
  for (const [code, decoder] of ROWS) table[code] = decoder;
  return table;
})();
