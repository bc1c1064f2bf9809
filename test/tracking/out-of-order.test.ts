/** Handshakes whose packets the capture holds in another order than they were sent, or holds in part. */
import { describe, expect, it } from 'vitest';
import { Talk, Wire } from './wire.ts';

/** When the port of the tests was last seen to send a SYN-ACK again. */
function lastRepeat({ tracker }: Wire): number {
  return tracker.state.listeners.lastRepeat(0);
}

/** A client that was served before, so that the port is known. */
function served(): Wire {
  const wire = new Wire();
  new Talk(wire, '9:30000').open(0, 50);
  return wire;
}

describe('a SYN-ACK captured before its SYN', () => {
  it.each([
    ['on a 4-tuple of its own', 0.015, ['syn-ack']],
    ['too long before', 0.025, ['none']],
  ])('answers it %s', (_, early, answers) => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.synAck(1 - early, 100);
    talk.syn(1, 100);
    talk.wire.send({ at: 60, from: '99:1', to: '98:1', flags: 'S', seq: 0 });
    wire.finish();
    expect(wire.answers().slice(0, 1)).toEqual(answers);
  });

  it('answers it on a 4-tuple that was used before', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000').open(0, 100);
    talk.fromClient(1, 'FA', 1100);
    talk.fromTarget(1.001, 'FA');
    talk.clientSeq = 50_000;
    talk.synAck(30, 30_100);
    talk.syn(30.001, 30_100);
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack', 'syn-ack']);
  });

  it('answers no SYN with another number', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.synAck(0.999, 100, { ack: 5 });
    talk.syn(1, 100);
    talk.wire.send({ at: 60, from: '99:1', to: '98:1', flags: 'S', seq: 0 });
    wire.finish();
    expect(wire.answers()[0]).toBe('none');
  });

  it('shows no full queue', () => {
    const wire = served();
    const talk = new Talk(wire, '1:40000');
    talk.synAck(0.984375, 100);
    talk.syn(1, 100);
    talk.fromClient(1.001, 'A', 101);
    expect(lastRepeat(wire)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is not taken for the answer to the SYN packet before, which was silent', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.synAck(0.999, 1100);
    talk.fromTarget(0.9995, 'A', { payload: 10 });
    talk.syn(1, 1100);
    talk.fromClient(1.002, 'A', 1102);
    wire.finish();
    expect(wire.answers()).toEqual(['none', 'syn-ack']);
  });
});

describe('a SYN-ACK captured after the segment that follows it', () => {
  it('is the answer all the same', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.fromClient(0.001, 'A', 101);
    talk.synAck(0.006, 100);
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack']);
    expect(wire.tracker.state.totals).toMatchObject({
      oneWayHandshakes: 0,
      connected: 1,
      answered: 1,
      unknown: 0,
    });
  });

  it('is one sent again when it comes later than packets change places', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.fromClient(0.001, 'A', 101);
    talk.synAck(1.006, 100);
    wire.finish();
    expect(wire.answers()).toEqual(['unknown']);
    expect(lastRepeat(wire)).toBe(1.006);
  });
});

describe('a SYN-ACK whose SYN the capture does not hold', () => {
  it('shows requests that cannot be completed, in the first minute', () => {
    const wire = served();
    const again = (port: number, at: number): void => {
      const talk = new Talk(wire, `1:${port}`);
      talk.synAck(at, 100);
      talk.fromClient(at + 0.01, 'A', 1110);
    };
    again(40_000, 20);
    expect(lastRepeat(wire)).toBe(20);
    again(40_001, 62);
    expect(lastRepeat(wire)).toBe(62);
    again(40_002, 64);
    expect(lastRepeat(wire)).toBe(62);
  });

  it.each([
    ['has just sent it', 0.01, 110, Number.NEGATIVE_INFINITY],
    ['sent it a second ago by a clock of 100 Hz', 0.01, 201, 20],
    ['sends more data after a while', 0.5, 600, Number.NEGATIVE_INFINITY],
  ])('tells the age of its SYN by the clock of a client that %s', (_, later, tsval, repeat) => {
    const wire = served();
    const talk = new Talk(wire, '1:40000');
    talk.synAck(20, 100);
    talk.fromClient(20 + later, 'A', tsval, { payload: 5 });
    expect(lastRepeat(wire)).toBe(repeat);
  });

  it('shows none where the target goes on: its SYN was lost by the capture', () => {
    const wire = served();
    const talks = [1, 2, 3].map((host) => new Talk(wire, `${host}:40000`));
    talks.forEach((talk, i) => talk.synAck(20 + i / 1000, 100));
    talks.forEach((talk, i) => talk.fromClient(20.1 + i / 1000, 'A', 1101, { payload: 5 }));
    expect(lastRepeat(wire)).toBe(20.002);
    talks.forEach((talk, i) => {
      talk.fromTarget(20.2 + i / 1000, 'A', { payload: 5 });
    });
    expect(lastRepeat(wire)).toBe(Number.NEGATIVE_INFINITY);
  });
});
