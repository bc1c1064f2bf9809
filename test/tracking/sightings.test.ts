import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Segment, SYN } from '../../src/packet/segment.ts';
import { Sightings } from '../../src/tracking/sightings.ts';

const MILLISECOND = 1000;

function syn(port: number): Segment {
  const segment = new Segment();
  segment.family = 4;
  segment.src3 = 0x0a000001;
  segment.dst3 = 0x0a000002;
  segment.srcPort = port;
  segment.dstPort = 5432;
  segment.seq = 7 * port;
  segment.flags = SYN;
  return segment;
}

describe('packets captured more than once', () => {
  it('are recognised though two of them come in turn and have but one place to be remembered at', () => {
    assert(
      property(integer(), integer({ min: 2, max: 8 }), (seed, times) => {
        const sightings = new Sightings(seed, 2);
        const seen = Array.from({ length: times }, (_, time) => [
          sightings.seenBefore(syn(1), time * MILLISECOND),
          sightings.seenBefore(syn(2), time * MILLISECOND),
        ]);
        expect(seen).toEqual(seen.map((_, time) => [time > 0, time > 0]));
      }),
    );
  });

  it('are taken for others after 20 ms', () => {
    const sightings = new Sightings(1, 2);
    expect(sightings.seenBefore(syn(1), 0)).toBe(false);
    expect(sightings.seenBefore(syn(1), 20 * MILLISECOND)).toBe(true);
    expect(sightings.seenBefore(syn(1), 41 * MILLISECOND)).toBe(false);
  });

  it('make room for later ones, the oldest first', () => {
    const sightings = new Sightings(1, 2);
    expect([1, 2, 3].map((port) => sightings.seenBefore(syn(port), port * MILLISECOND))).toEqual([
      false,
      false,
      false,
    ]);
    expect(sightings.seenBefore(syn(2), 4 * MILLISECOND)).toBe(true);
    expect(sightings.seenBefore(syn(1), 5 * MILLISECOND)).toBe(false);
  });
});
