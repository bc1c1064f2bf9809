import { Random } from './random.ts';

/** What differs from packet to packet. One object is reused. */
export interface Packet {
  /** Number of the peer's address, and whether the peer sent this packet. */
  peer: number;
  fromPeer: boolean;
  peerPort: number;
  /** Number of the target's address. */
  target: number;
  targetPort: number;
  seq: number;
  ack: number;
  flags: number;
  hasTimestamps: boolean;
  tsval: number;
  tsecr: number;
  payload: number;
}

export interface FrameForm {
  readonly family: 4 | 6;
  readonly vlan: boolean;
}

export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const MAX_PAYLOAD = 1 << 14;
const TEXT =
  'GET /api/v1/namespaces/default/endpoints/rabbitmq HTTP/1.1\r\nHost: 10.96.0.1\r\nAccept: */*\r\n\r\n';

/** Lays out Ethernet frames of TCP over IPv4 or IPv6. Checksums are left zero: nothing measured here looks at them. */
export class FrameLayout {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly form: FrameForm;
  private readonly snaplen: number;
  private readonly contents: Buffer;
  private ipId = 0;

  constructor(bytes: Buffer, view: DataView, form: FrameForm, snaplen: number) {
    this.bytes = bytes;
    this.view = view;
    this.form = form;
    this.snaplen = snaplen;
    this.contents = payloadBytes();
  }

  /** Writes the frame at `at` (as much of its payload as is kept) and returns its length on the wire. */
  write(at: number, packet: Packet): number {
    const ip = this.ethernet(at, packet.fromPeer);
    const options = packet.hasTimestamps
      ? (packet.flags & FLAG.syn) !== 0
        ? 20
        : 12
      : (packet.flags & FLAG.syn) !== 0
        ? 4
        : 0;
    const tcpLength = 20 + options + packet.payload;
    const tcp = this.form.family === 4 ? this.ipv4(ip, packet, tcpLength) : this.ipv6(ip, packet, tcpLength);
    this.tcp(tcp, packet, options);
    const data = tcp + 20 + options;
    const kept = Math.min(packet.payload, this.snaplen - (data - at));
    if (kept > 0) this.contents.copy(this.bytes, data, packet.seq & 0xfff, (packet.seq & 0xfff) + kept);
    return data - at + packet.payload;
  }

  private ethernet(at: number, fromPeer: boolean): number {
    const { view } = this;
    const [source, destination] = fromPeer ? [0x0001, 0x0002] : [0x0002, 0x0001];
    view.setUint32(at, 0x02420a00);
    view.setUint16(at + 4, destination);
    view.setUint32(at + 6, 0x02420a00);
    view.setUint16(at + 10, source);
    let next = at + 12;
    if (this.form.vlan) {
      view.setUint32(next, 0x81000064);
      next += 4;
    }
    view.setUint16(next, this.form.family === 4 ? 0x0800 : 0x86dd);
    return next + 2;
  }

  private ipv4(at: number, packet: Packet, tcpLength: number): number {
    const { view } = this;
    this.ipId = (this.ipId + 1) & 0xffff;
    view.setUint16(at, 0x4500);
    view.setUint16(at + 2, 20 + tcpLength);
    view.setUint16(at + 4, this.ipId);
    view.setUint16(at + 6, 0x4000);
    view.setUint32(at + 8, 0x40060000);
    // Peers in 16.0.0.0 and up, so that millions have room; targets in 10.0.0.0.
    const peer = 0x10000000 + packet.peer;
    const target = 0x0a00000a + packet.target;
    view.setUint32(at + 12, packet.fromPeer ? peer : target);
    view.setUint32(at + 16, packet.fromPeer ? target : peer);
    return at + 20;
  }

  private ipv6(at: number, packet: Packet, tcpLength: number): number {
    const { view } = this;
    view.setUint32(at, 0x60000000);
    view.setUint16(at + 4, tcpLength);
    view.setUint16(at + 6, 0x0640);
    this.ipv6Address(at + 8, packet.fromPeer ? packet.peer : packet.target, packet.fromPeer);
    this.ipv6Address(at + 24, packet.fromPeer ? packet.target : packet.peer, !packet.fromPeer);
    return at + 40;
  }

  private ipv6Address(at: number, number: number, isPeer: boolean): void {
    const { view } = this;
    view.setUint32(at, 0x20010db8);
    view.setUint32(at + 4, isPeer ? number >>> 8 : 1);
    view.setUint32(at + 8, 0);
    view.setUint32(at + 12, isPeer ? (number & 0xff) + 1 : number + 10);
  }

  private tcp(at: number, packet: Packet, options: number): void {
    const { view } = this;
    view.setUint16(at, packet.fromPeer ? packet.peerPort : packet.targetPort);
    view.setUint16(at + 2, packet.fromPeer ? packet.targetPort : packet.peerPort);
    view.setInt32(at + 4, packet.seq);
    view.setInt32(at + 8, packet.ack);
    view.setUint8(at + 12, ((20 + options) / 4) << 4);
    view.setUint8(at + 13, packet.flags);
    view.setUint16(at + 14, 0x01f6);
    view.setUint32(at + 16, 0);
    if (options === 0) return;
    if ((packet.flags & FLAG.syn) === 0) {
      view.setUint32(at + 20, 0x0101080a);
      view.setInt32(at + 24, packet.tsval);
      view.setInt32(at + 28, packet.tsecr);
      return;
    }
    view.setUint32(at + 20, 0x020405b4);
    if (options === 4) return;
    view.setUint32(at + 24, 0x0402080a);
    view.setInt32(at + 28, packet.tsval);
    view.setInt32(at + 32, packet.tsecr);
    view.setUint32(at + 36, 0x01030307);
  }
}

/** Half text, half noise: compressible about as much as real traffic is. */
function payloadBytes(): Buffer {
  const random = new Random(7);
  const contents = Buffer.alloc(0x1000 + MAX_PAYLOAD);
  for (let at = 0; at < contents.length; at += 128) {
    contents.write(TEXT, at);
    for (let i = 64; i < 128 && at + i < contents.length; i += 1) contents[at + i] = random.word();
  }
  return contents;
}
