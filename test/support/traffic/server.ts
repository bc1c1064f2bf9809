import type { Packet } from './packet.ts';
import { ACK, has, isSyn, RST, SYN, tuple, word } from './packet.ts';
import type { KernelTraits } from './per-host-check.ts';
import { PerHostMemory } from './per-host-check.ts';
import { Stream } from './stream.ts';
import { TimeWait } from './time-wait.ts';
import type { World } from './world.ts';

/** How a server is set up; the timeline of an incident may change any of it. */
export interface ServerSettings {
  kernel: KernelTraits;
  recycle: boolean;
  closesFirst: boolean;
  /** Seconds that the application works on a request. */
  work: number;
  /** Connections that the application accepts per second. */
  acceptRate: number;
  backlog: number;
  /** Requests that fit into the SYN queue; SYN cookies are off. */
  synBacklog: number;
  /** tcp_rfc1337: a RST does not end TIME-WAIT. */
  rfc1337: boolean;
  readonly ports: Set<number>;
}

/** What sits in front of the server's TCP, behind the capture point. */
export type Filter = (packet: Packet) => 'source-filtered' | 'unexplained' | null;

const SYN_ACK_REPEATS = [1, 3, 7, 15, 31];
const RECYCLED_TIME_WAIT = 0.7;
const TIME_WAIT = 60;

interface Listener {
  requests: number;
  /** Requests whose SYN-ACK was sent only once. */
  young: number;
  accepting: boolean;
  readonly waiting: (() => void)[];
}

interface Socket {
  receive(packet: Packet): void;
}

/** The target: what a Linux server does with segments, from its specification, step by step. */
export class Server {
  readonly settings: ServerSettings;
  readonly filters: Filter[] = [];
  readonly memory: PerHostMemory;
  private readonly world: World;
  private readonly sockets = new Map<string, Socket>();
  private readonly listeners = new Map<number, Listener>();

  constructor(world: World, settings: ServerSettings) {
    this.world = world;
    this.settings = settings;
    this.memory = new PerHostMemory(settings.kernel);
  }

  receive(packet: Packet): void {
    for (const filter of this.filters) {
      const cause = filter(packet);
      if (cause === null) continue;
      if (isSyn(packet)) this.world.truth.decided(packet.id, cause);
      return;
    }
    const key = keyOf(packet);
    const socket = this.sockets.get(key);
    if (socket !== undefined) socket.receive(packet);
    else if (isSyn(packet)) this.listen(packet, false);
    else if (!has(packet, RST)) this.reply(packet, packet.ack, 0, RST, null);
  }

  second(): number {
    return Math.floor(this.world.wallClock());
  }

  remember(packet: Packet, tsRecent: number, tsRecentSecond: number): boolean {
    if (!this.settings.recycle || packet.ts === null) return false;
    this.memory.remember(packet.dst, packet.src, tsRecent, tsRecentSecond, this.second());
    return this.settings.kernel.hasCheck;
  }

  /** A SYN for the listener; `reopens` when it took the place of a TIME-WAIT. */
  private listen(packet: Packet, reopens: boolean): void {
    const { truth } = this.world;
    const { settings } = this;
    if (!settings.ports.has(packet.dstPort)) {
      truth.decided(packet.id, 'port-closed');
      this.reply(packet, 0, word(packet.seq + 1), RST | ACK, null);
      return;
    }
    const listener = this.listenerOn(packet.dstPort);
    if (!reopens && listener.requests >= settings.synBacklog) {
      truth.decided(packet.id, 'syn-queue-full');
      return;
    }
    const full = listener.waiting.length > settings.backlog;
    if (full && (!settings.kernel.youngRequestsMatter || listener.young > 1)) {
      truth.decided(packet.id, 'accept-queue-overflow');
      return;
    }
    const checked = settings.recycle && !reopens;
    if (
      checked &&
      this.memory.rejects(packet.dst, packet.src, packet.ts?.val ?? null, Math.floor(this.world.wallClock()))
    ) {
      truth.decided(packet.id, 'tw-recycle-reject');
      return;
    }
    this.request(packet, listener);
  }

  /** A half-open connection: sends its SYN-ACK until the client's ACK is taken. */
  private request(syn: Packet, listener: Listener): void {
    const { timeline, truth, chance } = this.world;
    const key = keyOf(syn);
    const isn = chance.word();
    let open = true;
    let young = true;
    const stamp = (): number => Math.floor(this.world.wallClock() * 1000) % 2 ** 32;
    const synAck = (answers: number | null): void => {
      this.world.fromServer({
        ...backTo(syn),
        seq: isn,
        ack: word(syn.seq + 1),
        flags: SYN | ACK,
        ts: syn.ts === null ? null : { val: stamp(), ecr: syn.ts.val },
        payload: 0,
        answers,
      });
    };
    const age = (): void => {
      if (young) listener.young -= 1;
      young = false;
    };
    const leave = (): void => {
      open = false;
      listener.requests -= 1;
      age();
      this.sockets.delete(key);
    };
    listener.requests += 1;
    listener.young += 1;
    truth.decided(syn.id, '-');
    synAck(syn.id);
    for (const delay of SYN_ACK_REPEATS) {
      timeline.after(delay, () => {
        if (!open) return;
        age();
        synAck(null);
      });
    }
    timeline.after(63, () => {
      if (open) leave();
    });
    this.sockets.set(key, {
      receive: (packet) => {
        if (has(packet, RST)) leave();
        else if (isSyn(packet)) {
          truth.decided(packet.id, '-');
          synAck(packet.id);
        } else if (packet.ack === word(isn + 1)) {
          if (listener.waiting.length > this.settings.backlog) return;
          leave();
          const connection = this.connect(syn, isn, listener);
          this.sockets.set(key, connection);
          connection.receive(packet);
        }
      },
    });
  }

