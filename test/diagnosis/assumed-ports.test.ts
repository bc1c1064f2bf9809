/** Captures of SYNs and SYN-ACKs: ports that serve nobody, and peers whose slots go to others. */
import { describe, expect, it } from 'vitest';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import type { End } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import { Recorded } from './judged.ts';
import { high, low } from './talks.ts';

const CLOSED: End = '200:8080';

class Handshakes extends Recorded {
  private port = 40_000;

  private talk(host: number, to: End): Talk {
    this.port += 1;
    return new Talk(this, `${host}:${this.port}`, to);
  }

  served(at: number, ts: number, host = 1, to: End = '200:80'): this {
    const talk = this.talk(host, to);
    talk.syn(at, ts);
    talk.synAck(at + 0.001, ts);
    return this;
  }

  silent(at: number, ts: number, host = 1, to: End = '200:80'): this {
    this.talk(host, to).syn(at, ts);
    return this;
  }
}

/** One clock starves behind another, at port 80. */
function accusing(): Handshakes {
  const capture = new Handshakes();
  for (let i = 0; i < 12; i += 1) capture.served(100 + i, high(100 + i)).silent(100.5 + i, low(100.5 + i));
  return capture.served(170, high(170), 7);
}

describe('a port in a capture of handshakes', () => {
  const causes = (ahead: number, behind: number, served = 0): Partial<Record<string, number>> => {
    const capture = accusing();
    for (let i = 0; i < served; i += 1) capture.served(100.1 + i, high(100.1 + i), 1, CLOSED);
    for (let i = 0; i < ahead; i += 1) capture.silent(112 + i, high(112 + i), 1, CLOSED);
    for (let i = 0; i < behind; i += 1) capture.silent(120 + i, low(120 + i), 1, CLOSED);
    return capture.causes();
  };

  it('that is silent to those ahead of the stamp too rejects nobody', () => {
    expect(causes(3, 4)).toEqual({ none: 13, 'tw-recycle-reject': 12, unexplained: 7 });
  });

  it('that is silent to hardly anybody ahead of the stamp, or serves them, rejects the others', () => {
    expect(causes(2, 4)).toEqual({ none: 13, 'tw-recycle-reject': 16, unexplained: 2 });
    expect(causes(0, 4)).toEqual({ none: 13, 'tw-recycle-reject': 16 });
    expect(causes(3, 4, 1)).toEqual({ none: 14, 'tw-recycle-reject': 16, unexplained: 3 });
  });
});

describe('peers in a capture of handshakes', () => {
  const answered = (capture: Handshakes, pairs: number): Record<string, readonly number[]> =>
    Object.fromEntries(
      capture
        .judge({ limits: { ...TRACKING_LIMITS, pairs }, limit: 1000 })
        .report.peers.map(({ address, agreement }) => [
          address,
          [agreement.unknownAnswered, agreement.unknownSilent],
        ]),
    );

  it('have the counts of their own, however many they are', () => {
    const capture = new Handshakes();
    for (let host = 1; host <= 200; host += 1) {
      for (let i = 0; i <= host % 3; i += 1) capture.served(100 + host + i / 10, 5, host, '250:80');
      if (host % 5 === 0) capture.silent(100.5 + host, 5, host, '250:80');
    }
    capture.served(400, 5, 1, '250:80');
    const expected = Array.from({ length: 200 }, (_, i) => [
      `0.0.0.${i + 1}`,
      [1 + ((i + 1) % 3) + (i === 0 ? 1 : 0), (i + 1) % 5 === 0 ? 1 : 0],
    ]);
    expect(answered(capture, 1000)).toEqual(Object.fromEntries(expected));
  });

  it('have none of those whose slots they got', () => {
    const capture = new Handshakes();
    for (let host = 1; host <= 16; host += 1) {
      for (let i = 0; i < host; i += 1) capture.served(100 + host * 20 + i, 5 + i * 1000, host, '250:80');
    }
    expect(answered(capture, 4)).toEqual({
      '0.0.0.13': [13, 0],
      '0.0.0.14': [14, 0],
      '0.0.0.15': [15, 0],
      '0.0.0.16': [16, 0],
    });
  });
});
