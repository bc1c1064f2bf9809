/**
 * Generates a capture of a given kind: connections of many peers to a few targets, interleaved in time, each with its
 * handshake, a request, data, acknowledgements and closes, some by the target first. Behind each peer there may be
 * several hosts with TSval clocks of their own, and the target keeps a stamp per peer and drops SYNs as
 * tcp_tw_recycle does, so that the captures hold what synscope looks for. The same seed gives the same file.
 */
import { CaptureWriter } from './capture-writer.ts';
import type { Packet } from './frame-layout.ts';
import { FLAG, FrameLayout } from './frame-layout.ts';
import type { Kind, Traffic } from './kinds.ts';
import { Random, scatter } from './random.ts';
import { Schedule } from './schedule.ts';

export interface Generated {
  readonly packets: number;
  readonly syns: number;
  /** SYN packets that the target dropped because of their TSval. */
  readonly dropped: number;
  readonly bytes: number;
  /** Capture time in seconds. */
  readonly span: number;
}

const START = 1_700_000_000;
const STAMP_SECONDS = 60;
const MOST_RETRANSMISSIONS = 5;
const ROUND_TRIP = 0.0004;
const PORTS = [443, 5672, 8080] as const;

/** What a slot sends next. */
const STEP = {
  syn: 0,
  synAck: 1,
  ack: 2,
  request: 3,
  data: 4,
  dataAck: 5,
  fin: 6,
  finAck: 7,
  lastAck: 8,
} as const;

/** Writes a capture of about `scale` times the packets of its kind to `path`. */
export function generate(kind: Kind, path: string, scale: number, seed: number): Generated {
  return new Generator(kind, path, seed).run(Math.max(10, Math.round(kind.traffic.packets * scale)));
}

class Generator {
  private readonly traffic: Traffic;
  private readonly random: Random;
  private readonly writer: CaptureWriter;
  private readonly layout: FrameLayout;
  private readonly schedule: Schedule;
  private readonly packet: Packet = {
    peer: 0,
    fromPeer: true,
    peerPort: 0,
    target: 0,
    targetPort: 0,
    seq: 0,
    ack: 0,
    flags: 0,
    hasTimestamps: true,
    tsval: 0,
    tsecr: 0,
    payload: 0,
  };
  private readonly step: Uint8Array;
  private readonly peer: Int32Array;
  private readonly host: Int32Array;
  private readonly port: Int32Array;
  private readonly peerSeq: Int32Array;
  private readonly targetSeq: Int32Array;
  private readonly left: Int32Array;
  private readonly tries: Int32Array;
  private readonly targetFirst: Uint8Array;
  private readonly echo: Int32Array;
  private readonly stampTsval: Int32Array;
  private readonly stampTime: Float64Array;
  private packets = 0;
  private syns = 0;
  private dropped = 0;
  private now = 0;

  constructor(kind: Kind, path: string, seed: number) {
    const { slots, peers, targets } = kind.traffic;
    this.traffic = kind.traffic;
    this.random = new Random(seed);
    this.writer = new CaptureWriter(path, kind.form);
    this.layout = new FrameLayout(this.writer.bytes, this.writer.view, kind.frame, kind.form.snaplen);
    this.schedule = new Schedule(slots);
    this.step = new Uint8Array(slots);
    this.peer = new Int32Array(slots);
    this.host = new Int32Array(slots);
    this.port = new Int32Array(slots).fill(32768);
    this.peerSeq = new Int32Array(slots);
    this.targetSeq = new Int32Array(slots);
    this.left = new Int32Array(slots);
    this.tries = new Int32Array(slots);
    this.targetFirst = new Uint8Array(slots);
    this.echo = new Int32Array(slots);
    this.stampTsval = new Int32Array(peers * targets);
    this.stampTime = new Float64Array(peers * targets).fill(-STAMP_SECONDS);
    for (let slot = 0; slot < slots; slot += 1) {
      this.begin(slot);
      this.schedule.add(slot, this.random.fraction() * kind.traffic.pause);
    }
  }

