import { describe, expect, it } from 'vitest';
import { Segment } from '../../src/packet/segment.ts';
import {
  ROW,
  ROW_TIME,
  SYN_HAS_TSVAL,
  SYN_OPTIONS_CUT,
  SYN_UNTIMED,
  SynRing,
} from '../../src/tracking/syn-ring.ts';

function syn(number: number): Segment {
  const s = new Segment();
  s.frame = number;
  s.seq = number * 3;
  s.srcPort = 65535;
  s.dstPort = 80;
  s.hasTsval = true;
  s.tsval = -number;
  return s;
}

describe('SynRing', () => {
  it('keeps rows in order and whole while it grows and wraps', () => {
    const ring = new SynRing(64, 4);
    let next = 0;
    // Two in, one out: it must grow; later as many in as out: it must wrap.
    for (let round = 0; round < 200; round += 1) {
      const incoming = round < 40 ? 2 : 1;
      for (let i = 0; i < incoming; i += 1) {
        const serial = ring.push(syn(next), next / 2, next + 1000, 3);
        expect(serial).toBe(next);
        next += 1;
      }
      ring.tail += 1;
      expect(ring.length).toBe(next - ring.tail);
      for (let serial = ring.tail; serial < ring.head; serial += 1) {
        const row = [ROW.frame, ROW.seq, ROW.tsval, ROW.ordinal, ROW.capture].map((f) =>
          ring.word(serial, f),
        );
        expect(row).toEqual([serial, serial * 3, 0 - serial, serial + 1000, 3]);
        expect(ring.time(serial, ROW_TIME.arrived)).toBe(serial / 2);
        expect(ring.time(serial, ROW_TIME.answered)).toBeNaN();
      }
    }
    expect([ring.holds(ring.tail - 1), ring.holds(ring.tail), ring.holds(ring.head)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('is full at its ceiling and not before', () => {
    const ring = new SynRing(8, 4);
    for (let i = 0; i < 8; i += 1) {
      expect(ring.full).toBe(false);
      ring.push(syn(i), 0, 0, 0);
    }
    expect(ring.full).toBe(true);
    ring.tail += 1;
    expect(ring.full).toBe(false);
    ring.push(syn(8), 0, 0, 0);
    expect(ring.word(1, ROW.frame)).toBe(1);
  });

  it('clears what an older row has left in its place', () => {
    const ring = new SynRing(2, 2);
    const first = ring.push(syn(1), 1, 1, 0);
    for (const field of [ROW.fates, ROW.class, ROW.answer, ROW.attempt])
      ring.words[ring.row(first) + field] = 9;
    ring.times[ring.rowTimes(first) + ROW_TIME.stamp] = 5;
    ring.tail += 1;
    ring.push(syn(2), 1, 1, 0);
    const third = ring.push(syn(3), 1, 1, 0);
    expect(ring.row(third)).toBe(ring.row(first));
    expect([ROW.fates, ROW.class, ROW.answer, ROW.attempt].map((f) => ring.word(third, f))).toEqual([
      0, 0, 0, 0,
    ]);
    expect([ROW.previous, ROW.connection, ROW.pair, ROW.clock].map((f) => ring.word(third, f))).toEqual([
      -1, -1, -1, -1,
    ]);
    expect(ring.time(third, ROW_TIME.stamp)).toBeNaN();
  });

  it('notes what a segment could not tell', () => {
    const ring = new SynRing(4, 4);
    const s = syn(1);
    s.hasTsval = false;
    s.optionsCut = true;
    s.timed = false;
    const serial = ring.push(s, 0, 0, 0);
    expect(ring.word(serial, ROW.flags)).toBe(SYN_OPTIONS_CUT | SYN_UNTIMED);
    expect(ring.word(ring.push(syn(2), 0, 0, 0), ROW.flags)).toBe(SYN_HAS_TSVAL);
    expect(ring.word(serial, ROW.ports)).toBe((65535 << 16) | 80);
  });
});
