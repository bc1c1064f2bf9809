/** Where a capture was taken, at the borders of what speaks plainly. */
import { describe, expect, it } from 'vitest';
import type { Place, Vantage, VantageFacts } from '../../src/diagnosis/vantage-place.ts';
import { placeOf } from '../../src/diagnosis/vantage-place.ts';

type Three = readonly [number, number, number];
const NONE: Three = [0, 0, 0];
/** Nothing measured. */
const BLANK: VantageFacts = {
  synHops: NONE,
  synAckHops: NONE,
  synTypes: NONE,
  synAckTypes: NONE,
  replies: { count: 0, floor: 0 },
  acknowledges: { count: 0, floor: 0 },
};
const place = (facts: Partial<VantageFacts>): Place => placeOf({ ...BLANK, ...facts }).place;
const evidence = (facts: Partial<VantageFacts>): Vantage['evidence'] =>
  placeOf({ ...BLANK, ...facts }).evidence;

describe('packet types', () => {
  /** Shares of packets to us, by us and bridged, in percent; hops of 100 SYNs and SYN-ACKs: here, one router, further. */
  it.each<[Place, string, Three, Three, Three, Three]>([
    ['target', 'receives SYNs and sends SYN-ACKs', [100, 0, 0], [0, 100, 0], NONE, NONE],
    ['target', 'nine in ten are enough', [90, 10, 0], [10, 90, 0], NONE, NONE],
    ['unknown', 'fewer SYNs to us are not', [89, 0, 11], [0, 100, 0], NONE, NONE],
    ['unknown', 'nor fewer SYN-ACKs by us', [100, 0, 0], [0, 89, 11], NONE, NONE],
    ['client', 'sends its own SYNs and receives SYN-ACKs', [0, 100, 0], [100, 0, 0], [100, 0, 0], NONE],
    ['client', 'nine in ten of its own', [10, 90, 0], [90, 10, 0], [90, 10, 0], NONE],
    ['between', 'sends on what came from further', [0, 100, 0], [100, 0, 0], [89, 11, 0], NONE],
    [
      'between',
      'fewer SYN-ACKs to us, and both ways come in',
      [11, 89, 0],
      [89, 11, 0],
      [0, 0, 100],
      [0, 0, 100],
    ],
    ['between', 'routes: both ways come in', [100, 0, 0], [100, 0, 0], [0, 100, 0], [0, 100, 0]],
    ['client', 'routes, clients here, targets away', [100, 0, 0], [100, 0, 0], [1, 99, 0], [9, 46, 45]],
    [
      'unknown',
      'routes for itself: neither has passed a router',
      [100, 0, 0],
      [100, 0, 0],
      [90, 10, 0],
      [90, 10, 0],
    ],
    ['between', 'routes for SYNs that came from further', [100, 0, 0], [100, 0, 0], [89, 11, 0], [100, 0, 0]],
    [
      'between',
      'routes for SYN-ACKs that came from further',
      [100, 0, 0],
      [100, 0, 0],
      [100, 0, 0],
      [89, 11, 0],
    ],
    ['between', 'sees each SYN come in and go out', [50, 50, 0], [50, 50, 0], [0, 50, 50], [0, 50, 50]],
    [
      'client',
      'sees each come in from its pods and go out',
      [50, 50, 0],
      [50, 50, 0],
      [50, 50, 0],
      [0, 50, 50],
    ],
    ['between', 'sees some of them twice', [89, 11, 0], [0, 11, 89], [0, 100, 0], [0, 100, 0]],
    ['unknown', 'hardly any twice', [89, 9, 2], [0, 50, 50], [0, 100, 0], [0, 100, 0]],
    ['between', 'bridges SYNs', [0, 10, 90], [0, 50, 50], NONE, NONE],
    ['between', 'bridges SYN-ACKs', [60, 5, 35], [0, 10, 90], NONE, NONE],
    ['unknown', 'bridges some', [60, 5, 35], [0, 11, 89], NONE, NONE],
  ])('%s: %s', (expected, _, synTypes, synAckTypes, synHops, synAckHops) => {
    expect(place({ synTypes, synAckTypes, synHops, synAckHops })).toBe(expected);
  });

  it('speak from five SYNs on, and outweigh the delays', () => {
    const delays = {
      replies: { count: 9, floor: 0.05 },
      acknowledges: { count: 9, floor: 1e-5 },
      synAckHops: [0, 0, 4],
    } as const;
    const types = (count: number): Partial<VantageFacts> => ({
      ...delays,
      synTypes: [count, 0, 0],
      synAckTypes: [0, count, 0],
    });
    expect([place(types(4)), place(types(5))]).toEqual(['client', 'target']);
    expect(evidence(types(5))).toEqual([
      { code: 'packet-types', says: 'target', syns: [5, 0, 0], synAcks: [0, 5, 0] },
      { code: 'delays', says: 'client', handshakes: 9, replySeconds: 0.05, acknowledgeSeconds: 1e-5 },
    ]);
  });
});