  run(packets: number): Generated {
    const { flood } = this.traffic;
    while (this.packets < packets) {
      const slot = this.schedule.first;
      const time = this.schedule.timeOf(slot);
      this.now = Math.max(time, this.now + 1e-6);
      this.schedule.delayFirst(this.now + this.advance(slot));
      // The flood fills its share of packets, a microsecond apart.
      while (this.random.fraction() < flood && this.packets < packets) this.floodSyn();
    }
    const { packets: count, syns, dropped, now } = this;
    return { packets: count, syns, dropped, bytes: this.writer.close(), span: now };
  }

  /** A fresh connection on a slot. */
  private begin(slot: number): void {
    const { random, traffic } = this;
    const peer = random.below(traffic.peers);
    this.step[slot] = STEP.syn;
    this.peer[slot] = peer;
    this.host[slot] = peer < traffic.shared * traffic.peers ? random.below(2) : 0;
    // A port of its own per slot and turn, so that no 4-tuple comes back within minutes.
    this.port[slot] = 1024 + ((at(this.port, slot) - 1024 + 1 + random.below(64)) % 64000);
    this.peerSeq[slot] = random.word();
    this.targetSeq[slot] = random.word();
    this.left[slot] = traffic.segments === 0 ? 0 : Math.max(1, Math.round(random.around(traffic.segments)));
    this.tries[slot] = 0;
    this.targetFirst[slot] = random.fraction() < traffic.targetFirst ? 1 : 0;
  }

  /** Sends what the slot has to send and returns the seconds until its next packet. */
  private advance(slot: number): number {
    const gap = this.random.around(ROUND_TRIP);
    switch (at(this.step, slot)) {
      case STEP.syn:
        return this.syn(slot);
      case STEP.synAck:
        this.send(slot, false, FLAG.syn | FLAG.ack, 0);
        this.targetSeq[slot] = at(this.targetSeq, slot) + 1;
        if (!this.traffic.handshakesOnly) return this.next(slot, STEP.ack, gap);
        this.stamp(slot);
        return this.pause(slot);
      case STEP.ack:
        this.send(slot, true, FLAG.ack, 0);
        return this.next(slot, STEP.request, gap);
      case STEP.request:
        this.send(slot, true, FLAG.ack | FLAG.psh, 120);
        return this.next(slot, STEP.data, gap);
      case STEP.data:
        return this.data(slot, gap);
      case STEP.dataAck:
        this.send(slot, true, FLAG.ack, 0);
        return this.next(slot, at(this.left, slot) > 0 ? STEP.data : STEP.fin, gap);
      case STEP.fin:
        this.send(slot, at(this.targetFirst, slot) === 0, FLAG.ack | FLAG.fin, 0);
        return this.next(slot, STEP.finAck, gap);
      case STEP.finAck:
        this.send(slot, at(this.targetFirst, slot) === 1, FLAG.ack | FLAG.fin, 0);
        if (at(this.targetFirst, slot) === 1) this.stamp(slot);
        return this.next(slot, STEP.lastAck, gap);
      default:
        this.send(slot, at(this.targetFirst, slot) === 0, FLAG.ack, 0);
        return this.pause(slot);
    }
  }

  private syn(slot: number): number {
    const tries = at(this.tries, slot);
    this.send(slot, true, FLAG.syn, 0);
    this.syns += 1;
    if (this.isBehindStamp(slot)) {
      this.dropped += 1;
      if (tries === MOST_RETRANSMISSIONS) return this.pause(slot);
      this.tries[slot] = tries + 1;
      return 2 ** tries;
    }
    this.peerSeq[slot] = at(this.peerSeq, slot) + 1;
    return this.next(slot, STEP.synAck, this.random.around(ROUND_TRIP / 4));
  }

