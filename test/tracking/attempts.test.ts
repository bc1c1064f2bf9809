import { describe, expect, it } from 'vitest';
import {
  SYN_AFTER_ANSWER,
  SYN_ANSWER_NOT_CAPTURED,
  SYN_ODD,
  SYN_ON_LIVE,
  SYN_ON_REQUEST,
  SYN_RETRANSMISSION,
  SYN_SENT_AGAIN,
  SYN_STEP_BACK,
} from '../../src/tracking/syn-ring.ts';
import { Talk, TARGET, Wire } from './wire.ts';

describe('attempts', () => {
  it('is one 4-tuple and one ISN, with its retransmissions', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    for (const at of [0, 1, 3, 7]) talk.syn(at, 100 + at * 1000);
    // The same numbers from another port are another attempt.
    new Talk(wire, '1:40001').syn(8, 9000);
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 5, attempts: 2 });
    expect(wire.settledSyns.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 2]);
    const again = wire.settledSyns.map(({ flags }) => (flags & SYN_RETRANSMISSION) !== 0);
    expect(again).toEqual([false, true, true, true, false]);
    const sentAgain = wire.settledSyns.map(({ flags }) => (flags & SYN_SENT_AGAIN) !== 0);
    expect(sentAgain).toEqual([true, true, true, false, false]);
  });

  it('takes another ISN on the 4-tuple for a new attempt, and gives the old one up', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.clientSeq = 5000;
    talk.syn(5, 5100);
    talk.synAck(5.001, 5100);
    wire.finish();
    expect(wire.answers()).toEqual(['none', 'syn-ack']);
    expect(wire.tracker.state.totals).toMatchObject({ attempts: 2, connected: 1, silent: 1, answered: 1 });
  });

  it('is over when no SYN came for longer than the longest gap between retransmissions', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.syn(64, 64_100);
    // Newcomers drive the sweep that forgets.
    for (let i = 0; i < 40; i += 1) new Talk(wire, `2:${41_000 + i}`).syn(150 + i, 7);
    talk.syn(200, 200_100);
    wire.finish();
    const mine = wire.settledSyns.filter((_, i) => i < 2 || i === 42);
    expect(mine.map(({ flags }) => (flags & SYN_RETRANSMISSION) !== 0)).toEqual([false, true, false]);
  });

  it('counts SYNs with FIN or RST, and malformed ones, apart', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').syn(0, 1, { flags: 'SF' });
    new Talk(wire, '1:40001').syn(0, 1, { flags: 'SR' });
    new Talk(wire, '1:40002').syn(0, 1, { malformed: true });
    new Talk(wire, '1:40003').syn(0, 1);
    wire.finish();
    expect(wire.settledSyns.map(({ flags }) => (flags & SYN_ODD) !== 0)).toEqual([true, true, true, false]);
  });

  it('marks TSvals behind the highest of their peer, and counts those that were served all the same', () => {
    const wire = new Wire();
    const values = [1000, 5000, 4000, 5000, 0xffffffff, 4998];
    values.forEach((ts, i) => {
      const talk = new Talk(wire, `1:${40_000 + i}`);
      talk.syn(i, ts);
      if (i === 2) talk.synAck(i + 0.001, ts);
    });
    wire.finish();
    const steps = wire.settledSyns.map(({ flags }) => (flags & SYN_STEP_BACK) !== 0);
    expect(steps).toEqual([false, false, true, false, true, true]);
  });
});

