import type { Flow } from './client.ts';
import { Clients } from './client.ts';
import type { Packet } from './packet.ts';
import { isSyn } from './packet.ts';
import { Chance } from './random.ts';
import type { ServerSettings } from './server.ts';
import { Server } from './server.ts';
import type { TapPlan } from './tap.ts';
import { Tap } from './tap.ts';
import { Timeline } from './timeline.ts';
import type { Fortune } from './truth.ts';
import { Truth } from './truth.ts';
import type { NewPacket, World } from './world.ts';

/** The way between clients and the capture point, the same in both directions unless it says otherwise. */
export interface NetworkPlan {
  /** Seconds one way. */
  readonly delay: number;
  /** Share of packets lost, before the capture point on the way there and behind it on the way back. */
  readonly loses: number;
  /** The same for replies alone. */
  readonly losesReplies: number;
  /** Share of packets that are held up for 1 to 5 ms and so overtaken. */
  readonly reorders: number;
}

export interface ServerPlan extends Omit<ServerSettings, 'ports'> {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

/** Something that happens to a server while the incident runs. */
export type Change =
  | {
      readonly at: number;
      readonly server: string;
      readonly kind: 'set';
      readonly set: Partial<ServerSettings>;
    }
  | {
      readonly at: number;
      readonly until: number;
      readonly server: string;
      readonly kind: 'drops';
      readonly cause: 'source-filtered' | 'unexplained';
      readonly share: number;
      /** Null: SYNs of everybody. */
      readonly source: string | null;
    };

export interface Connect {
  readonly at: number;
  readonly flow: Flow;
}

/** A whole incident: who is there, and what happens when. */
export interface Incident {
  readonly seed: number;
  readonly servers: readonly ServerPlan[];
  readonly network: NetworkPlan;
  readonly tap: TapPlan;
  readonly connects: readonly Connect[];
  readonly changes: readonly Change[];
  /** The clock of the target, and of the capture, is set back. */
  readonly clockSteps: readonly { readonly at: number; readonly seconds: number }[];
}

/** A capture of an incident, with the truth about the SYN in each frame (numbered from 1). */
export interface Recording {
  readonly capture: Uint8Array;
  readonly truth: ReadonlyMap<number, Fortune>;
}

/** Second 0 of every incident, epoch seconds. */
const EPOCH = 1_790_000_000;
/** From the capture point to TCP. */
const INTERFACE_TO_TCP = 30e-6;
/** For what was captured last to reach TCP. */
const AFTERMATH = 0.001;

/** Plays an incident and captures it. The same incident gives the same bytes. */
export function play(incident: Incident): Recording {
  const timeline = new Timeline();
  const chance = new Chance(incident.seed);
  const truth = new Truth();
  const tap = new Tap(incident.tap, new Chance(incident.seed + 1));
  const wallClock = (): number => {
    let time = EPOCH + timeline.now;
    for (const step of incident.clockSteps) if (step.at <= timeline.now) time -= step.seconds;
    return time;
  };
  let packets = 0;
  const arrival = { toServer: 0, toClient: 0 };
  const { network } = incident;
  const travel = (direction: keyof typeof arrival): number => {
    if (chance.happens(network.reorders)) return network.delay + 0.001 + 0.004 * chance.fraction();
    const due = Math.max(timeline.now + network.delay, arrival[direction] + 1e-6);
    arrival[direction] = due;
    return due - timeline.now;
  };
  const number = (packet: NewPacket): Packet => {
    packets += 1;
    return { ...packet, id: packets };
  };
  const world: World = {
    timeline,
    chance,
    truth,
    wallClock,
    fromClient: (sent) => {
      const packet = number(sent);
      if (chance.happens(network.loses)) return packet.id;
      timeline.after(travel('toServer'), () => {
        const server = serverOf.get(packet.dst);
        tap.see(packet, timeline.now, wallClock(), true);
        if (server !== undefined) timeline.after(INTERFACE_TO_TCP, () => server.receive(packet));
      });
      return packet.id;
    },
    fromServer: (sent) => {
      const packet = number(sent);
      tap.see(packet, timeline.now, wallClock(), false);
      if (chance.happens(network.loses) || chance.happens(network.losesReplies)) {
        if (packet.answers !== null) truth.replyLost(packet.answers);
        return packet.id;
      }
      timeline.after(travel('toClient'), () => clients.receive(packet));
      return packet.id;
    },
  };
  const clients = new Clients(world);
  const serverOf = new Map<string, Server>();
  const byName = new Map<string, Server>();
  for (const plan of incident.servers) {
    const server = new Server(world, { ...plan, ports: new Set(plan.ports) });
    byName.set(plan.name, server);
    for (const address of plan.addresses) serverOf.set(address, server);
  }
  for (const change of incident.changes) {
    const server = byName.get(change.server);
    if (server !== undefined) schedule(timeline, chance, server, change);
  }
  for (const { at, flow } of incident.connects) timeline.at(at, () => clients.connect(flow));
  timeline.run(incident.tap.to + AFTERMATH);
  return { capture: tap.capture(), truth: tap.truth(truth) };
}

function schedule(timeline: Timeline, chance: Chance, server: Server, change: Change): void {
  if (change.kind === 'set') {
    timeline.at(change.at, () => {
      Object.assign(server.settings, change.set);
      server.resume();
    });
    return;
  }
  server.filters.push((packet) => {
    const { now } = timeline;
    if (now < change.at || now >= change.until || !isSyn(packet)) return null;
    if (change.source !== null && packet.src !== change.source && packet.pod !== change.source) return null;
    return chance.happens(change.share) ? change.cause : null;
  });
}
