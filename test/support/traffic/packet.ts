/** A TCP segment on its way. Addresses are text; numbers are unsigned 32-bit words. */
export interface Packet {
  /** Number of the packet: each sending gets its own. */
  readonly id: number;
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly ts: { readonly val: number; readonly ecr: number } | null;
  readonly payload: number;
  /** Address of the pod behind the SNAT, where it has one. */
  readonly pod: string | null;
  /** For a SYN-ACK: the `id` of the SYN that it answers. */
  readonly answers: number | null;
}

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

export function has(packet: Packet, flag: number): boolean {
  return (packet.flags & flag) !== 0;
}

/** A SYN that asks for a connection. */
export function isSyn(packet: Packet): boolean {
  return (packet.flags & (SYN | ACK | RST)) === SYN;
}

/** The 4-tuple, the asking side first. */
export function tuple(client: string, clientPort: number, server: string, serverPort: number): string {
  return `${client} ${clientPort} ${server} ${serverPort}`;
}

const CIRCLE = 2 ** 32;

export function word(value: number): number {
  return ((value % CIRCLE) + CIRCLE) % CIRCLE;
}

/** How far `a` is ahead of `b` on the circle of 32-bit words, -2^31 .. 2^31-1. */
export function ahead(a: number, b: number): number {
  const distance = word(a - b);
  return distance >= CIRCLE / 2 ? distance - CIRCLE : distance;
}
