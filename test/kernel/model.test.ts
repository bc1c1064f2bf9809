import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fate } from '../../src/kernel/fate.ts';
import { DISTINCT_PROFILES } from '../../src/kernel/model.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import type { Written } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import { allWorlds } from './naive.ts';
import type { NaiveEvent } from './naive.ts';
import { Replayed, replay, serverClosed } from './replayed.ts';

describe('KernelModel', () => {
  it('rejects what is behind the stamp of a close by the target, to the tick and to the second', () => {
    const wire = replay();
    serverClosed(wire, 100, 5000);
    const fate = (at: number, ts: number): Fate | undefined => {
      new Talk(wire, `1:${41_000 + wire.fates.length}`).syn(at, ts);
      return wire.last();
    };
    expect([fate(110, 5999), fate(110, 5998), fate(110, 6001)]).toEqual(['pass', 'reject', 'pass']);
    expect([fate(159.9, 5998), fate(160.5, 5998), fate(161.1, 1)]).toEqual([
      'reject',
      'possible-reject',
      'pass',
    ]);
  });

  it('accuses nobody after a close by the client', () => {
    const wire = replay();
    const talk = new Talk(wire, '1:40000').open(100, 5000);
    talk.fromClient(101, 'FA', 6000);
    talk.fromTarget(101.1, 'FA');
    talk.fromClient(101.2, 'A', 6200);
    new Talk(wire, '1:40001').syn(102, 1);
    expect(wire.last()).toBe('pass');
  });

  it('keys by peer, or by local address and peer, and never by port', () => {
    const wire = replay(null);
    serverClosed(wire, 100, 5000, '1:40000', '200:80');
    new Talk(wire, '1:40001', '200:443').syn(102, 1);
    expect(wire.fates.at(-1)).toEqual(['reject', 'reject', 'reject']);
    new Talk(wire, '1:40002', '201:80').syn(102, 1);
    expect(wire.fates.at(-1)).toEqual(['reject', 'pass', 'pass']);
    new Talk(wire, '2:40003', '200:80').syn(102, 1);
    expect(wire.fates.at(-1)).toEqual(['pass', 'pass', 'pass']);
    expect(wire.model.variants.map(({ id }) => id)).toEqual(['3.2', '3.14', '3.17']);
  });

  it.each([
    ['2.6.18', 'pass', 'pass'],
    ['2.6.32', 'pass', 'reject'],
    ['3.2', 'pass', 'reject'],
    ['3.14', 'pass', 'reject'],
    ['3.17', 'reject', 'reject'],
    ['4.11', 'reject', 'reject'],
    ['4.12+', 'pass', 'pass'],
  ])('%s: a SYN without timestamps %s, with TSval 0 %s', (id, without, zero) => {
    const wire = replay(id);
    serverClosed(wire, 100, 5000);
    new Talk(wire, '1:40001').syn(102);
    expect(wire.last()).toBe(without);
    new Talk(wire, '1:40002').syn(102, 0);
    expect(wire.last()).toBe(zero);
  });

  it.each([
    ['2.6.18', 'pass'],
    ['2.6.32', 'pass'],
    ['3.2', 'reject'],
    ['3.17', 'reject'],
  ])('%s: an IPv6 SYN behind the stamp: %s', (id, expected) => {
    const wire = replay(id);
    const six = { family: 6 } as const;
    const talk = new Talk(wire, '1:40000');
    talk.syn(100, 5000, six);
    talk.synAck(100.001, 5000, six);
    talk.fromClient(100.002, 'A', 5001, six);
    talk.fromTarget(101, 'FA', six);
    talk.fromClient(101.1, 'FA', 6100, six);
    new Talk(wire, '1:40001').syn(102, 1, six);
    expect(wire.last()).toBe(expected);
  });

  it('does not know about SYNs whose options were cut or that have no time', () => {
    const wire = replay();
    serverClosed(wire, 100, 5000);
    new Talk(wire, '1:40001').syn(102, undefined, { optionsCut: true });
    expect(wire.last()).toBe('unknown');
    new Talk(wire, '1:40002').syn(102, 1, { timed: false });
    expect(wire.last()).toBe('unknown');
  });

  it('drops a SYN without timestamps for any stamp, also one beyond half the circle', () => {
    const wire = replay('3.17');
    serverClosed(wire, 100, 3_000_000_000);
    new Talk(wire, '1:40001').syn(102);
    expect(wire.last()).toBe('reject');
  });

  it('does not know of a SYN that came before the stamp by its time, and after it in the capture', () => {
    const wire = replay();
    serverClosed(wire, 100, 5000);
    new Talk(wire, '1:40001').syn(100.5, 1);
    expect(wire.last()).toBe('unknown');
    new Talk(wire, '1:40002').syn(101, 1);
    expect(wire.last()).toBe('reject');
  });

  it('only suspects while the peer has not closed its side: whether the stamp is written is not seen', () => {
    const wire = replay();
    const talk = new Talk(wire, '1:40000').open(100, 5000);
    talk.fromTarget(101, 'FA');
    talk.fromClient(101.1, 'A', 6100);
    new Talk(wire, '1:40001').syn(102, 1);
    expect(wire.last()).toBe('possible-reject');
    talk.fromClient(103, 'FA', 8000);
    new Talk(wire, '1:40002').syn(104, 1);
    expect(wire.last()).toBe('reject');
  });

  it('remembers connections that the target opened itself, by the same rule', () => {
    const wire = replay();
    const talk = new Talk(wire, '200:50000', '1:443').open(100, 777);
    talk.fromClient(101, 'FA', 1777);
    talk.fromTarget(101.1, 'FA', { ts: 9000 });
    new Talk(wire, '1:40001', '200:80').syn(102, 1);
    expect(wire.last()).toBe('reject');
  });
});

