/** The short way for plain segments must leave everything as the general way leaves it. */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/capture/record.ts';
import { CaptureWalker } from '../../src/capture/walker.ts';
import { PacketDecoder } from '../../src/packet/decode.ts';
import { ACK, FIN, RST, Segment, SYN } from '../../src/packet/segment.ts';
import type { TrackingEvents } from '../../src/tracking/events.ts';
import { Tracker } from '../../src/tracking/tracker.ts';
import { recordOf } from '../support/decoding.ts';
import type { Bytes } from '../support/packet-builder.ts';
import {
  concat,
  ethernet,
  hex,
  ipv4,
  nop,
  sackPermitted,
  sll,
  sll2,
  tcp,
  timestamps,
  zeros,
} from '../support/packet-builder.ts';

const PSH = 0x08;

/** A tracker with or without the short way, and what it told. */
class Follower {
  readonly told: (readonly (number | boolean | string)[])[] = [];
  readonly tracker: Tracker;
  taken = 0;
  private readonly decoder = new PacketDecoder();
  private readonly segment = new Segment();
  private readonly takes: boolean;

  constructor(takes: boolean) {
    this.takes = takes;
    const note =
      (name: string) =>
      (...values: (number | boolean)[]): void =>
        void this.told.push([name, this.tracker.state.time, ...values]);
    const events: TrackingEvents = {
      syn: note('syn'),
      decided: note('decided'),
      settled: note('settled'),
      attemptEnded: note('attemptEnded'),
      acknowledged: note('acknowledged'),
      stampWritten: note('stampWritten'),
      pairForgotten: note('pairForgotten'),
      targetForgotten: note('targetForgotten'),
      listenerForgotten: note('listenerForgotten'),
    };
    this.tracker = new Tracker(events, { seed: 7 });
  }

  record(record: CaptureRecord): void {
    if (this.takes && this.tracker.take(record)) this.taken += 1;
    else if (this.decoder.decode(record, this.segment)) this.tracker.segment(this.segment);
  }

  /** All that can be known of it, as data. */
  outcome(): object {
    const { connections, totals, now, time, firstTime } = this.tracker.state;
    const rows = Buffer.from(connections.words.buffer).toString('base64');
    return { told: this.told, totals, now, time, firstTime, rows };
  }
}

function bothWays(feed: (record: (record: CaptureRecord) => void) => void): Follower {
  const short = new Follower(true);
  const general = new Follower(false);
  feed((record) => {
    short.record(record);
    general.record(record);
  });
  expect(short.outcome()).toEqual(general.outcome());
  short.tracker.finish();
  general.tracker.finish();
  expect(short.outcome()).toEqual(general.outcome());
  return short;
}

const FIXTURES = new URL('../../fixtures/', import.meta.url);
const CAPTURES = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.pcap(ng)?$/.test(name),
);

const PORTS = [40_000, 40_001, 40_002] as const;
const linuxOptions = (tsval: number): readonly Bytes[] => [nop, nop, timestamps(tsval, 1)];
// Few ports and numbers, so that everything meets everything.
const number = fc.integer({ min: -3, max: 9 });
const layouts: fc.Arbitrary<(tsval: number) => readonly Bytes[]> = fc.constantFrom(
  linuxOptions,
  linuxOptions,
  linuxOptions,
  (tsval) => [timestamps(tsval, 1), nop, nop],
  () => [],
  () => [nop, nop, sackPermitted],
);
interface Sent {
  readonly out: boolean;
  readonly port: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly tsval: number;
  readonly options: (tsval: number) => readonly Bytes[];
  readonly payload: number;
  readonly fragment?: number;
  readonly totalLength?: number | undefined;
  readonly id: number;
}

/** A packet between 10.0.0.1 and port 80 of 192.168.0.1. */
function ip({ out, port, seq, ack, flags, tsval, payload, totalLength, ...sent }: Sent): Bytes {
  const ports = out ? { srcPort: 80, dstPort: port } : { srcPort: port, dstPort: 80 };
  const ends = out ? { src: 0xc0a80001, dst: 0x0a000001 } : { src: 0x0a000001, dst: 0xc0a80001 };
  const options = sent.options(tsval >>> 0);
  return ipv4(tcp({ ...ports, seq: seq >>> 0, ack: ack >>> 0, flags, options, payload: zeros(payload) }), {
    ...ends,
    fragment: sent.fragment ?? 0x4000,
    id: sent.id,
    ...(totalLength === undefined ? {} : { totalLength }),
  });
}

