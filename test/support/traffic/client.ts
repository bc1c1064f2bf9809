import type { Packet } from './packet.ts';
import { has, RST, SYN, tuple, word } from './packet.ts';
import { Stream } from './stream.ts';
import type { World } from './world.ts';

/** How a client host's timestamps run. */
export interface ClockPlan {
  /** Ticks per second. */
  readonly rate: number;
  /** TSval at second 0, or drawn anew for each connection. */
  readonly start: number | 'per connection';
}

/** A host: a machine with an address of its own, or a pod that shares its node's. */
export interface HostPlan {
  readonly name: string;
  /** The address that the target sees. */
  readonly address: string;
  /** Its own address, where another stands in front of it. */
  readonly pod: string | null;
  /** Null: it sends no timestamps. */
  readonly clock: ClockPlan | null;
  /** Seconds after its first SYN at which a client sends it again. */
  readonly retries: readonly number[];
  /** 5.10 and later: send the SYN again at once when an ACK from an old connection comes. */
  readonly quickRetry: boolean;
  /** Source ports are taken from this range in turn. */
  readonly ports: { readonly first: number; readonly last: number };
  /** A connection tracker on the way takes this host's RSTs for invalid. */
  readonly resetsLost: boolean;
}

/** One connect of a host. */
export interface Flow {
  readonly host: HostPlan;
  readonly server: string;
  readonly port: number;
  /** Seconds between the handshake and the request. */
  readonly keepsOpen: number;
  readonly closesFirst: boolean;
}

const QUICK_RETRY = 0.008;
const TIME_WAIT = 60;

/** All client hosts: they share the port space of their addresses. */
export class Clients {
  private readonly world: World;
  private readonly connections = new Map<string, (packet: Packet) => void>();
  private readonly nextPort = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
  }

  receive(packet: Packet): void {
    const connection = this.connections.get(tuple(packet.dst, packet.dstPort, packet.src, packet.srcPort));
    if (connection !== undefined) connection(packet);
  }

  /** Starts one connect. A port that is still in use is skipped, unless the host has no other. */
  connect(flow: Flow): void {
    const port = this.portFor(flow);
    const { world } = this;
    const { timeline, chance } = world;
    const { host } = flow;
    const key = tuple(host.address, port, flow.server, flow.port);
    const isn = chance.word();
    const tsval = this.clockOf(host);
    const send = (seq: number, ack: number, flags: number, payload: number, ecr: number): number => {
      const bareReset = flags === RST;
      if (bareReset && host.resetsLost) return -1;
      return world.fromClient({
        src: host.address,
        srcPort: port,
        dst: flow.server,
        dstPort: flow.port,
        seq,
        ack,
        flags,
        ts: tsval === null || bareReset ? null : { val: tsval(), ecr },
        payload,
        pod: host.pod,
        answers: null,
      });
    };
    let lastSyn = -1;
    let turn = 0;
    let retries = [...host.retries];
    const startedAt = timeline.now;
    const syn = (): void => {
      if (lastSyn >= 0) world.truth.sentAgain(lastSyn);
      lastSyn = send(isn, 0, SYN, 0, 0);
    };
    const plan = (): void => {
      turn += 1;
      const mine = turn;
      const [next, ...rest] = retries;
      const at = next === undefined ? timeline.now + 64 : startedAt + next;
      timeline.at(at, () => {
        if (mine !== turn) return;
        if (next === undefined) {
          this.connections.delete(key);
          return;
        }
        retries = rest;
        syn();
        plan();
      });
    };
    const replyInSynSent = (packet: Packet): void => {
      const acceptable = packet.ack === word(isn + 1);
      if (has(packet, RST)) {
        if (!acceptable) return;
        turn += 1;
        this.connections.delete(key);
        return;
      }
      if (!acceptable) {
        send(packet.ack, 0, RST, 0, 0);
        if (host.quickRetry && turn === 1) {
          turn += 1;
          const mine = turn;
          timeline.after(QUICK_RETRY, () => {
            if (mine !== turn) return;
            retries = retries.slice(1);
            syn();
            plan();
          });
        }
        return;
      }
      if (!has(packet, SYN)) return;
      turn += 1;
      this.connections.set(key, this.established(flow, key, isn, packet, send));
    };
    this.connections.set(key, replyInSynSent);
    syn();
    plan();
  }

  private established(
    flow: Flow,
    key: string,
    isn: number,
    synAck: Packet,
    send: (seq: number, ack: number, flags: number, payload: number, ecr: number) => number,
  ): (packet: Packet) => void {
    const { timeline } = this.world;
    let done = false;
    const stream = new Stream(
      {
        timeline,
        transmit: send,
        onData: () => {
          if (flow.closesFirst) timeline.after(0.001, () => stream.close());
        },
        onFin: () => {
          timeline.after(0.0005, () => stream.close());
        },
      },
      word(isn + 1),
      word(synAck.seq + 1),
      synAck.ts?.val ?? 0,
      timeline.now,
    );
    stream.acknowledge();
    timeline.after(flow.keepsOpen, () => {
      if (!done) stream.write(100);
    });
    const handler = (packet: Packet): void => {
      if (has(packet, RST)) {
        done = true;
        stream.stop();
        this.connections.delete(key);
        return;
      }
      if (has(packet, SYN)) {
        stream.acknowledge();
        return;
      }
      if (done && stream.finReceived && packet.payload + (packet.flags & 1) === 0) return;
      stream.receive(packet, timeline.now);
      if (done || !stream.finAcked || !stream.finReceived) return;
      done = true;
      timeline.after(flow.closesFirst ? TIME_WAIT : 1, () => {
        if (this.connections.get(key) === handler) this.connections.delete(key);
      });
    };
    return handler;
  }

  private clockOf(host: HostPlan): (() => number) | null {
    const { clock } = host;
    if (clock === null) return null;
    const start = clock.start === 'per connection' ? this.world.chance.word() : clock.start;
    return () => word(start + Math.floor(this.world.timeline.now * clock.rate));
  }

  private portFor({ host, server, port }: Flow): number {
    const { first, last } = host.ports;
    const space = `${host.address} ${first}`;
    let candidate = this.nextPort.get(space) ?? first;
    for (let tried = first; tried <= last; tried += 1) {
      if (!this.connections.has(tuple(host.address, candidate, server, port))) break;
      candidate = candidate === last ? first : candidate + 1;
    }
    this.nextPort.set(space, candidate === last ? first : candidate + 1);
    return candidate;
  }
}
