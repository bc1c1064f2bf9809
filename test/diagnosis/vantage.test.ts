/** Where a capture was taken: what each kind of evidence says, and what an unclear place must not do. */
import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeFiles } from '../../src/api/index.ts';
import { VantageMeter } from '../../src/diagnosis/vantage.ts';
import type { Vantage, VantageEvidence } from '../../src/diagnosis/vantage-place.ts';
import { vantageFindings } from '../../src/diagnosis/vantage-place.ts';
import { Segment } from '../../src/packet/segment.ts';

interface Seen {
  readonly ttl: number;
  readonly direction: number;
}

const TO_US = 0;
const BRIDGED = 3;
const BY_US = 4;
const ETHERNET = -1;

/** Measures `count` handshakes that all look alike. */
function handshakes(syn: Seen, synAck: Seen, reply: number, acknowledge: number, count = 20): Vantage {
  const meter = new VantageMeter();
  const see = (seen: Seen): Segment => Object.assign(new Segment(), seen);
  for (let i = 0; i < count; i += 1) {
    meter.syn(3, see(syn));
    meter.answered(3, see(synAck), reply);
    meter.acknowledged(3, acknowledge);
  }
  return meter.of(3);
}

function said(vantage: Vantage): Partial<Record<VantageEvidence['code'], string>> {
  return Object.fromEntries(vantage.evidence.map(({ code, says }) => [code, says]));
}

const seen = (ttl: number, direction = ETHERNET): Seen => ({ ttl, direction });

describe('where it was captured', () => {
  it.each([
    ['target', 'replies at once, clients a way off', seen(55), seen(64), 60e-6, 0.03],
    ['target', 'the same with clients of one hop, by delay alone', seen(63), seen(63), 60e-6, 0.03],
    ['client', 'the target a way off', seen(64), seen(55), 0.03, 40e-6],
    ['between', 'both a way off', seen(60), seen(55), 0.03, 0.02],
    ['unknown', 'all on one link', seen(64), seen(64), 300e-6, 60e-6],
    ['unknown', 'a slow target on this link, never taken for distance', seen(64), seen(64), 0.2, 60e-6],
    ['unknown', 'hops and delays against each other', seen(64), seen(50), 60e-6, 0.03],
    ['target', 'received SYNs, sent SYN-ACKs', seen(64, TO_US), seen(64, BY_US), 60e-6, 60e-6],
    ['client', 'sent SYNs, received SYN-ACKs', seen(64, BY_US), seen(64, TO_US), 60e-6, 60e-6],
    [
      'between',
      'a container host: sent on SYNs that came from afar',
      seen(60, BY_US),
      seen(64, TO_US),
      60e-6,
      60e-6,
    ],
    ['between', 'a hypervisor: bridged past', seen(63, BRIDGED), seen(64, BRIDGED), 60e-6, 60e-6],
    ['between', 'a router: both ways come in', seen(60, TO_US), seen(63, TO_US), 60e-6, 60e-6],
    [
      'client',
      "the clients' node: SYNs come in from its pods",
      seen(64, TO_US),
      seen(62, TO_US),
      60e-6,
      60e-6,
    ],
    ['unknown', 'loopback', seen(64, TO_US), seen(64, TO_US), 20e-6, 20e-6],
  ] as const)('%s: %s', (place, _, syn, synAck, reply, acknowledge) => {
    const vantage = handshakes(syn, synAck, reply, acknowledge);
    expect(vantage.place === place ? place : vantage).toBe(place);
  });

  it('says what each kind of evidence speaks for', () => {
    expect(said(handshakes(seen(55), seen(64), 60e-6, 0.03))).toEqual({ delays: 'target', hops: 'target' });
    expect(said(handshakes(seen(64, TO_US), seen(64, BY_US), 60e-6, 60e-6))).toEqual({
      'packet-types': 'target',
      delays: 'unknown',
      hops: 'unknown',
    });
  });

  it('gives the delay that nine in ten handshakes exceed, whatever a stalled host adds', () => {
    const meter = new VantageMeter();
    for (let i = 0; i < 100; i += 1) {
      meter.syn(0, new Segment());
      meter.answered(0, new Segment(), i % 2 === 0 ? 40 : 0.004);
      meter.acknowledged(0, 0.000_03);
    }
    const delays = meter.of(0).evidence.find(({ code }) => code === 'delays');
    expect(delays).toMatchObject({ handshakes: 100 });
    expect(delays?.code === 'delays' && delays.replySeconds).toBeGreaterThan(0.002_8);
    expect(delays?.code === 'delays' && delays.replySeconds).toBeLessThanOrEqual(0.004);
  });

  it('does not speak from four handshakes, nor of a target it never saw or had to forget', () => {
    expect(handshakes(seen(64), seen(50), 0.03, 40e-6, 4)).toEqual({ place: 'unknown', evidence: [] });
    const meter = new VantageMeter();
    for (let i = 0; i < 9; i += 1) meter.syn(7, Object.assign(new Segment(), { direction: BY_US, ttl: 64 }));
    expect(meter.of(7).evidence).toHaveLength(1);
    meter.forget(7);
    expect([meter.of(7), meter.of(8), meter.of(-1)].map(({ evidence }) => evidence)).toEqual([[], [], []]);
  });

  it('gives a forgotten row to the next target clean', () => {
    const meter = new VantageMeter();
    for (let i = 0; i < 9; i += 1) meter.syn(1, Object.assign(new Segment(), { direction: BY_US, ttl: 64 }));
    meter.forget(1);
    meter.syn(500, Object.assign(new Segment(), { direction: TO_US, ttl: 64 }));
    expect(meter.of(500).evidence).toEqual([]);
  });

  it('gives the quickest of ten handshakes, and counts those acknowledged in the very same microsecond', () => {
    const meter = new VantageMeter();
    for (let i = 0; i < 10; i += 1) meter.answered(0, new Segment(), i === 0 ? 0.000_1 : 0.1);
    for (let i = 0; i < 20; i += 1) meter.acknowledged(0, 0);
    const [delays] = meter.of(0).evidence;
    expect(delays).toMatchObject({ code: 'delays', handshakes: 10, acknowledgeSeconds: 1e-6 });
    expect(delays?.code === 'delays' && delays.replySeconds).toBeLessThan(0.000_2);
  });

  it('is told of 1,024 targets, wherever their slots are, and of others once one of these is forgotten', () => {
    const meter = new VantageMeter();
    const sent = Object.assign(new Segment(), { direction: BY_US, ttl: 64 });
    const slots = [5000, ...Array.from({ length: 1200 }, (_, slot) => slot)];
    for (const slot of slots) for (let i = 0; i < 9; i += 1) meter.syn(slot, sent);
    const told = (slot: number): boolean => meter.of(slot).evidence.length > 0;
    expect(slots.filter(told)).toEqual(slots.slice(0, 1024));
    // One that has no row leaves none behind.
    for (const gone of [3, 1100, 9000]) meter.forget(gone);
    for (const slot of [2000, 2001]) for (let i = 0; i < 9; i += 1) meter.syn(slot, sent);
    expect(meter.of(2001)).toEqual({ place: 'unknown', evidence: [] });
    for (const slot of [5000, 0, 1, 2, 4, 1022, 2000]) {
      expect(meter.of(slot).evidence[0]).toMatchObject({ syns: [0, 9, 0] });
    }
  });

  it('is told of targets in whatever order their slots come', () => {
    const meter = new VantageMeter();
    const slots = Array.from({ length: 600 }, (_, slot) => slot);
    for (const slot of slots)
      for (let i = 0; i < 9; i += 1) meter.syn(slot, Object.assign(new Segment(), seen(64, BY_US)));
    expect(slots.filter((slot) => meter.of(slot).evidence.length === 0)).toEqual([]);
  });

  it.each([
    [64, [9, 0, 0]],
    [127, [0, 9, 0]],
    [120, [0, 0, 9]],
    [250, [0, 0, 9]],
    // 40 routers are the most that anybody passes.
    [24, [0, 0, 9]],
    [23, null],
  ] as const)('counts the routers on the way from the TTL that a system starts with: %i', (ttl, syns) => {
    const { evidence } = handshakes(seen(ttl), seen(64), 60e-6, 60e-6, 9);
    const hops = evidence.find(({ code }) => code === 'hops');
    expect(hops?.code === 'hops' ? hops.syns : null).toEqual(syns);
  });

  it('takes any delay and any TTL', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }),
        fc.double({ noNaN: true }),
        fc.nat(255),
        fc.nat(255),
        fc.constantFrom(-1, 0, 1, 2, 3, 4),
        (reply, acknowledge, synTtl, synAckTtl, direction) => {
          const vantage = handshakes(seen(synTtl, direction), seen(synAckTtl, direction), reply, acknowledge);
          expect(['target', 'client', 'between', 'unknown']).toContain(vantage.place);
        },
      ),
    );
  });
});