  private data(slot: number, gap: number): number {
    const payload = Math.min(1448, Math.round(this.random.around(this.traffic.payload)));
    this.send(slot, false, FLAG.ack, payload);
    const left = at(this.left, slot) - 1;
    this.left[slot] = left;
    return this.next(slot, left % 2 === 0 ? STEP.dataAck : STEP.data, gap / 4);
  }

  private next(slot: number, step: number, gap: number): number {
    this.step[slot] = step;
    return gap;
  }

  private pause(slot: number): number {
    this.begin(slot);
    return this.random.around(this.traffic.pause);
  }

  private targetOf(slot: number): number {
    return slot % this.traffic.targets;
  }

  private stampOf(slot: number): number {
    return at(this.peer, slot) * this.traffic.targets + this.targetOf(slot);
  }

  private stamp(slot: number): void {
    this.stampTsval[this.stampOf(slot)] = at(this.echo, slot);
    this.stampTime[this.stampOf(slot)] = this.now;
  }

  private isBehindStamp(slot: number): boolean {
    const stamp = this.stampOf(slot);
    if (this.now - at(this.stampTime, stamp) >= STAMP_SECONDS) return false;
    return ((at(this.stampTsval, stamp) - at(this.echo, slot)) | 0) > 1;
  }

  private send(slot: number, fromPeer: boolean, flags: number, payload: number): void {
    const { packet } = this;
    const ticks = Math.floor(this.now * 1000);
    const peer = at(this.peer, slot);
    const peerTsval = (scatter(peer * 64 + at(this.host, slot), this.targetOf(slot)) + ticks) | 0;
    const targetTsval = (scatter(this.targetOf(slot), -1) + ticks) | 0;
    packet.peer = peer;
    packet.fromPeer = fromPeer;
    packet.peerPort = at(this.port, slot);
    packet.target = this.targetOf(slot);
    packet.targetPort = PORTS[(slot >> 2) % PORTS.length] ?? 443;
    packet.seq = at(fromPeer ? this.peerSeq : this.targetSeq, slot);
    packet.ack = (flags & FLAG.ack) === 0 ? 0 : at(fromPeer ? this.targetSeq : this.peerSeq, slot);
    packet.flags = flags;
    packet.hasTimestamps = true;
    packet.tsval = fromPeer ? peerTsval : targetTsval;
    packet.tsecr = (flags & FLAG.ack) === 0 ? 0 : fromPeer ? targetTsval : at(this.echo, slot);
    packet.payload = payload;
    if (fromPeer) this.echo[slot] = peerTsval;
    const length = payload + ((flags & FLAG.fin) === 0 ? 0 : 1);
    const seq = fromPeer ? this.peerSeq : this.targetSeq;
    seq[slot] = at(seq, slot) + length;
    this.write();
  }

  /** One SYN of the flood from a random address and port, and now and then its SYN-ACK (a SYN cookie). */
  private floodSyn(): void {
    const { packet, random, traffic } = this;
    packet.peer = 0x100000 + random.below(traffic.floodPeers);
    packet.fromPeer = true;
    packet.peerPort = 1024 + random.below(64000);
    packet.target = 0;
    packet.targetPort = PORTS[0];
    packet.seq = random.word();
    packet.ack = 0;
    packet.flags = FLAG.syn;
    packet.hasTimestamps = false;
    packet.payload = 0;
    this.write();
    this.syns += 1;
    if (random.fraction() >= traffic.floodAnswered) return;
    packet.fromPeer = false;
    packet.ack = (packet.seq + 1) | 0;
    packet.seq = random.word();
    packet.flags = FLAG.syn | FLAG.ack;
    this.write();
  }

  private write(): void {
    const { writer } = this;
    const length = this.layout.write(writer.place, this.packet);
    const microseconds = Math.floor(this.now * 1e6);
    writer.add(START * 1e6 + microseconds, this.packets % 1000, length);
    this.packets += 1;
    this.now += 1e-6;
  }
}

function at(array: Int32Array | Uint8Array | Float64Array, index: number): number {
  return array[index] ?? 0;
}
