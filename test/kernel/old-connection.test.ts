/** What a SYN meets when its 4-tuple was used before, from a client with a lower and with a higher address than the target. */
import { describe, expect, it } from 'vitest';
import type { Fate } from '../../src/kernel/fate.ts';
import {
  TIME_WAIT_ACKNOWLEDGES,
  TIME_WAIT_NONE,
  TIME_WAIT_PAWS_REJECTS,
  TIME_WAIT_REOPENS,
} from '../../src/kernel/fate.ts';
import type { End } from '../tracking/wire.ts';
import { Talk } from '../tracking/wire.ts';
import type { Replayed } from './replayed.ts';
import { replay, serverClosed } from './replayed.ts';

describe.each<[string, number]>([
  ['lower', 1],
  ['higher', 250],
])('of a client with a %s address', (_, host) => {
  const port = (number: number): End => `${host}:${number}`;

  /** Another connection of the same client leaves a stamp that is far ahead. */
  function stampAhead(wire: Replayed, at: number): void {
    serverClosed(wire, at, 900_000, port(41_000 + Math.round(at)));
  }

  /** Sends a SYN on the talk's 4-tuple with the ISN so far from the next sequence number of the old connection. */
  function reuse(talk: Talk, at: number, ahead: number, ts?: number): void {
    talk.clientSeq += 1 + ahead;
    talk.syn(at, ts);
  }

  describe('TIME-WAIT', () => {
    it.each<[string, number, number | undefined, number]>([
      ['reopens for a TSval that is ahead, whatever the ISN', -500, 6001, TIME_WAIT_REOPENS],
      ['rejects a TSval that is behind, whatever the ISN', 500, 5999, TIME_WAIT_PAWS_REJECTS],
      ['reopens for the same TSval and an ISN that is ahead', 1, 6000, TIME_WAIT_REOPENS],
      ['acknowledges the same TSval with the very next ISN', 0, 6000, TIME_WAIT_ACKNOWLEDGES],
      ['acknowledges the same TSval with an ISN behind', -500, 6000, TIME_WAIT_ACKNOWLEDGES],
      ['reopens without timestamps for an ISN that is ahead', 1, undefined, TIME_WAIT_REOPENS],
      ['acknowledges without timestamps an ISN behind', -500, undefined, TIME_WAIT_ACKNOWLEDGES],
    ])('%s', (__, ahead, ts, outcome) => {
      const wire = replay();
      const talk = serverClosed(wire, 100, 5000, port(40_000));
      reuse(talk, 101.2, ahead, ts);
      expect(wire.lastTimeWait()).toBe(outcome);
    });

    it('lets any TSval pass PAWS when the last one was 0', () => {
      const wire = replay();
      const talk = serverClosed(wire, 100, -1000, port(40_000));
      reuse(talk, 101.2, -500, -7);
      expect(wire.lastTimeWait()).toBe(TIME_WAIT_ACKNOWLEDGES);
    });

    it('of a connection without timestamps goes by the ISN alone', () => {
      const wire = replay();
      const plain = new Talk(wire, port(40_000)).open(100);
      plain.fromTarget(101, 'FA', {}, false);
      plain.fromClient(101.1, 'FA');
      plain.fromTarget(101.2, 'A', {}, false);
      reuse(plain, 101.3, -500, 1);
      expect(wire.lastTimeWait()).toBe(TIME_WAIT_ACKNOWLEDGES);
      const next = replay();
      const other = new Talk(next, port(40_000)).open(100);
      other.fromTarget(101, 'FA', {}, false);
      other.fromClient(101.1, 'FA');
      other.fromTarget(101.2, 'A', {}, false);
      reuse(other, 101.3, 500, 1);
      expect(next.lastTimeWait()).toBe(TIME_WAIT_REOPENS);
    });

    it('is not met by a SYN on a 4-tuple of its own', () => {
      const wire = replay();
      serverClosed(wire, 100, 5000, port(40_000));
      new Talk(wire, port(40_001)).syn(101.2, 7000);
      expect(wire.lastTimeWait()).toBe(TIME_WAIT_NONE);
    });
  });

  describe('a SYN behind the stamp of another connection', () => {
    /** The fate of a SYN that comes `age` seconds after its old connection entered TIME-WAIT. */
    function fate(age: number, ahead: number, ts: number, rearmed: boolean): Fate | undefined {
      const wire = replay();
      const talk = serverClosed(wire, 100, 5000, port(40_000));
      stampAhead(wire, 100.2);
      // The old segment again: TIME-WAIT begins anew, and is no longer recycled early.
      if (rearmed) talk.fromClient(101.4, 'A', 6001);
      reuse(talk, 101 + age, ahead, ts);
      return wire.last();
    }
    it.each<[string, number, number, number, boolean, Fate]>([
      ['is surely taken by TIME-WAIT soon after', 0.5, 500, 7000, false, 'pass'],
      ['is perhaps taken by it within five seconds', 4.9, 500, 7000, false, 'possible-reject'],
      ['is not after that, with recycle on', 5.1, 500, 7000, false, 'reject'],
      ['perhaps still is, when a segment came in between', 20, 500, 7000, true, 'possible-reject'],
      ['that TIME-WAIT rejects as well is rejected', 0.5, 500, 5500, false, 'reject'],
      ['that TIME-WAIT would acknowledge is rejected, if by the other', 2, -500, 6000, false, 'reject'],
    ])('%s', (__, age, ahead, ts, rearmed, expected) => {
      expect(fate(age, ahead, ts, rearmed)).toBe(expected);
    });

    it('ahead of every stamp, but not of TIME-WAIT, is only suspected', () => {
      const wire = replay('3.2');
      const talk = serverClosed(wire, 100, 5000, port(40_000));
      reuse(talk, 101.5, -500);
      expect([wire.lastTimeWait(), wire.last()]).toEqual([TIME_WAIT_ACKNOWLEDGES, 'possible-reject']);
    });
  });

  describe('a connection that is not quite closed answers the SYN itself', () => {
    type Close = (talk: Talk) => void;
    const targetFirst: Close = (talk) => {
      talk.fromTarget(101, 'FA');
      talk.fromClient(101.1, 'A', 6100);
    };
    const clientOnly: Close = (talk) => {
      talk.fromClient(101, 'FA', 6000);
      talk.fromTarget(101.1, 'A');
    };
    const finished: Close = (talk) => {
      talk.fromClient(101, 'FA', 6000);
      talk.fromTarget(101.1, 'FA');
      talk.fromClient(101.2, 'A', 6200);
    };
    /** The client is in TIME-WAIT; the target has not heard of it. */
    const lastAck: Close = (talk) => {
      talk.fromClient(101, 'FA', 6000);
      talk.fromTarget(101.1, 'FA');
    };
    const reset: Close = (talk) => {
      targetFirst(talk);
      talk.wire.send({ at: 101.3, from: talk.target, to: talk.client, flags: 'R', seq: talk.targetSeq });
    };
    it.each<[string, Close, number, Fate]>([
      ['closed by the target alone', targetFirst, 110, 'possible-reject'],
      ['closed by the target alone, 60 s ago', targetFirst, 161, 'possible-reject'],
      ['closed by the target alone, longer ago', targetFirst, 161.5, 'reject'],
      ['closed by the client alone', clientOnly, 110, 'possible-reject'],
      ['closed by the client alone, long ago', clientOnly, 250, 'possible-reject'],
      ['closed by both, and acknowledged', finished, 110, 'reject'],
      ['closed by the client first, whose last ACK is missing', lastAck, 110, 'possible-reject'],
      ['reset', reset, 110, 'reject'],
    ])('%s', (__, close, at, expected) => {
      const wire = replay();
      const talk = new Talk(wire, port(40_000)).open(100, 5000);
      close(talk);
      stampAhead(wire, at - 5);
      reuse(talk, at, 500, 7000);
      expect(wire.last()).toBe(expected);
    });
  });
});