describe('what the place takes away', () => {
  const evidence = (replySeconds: number): VantageEvidence[] => [
    { code: 'delays', says: 'unknown', handshakes: 9, replySeconds, acknowledgeSeconds: 0.001 },
  ];
  it.each([
    [{ place: 'target', evidence: evidence(0.1) }, []],
    [{ place: 'unknown', evidence: evidence(0.1) }, []],
    [{ place: 'between', evidence: evidence(0.000_5) }, [{ code: 'in-between' }]],
    [{ place: 'between', evidence: [] }, [{ code: 'in-between' }]],
    [
      { place: 'between', evidence: evidence(0.02) },
      [{ code: 'not-at-target', place: 'between', replySeconds: 0.02 }],
    ],
    [{ place: 'client', evidence: [] }, [{ code: 'not-at-target', place: 'client', replySeconds: null }]],
  ] as const)('%j', (vantage, findings) => {
    expect(vantageFindings(vantage)).toEqual(findings);
  });

  it.each(['linux-4.9/two-pods-one-snat', 'linux-3.10/three-pods-ipv6', 'linux-4.9/clock-per-connection'])(
    'nothing from %s, captured on the link before the target',
    async (fixture) => {
      const path = join(import.meta.dirname, '../../fixtures', fixture, 'target.pcap');
      const { vantage, verdict, adequacy } = await analyzeFiles([path], {});
      expect(['unknown', 'between']).toContain(vantage.place);
      expect(adequacy.findings.map(({ code }) => code)).not.toContain('not-at-target');
      expect(verdict.grade).toBe('confirmed');
    },
  );
});