describe('the stamp that a SYN was compared with', () => {
  const none = { tsval: 0, frame: 0, time: Number.NaN };

  it('is noted with the packet that set it, by pair of addresses and by peer', () => {
    const wire = replay(null);
    new Talk(wire, '1:40000').syn(90, 4000);
    expect(wire.lastStamps()).toEqual([none, none]);
    serverClosed(wire, 100, 5000, '1:40001', '200:80');
    serverClosed(wire, 110, 15_000, '1:40002', '201:80');
    new Talk(wire, '1:40003', '200:80').syn(115, 5500);
    // Frames: the first packet, a SYN, and six of either connection, whose FINs are the last but one.
    expect(wire.lastStamps()).toEqual([
      { tsval: 6000, frame: 7, time: 101 },
      { tsval: 16_000, frame: 13, time: 111 },
    ]);
    new Talk(wire, '1:40004', '202:80').syn(116, 5500);
    expect(wire.lastStamps()).toEqual([none, { tsval: 16_000, frame: 13, time: 111 }]);
    new Talk(wire, '2:40005', '200:80').syn(117, 5500);
    expect(wire.lastStamps()).toEqual([none, none]);
  });

  it.each([
    [{ family: 4 }, '200:80', '1:40000', '1:40001'],
    [{ family: 6 }, '200:80', '1:40000', '1:40001'],
    [{ family: 4 }, '1:80', '200:40000', '200:40001'],
    [{ family: 6 }, '1:80', '200:40000', '200:40001'],
    // Their third word is 0xffff, as in an IPv4-mapped address.
    [{ family: 6 }, '13107:80', '200:40000', '200:40001'],
    [{ family: 6 }, '200:80', '13107:40000', '13107:40001'],
  ] as const)('is found again in %j, from %s to %s', (family, target, peer, next) => {
    const wire = replay(null);
    const talk = new Talk(wire, peer, target);
    talk.syn(100, 5000, family);
    talk.synAck(100.001, 5000, family);
    talk.fromClient(100.002, 'A', 5001, family);
    talk.fromTarget(101, 'FA', family);
    talk.fromClient(101.1, 'FA', 6100, family);
    new Talk(wire, next, target).syn(102, 1, family);
    expect(wire.lastStamps().map(({ tsval }) => tsval)).toEqual([6100, 6100]);
    expect(wire.fates.at(-1)).toEqual(['reject', 'reject', 'reject']);
  });
});