describe('answers', () => {
  it('gives a SYN-ACK to the SYN whose TSval it echoes: a stalled target answers late', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.syn(1, 1100);
    talk.syn(3, 3100);
    talk.synAck(3.5, 1100);
    expect(wire.decidedFrames).toEqual([2]);
    wire.finish();
    expect(wire.answers()).toEqual(['none', 'syn-ack', 'unknown']);
  });

  it('gives later SYN-ACKs of the same request to later SYNs, although they echo the first', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.synAck(0.001, 100);
    talk.syn(1, 1100);
    talk.synAck(1.001, 100);
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack', 'syn-ack']);
    expect(wire.tracker.state.totals).toMatchObject({ connected: 1, answered: 2 });
    expect(wire.settledSyns.map(({ flags }) => (flags & SYN_ON_REQUEST) !== 0)).toEqual([false, true]);
    expect(wire.settledSyns.map(({ flags }) => (flags & SYN_AFTER_ANSWER) !== 0)).toEqual([false, true]);
  });

  it('gives a SYN-ACK without timestamps to the latest SYN', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0);
    talk.syn(1);
    talk.synAck(1.001);
    talk.syn(30);
    wire.finish();
    expect(wire.answers().slice(0, 2)).toEqual(['none', 'syn-ack']);
  });

  it('ignores a SYN-ACK that acknowledges another ISN', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.synAck(0.001, 100, { ack: 77 });
    new Talk(wire, '2:40000').syn(20, 1);
    wire.finish();
    expect(wire.answers()[0]).toBe('none');
  });

  it('counts a SYN-ACK sent again once only', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    for (const at of [0.001, 1, 3]) talk.synAck(at, 100);
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ connected: 1, answered: 1, synAcks: 3, syns: 1 });
  });

  it('takes an RST that acknowledges the SYN for a refusal, and no other', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    wire.send({ at: 0.001, from: TARGET, to: '1:40000', flags: 'RA', seq: 0, ack: 1000 });
    const stray = new Talk(wire, '1:40001');
    stray.syn(1, 1100);
    wire.send({ at: 1.001, from: TARGET, to: '1:40001', flags: 'RA', seq: 0, ack: 4711 });
    wire.send({ at: 1.002, from: TARGET, to: '1:40001', flags: 'R', seq: 1000 });
    new Talk(wire, '2:40000').syn(20, 1);
    wire.finish();
    expect(wire.answers().slice(0, 2)).toEqual(['rst', 'none']);
    expect(wire.tracker.state.totals).toMatchObject({ refused: 1, resets: 3 });
  });

  it('takes a bare ACK with other numbers for the answer of an old connection', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    wire.send({ at: 0.001, from: TARGET, to: '1:40000', flags: 'A', seq: 5, ack: 6, ts: 1, echo: 2 });
    wire.send({ at: 0.002, from: '1:40000', to: TARGET, flags: 'R', seq: 6 });
    talk.syn(1, 1100);
    talk.synAck(1.001, 1100);
    wire.finish();
    expect(wire.answers()).toEqual(['ack', 'syn-ack']);
    expect(wire.tracker.state.totals).toMatchObject({
      challenged: 1,
      answered: 1,
      attempts: 1,
      connected: 1,
    });
  });

  it('never calls a SYN silent whose handshake plainly went on', () => {
    const wire = new Wire();
    const oneWay = new Talk(wire, '1:40000');
    oneWay.syn(0, 100);
    oneWay.fromClient(0.01, 'A', 110);
    const data = new Talk(wire, '1:40001');
    data.syn(1, 1100);
    data.fromTarget(1.01, 'A', { payload: 10 });
    new Talk(wire, '2:40000').syn(40, 1);
    wire.finish();
    expect(wire.answers().slice(0, 2)).toEqual(['unknown', 'unknown']);
    expect(wire.settledSyns[0]?.flags ?? 0).toSatisfy(
      (flags: number) => (flags & SYN_ANSWER_NOT_CAPTURED) > 0,
    );
    expect(wire.tracker.state.totals).toMatchObject({ oneWayHandshakes: 2, connected: 2 });
  });

  it('is unknown for a SYN at the very end of the capture, and silence for one before', () => {
    const wire = new Wire();
    for (let i = 0; i < 50; i += 1) {
      const served = new Talk(wire, `3:${41_000 + i}`);
      served.syn(i / 100, i);
      served.synAck(i / 100 + 0.001, i);
    }
    new Talk(wire, '1:40000').syn(1, 100);
    new Talk(wire, '1:40001').syn(6, 100);
    wire.finish();
    expect(wire.answers().slice(50)).toEqual(['none', 'unknown']);
  });

  it.each([
    [99, 'unknown'],
    [100, 'none'],
  ])('waits for longer than %i quick answers took while they are few: %s', (answers, expected) => {
    const wire = new Wire();
    for (let i = 0; i < answers; i += 1) {
      const served = new Talk(wire, `3:${41_000 + i}`);
      served.syn(i / 100, i);
      served.synAck(i / 100 + 0.001, i);
    }
    new Talk(wire, '1:40000').syn(5.95, 100);
    new Talk(wire, '1:40001').syn(6, 100);
    wire.finish();
    expect(wire.answers().slice(answers)).toEqual([expected, 'unknown']);
  });

  it('is unknown, not silence, when no record had a time', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').syn(0, 100, { timed: false });
    new Talk(wire, '1:40001').syn(0, 100, { timed: false });
    wire.finish();
    expect(wire.answers()).toEqual(['unknown', 'unknown']);
  });

  it('settles in capture order, each SYN once, though answers come in any order', () => {
    const wire = new Wire();
    const [first, second] = [new Talk(wire, '1:40000'), new Talk(wire, '1:40001')];
    first.syn(0, 100);
    second.syn(0.001, 100);
    second.synAck(0.002, 100);
    first.synAck(0.003, 100);
    wire.finish();
    expect(wire.serials).toEqual({ syn: [0, 1], decided: [1, 0], settled: [0, 1] });
  });
});

