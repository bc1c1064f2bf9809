import { describe, expect, it } from 'vitest';
import { SYN_RETRANSMISSION } from '../../src/tracking/syn-ring.ts';
import type { Sent } from './wire.ts';
import { TARGET, Wire } from './wire.ts';

const POD = '7:50000';
const NODE = '1:61000';

/** The SYN of a connect, as sent by the pod, and as the node sends it on. */
function connect(wire: Wire, at: number, ts: number, differing: Partial<Sent> = {}): number {
  const syn: Sent = { at, from: POD, to: TARGET, flags: 'S', seq: 1000, ts, ipId: 77 + Math.round(at) };
  const frame = wire.send(syn);
  wire.send({ ...syn, at: at + 0.00005, from: NODE, ...differing });
  return frame;
}

describe('a SYN before and after source NAT', () => {
  it('is one SYN, the target’s view of it, with its retransmissions', () => {
    const wire = new Wire();
    for (const at of [0, 1, 3]) connect(wire, at, 5000 + at * 1000);
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 3, attempts: 1, duplicates: 3, segments: 3 });
    expect(wire.settledSyns.map(({ duplicateOf }) => duplicateOf)).toEqual([2, null, 4, null, 6, null]);
    expect(new Set(wire.settledSyns.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    const again = wire.settledSyns.map(({ flags }) => (flags & SYN_RETRANSMISSION) !== 0);
    expect(again).toEqual([false, false, true, true, true, true]);
    // The pod's own address is not a peer of the target.
    expect(wire.tracker.state.pairs.table.size).toBe(1);
  });

  it('is one SYN whatever comes between the two', () => {
    const wire = new Wire();
    for (let n = 0; n < 5000; n += 1) {
      const first: Sent = {
        at: n,
        from: `7:${n + 1}`,
        to: TARGET,
        flags: 'S',
        seq: 1000 + n,
        ts: 5000,
        ipId: 77,
      };
      const other: Sent = { ...first, at: n + 0.00001, from: `8:${n + 1}`, seq: 9_000_000 - n };
      wire.send(first);
      wire.send(other);
      wire.send({ ...first, at: n + 0.00005, from: `1:${n + 1}` });
      wire.send({ ...other, at: n + 0.00006, from: `1:${n + 20_001}` });
    }
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 10_000, attempts: 10_000, duplicates: 10_000 });
  });

  it('is answered once, and what follows in front of NAT counts no more', () => {
    const wire = new Wire();
    connect(wire, 0, 5000);
    const answer: Sent = {
      at: 0.001,
      from: TARGET,
      to: NODE,
      flags: 'SA',
      seq: 9000,
      ack: 1001,
      ts: 1,
      echo: 5000,
    };
    wire.send(answer);
    wire.send({ ...answer, at: 0.0011, to: POD });
    wire.send({ at: 0.002, from: POD, to: TARGET, flags: 'A', seq: 1001, ack: 9001, ts: 5002, echo: 1 });
    wire.send({ at: 0.0021, from: NODE, to: TARGET, flags: 'A', seq: 1001, ack: 9001, ts: 5002, echo: 1 });
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack']);
    expect(wire.tracker.state.totals).toMatchObject({
      connected: 1,
      synAcks: 1,
      segments: 3,
      duplicates: 3,
      fromPeers: 1,
    });
  });

  it('is answered where only the way behind NAT, back to the pod, was captured', () => {
    const wire = new Wire();
    connect(wire, 0, 5000);
    wire.send({ at: 0.001, from: TARGET, to: POD, flags: 'SA', seq: 9000, ack: 1001, ts: 1, echo: 5000 });
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack']);
  });

  it.each<[string, Partial<Sent>]>([
    ['more than 20 ms later', { at: 0.03 }],
    ['with another ISN', { seq: 1001 }],
    ['with another TSval', { ts: 5001 }],
    ['to another port', { to: '200:81' }],
    ['with another identification', { ipId: 78 }],
  ])('is another one %s', (_how, differing) => {
    const wire = new Wire();
    connect(wire, 0, 5000, differing);
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 2, attempts: 2, duplicates: 0 });
  });

  it('leaves a pod that is seen alone as it is, also after a SYN that was seen twice', () => {
    const wire = new Wire();
    connect(wire, 0, 5000);
    wire.send({ at: 1, from: POD, to: TARGET, flags: 'S', seq: 1000, ts: 6000 });
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 2, attempts: 2, duplicates: 1 });
  });
});
