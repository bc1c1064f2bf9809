import { ClockTracker, type PeerClocks } from '../../src/clocks/index.ts';

/** A seeded generator of numbers in 0 .. 1 (mulberry32), so that every failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One host behind the address. */
export interface HostPlan {
  /** Ticks per second before drift. */
  readonly rate: number;
  readonly attempts: number;
  /** `random`: an offset per connection; a number: one offset, the TSval at second 0, for all. */
  readonly offset: number | 'random';
  /** Fraction by which the host's clock is fast. */
  readonly drift?: number;
}

export interface NatPlan {
  readonly seed: number;
  readonly hosts: readonly HostPlan[];
  /** Seconds over which the attempts are spread. */
  readonly span: number;
  /** Largest delay in seconds between stamping and capture; packets overtake each other accordingly. */
  readonly jitter: number;
  /** Chance that a SYN is lost before the capture; it is sent again after 1, 3 and 7 s. */
  readonly loss: number;
  /** Chance that a captured SYN is not answered and so is sent again. */
  readonly silence?: number;
}

/** One captured SYN packet, and who sent it. */
export interface NatPoint {
  readonly time: number;
  readonly tsval: number;
  readonly attempt: number;
  readonly ports: number;
  readonly host: number;
}

const EPOCH = 1_700_000_000;
const RETRY = [0, 1, 3, 7];

/** The SYN packets that the target sees of the hosts behind one address, in capture order. */
export function simulate(plan: NatPlan): NatPoint[] {
  const random = seeded(plan.seed);
  const points: NatPoint[] = [];
  let attempt = 0;
  plan.hosts.forEach((host, index) => {
    for (let i = 0; i < host.attempts; i++) {
      attempt++;
      const start = random() * plan.span;
      const offset = host.offset === 'random' ? random() * 2 ** 32 : host.offset;
      const ports = ((1024 + Math.floor(random() * 64_000)) << 16) | 80;
      for (const delay of RETRY) {
        const sent = start + delay;
        const lost = random() < plan.loss;
        const tsval = Math.floor(offset + host.rate * (1 + (host.drift ?? 0)) * sent) | 0;
        if (!lost) points.push({ time: sent + random() * plan.jitter, tsval, attempt, ports, host: index });
        if (!lost && random() >= (plan.silence ?? 0)) break;
      }
    }
  });
  return points.sort((a, b) => a.time - b.time);
}

export interface Followed {
  readonly clocks: PeerClocks | null;
  /** Clock of each attempt seen, and the host it came from. */
  readonly assigned: readonly { readonly clock: number; readonly host: number }[];
}

/** Feeds captured packets to a tracker, as the tracking room does. */
export function follow(points: readonly NatPoint[], tracker = new ClockTracker(), peer = 0): Followed {
  const known = new Map<number, number>();
  const assigned: { clock: number; host: number }[] = [];
  for (const point of points) {
    const seconds = EPOCH + Math.floor(point.time);
    const nanoseconds = Math.floor((point.time - Math.floor(point.time)) * 1e9);
    const clock = known.get(point.attempt);
    if (clock === undefined) {
      const fresh = tracker.observe(peer, seconds, nanoseconds, point.tsval, point.ports);
      known.set(point.attempt, fresh);
      assigned.push({ clock: fresh, host: point.host });
    } else {
      tracker.confirm(peer, clock, seconds, nanoseconds, point.tsval);
    }
  }
  return { clocks: tracker.peer(peer), assigned };
}

/** Hosts with random offsets, one each, drifting up to 50 ppm either way. */
export function hostsBehind(seed: number, count: number, rate: number, attempts: () => number): HostPlan[] {
  const random = seeded(seed ^ 0x5eed);
  return Array.from({ length: count }, () => ({
    rate,
    attempts: attempts(),
    offset: Math.floor(random() * 2 ** 32),
    drift: (random() * 2 - 1) * 50e-6,
  }));
}

/** Attempts whose clock is not the one that most attempts of their host have. */
export function misassigned(assigned: Followed['assigned']): number {
  const pairs = new Map<string, number>();
  for (const { clock, host } of assigned)
    pairs.set(`${clock} ${host}`, (pairs.get(`${clock} ${host}`) ?? 0) + 1);
  const clocks = new Map<number, number>();
  const hosts = new Map<number, number>();
  for (const [pair, count] of pairs) {
    const [clock = 0, host = 0] = pair.split(' ').map(Number);
    clocks.set(clock, Math.max(clocks.get(clock) ?? 0, count));
    hosts.set(host, Math.max(hosts.get(host) ?? 0, count));
  }
  const sum = (counts: Map<number, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
  return assigned.length - Math.min(sum(clocks), sum(hosts));
}