describe('the first minute', () => {
  it('knows nothing of a SYN until a served one shows how high the stamp can be', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    new Talk(wire, '1:40000').syn(0, 5000);
    expect(wire.last()).toBe('unknown');
    const served = new Talk(wire, '1:40001');
    served.syn(1, 6000);
    served.synAck(1.001, 6000);
    new Talk(wire, '1:40002').syn(2, 6001);
    expect(wire.last()).toBe('pass');
    new Talk(wire, '1:40003').syn(2, 5000);
    expect(wire.last()).toBe('unknown');
    new Talk(wire, '2:40004').syn(3, 6001);
    expect(wire.last()).toBe('unknown');
    new Talk(wire, '2:40005').syn(60, 6001);
    expect(wire.last()).toBe('pass');
  });

  it.each([
    ['a SYN without timestamps', undefined, true],
    ['a SYN that was refused', 6000, false],
  ] as const)('learns nothing from %s', (_, ts, served) => {
    const wire = new Replayed(kernelProfile('3.17'));
    const talk = new Talk(wire, '1:40001');
    talk.syn(1, ts);
    if (served) talk.synAck(1.001, ts);
    else
      wire.send({ at: 1.001, from: talk.target, to: talk.client, flags: 'RA', seq: 0, ack: talk.clientSeq });
    new Talk(wire, '1:40002').syn(2, 6001);
    expect(wire.last()).toBe('unknown');
  });

  it('knows nothing of a SYN without timestamps, whatever was served', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    const talk = new Talk(wire, '1:40001');
    talk.syn(1, -5);
    talk.synAck(1.001, -5);
    new Talk(wire, '1:40002').syn(2);
    expect(wire.last()).toBe('unknown');
  });

  it('learns nothing from a SYN that an old request answered', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    const talk = new Talk(wire, '1:40001');
    talk.syn(1, 9000);
    talk.synAck(1.001, 9000);
    talk.syn(2, 5000);
    talk.synAck(2.001, 5000);
    new Talk(wire, '1:40002').syn(3, 6000);
    expect(wire.last()).toBe('unknown');
  });

  it('ends after 60 s: what is served then tells nothing of before', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    new Talk(wire, '9:1').syn(1000, 1);
    new Talk(wire, '1:40000').syn(1059.9, 5000);
    expect(wire.last()).toBe('unknown');
    new Talk(wire, '1:40001').syn(1060, 5000);
    expect(wire.last()).toBe('pass');
  });

  it.each([
    [1060.9, 'possible-reject'],
    [1061.1, 'reject'],
  ])('lets a write at second %s of a connection that was not seen to begin be: %s', (at, fate) => {
    const wire = new Replayed(kernelProfile('3.17'));
    wire.send({ at: 1000, from: '9:1', to: '8:1', flags: 'A', seq: 0, ts: 1 });
    const middle = new Talk(wire, '1:40000');
    middle.fromClient(1050, 'A', 5000, { payload: 10 });
    middle.fromTarget(1050.1, 'FA');
    middle.fromClient(at, 'FA', 5200);
    new Talk(wire, '1:40001').syn(1062, 4000);
    expect(wire.last()).toBe(fate);
  });

  it('believes a write whose connection was served, and what it says of lower and of higher clocks', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    serverClosed(wire, 1, 5000);
    new Talk(wire, '1:41000').syn(5, 4000);
    expect(wire.last()).toBe('reject');
    // Whatever was remembered before has been replaced: higher clocks pass, however far ahead.
    new Talk(wire, '1:41001').syn(5, 1_000_000_000);
    expect(wire.last()).toBe('pass');
  });

  it('only suspects after a write that a stamp from before may have forbidden', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    wire.send({ at: 0, from: '9:1', to: '8:1', flags: 'A', seq: 0, ts: 1 });
    const middle = new Talk(wire, '1:40000');
    middle.fromClient(1, 'A', 5000, { payload: 10 });
    middle.fromTarget(1.1, 'FA');
    middle.fromClient(1.2, 'FA', 5200);
    new Talk(wire, '1:40001').syn(5, 4000);
    expect(wire.last()).toBe('possible-reject');
  });

  it('does not take a connection that the target opened itself for served by its check', () => {
    const wire = new Replayed(kernelProfile('3.17'));
    const talk = new Talk(wire, '200:50000', '1:443').open(1, 777);
    talk.fromClient(2, 'FA', 1777);
    talk.fromTarget(2.1, 'FA', { ts: 9000 });
    new Talk(wire, '1:40001', '200:80').syn(3, 1);
    expect(wire.last()).toBe('possible-reject');
  });
});

