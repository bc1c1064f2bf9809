import { describe, expect, it } from 'vitest';
import { ClockTracker, type PeerClocks } from '../../src/clocks/index.ts';
import { readTruth, truthDirectories, type TruthRow } from './truth.ts';

interface Follow {
  readonly peers: Map<string, PeerClocks | null>;
  /** Clock of each attempt, beside the host that really sent it. */
  readonly assigned: { readonly peer: string; readonly clock: number; readonly host: string }[];
  readonly hosts: Map<string, Set<string>>;
}

function follow(rows: readonly TruthRow[]): Follow {
  const tracker = new ClockTracker();
  const slots = new Map<string, number>();
  const clocks = new Map<string, number>();
  const assigned: Follow['assigned'] = [];
  const hosts = new Map<string, Set<string>>();
  for (const row of rows) {
    const peer = `${row.src} > ${row.dst}`;
    const slot = slots.get(peer) ?? slots.size;
    slots.set(peer, slot);
    const known = clocks.get(row.attempt);
    if (row.tsval === null) {
      if (known === undefined) tracker.observeWithout(slot);
      clocks.set(row.attempt, -1);
    } else if (known === undefined) {
      const clock = tracker.observe(slot, row.seconds, row.nanoseconds, row.tsval, row.ports);
      clocks.set(row.attempt, clock);
      assigned.push({ peer, clock, host: row.host });
      hosts.set(peer, (hosts.get(peer) ?? new Set()).add(row.host));
    } else {
      tracker.confirm(slot, known, row.seconds, row.nanoseconds, row.tsval);
    }
  }
  const peers = new Map([...slots].map(([peer, slot]) => [peer, tracker.peer(slot)]));
  return { peers, assigned, hosts };
}

function expectation(directory: string, hosts: number): Partial<PeerClocks> {
  if (directory.includes('s13n')) return { regime: 'per-connection', hosts: null };
  if (directory.includes('s16') || hosts === 1) return { regime: 'shared-clock', hosts: 1 };
  return { regime: 'per-host-pair', hosts };
}

const directories = truthDirectories();
if (directories.length === 0) {
  process.stderr.write(
    'SKIPPED: ../shared/captures/real-kernel is absent, clocks are tested on generated data only\n',
  );
}

describe.skipIf(directories.length === 0)('clocks of real kernels', () => {
  it.each(directories)('%s: regime and count', (directory) => {
    const { peers, hosts } = follow(readTruth(directory));
    expect(peers.size).toBeGreaterThan(0);
    for (const [peer, clocks] of peers) {
      expect(clocks).toMatchObject(expectation(directory, hosts.get(peer)?.size ?? 0));
      expect(clocks?.rate?.nominal).toBe(1000);
    }
  });

  it.each(directories.filter((name) => !/s13n|s16/.test(name)))(
    '%s: clocks part attempts as hosts do',
    (directory) => {
      const { assigned } = follow(readTruth(directory));
      const pairs = new Set(assigned.map((each) => `${each.peer} ${each.clock} ${each.host}`));
      const byClock = new Set(assigned.map((each) => `${each.peer} ${each.clock}`));
      const byHost = new Set(assigned.map((each) => `${each.peer} ${each.host}`));
      expect([pairs.size, byClock.size]).toEqual([byHost.size, byHost.size]);
    },
  );
});