/** Handshakes, and a first ACK of the target, so that all is known of the connections. The last is without timestamps. */
const HANDSHAKES = PORTS.flatMap((port) => {
  const plain = { tsval: 1, options: port === 40_002 ? () => [] : linuxOptions, payload: 0, port };
  return [
    ip({ ...plain, out: false, seq: -1, ack: 0, flags: SYN, id: 1 }),
    ip({ ...plain, out: true, seq: -1, ack: 0, flags: SYN | ACK, id: 2 }),
    ip({ ...plain, out: false, seq: 0, ack: 0, flags: ACK, id: 3 }),
    ip({ ...plain, out: true, seq: 0, ack: 0, flags: ACK, id: 4 }),
  ];
}).map((bytes) => ({
  gap: 1,
  packet: { bytes: ethernet(bytes), linkType: 1 },
  cut: 0,
  timed: true,
}));

const packet = fc
  .record({
    out: fc.boolean(),
    port: fc.constantFrom(...PORTS),
    seq: number,
    ack: number,
    flags: fc.oneof(
      { weight: 60, arbitrary: fc.constantFrom(ACK, ACK | PSH) },
      fc.constantFrom(ACK | FIN, ACK | RST, SYN, SYN | ACK, 0),
    ),
    tsval: fc.oneof({ weight: 9, arbitrary: number }, fc.constantFrom(2 ** 31, 1 << 23)),
    options: layouts,
    payload: fc.constantFrom(0, 0, 1, 5),
    fragment: fc.oneof({ weight: 40, arbitrary: fc.constant(0x4000) }, fc.constantFrom(0x2000, 7)),
    totalLength: fc.oneof({ weight: 40, arbitrary: fc.constant(undefined) }, fc.constantFrom(0, 40, 51, 52)),
    id: fc.integer({ min: 5, max: 65_535 }),
  })
  .map(ip);
const framed = fc.oneof(
  { weight: 6, arbitrary: packet.map((bytes) => ({ bytes: ethernet(bytes), linkType: 1 })) },
  packet.map((bytes) => ({ bytes: sll(bytes), linkType: 113 })),
  packet.map((bytes) => ({ bytes: sll2(bytes), linkType: 276 })),
  packet.map((bytes) => ({ bytes, linkType: 101 })),
  packet.map((bytes) => ({
    bytes: concat(hex('02 00 00 00 00 01 02 00 00 00 00 02 86 dd'), bytes),
    linkType: 1,
  })),
);
const step = fc.record({
  gap: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, 1, 30, 900) },
    fc.constantFrom(-5, 70_000, 90_000_000),
  ),
  packet: framed,
  cut: fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 40 })),
  timed: fc.integer({ min: 0, max: 40 }).map((n) => n > 0),
});

describe('plain segments', () => {
  it.each(CAPTURES)('take the short way through %s with the same outcome', (name) => {
    const short = bothWays((record) => {
      const walker = new CaptureWalker(record, () => undefined);
      walker.push(readFileSync(new URL(name, FIXTURES)));
      walker.end();
    });
    expect(short.tracker.state.totals.segments).toBeGreaterThan(0);
  });

  it('take it, where a capture holds them and no packet twice', () => {
    const short = bothWays((record) => {
      const walker = new CaptureWalker(record, () => undefined);
      walker.push(readFileSync(new URL('linux-4.9/two-pods-one-snat/target.pcap', FIXTURES)));
      walker.end();
    });
    expect(short.taken).toBeGreaterThan(short.tracker.state.totals.segments / 12);
  });

  it('leave everything as the general way does, whatever comes', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
        const short = bothWays((record) => {
          let millis = 1_000_000;
          [...HANDSHAKES, ...steps].forEach(({ gap, packet: { bytes, linkType }, cut, timed }, index) => {
            millis += gap;
            const captured = bytes.subarray(0, Math.max(0, bytes.length - cut));
            record(
              recordOf(captured, {
                linkType,
                frame: index + 1,
                seconds: Math.floor(millis / 1000),
                nanoseconds: (((millis % 1000) + 1000) % 1000) * 1e6,
                originalLength: bytes.length,
                timed,
              }),
            );
          });
        });
        taken += short.taken;
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(5000);
  });
});