describe('delays', () => {
  const delays = (reply: number, acknowledge: number, synAckHops: Three = NONE): Place =>
    place({
      replies: { count: 5, floor: reply },
      acknowledges: { count: 6, floor: acknowledge },
      synAckHops,
    });

  it.each<[Place, string, number, number]>([
    ['target', 'replies eight times quicker than clients two milliseconds away', 0.000_25, 0.002],
    ['unknown', 'not quite eight times', 0.000_26, 0.002],
    ['unknown', 'clients not quite that far', 0.000_01, 0.001_9],
    ['client', 'the reverse', 0.002, 0.000_25],
    ['unknown', 'the reverse, not quite', 0.002, 0.000_26],
    ['unknown', 'the reverse, not quite that far', 0.001_9, 0.000_01],
    ['between', 'both ends two milliseconds away', 0.002, 0.002],
    ['unknown', 'one a little nearer', 0.002, 0.001_9],
  ])('%s: %s', (expected, _, reply, acknowledge) => {
    expect(delays(reply, acknowledge)).toBe(expected);
  });

  it('of a target whose SYN-ACKs have passed no router are the slowness of that target', () => {
    expect(delays(0.05, 0.000_01, [9, 91, 0])).toBe('client');
    expect(delays(0.05, 0.000_01, [11, 89, 0])).toBe('unknown');
    expect(delays(0.05, 0.05, [4, 0, 0])).toBe('unknown');
  });

  it('speak from five handshakes on that were seen whole', () => {
    const seen = (replies: number, acknowledges: number): readonly object[] =>
      evidence({
        replies: { count: replies, floor: 0.1 },
        acknowledges: { count: acknowledges, floor: 0.2 },
      });
    expect([seen(4, 9), seen(9, 4)]).toEqual([[], []]);
    expect(seen(9, 5)).toEqual([
      { code: 'delays', says: 'between', handshakes: 5, replySeconds: 0.1, acknowledgeSeconds: 0.2 },
    ]);
  });
});

describe('hops', () => {
  it.each<[Place, string, Three, Three]>([
    ['target', 'SYN-ACKs from here, half the SYNs from afar', [50, 0, 50], [90, 10, 0]],
    ['unknown', 'fewer SYNs from afar', [51, 0, 49], [100, 0, 0]],
    ['unknown', 'fewer SYN-ACKs from here', [0, 0, 100], [89, 11, 0]],
    ['client', 'SYN-ACKs from afar, hardly a SYN from there', [50, 41, 9], [0, 10, 90]],
    ['unknown', 'fewer SYN-ACKs from afar', [100, 0, 0], [0, 11, 89]],
    ['unknown', 'some SYNs from there', [50, 39, 11], [0, 0, 100]],
    ['between', 'both from afar', [0, 10, 90], [0, 10, 90]],
    ['unknown', 'not quite', [0, 11, 89], [0, 0, 100]],
  ])('%s: %s', (expected, _, synHops, synAckHops) => {
    expect(place({ synHops, synAckHops })).toBe(expected);
  });

  it('speak from five SYNs and five SYN-ACKs on', () => {
    const seen = (syns: number, synAcks: number): readonly object[] =>
      evidence({ synHops: [0, 0, syns], synAckHops: [synAcks, 0, 0] });
    expect([seen(4, 5), seen(5, 4)]).toEqual([[], []]);
    expect(seen(5, 5)).toEqual([{ code: 'hops', says: 'target', syns: [0, 0, 5], synAcks: [5, 0, 0] }]);
  });
});

describe('delays and hops', () => {
  const both = (reply: number, acknowledge: number, synHops: Three, synAckHops: Three): Place =>
    place({
      replies: { count: 9, floor: reply },
      acknowledges: { count: 9, floor: acknowledge },
      synHops,
      synAckHops,
    });
  it('must agree when both speak, and one is enough when the other does not', () => {
    expect(both(1e-5, 0.01, [0, 0, 9], [9, 0, 0])).toBe('target');
    expect(both(1e-5, 0.01, [9, 0, 0], [0, 0, 9])).toBe('unknown');
    expect(both(1e-5, 1e-5, [9, 0, 0], [0, 0, 9])).toBe('client');
    expect(both(1e-5, 0.01, [0, 9, 0], [0, 9, 0])).toBe('target');
  });
});
