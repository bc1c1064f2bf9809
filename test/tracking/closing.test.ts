import { describe, expect, it } from 'vitest';
import { COUNT } from '../../src/tracking/counters.ts';
import { Talk, Wire } from './wire.ts';

/** Writes as `must|may host->peer TSval@time`, by whom of whom. */
function told(wire: Wire): string[] {
  return wire.writes.map(
    ({ must, by, of, tsval, time }) =>
      `${must ? 'must' : 'may'} ${by}->${of} ${tsval}@${Number(time.toFixed(3))}`,
  );
}

/** A connection of host 1 to the target (host 200) at time 0, TSval 100, then some data each way. */
function established(wire: Wire, ts: number | undefined = 100): Talk {
  const talk = new Talk(wire, '1:40000').open(0, ts);
  const later = ts === undefined ? undefined : ts + 10;
  talk.fromClient(0.01, 'A', later, { payload: 50 });
  talk.fromTarget(0.02, 'A', { payload: 70 }, ts !== undefined);
  talk.fromClient(0.03, 'A', ts === undefined ? undefined : ts + 30);
  return talk;
}

describe('the target closes first', () => {
  it('may write on the ACK of its FIN, and must on the FIN of the peer', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.25, 'A', 1350);
    talk.fromClient(1.5, 'FA', 1600);
    expect(told(wire)).toEqual(['may 200->1 1350@1.25', 'must 200->1 1600@1.5']);
    expect(wire.writes.map(({ now, frame }) => [now, frame])).toEqual([
      [1.25, 8],
      [1.5, 9],
    ]);
    talk.fromTarget(1.501, 'A');
    expect(wire.writes).toHaveLength(2);
  });

  it('must write at once when the peer’s FIN comes with the ACK of its own', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.5, 'FA', 1600);
    talk.fromTarget(1.501, 'A');
    expect(told(wire)).toEqual(['must 200->1 1600@1.5']);
  });

  it('counts such closes for the pair and the target', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.25, 'A', 1350);
    talk.fromClient(1.5, 'FA', 1600);
    const { pairs, targets } = wire.tracker.state;
    expect([pairs.count(0, COUNT.serverFirst), targets.count(0, COUNT.serverFirst)]).toEqual([1, 1]);
  });

  it('writes once for a FIN that is sent again, in either direction', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromTarget(1.3, 'FA', { seq: talk.targetSeq - 1 });
    talk.targetSeq -= 1;
    talk.fromClient(1.5, 'FA', 1600);
    talk.fromClient(1.8, 'FA', 1900, { seq: talk.clientSeq - 1 });
    talk.clientSeq -= 1;
    talk.fromTarget(1.801, 'A');
    expect(told(wire)).toEqual(['must 200->1 1600@1.5']);
  });

  it('takes the FIN’s data for doubtful until the target has acknowledged it: data after close() gets an RST', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.5, 'FA', 1600, { payload: 20 });
    expect(wire.writes.every(({ must }) => !must)).toBe(true);
    talk.fromTarget(1.501, 'R');
    expect(wire.writes.some(({ must }) => must)).toBe(false);

    const shut = new Wire();
    const half = established(shut);
    half.fromTarget(1, 'FA');
    half.fromClient(1.5, 'FA', 1600, { payload: 20 });
    half.fromTarget(1.501, 'A');
    expect(told(shut).at(-1)).toBe('must 200->1 1600@1.5');
  });

  it('takes a FIN that rides behind unacknowledged data with both TSvals that the kernel may have kept', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.1, 'A', 1200, { payload: 20 });
    talk.fromClient(1.5, 'FA', 1600);
    const before = told(wire);
    expect(before.every((line) => line.startsWith('may'))).toBe(true);
    expect(before).toContain('may 200->1 1200@1.1');
    expect(before).toContain('may 200->1 1600@1.5');
    talk.fromTarget(1.501, 'A');
    expect(told(wire).at(-1)).toBe('must 200->1 1200@1.1');
  });

  it('waits with a FIN behind a gap until the target has acknowledged it', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.clientSeq += 20;
    talk.fromClient(1.5, 'FA', 1600);
    expect(wire.writes.some(({ must }) => must)).toBe(false);
    talk.fromClient(1.7, 'A', 1800, { payload: 20, seq: talk.clientSeq - 21 });
    talk.clientSeq -= 20;
    expect(wire.writes.some(({ must }) => must)).toBe(false);
    talk.fromTarget(1.701, 'A');
    expect(told(wire).at(-1)).toBe('must 200->1 1800@1.7');
  });

  it('does not wait for data that the capture does not hold and the target has acknowledged', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000').open(0, 100);
    talk.clientSeq += 50;
    talk.targetSeq += 70;
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.5, 'FA', 1600);
    expect(told(wire)).toEqual(['must 200->1 1600@1.5']);
  });

  it('never writes for certain once an RST has passed', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.1, 'A', 1200);
    talk.fromClient(1.2, 'A', 1300, { payload: 20 });
    talk.fromTarget(1.201, 'R');
    talk.fromClient(1.21, 'FA', 1310);
    expect(wire.writes.filter(({ must }) => must)).toEqual([]);
  });

  it('may have written when the peer answers the FIN with an RST after acknowledging it', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.25, 'A', 1350);
    talk.fromClient(1.3, 'R');
    expect(told(wire)).toEqual(['may 200->1 1350@1.25']);
  });

  it('writes nothing when an RST answers the FIN', () => {
    const wire = new Wire();
    const talk = established(wire);
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.25, 'RA', 1350);
    expect(wire.writes).toEqual([]);
  });

  it('writes nothing without timestamps', () => {
    const wire = new Wire();
    const plain = new Talk(wire, '1:40000').open(0);
    plain.fromTarget(1, 'FA', {}, false);
    plain.fromClient(1.2, 'FA');
    // The server does not agree to timestamps.
    const refused = new Talk(wire, '2:40000');
    refused.syn(0, 100);
    refused.synAck(0.001);
    refused.fromClient(0.002, 'A');
    refused.fromTarget(1, 'FA', {}, false);
    refused.fromClient(1.2, 'FA');
    expect(wire.writes).toEqual([]);
  });
});

