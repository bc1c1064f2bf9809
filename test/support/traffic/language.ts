import type { HostPlan } from './client.ts';
import type { FlowClauses, Mutable } from './clauses.ts';
import { CAPTURE, FLOW, HOST, NETWORK, SERVER, settle, SETTINGS } from './clauses.ts';
import type { Change, Connect, Incident, NetworkPlan, ServerPlan } from './incident.ts';
import { KERNELS } from './per-host-check.ts';
import { Chance } from './random.ts';
import type { ServerSettings } from './server.ts';
import type { TapPlan } from './tap.ts';

/**
 * The language of incidents, a line for each thing, made to be read without a manual:
 *
 *     server db:  10.0.0.5:80, Linux 4.9, tw_recycle on
 *     pod web:    behind 192.0.2.7, clock 1000 Hz from 3000000000
 *     capture:    90 s
 *     from 0 s to 90 s:  web -> db every 0.5 s
 *     at 40 s:           db tw_recycle off
 *
 * A clause that is not understood is an error: nothing is skipped in silence.
 */
export function parseIncident(text: string): Incident {
  const draft = new Draft();
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    if (line !== '') draft.line(line);
  }
  return draft.incident();
}

const SEED = 20_261_122;

class Draft {
  private readonly servers: ServerPlan[] = [];
  private readonly hosts = new Map<string, HostPlan>();
  private readonly connects: Connect[] = [];
  private readonly changes: Change[] = [];
  private readonly clockSteps: { readonly at: number; readonly seconds: number }[] = [];
  private readonly chance = new Chance(SEED + 2);
  private network: NetworkPlan = { delay: 0.0002, loses: 0, losesReplies: 0, reorders: 0 };
  private tap: TapPlan = {
    from: 0,
    to: 90,
    keeps: 'everything',
    sightings: 1,
    atSnat: false,
    loses: 0,
  };

  incident(): Incident {
    const { servers, network, tap, connects, changes, clockSteps } = this;
    return { seed: SEED, servers, network, tap, connects, changes, clockSteps };
  }

  line(line: string): void {
    const match = /^(server|host|pod) (\S+): +(.*)$|^(network|capture): +(.*)$|^(at|from) (.*?): +(.*)$/.exec(
      line,
    );
    if (match === null) throw new Error(`not understood: "${line}"`);
    const [, kind, name = '', rest = '', plan, clauses = '', , when = '', what = ''] = match;
    if (kind === 'server') this.server(name, rest);
    else if (kind !== undefined) this.host(name, rest);
    else if (plan === 'network') settle(this.network, NETWORK, clauses);
    else if (plan === 'capture') settle(this.tap, CAPTURE, clauses);
    else if (line.startsWith('at')) for (const at of when.split(', ')) this.moment(secondOf(at), null, what);
    else {
      const [from = '', to = ''] = when.split(' to ');
      this.moment(secondOf(from), secondOf(to), what);
    }
  }

  private server(name: string, clauses: string): void {
    const kernel = KERNELS['4.9'];
    if (kernel === undefined) throw new Error('no default kernel');
    const server: Mutable<ServerPlan> = {
      name,
      addresses: [],
      ports: [80],
      kernel,
      recycle: false,
      closesFirst: true,
      work: 0.001,
      acceptRate: Infinity,
      backlog: 128,
      synBacklog: Infinity,
      rfc1337: false,
    };
    settle(server, [...SETTINGS, ...SERVER], clauses);
    this.servers.push(server);
  }

  private host(name: string, clauses: string): void {
    const host: Mutable<HostPlan> = {
      name,
      address: '',
      pod: null,
      clock: { rate: 1000, start: 1_000_000 },
      retries: [1, 3, 7, 15, 31, 63],
      quickRetry: true,
      ports: { first: 32_768, last: 60_999 },
      resetsLost: false,
    };
    settle(host, HOST, clauses);
    this.hosts.set(name, host);
  }

  private moment(at: number, until: number | null, what: string): void {
    const flow = /^(\S+) -> (\S+)(?: (.*))?$/.exec(what);
    const step = /^the clock is set back ([\d.]+) s$/.exec(what);
    if (flow !== null) this.flows(at, until, flow[1] ?? '', flow[2] ?? '', flow[3]);
    else if (step !== null) this.clockSteps.push({ at, seconds: Number(step[1]) });
    else this.change(at, until, what);
  }

  private flows(at: number, until: number | null, from: string, to: string, clauses?: string): void {
    const flow: Mutable<FlowClauses> = { every: 0, about: false, keepsOpen: 0.0002, closesFirst: false };
    if (clauses !== undefined) settle(flow, FLOW, clauses);
    const host = this.hosts.get(from);
    if (host === undefined) throw new Error(`no host ${from}`);
    const { server, port } = this.destination(to);
    const plan = { host, server, port, keepsOpen: flow.keepsOpen, closesFirst: flow.closesFirst };
    if (until === null) {
      this.connects.push({ at, flow: plan });
      return;
    }
    if (flow.every <= 0) throw new Error(`how often? ${from} -> ${to}`);
    let moment = at;
    while (moment < until) {
      this.connects.push({ at: moment, flow: plan });
      moment += flow.about ? flow.every * (0.5 + this.chance.fraction()) : flow.every;
    }
  }

  private destination(to: string): { readonly server: string; readonly port: number } {
    const [name = '', port] = to.split(':');
    const found = this.servers.find((server) => server.name === name || server.addresses.includes(name));
    const address = found?.name === name ? found.addresses[0] : name;
    if (found === undefined || address === undefined) throw new Error(`no server ${to}`);
    return { server: address, port: Number(port ?? found.ports[0]) };
  }

  private change(at: number, until: number | null, what: string): void {
    const [, server = '', change = ''] = /^(\S+) (.*)$/.exec(what) ?? [];
    const plan = this.servers.find(({ name }) => name === server);
    if (plan === undefined) throw new Error(`not understood: "${what}"`);
    const drop = /^(firewall drops|loses) (?:([\d.]+) % of )?(?:all )?SYNs(?: of (\S+))?$/.exec(change);
    if (drop !== null) {
      const [, verb, percent, source] = drop;
      this.changes.push({
        at,
        until: until ?? at + 1,
        server,
        kind: 'drops',
        cause: verb === 'loses' ? 'unexplained' : 'source-filtered',
        share: Number(percent ?? 100) / 100,
        source: source ?? null,
      });
      return;
    }
    const set: Partial<Mutable<Omit<ServerSettings, 'ports'>>> = {};
    settle(set, SETTINGS, change);
    this.changes.push({ at, server, kind: 'set', set });
    if (until === null) return;
    const { recycle, acceptRate } = plan;
    this.changes.push({ at: until, server, kind: 'set', set: { recycle, acceptRate } });
  }
}

function secondOf(text: string): number {
  const match = /^(?:at )?([\d.]+) s$/.exec(text.trim());
  if (match === null) throw new Error(`not a moment: "${text}"`);
  return Number(match[1]);
}
