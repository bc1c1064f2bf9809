import type { HostPlan } from './client.ts';
import type { NetworkPlan, ServerPlan } from './incident.ts';
import { KERNELS } from './per-host-check.ts';
import type { ServerSettings } from './server.ts';
import type { TapPlan } from './tap.ts';
import { isKept } from './tap.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Patterns of a clause, each with what it sets. */
type Clauses<T> = readonly (readonly [RegExp, (into: Mutable<T>, ...groups: string[]) => void])[];

/** Reads clauses, parted by commas, into a plan. A clause that no pattern knows is an error. */
export function settle<T>(into: Mutable<T>, clauses: Clauses<T>, text: string): void {
  for (const clause of text.split(',').map((part) => part.trim())) {
    const found = clauses.some(([pattern, set]) => {
      const match = new RegExp(`^(?:${pattern.source})$`).exec(clause);
      if (match !== null) set(into, ...match.slice(1));
      return match !== null;
    });
    if (!found) throw new Error(`not understood: "${clause}" in "${text}"`);
  }
}

export const SERVER: Clauses<ServerPlan> = [
  [
    /([\d.]+):(\d+)/,
    (server, address = '', port = '') => {
      server.addresses = [address];
      server.ports = [Number(port)];
    },
  ],
  [
    /([\da-f.:]+(?: and [\da-f.:]+)*)/,
    (server, addresses = '') => {
      server.addresses = addresses.split(' and ');
    },
  ],
  [
    /ports? (\d+(?: and \d+)*)/,
    (server, ports = '') => {
      server.ports = ports.split(' and ').map(Number);
    },
  ],
  [
    /Linux ([\d.]+)/,
    (server, release = '') => {
      const kernel = KERNELS[release];
      if (kernel === undefined) throw new Error(`no traits of Linux ${release}`);
      server.kernel = kernel;
    },
  ],
];

/** What a server's set-up and the timeline may both say. */
export const SETTINGS: Clauses<Partial<Omit<ServerSettings, 'ports'>>> = [
  [
    /tw_recycle (on|off)/,
    (server, on) => {
      server.recycle = on === 'on';
    },
  ],
  [
    /lets its clients close first/,
    (server) => {
      server.closesFirst = false;
    },
  ],
  [
    /works? ([\d.]+) ms/,
    (server, milliseconds) => {
      server.work = Number(milliseconds) / 1000;
    },
  ],
  [
    /accepts ([\d.]+) per second/,
    (server, rate) => {
      server.acceptRate = Number(rate);
    },
  ],
  [
    /accepts nothing/,
    (server) => {
      server.acceptRate = 0;
    },
  ],
  [
    /accepts everything/,
    (server) => {
      server.acceptRate = Infinity;
    },
  ],
  [
    /backlog (\d+)/,
    (server, backlog) => {
      server.backlog = Number(backlog);
    },
  ],
  [
    /SYN backlog (\d+) without cookies/,
    (server, backlog) => {
      server.synBacklog = Number(backlog);
    },
  ],
  [
    /tcp_rfc1337 on/,
    (server) => {
      server.rfc1337 = true;
    },
  ],
];

export const HOST: Clauses<HostPlan> = [
  [
    /at ([\da-f.:]+)/,
    (host, address = '') => {
      host.address = address;
    },
  ],
  [
    /(?:([\d.]+) )?behind ([\da-f.:]+)/,
    (host, pod, address = '') => {
      host.pod = pod ?? null;
      host.address = address;
    },
  ],
  [
    /clock (\d+) Hz from (\d+)/,
    (host, rate, start) => {
      host.clock = { rate: Number(rate), start: Number(start) };
    },
  ],
  [
    /a clock per connection/,
    (host) => {
      host.clock = { rate: 1000, start: 'per connection' };
    },
  ],
  [
    /no timestamps/,
    (host) => {
      host.clock = null;
    },
  ],
  [
    /retries after ((?:[\d.]+ )+)s/,
    (host, seconds = '') => {
      host.retries = seconds.trim().split(' ').map(Number);
    },
  ],
  [
    /no quick retry/,
    (host) => {
      host.quickRetry = false;
    },
  ],
  [
    /source ports? (\d+)(?: to (\d+))?/,
    (host, first, last = first) => {
      host.ports = { first: Number(first), last: Number(last) };
    },
  ],
  [
    /its node swallows RSTs/,
    (host) => {
      host.resetsLost = true;
    },
  ],
];

export const NETWORK: Clauses<NetworkPlan> = [
  [
    /delay ([\d.]+) ms/,
    (network, milliseconds) => {
      network.delay = Number(milliseconds) / 1000;
    },
  ],
  [
    /loses ([\d.]+) % of replies/,
    (network, percent) => {
      network.losesReplies = Number(percent) / 100;
    },
  ],
  [
    /loses ([\d.]+) %/,
    (network, percent) => {
      network.loses = Number(percent) / 100;
    },
  ],
  [
    /reorders ([\d.]+) %/,
    (network, percent) => {
      network.reorders = Number(percent) / 100;
    },
  ],
];

export const CAPTURE: Clauses<TapPlan> = [
  [
    /([\d.]+) s/,
    (tap, seconds) => {
      tap.to = Number(seconds);
    },
  ],
  [
    /from ([\d.]+) s to ([\d.]+) s/,
    (tap, from, to) => {
      tap.from = Number(from);
      tap.to = Number(to);
    },
  ],
  [
    /only (SYNs|SYNs and SYN-ACKs|SYNs and FINs and RSTs|packets to the target)/,
    (tap, what) => {
      if (isKept(what)) tap.keeps = what;
    },
  ],
  [
    /each packet (\d+) times/,
    (tap, times) => {
      tap.sightings = Number(times);
    },
  ],
  [
    /before and after SNAT/,
    (tap) => {
      tap.atSnat = true;
    },
  ],
  [
    /loses ([\d.]+) % of its records/,
    (tap, percent) => {
      tap.loses = Number(percent) / 100;
    },
  ],
];

/** How a host connects. */
export interface FlowClauses {
  readonly every: number;
  readonly about: boolean;
  readonly keepsOpen: number;
  readonly closesFirst: boolean;
}

export const FLOW: Clauses<FlowClauses> = [
  [
    /(about )?every ([\d.]+) s/,
    (flow, about, seconds) => {
      flow.about = about !== undefined;
      flow.every = Number(seconds);
    },
  ],
  [
    /keeps it open for ([\d.]+) s/,
    (flow, seconds) => {
      flow.keepsOpen = Number(seconds);
    },
  ],
  [
    /closes first/,
    (flow) => {
      flow.closesFirst = true;
    },
  ],
];