describe('the peer closes first', () => {
  it.each(['FIN and ACK in one', 'ACK, then FIN', 'half close with data between'])(
    '%s: the target writes nothing, the peer’s own kernel does',
    (how) => {
      const wire = new Wire();
      const talk = established(wire);
      talk.fromClient(1, 'FA', 1100);
      if (how !== 'FIN and ACK in one') talk.fromTarget(1.1, 'A');
      if (how.startsWith('half')) {
        talk.fromTarget(1.2, 'A', { payload: 500 });
        talk.fromClient(1.3, 'A', 1400);
      }
      talk.fromTarget(2, 'FA');
      talk.fromClient(2.1, 'A', 2200);
      expect(wire.writes.filter(({ by }) => by === '200')).toEqual([]);
      expect(wire.writes.filter(({ by, must }) => by === '1' && must)).toHaveLength(1);
      expect(wire.tracker.state.pairs.count(0, COUNT.serverFirst)).toBe(0);
    },
  );

  it('is not taken for the other way round when the capture holds the FINs in the wrong order', () => {
    const wire = new Wire();
    const talk = established(wire);
    // The target's FIN acknowledges a FIN that the capture shows only after it.
    const before = talk.clientSeq;
    talk.clientSeq += 1;
    talk.fromTarget(1, 'FA');
    talk.clientSeq = before;
    talk.fromClient(1, 'FA', 1100, { ack: talk.targetSeq - 1 });
    talk.fromClient(1.001, 'A', 1101);
    expect(wire.writes.filter(({ by, must }) => by === '200' && must)).toEqual([]);
  });
});

describe('both close at once', () => {
  it('writes on both sides, each when its FIN is acknowledged', () => {
    const wire = new Wire();
    const talk = established(wire);
    const { clientSeq, targetSeq } = talk;
    talk.fromTarget(1, 'FA', { ack: clientSeq });
    talk.fromClient(1.001, 'FA', 1101, { ack: targetSeq });
    expect(wire.writes).toEqual([]);
    talk.fromTarget(1.002, 'A');
    talk.fromClient(1.003, 'A', 1103);
    const must = wire.writes.filter((write) => write.must).map(({ by, tsval }) => `${by} ${tsval}`);
    expect(must).toEqual(['1 778', '200 1103']);
  });
});

