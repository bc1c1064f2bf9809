/**
 * Codes of what a decoder found next. Each protocol has one decoder; it reads its own header, moves the cursor
 * behind it and answers with one of these. `decode.ts` maps them to decoders, so that decoders need not import
 * each other (VLAN in MPLS in GRE in IPv4 in VLAN would make a circle of modules).
 */
export type Layer = number;

/** No TCP segment here; the cursor holds the reason. */
export const STOP: Layer = 0;
/** A TCP segment was read. */
export const SEGMENT: Layer = 1;

export const ETHERNET: Layer = 2;
export const VLAN: Layer = 3;
export const VNTAG: Layer = 4;
export const BACKBONE: Layer = 5;
export const FABRIC_PATH: Layer = 6;
export const LLC: Layer = 7;
export const NULL_LOOPBACK: Layer = 8;
export const SLL: Layer = 9;
export const SLL2: Layer = 10;
export const PPP: Layer = 11;
export const PPP_DIRECTION: Layer = 12;
export const HDLC: Layer = 13;
export const PPPOE: Layer = 14;
export const NFLOG: Layer = 15;
export const INFINIBAND: Layer = 16;
export const FDDI: Layer = 17;
export const ARCNET: Layer = 18;
export const WLAN: Layer = 19;
export const RADIOTAP: Layer = 20;
export const PPI: Layer = 21;

/** IPv4 or IPv6, told apart by the version in the first four bits. */
export const IP: Layer = 22;
export const IPV4: Layer = 23;
export const IPV6: Layer = 24;
export const IPV6_OPTIONS: Layer = 25;
export const IPV6_FRAGMENT: Layer = 26;
export const AUTHENTICATION: Layer = 27;
export const MPLS: Layer = 28;
export const TCP: Layer = 29;

export const UDP: Layer = 30;
export const GRE: Layer = 31;
export const ERSPAN2: Layer = 32;
export const ERSPAN3: Layer = 33;
export const VXLAN: Layer = 34;
export const GENEVE: Layer = 35;
export const GTP: Layer = 36;
export const AYIYA: Layer = 37;
export const CAPWAP: Layer = 38;
export const WCCP: Layer = 39;
export const UDP_GRE: Layer = 40;
export const VXLAN_GPE: Layer = 41;