  private connect(syn: Packet, isn: number, listener: Listener): Socket {
    const { timeline } = this.world;
    const key = keyOf(syn);
    let accepted = false;
    let bytes = 0;
    let answered = false;
    const serve = (): void => {
      if (!accepted || bytes === 0 || answered) return;
      answered = true;
      timeline.after(this.settings.work, () => {
        stream.write(200);
        if (this.settings.closesFirst) stream.close();
      });
    };
    const stream = new Stream(
      {
        timeline,
        transmit: (seq, ack, flags, payload, ecr) => {
          this.reply(syn, seq, ack, flags, syn.ts === null ? null : ecr, payload);
        },
        onData: (count) => {
          bytes += count;
          serve();
        },
        onFin: () => {
          stream.close();
        },
      },
      word(isn + 1),
      word(syn.seq + 1),
      syn.ts?.val ?? 0,
      this.world.wallClock(),
    );
    listener.waiting.push(() => {
      accepted = true;
      serve();
    });
    this.accept(listener);
    let closedFirst = false;
    return {
      receive: (packet) => {
        if (has(packet, RST)) {
          stream.stop();
          this.sockets.delete(key);
          return;
        }
        if (isSyn(packet)) {
          this.world.truth.decided(packet.id, 'tuple-collision');
          stream.acknowledge();
          return;
        }
        const finReceivedBefore = stream.finReceived;
        const finSentBefore = stream.finSent;
        stream.receive(packet, this.world.wallClock());
        if (finSentBefore && !finReceivedBefore) closedFirst = true;
        if (!stream.finAcked) return;
        stream.stop();
        this.sockets.delete(key);
        if (closedFirst) this.enterTimeWait(syn, packet, stream);
      },
    };
  }

  /** Our FIN is acknowledged and we closed first: FIN-WAIT-2 or TIME-WAIT, held by a small socket. */
  private enterTimeWait(syn: Packet, packet: Packet, stream: Stream): void {
    const withStamps = syn.ts !== null;
    const wrote = withStamps && this.remember(packet, stream.tsRecent, Math.floor(stream.tsRecentAt));
    const key = keyOf(syn);
    const timeWait: TimeWait = new TimeWait({
      tsRecent: withStamps ? stream.tsRecent : null,
      rcvNxt: stream.rcvNxt,
      awaitsFin: !stream.finReceived,
      shortLife: wrote ? RECYCLED_TIME_WAIT : TIME_WAIT,
      rfc1337: this.settings.rfc1337,
      world: this.world,
      acknowledge: () => {
        this.reply(syn, stream.sndNxt, timeWait.rcvNxt, ACK, withStamps ? (timeWait.tsRecent ?? 0) : null);
      },
      finReceived: (fin) =>
        fin.ts !== null && this.remember(fin, fin.ts.val, this.second()) ? RECYCLED_TIME_WAIT : TIME_WAIT,
      end: () => {
        if (this.sockets.get(key) === timeWait) this.sockets.delete(key);
      },
      reopen: (again) => {
        this.sockets.delete(key);
        this.listen(again, true);
      },
    });
    this.sockets.set(key, timeWait);
  }

  private accept(listener: Listener): void {
    if (listener.accepting) return;
    const next = listener.waiting[0];
    const { acceptRate } = this.settings;
    if (next === undefined || acceptRate <= 0) return;
    if (acceptRate === Infinity) {
      listener.waiting.shift();
      next();
      this.accept(listener);
      return;
    }
    listener.accepting = true;
    this.world.timeline.after(1 / acceptRate, () => {
      listener.accepting = false;
      if (this.settings.acceptRate > 0) {
        listener.waiting.shift();
        next();
      }
      this.accept(listener);
    });
  }

  /** The application goes on accepting after a pause. */
  resume(): void {
    for (const listener of this.listeners.values()) this.accept(listener);
  }

  private reply(
    packet: Packet,
    seq: number,
    ack: number,
    flags: number,
    ecr: number | null,
    payload = 0,
  ): void {
    const val = Math.floor(this.world.wallClock() * 1000) % 2 ** 32;
    this.world.fromServer({
      ...backTo(packet),
      seq,
      ack,
      flags,
      ts: ecr === null ? null : { val, ecr },
      payload,
      answers: null,
    });
  }

  private listenerOn(port: number): Listener {
    const known = this.listeners.get(port);
    if (known !== undefined) return known;
    const listener: Listener = { requests: 0, young: 0, accepting: false, waiting: [] };
    this.listeners.set(port, listener);
    return listener;
  }
}

function keyOf(packet: Packet): string {
  return tuple(packet.src, packet.srcPort, packet.dst, packet.dstPort);
}

function backTo(packet: Packet): Pick<Packet, 'src' | 'srcPort' | 'dst' | 'dstPort' | 'pod'> {
  return {
    src: packet.dst,
    srcPort: packet.dstPort,
    dst: packet.src,
    dstPort: packet.srcPort,
    pod: packet.pod,
  };
}