describe('connections that were under way when the capture began', () => {
  it('learns timestamps and acknowledgements from what it sees', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.fromClient(0, 'A', 500, { payload: 10 });
    talk.fromTarget(0.1, 'A');
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.1, 'A', 1600);
    talk.fromClient(1.2, 'FA', 1700);
    expect(told(wire)).toEqual(['may 200->1 1600@1.1', 'must 200->1 1700@1.2']);
  });

  it('begins with the FIN', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.2, 'FA', 1700);
    expect(told(wire).at(-1)).toBe('must 200->1 1700@1.2');
  });

  it('does not call the target the first when only its FIN and the last ACK are there', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    // The peer's FIN came before the capture; this one acknowledges it.
    talk.fromTarget(1, 'FA');
    talk.fromClient(1.2, 'A', 1700);
    expect(wire.writes.filter(({ must }) => must)).toEqual([]);
  });

  it('works the same for connections that the target opened itself', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '200:40000', '1:80').open(0, 100);
    // Here the target of most tests is the client, and closes first: it remembers host 1.
    talk.fromClient(1, 'FA', 1100);
    talk.fromTarget(1.1, 'FA', { ts: 5000 });
    expect(told(wire)).toEqual(['must 200->1 5000@1.1']);
    expect(wire.tracker.state.pairs.count(0, COUNT.serverFirst)).toBe(0);
  });
});

describe('ts_recent', () => {
  /** What the target would write after the segments that `between` sends. */
  function remembered(between: (talk: Talk) => void): string | undefined {
    const wire = new Wire();
    const talk = established(wire);
    between(talk);
    talk.fromTarget(5, 'FA');
    const ack = talk.clientSeq;
    // The FIN is acknowledged by a segment without timestamps: it changes nothing.
    wire.send({ at: 5.1, from: '1:40000', to: '200:80', flags: 'A', seq: ack, ack: talk.targetSeq });
    return told(wire)[0];
  }

  it('is the TSval of the latest segment in order', () => {
    expect(remembered(() => {})).toBe('may 200->1 130@0.03');
    expect(remembered((talk) => talk.fromClient(2, 'A', 2100))).toBe('may 200->1 2100@2');
  });

  it('takes an equal TSval with its newer second', () => {
    expect(remembered((talk) => talk.fromClient(2, 'A', 130))).toBe('may 200->1 130@2');
  });

  it('is not set by an older TSval', () => {
    expect(remembered((talk) => talk.fromClient(2, 'A', 129))).toBe('may 200->1 130@0.03');
  });

  it('is set by data at the acknowledged number, not by data behind unacknowledged data', () => {
    const both = (talk: Talk): void => {
      talk.fromClient(2, 'A', 2100, { payload: 100 });
      talk.fromClient(2.1, 'A', 2200, { payload: 100 });
    };
    expect(remembered(both)).toBe('may 200->1 2100@2');
    const acknowledged = (talk: Talk): void => {
      talk.fromClient(2, 'A', 2100, { payload: 100 });
      talk.fromTarget(2.05, 'A');
      talk.fromClient(2.1, 'A', 2200, { payload: 100 });
    };
    expect(remembered(acknowledged)).toBe('may 200->1 2200@2.1');
  });

  it('goes over the end of the circle', () => {
    const wire = new Wire();
    const talk = established(wire, 0xffffffff - 40);
    talk.fromClient(2, 'A', 5);
    talk.fromTarget(5, 'FA');
    talk.fromClient(5.1, 'A', 0xfffffff0);
    expect(told(wire)).toEqual(['may 200->1 5@2']);
  });

  it('is not touched by malformed segments, which the kernel throws away', () => {
    expect(remembered((talk) => talk.fromClient(2, 'A', 2100, { malformed: true }))).toBe(
      'may 200->1 130@0.03',
    );
  });
});