describe('a 4-tuple that the target still holds', () => {
  it('in TIME-WAIT, reopened by a SYN that is ahead: the check is skipped', () => {
    const wire = replay();
    const talk = serverClosed(wire, 100, 5000);
    serverClosed(wire, 101, 900_000, '1:41000');
    // Ahead of its own old connection, behind the stamp of the other.
    talk.clientSeq = 500_000;
    talk.syn(101.2, 7000);
    expect(wire.last()).toBe('pass');
  });

  it('perhaps in TIME-WAIT, which recycle ends after 3.5 RTO: only suspected', () => {
    const wire = replay();
    const talk = serverClosed(wire, 100, 5000);
    serverClosed(wire, 101, 900_000, '1:41000');
    talk.clientSeq = 500_000;
    talk.syn(103.5, 7000);
    expect(wire.last()).toBe('possible-reject');
    talk.clientSeq = 600_000;
    talk.syn(130, 8000);
    expect(wire.last()).toBe('reject');
  });

  it('in TIME-WAIT for its full 60 s when the old connection had no timestamps', () => {
    const wire = replay();
    const plain = new Talk(wire, '1:40000').open(100);
    plain.fromTarget(101, 'FA', {}, false);
    plain.fromClient(101.1, 'FA');
    plain.fromTarget(101.2, 'A', {}, false);
    serverClosed(wire, 101, 900_000, '1:41000');
    plain.clientSeq = 500_000;
    plain.syn(130, 7000);
    expect(wire.last()).toBe('possible-reject');
  });

  it('in FIN-WAIT-2, which answers the SYN itself: only suspected', () => {
    const wire = replay();
    const half = new Talk(wire, '1:40000').open(100, 5000);
    half.fromTarget(101, 'FA');
    half.fromClient(101.1, 'A', 6100);
    serverClosed(wire, 101, 900_000, '1:41000');
    half.clientSeq = 500_000;
    half.syn(110, 7000);
    expect(wire.last()).toBe('possible-reject');
  });

  it('no more, once the target has closed second and seen its FIN acknowledged', () => {
    const wire = replay();
    const done = new Talk(wire, '1:40000').open(100, 5000);
    done.fromClient(100.5, 'FA', 5500);
    done.fromTarget(100.6, 'FA');
    done.fromClient(100.7, 'A', 5700);
    serverClosed(wire, 101, 900_000, '1:41000');
    done.clientSeq = 500_000;
    done.syn(110, 7000);
    expect(wire.last()).toBe('reject');
  });

  it('as a request or a connection, which answers its own SYN', () => {
    const wire = replay();
    const waiting = new Talk(wire, '1:40000');
    waiting.syn(100, 5000);
    waiting.synAck(100.001, 5000);
    serverClosed(wire, 100.1, 900_000, '1:41000');
    waiting.syn(103, 8000);
    expect(wire.last()).toBe('pass');
    // The request is given up after 63 s.
    serverClosed(wire, 150, 950_000, '1:41001');
    waiting.syn(163.5, 68_500);
    expect(wire.last()).toBe('reject');
  });
});

describe('KernelModel against every possible world', () => {
  const gap = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 12 }) },
    { weight: 2, arbitrary: fc.integer({ min: 225, max: 250 }) },
  );
  const move = fc.record({
    gap,
    peer: fc.constantFrom(1, 2),
    local: fc.constantFrom(200, 201),
    kind: fc.constantFrom('syn', 'syn', 'closed', 'half', 'client'),
    clock: fc.constantFrom(0, 1431655765, 2863311530, 2 ** 31, 2 ** 30),
    drift: fc.integer({ min: -2, max: 2 }),
  });
  const phases = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];

  it('rejects only what every world rejects, and passes only what every world passes', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 2, maxLength: 9 }), (moves) => {
        const wire = replay(null);
        const pairs: NaiveEvent[] = [];
        const peers: NaiveEvent[] = [];
        let told = 0;
        const note = (): void => {
          for (const { by, of, must, tsval, time, now } of wire.writes.slice(told) satisfies Written[]) {
            const event = { kind: 'write', must, tsval, time, now } as const;
            pairs.push({ ...event, key: `${by}<${of}` });
            peers.push({ ...event, key: of });
          }
          told = wire.writes.length;
        };
        let at = 100;
        moves.forEach(({ gap: quarters, peer, local, kind, clock, drift }, i) => {
          at += quarters / 4;
          const tsval = (clock + drift + 2 ** 32) % 2 ** 32;
          const talk = new Talk(wire, `${peer}:${40_000 + i}`, `${local}:80`);
          const event = { kind: 'syn', tsval, now: at } as const;
          pairs.push({ ...event, key: `${local}<${peer}` });
          peers.push({ ...event, key: String(peer) });
          talk.syn(at, tsval);
          if (kind === 'syn') return;
          talk.synAck(at, tsval);
          talk.fromClient(at, 'A', tsval);
          if (kind === 'client') talk.fromClient(at, 'FA', tsval);
          talk.fromTarget(at, 'FA');
          talk.fromClient(at, kind === 'closed' ? 'FA' : 'A', tsval);
          note();
        });
        const kernel = { futureStampIsFresh: false, dropsSynWithoutTimestamps: true };
        const worlds = [allWorlds(peers, phases, kernel), allWorlds(pairs, phases, kernel)];
        const wrong = wire.fates.flatMap((fates, i) =>
          fates.map((fate, v) => {
            const byPeer = DISTINCT_PROFILES[v]?.key === 'peer';
            const { rejected, worlds: all } = worlds[byPeer ? 0 : 1]?.[i] ?? { rejected: -1, worlds: -1 };
            const sound =
              fate === 'reject' ? rejected === all : fate === 'pass' ? rejected === 0 : fate !== 'unknown';
            return sound ? '' : `SYN ${i}, variant ${v}: ${fate}, rejected in ${rejected} of ${all}`;
          }),
        );
        expect(wrong.filter((line) => line !== '')).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
