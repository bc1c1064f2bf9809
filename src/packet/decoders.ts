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
import { decodeNflog } from './link/nflog.ts';
import { decodeArcnet, decodeFddi, decodeInfiniband } from './link/other-lan.ts';
import { decodeHdlc, decodePpp, decodePppoe, decodePppWithDirection } from './link/point-to-point.ts';
import { decodePpi, decodeRadiotap, decodeWlan } from './link/wireless.ts';
import { decodeIp, decodeIpv4 } from './network/ipv4.ts';
import { decodeAuthentication, decodeIpv6, decodeIpv6Fragment, decodeIpv6Options } from './network/ipv6.ts';
import { decodeMpls } from './network/mpls.ts';
import { decodeTcp } from './tcp.ts';
import { decodeAyiya, decodeCapwap, decodeGtp } from './tunnel/access.ts';
import { decodeErspan2, decodeErspan3, decodeGre, decodeUdpGre, decodeWccp } from './tunnel/gre.ts';
import { decodeGeneve, decodeVxlan, decodeVxlanGpe } from './tunnel/overlay.ts';
import { decodeUdp } from './tunnel/udp.ts';

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
  [layer.PPP, decodePpp],
  [layer.PPP_DIRECTION, decodePppWithDirection],
  [layer.HDLC, decodeHdlc],
  [layer.PPPOE, decodePppoe],
  [layer.NFLOG, decodeNflog],
  [layer.INFINIBAND, decodeInfiniband],
  [layer.FDDI, decodeFddi],
  [layer.ARCNET, decodeArcnet],
  [layer.WLAN, decodeWlan],
  [layer.RADIOTAP, decodeRadiotap],
  [layer.PPI, decodePpi],
  [layer.IP, decodeIp],
  [layer.IPV4, decodeIpv4],
  [layer.IPV6, decodeIpv6],
  [layer.IPV6_OPTIONS, decodeIpv6Options],
  [layer.IPV6_FRAGMENT, decodeIpv6Fragment],
  [layer.AUTHENTICATION, decodeAuthentication],
  [layer.MPLS, decodeMpls],
  [layer.TCP, decodeTcp],
  [layer.UDP, decodeUdp],
  [layer.UDP_GRE, decodeUdpGre],
  [layer.GRE, decodeGre],
  [layer.ERSPAN2, decodeErspan2],
  [layer.ERSPAN3, decodeErspan3],
  [layer.WCCP, decodeWccp],
  [layer.VXLAN, decodeVxlan],
  [layer.VXLAN_GPE, decodeVxlanGpe],
  [layer.GENEVE, decodeGeneve],
  [layer.GTP, decodeGtp],
  [layer.AYIYA, decodeAyiya],
  [layer.CAPWAP, decodeCapwap],
];

/** The decoder of each layer, by its code. */
export const DECODERS: readonly (Decoder | undefined)[] = (() => {
  const table: (Decoder | undefined)[] = [];
  for (const [code, decoder] of ROWS) table[code] = decoder;
  return table;
})();
