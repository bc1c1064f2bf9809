import type { Packet } from './packet.ts';
import { ACK, ahead, FIN, has, PSH, SYN, word } from './packet.ts';
import type { Timeline } from './timeline.ts';

/** What a stream asks of the host it lives on. */
export interface StreamHost {
  readonly timeline: Timeline;
  /** Sends a segment of this connection; `ecr` is the TSval to echo. */
  transmit(seq: number, ack: number, flags: number, payload: number, ecr: number): void;
  onData(bytes: number): void;
  onFin(): void;
}

interface Sent {
  readonly seq: number;
  readonly payload: number;
  readonly fin: boolean;
}

const FIRST_RTO = 0.2;
const MOST_TRIES = 10;

/** One end of an established connection: order, acknowledgement, retransmission, and the peer's last TSval. */
export class Stream {
  sndNxt: number;
  rcvNxt: number;
  lastAckSent: number;
  tsRecent: number;
  /** The moment at which `tsRecent` was set. */
  tsRecentAt: number;
  finSent = false;
  finAcked = false;
  finReceived = false;
  private sndUna: number;
  private outstanding: Sent[] = [];
  private rto = FIRST_RTO;
  private tries = 0;
  private armed = 0;
  private readonly host: StreamHost;

  constructor(host: StreamHost, sndNxt: number, rcvNxt: number, tsRecent: number, now: number) {
    this.host = host;
    this.sndNxt = sndNxt;
    this.sndUna = sndNxt;
    this.rcvNxt = rcvNxt;
    this.lastAckSent = rcvNxt;
    this.tsRecent = tsRecent;
    this.tsRecentAt = now;
  }

  write(bytes: number): void {
    this.push({ seq: this.sndNxt, payload: bytes, fin: false });
  }

  close(): void {
    if (this.finSent) return;
    this.finSent = true;
    this.push({ seq: this.sndNxt, payload: 0, fin: true });
  }

  acknowledge(): void {
    this.send(this.sndNxt, ACK, 0);
  }

  /** Nothing more will be sent. */
  stop(): void {
    this.outstanding = [];
    this.armed += 1;
  }

  receive(packet: Packet, now: number): void {
    if (packet.ts !== null) {
      if (ahead(packet.ts.val, this.tsRecent) < 0) {
        this.acknowledge();
        return;
      }
      if (ahead(packet.seq, this.lastAckSent) <= 0) {
        this.tsRecent = packet.ts.val;
        this.tsRecentAt = now;
      }
    }
    if (has(packet, ACK)) this.acked(packet.ack);
    const length = packet.payload + (has(packet, FIN) ? 1 : 0);
    const inOrder = packet.seq === this.rcvNxt && length > 0 && !this.finReceived;
    if (inOrder) {
      this.rcvNxt = word(this.rcvNxt + length);
      if (has(packet, FIN)) this.finReceived = true;
    }
    if (length > 0 || has(packet, SYN)) this.acknowledge();
    if (inOrder && packet.payload > 0) this.host.onData(packet.payload);
    if (inOrder && has(packet, FIN)) this.host.onFin();
  }

  private acked(ack: number): void {
    if (ahead(ack, this.sndUna) <= 0 || ahead(ack, this.sndNxt) > 0) return;
    this.sndUna = ack;
    this.outstanding = this.outstanding.filter((sent) => ahead(end(sent), ack) > 0);
    if (this.finSent && this.outstanding.length === 0) this.finAcked = true;
    this.rto = FIRST_RTO;
    this.tries = 0;
    this.arm();
  }

  private push(sent: Sent): void {
    this.outstanding.push(sent);
    this.sndNxt = end(sent);
    this.transmit(sent);
    if (this.outstanding.length === 1) this.arm();
  }

  private transmit(sent: Sent): void {
    this.send(sent.seq, sent.fin ? FIN | ACK : PSH | ACK, sent.payload);
  }

  private send(seq: number, flags: number, payload: number): void {
    this.lastAckSent = this.rcvNxt;
    this.host.transmit(seq, this.rcvNxt, flags, payload, this.tsRecent);
  }

  private arm(): void {
    this.armed += 1;
    const turn = this.armed;
    if (this.outstanding.length === 0) return;
    this.host.timeline.after(this.rto, () => {
      const first = this.outstanding[0];
      if (turn !== this.armed || first === undefined || this.tries === MOST_TRIES) return;
      this.tries += 1;
      this.rto *= 2;
      this.transmit(first);
      this.arm();
    });
  }
}

function end(sent: Sent): number {
  return word(sent.seq + sent.payload + (sent.fin ? 1 : 0));
}
