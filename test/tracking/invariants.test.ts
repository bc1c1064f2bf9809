import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNT } from '../../src/tracking/counters.ts';
import type { End, Sent } from './wire.ts';
import { Wire } from './wire.ts';

// Few addresses, ports and numbers, so that everything meets everything.
const end = fc
  .tuple(fc.constantFrom(1, 2, 200, 201), fc.constantFrom(80, 40_000))
  .map(([host, port]): End => `${host}:${port}`);
const number = fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom(2 ** 31, 2 ** 31 - 1));
const segment = fc.record({
  gap: fc.oneof(
    fc.constantFrom(0, 0.0001, 0.019, 0.03, 0.5, 1, 17, 61, 75, 200),
    fc.constantFrom(-0.5, -100),
  ),
  from: end,
  to: end,
  flags: fc.constantFrom('S', 'S', 'S', 'SA', 'SA', 'A', 'FA', 'F', 'R', 'RA', 'SF', ''),
  seq: number,
  ack: number,
  ts: fc.option(number, { nil: undefined }),
  echo: number,
  payload: fc.constantFrom(0, 0, 1, 3),
  odd: fc.integer({ min: 0, max: 30 }),
  ipId: fc.constantFrom(0, 1),
});

function play(
  wire: Wire,
  segments: readonly (typeof segment extends fc.Arbitrary<infer T> ? T : never)[],
): void {
  let at = 1000;
  for (const { gap, odd, ts, ...rest } of segments) {
    at = Math.max(0, at + gap);
    const sent: Sent = {
      at,
      ...rest,
      ...(ts === undefined ? {} : { ts }),
      timed: odd !== 0,
      optionsCut: odd === 1,
      malformed: odd === 2,
      family: odd === 3 ? 6 : 4,
    };
    wire.send(sent);
  }
  wire.finish();
}

const limits = fc.option(
  fc.record({
    connections: fc.constantFrom(1, 2, 4, 8),
    pairs: fc.constantFrom(1, 2, 4),
    targets: fc.constantFrom(1, 2, 4),
    listeners: fc.constantFrom(1, 2, 4),
    pendingSyns: fc.constantFrom(1, 2, 4, 16),
    sightings: fc.constantFrom(1, 4, 64),
  }),
  { nil: undefined },
);

describe('whatever segments come, and however small the tables are', () => {
  it('every SYN is announced, decided and settled once, and the sums are right', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 60 }), limits, fc.integer(), (segments, small, seed) => {
        const wire = new Wire({ seed, ...(small === undefined ? {} : { limits: small }) });
        play(wire, segments);
        const { totals, pairs, targets, listeners, ring } = wire.tracker.state;
        const { syn, decided, settled } = wire.serials;
        expect(settled).toEqual(syn);
        expect([...decided].sort((a, b) => a - b)).toEqual(syn);
        expect(ring.length).toBe(0);
        expect(totals.syns).toBe(syn.length);
        const { answered, silent, refused, challenged, unknown } = totals;
        expect(answered + silent + refused + challenged + unknown).toBe(totals.syns);
        expect(totals.attempts).toBeLessThanOrEqual(totals.syns);
        expect(totals.connected).toBeLessThanOrEqual(totals.attempts);
        const sent = segments.length;
        expect(totals.segments + totals.duplicates).toBe(sent);
        expect(totals.syns + totals.synAcks + totals.others + totals.resets).toBeGreaterThanOrEqual(
          totals.segments,
        );
        for (const table of [pairs, targets, listeners]) {
          for (let slot = 0; slot < table.table.end; slot += 1) {
            if (!table.table.isUsed(slot)) continue;
            const count = (field: number): number => table.count(slot, field);
            expect([count(COUNT.pending), count(COUNT.requests) >= 0]).toEqual([0, true]);
            const answers = [COUNT.answered, COUNT.silent, COUNT.refused, COUNT.challenged, COUNT.unknown];
            expect(answers.reduce((sum, field) => sum + count(field), 0)).toBe(count(COUNT.syns));
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('only a host that closed writes, only with a TSval that it was sent, never from the future', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 60 }), (segments) => {
        const wire = new Wire();
        play(wire, segments);
        const closers = new Set(
          segments.filter(({ flags }) => flags.includes('F')).map(({ from }) => from.split(':')[0]),
        );
        const values = new Set(segments.map(({ ts }) => (ts ?? 0) >>> 0));
        const wrong = wire.writes.filter(
          ({ by, tsval, frame, must }) =>
            (must && !closers.has(by)) || !values.has(tsval) || frame < 1 || frame > segments.length,
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
