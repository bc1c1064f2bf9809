/** SYNs that carry data (TCP Fast Open): what acknowledges the data as well is an answer all the same. */
import { describe, expect, it } from 'vitest';
import { Incident, high, low } from '../diagnosis/talks.ts';
import { Talk, TARGET, Wire } from './wire.ts';

const DATA = { payload: 300 };

/** A client that sends its request with the SYN. */
function asked(more = DATA): { wire: Wire; talk: Talk } {
  const wire = new Wire();
  const talk = new Talk(wire, '1:40000');
  talk.syn(1, 5000, more);
  return { wire, talk };
}

describe('a SYN with data', () => {
  it.each([
    ['all of it', 300, 'syn-ack'],
    ['none of it, for the cookie is not known', 0, 'syn-ack'],
    ['a part of it', 100, 'syn-ack'],
    ['what was sent before the SYN', -5, 'unknown'],
    ['more than a packet holds', 70_000, 'unknown'],
  ])('is answered by a SYN-ACK for %s', (_, taken, answer) => {
    const { wire, talk } = asked();
    const { clientSeq } = talk;
    talk.synAck(1.001, 5000, { ack: clientSeq + taken });
    expect(wire.finish().answers()).toEqual([answer]);
    expect(wire.tracker.state.totals.connected).toBe(answer === 'unknown' ? 0 : 1);
  });

  it('that was served may be sent again, and its SYN-ACK too', () => {
    const { wire, talk } = asked();
    talk.syn(2, 6000);
    const ack = talk.clientSeq + 300;
    talk.synAck(2.001, 6000, { ack });
    talk.synAck(3.001, 6000, { ack });
    expect(wire.finish().answers()).toEqual(['none', 'syn-ack']);
    expect(wire.tracker.state.totals.connected).toBe(1);
  });

  it('is refused by a RST that counts the data', () => {
    const { wire, talk } = asked();
    wire.send({ at: 1.001, from: TARGET, to: talk.client, flags: 'RA', seq: 0, ack: talk.clientSeq + 300 });
    expect(wire.finish().answers()).toEqual(['rst']);
  });

  it('has been answered where the client goes on behind the data', () => {
    const { wire, talk } = asked();
    talk.clientSeq += 300;
    talk.fromClient(1.01, 'A', 5010);
    expect(wire.finish().answers()).toEqual(['unknown']);
  });

  it('without data is not answered by what acknowledges some', () => {
    const { wire, talk } = asked({ payload: 0 });
    talk.synAck(1.001, 5000, { ack: talk.clientSeq + 300 });
    expect(wire.finish().answers()).toEqual(['unknown']);
  });

  it('leaves nothing to its 4-tuple', () => {
    const { wire, talk } = asked();
    talk.clientSeq += 100_000;
    talk.syn(200, 205_000);
    talk.synAck(200.001, 205_000, { ack: talk.clientSeq + 300 });
    expect(wire.finish().answers()).toEqual(['none', 'unknown']);
  });

  it('and served accuses nobody', () => {
    const incident = new Incident();
    for (let i = 0; i < 20; i += 1) {
      incident.served(100 + i, high(100 + i));
      const talk = new Talk(incident, incident.from(1));
      talk.syn(100.5 + i, low(100.5 + i), DATA);
      talk.clientSeq += 300;
      talk.synAck(100.501 + i, low(100.5 + i));
      talk.fromClient(100.502 + i, 'A', low(100.502 + i));
    }
    const { report } = incident.until(200).judge();
    expect(report.totals).toMatchObject({ silent: 0, rejected: 0 });
    expect(report.verdict.grade).toBe('ruled-out');
  });
});