describe('a SYN to a 4-tuple in use', () => {
  it('is marked on a live connection', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000').open(0, 100);
    talk.fromTarget(0.1, 'A', { payload: 10 });
    talk.fromClient(0.2, 'A', 300);
    talk.clientSeq = 77_000;
    talk.syn(5, 5100);
    wire.finish();
    expect((wire.settledSyns[1]?.flags ?? 0) & SYN_ON_LIVE).not.toBe(0);
  });

  it('is marked while the request of another ISN stands there: tcp_check_req answers it, not the listener', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.synAck(0.001, 100);
    talk.clientSeq = 77_000;
    talk.syn(1, 1100);
    wire.finish();
    expect((wire.settledSyns[1]?.flags ?? 0) & SYN_ON_LIVE).not.toBe(0);
  });

  it('is not, once an RST has ended it', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000').open(0, 100);
    talk.fromTarget(0.1, 'A', { payload: 10 });
    talk.fromClient(0.2, 'R', 300);
    talk.clientSeq = 77_000;
    talk.syn(5, 5100);
    wire.finish();
    expect((wire.settledSyns[1]?.flags ?? 0) & SYN_ON_LIVE).toBe(0);
  });
});

describe('packets seen twice', () => {
  it('lists a second sighting of a SYN and never judges it', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100, { ipId: 7 });
    talk.syn(0.0001, 100, { ipId: 7 });
    talk.syn(0.015, 100, { ipId: 7 });
    talk.synAck(0.016, 100, { ipId: 9 });
    talk.synAck(0.0161, 100, { ipId: 9 });
    wire.finish();
    expect(wire.settledSyns.map(({ duplicateOf }) => duplicateOf)).toEqual([null, 1, 1]);
    expect(wire.answers()).toEqual(['syn-ack']);
    expect(wire.tracker.state.totals).toMatchObject({ syns: 1, attempts: 1, duplicates: 3, synAcks: 1 });
  });

  it('takes the same SYN 20 ms later for a retransmission, whatever its numbers', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100, { ipId: 7 });
    talk.syn(0.021, 100, { ipId: 7 });
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 2, attempts: 1, duplicates: 0 });
  });

  it.each([
    ['TSval', { ts: 101 }],
    ['IP identification', { ipId: 8 }],
    ['sequence number', { seq: 5 }],
    ['payload', { payload: 5 }],
  ])('tells two packets apart by their %s', (_, change) => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100, { ipId: 7 });
    talk.syn(0.0001, 100, { ipId: 7, ...change });
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 2, duplicates: 0 });
  });

  it('tells IPv6 hosts with the same last word apart by family', () => {
    const wire = new Wire();
    new Talk(wire, '1:40000').syn(0, 100, { ipId: 7 });
    new Talk(wire, '1:40000').syn(0.0001, 100, { ipId: 7, family: 6 });
    wire.finish();
    expect(wire.tracker.state.totals).toMatchObject({ syns: 2, attempts: 2, duplicates: 0 });
  });

  it('lets a second SYN-ACK that differs in nothing answer a second SYN that waits for one', () => {
    const wire = new Wire();
    const talk = new Talk(wire, '1:40000');
    talk.syn(0, 100);
    talk.syn(1, 1100);
    // After a stall the request answers both at once.
    talk.synAck(1.5, 100, { ipId: 0 });
    talk.synAck(1.5001, 100, { ipId: 0 });
    wire.finish();
    expect(wire.answers()).toEqual(['syn-ack', 'syn-ack']);
  });
});
