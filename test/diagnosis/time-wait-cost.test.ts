/** What it costs clients that a source port comes round while the target still holds the old connection in TIME-WAIT. */
import { describe, expect, it } from 'vitest';
import type { CauseEvidence } from '../../src/diagnosis/findings.ts';
import { TimeWaitCost } from '../../src/diagnosis/time-wait-cost.ts';
import { CHALLENGED } from '../../src/tracking/answer.ts';
import { TRACKING_LIMITS } from '../../src/tracking/limits.ts';
import { TrackingState } from '../../src/tracking/state.ts';
import { ROW } from '../../src/tracking/syn-ring.ts';
import type { End } from '../tracking/wire.ts';
import { Talk, TARGET } from '../tracking/wire.ts';
import { high, Incident, low } from './talks.ts';

/** A connect that meets TIME-WAIT at `at`; the client resets the old connection. Ready to send its SYN again. */
function meetsTimeWait(incident: Incident, at: number, host = 1, isn = 3_000_000_000): Talk {
  const talk = incident.served(at - 5, high(at - 5), host);
  const old = talk.clientSeq;
  talk.clientSeq = isn + 1;
  talk.syn(at, low(at));
  talk.fromTarget(at + 0.001, 'A', { ack: old });
  incident.send({ at: at + 0.002, from: talk.client, to: TARGET, flags: 'R', seq: old });
  return talk;
}

/** The same connect again, served now; a NAT may have given it another port meanwhile. */
function servedAfterAll(talk: Talk, at: number, from: End = talk.client): void {
  const again = new Talk(talk.wire, from);
  again.clientSeq = talk.clientSeq;
  again.open(at, low(at));
}

function cost(incident: Incident): CauseEvidence | undefined {
  const found = incident
    .until(300)
    .judge()
    .report.causes.find(({ code }) => code === 'time-wait-reject');
  return found?.evidence.find(({ code }) => code === 'time-wait-cost');
}

describe('the cost of meeting TIME-WAIT', () => {
  it('is the time from the first SYN of a connect until its SYN is answered', () => {
    const incident = new Incident();
    servedAfterAll(meetsTimeWait(incident, 120), 123);
    servedAfterAll(meetsTimeWait(incident, 140), 141);
    meetsTimeWait(incident, 160);
    expect(cost(incident)).toEqual({
      code: 'time-wait-cost',
      attempts: 3,
      connected: 2,
      seconds: expect.closeTo(3.001 + 1.001, 6),
      longestSeconds: expect.closeTo(3.001, 6),
    });
  });

  it('follows a connect to the port that a NAT gives it next', () => {
    const incident = new Incident();
    servedAfterAll(meetsTimeWait(incident, 120), 121, '1:50000');
    expect(cost(incident)).toMatchObject({ attempts: 1, connected: 1, seconds: expect.closeTo(1.001, 6) });
  });

  it('is counted once for a connect that meets it twice', () => {
    const incident = new Incident();
    const talk = meetsTimeWait(incident, 120);
    talk.syn(121, low(121));
    talk.fromTarget(121.001, 'A', { ack: 1100 });
    expect(cost(incident)).toMatchObject({ attempts: 1, connected: 0 });
  });

  it('is counted for each of two clients that happened to choose the same ISN', () => {
    const incident = new Incident();
    const one = meetsTimeWait(incident, 120, 1);
    const other = meetsTimeWait(incident, 121, 2);
    servedAfterAll(other, 122);
    servedAfterAll(one, 124);
    expect(cost(incident)).toMatchObject({
      attempts: 2,
      connected: 2,
      longestSeconds: expect.closeTo(4.001, 6),
    });
  });

  it('is none of a connection that is still alive, though it answers with a bare ACK as well', () => {
    const incident = new Incident();
    meetsTimeWait(incident, 120);
    const alive = new Talk(incident, incident.from(1)).open(130, high(130));
    alive.fromClient(130.1, 'A', high(130.1), { payload: 100 });
    alive.fromTarget(130.11, 'A', { payload: 100 });
    const ack = alive.clientSeq;
    alive.clientSeq += 50_000;
    alive.syn(132, high(132));
    alive.fromTarget(132.001, 'A', { ack });
    expect(cost(incident)).toMatchObject({ attempts: 1 });
  });

  it('takes bounded memory: of connects that are waited for at once, it counts 16,384', () => {
    const state = new TrackingState(1, TRACKING_LIMITS);
    const toll = new TimeWaitCost(state);
    const row = state.ring.row(0);
    state.ring.words[row + ROW.answer] = CHALLENGED;
    for (let isn = 0; isn < 20_000; isn += 1) {
      state.ring.words[row + ROW.seq] = isn;
      toll.decided(0);
    }
    expect(toll.toll().attempts).toBe(16_384);
  });
});
