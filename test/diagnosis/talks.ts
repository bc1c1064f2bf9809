/** What clients do in the tests of verdicts: connects that are served, silent, refused or answered by an old connection. */
import type { End, Sent } from '../tracking/wire.ts';
import { Talk, TARGET } from '../tracking/wire.ts';
import { Recorded } from './judged.ts';

/** A capture that began long before what follows: no stamp from before it can count any more. */
export class Incident extends Recorded {
  private port = 40_000;

  constructor(began = 0) {
    super();
    this.send({ at: began, from: '99:1', to: '98:1', flags: 'A', seq: 0, ts: 1 });
  }

  /** A port that was not used before. */
  from(host: number): End {
    this.port += 1;
    return `${host}:${this.port}`;
  }

  /** A connect that is served, and closed by the target 0.1 s later: its stamp is `ts + 100`. */
  served(at: number, ts: number | undefined, host = 1, to: End = TARGET): Talk {
    const talk = new Talk(this, this.from(host), to).open(at, ts);
    const later = ts === undefined ? undefined : ts + 100;
    talk.fromTarget(at + 0.1, 'FA', {}, ts !== undefined);
    talk.fromClient(at + 0.101, 'FA', later);
    talk.fromTarget(at + 0.102, 'A', {}, ts !== undefined);
    return talk;
  }

  /** A connect that is served, and closed by the client. */
  servedFromClient(at: number, ts: number | undefined, host = 1, to: End = TARGET): Talk {
    const talk = new Talk(this, this.from(host), to).open(at, ts);
    const later = ts === undefined ? undefined : ts + 100;
    talk.fromClient(at + 0.1, 'FA', later);
    talk.fromTarget(at + 0.101, 'FA', {}, ts !== undefined);
    talk.fromClient(at + 0.102, 'A', later);
    return talk;
  }

  /** A connect that gets no answer, to its first SYN nor to any sent again so many seconds after it (at 1000 Hz). */
  silent(
    at: number,
    ts: number | undefined,
    again: readonly number[] = [],
    host = 1,
    to: End = TARGET,
    more: Partial<Sent> = {},
  ): Talk {
    const talk = new Talk(this, this.from(host), to);
    for (const after of [0, ...again])
      talk.syn(at + after, ts === undefined ? undefined : ts + after * 1000, more);
    return talk;
  }

  /** A connect that is refused with a RST. */
  refused(at: number, ts: number, host = 1, to: End = TARGET): Talk {
    const talk = new Talk(this, this.from(host), to);
    talk.syn(at, ts);
    talk.wire.send({ at: at + 0.001, from: to, to: talk.client, flags: 'RA', seq: 0, ack: talk.clientSeq });
    return talk;
  }

  /** Something goes on elsewhere at `at`: the capture does not end before. */
  until(at: number): this {
    this.send({ at, from: '99:1', to: '98:1', flags: 'A', seq: 0, ts: 1 });
    return this;
  }
}

/** TSvals of a clock that is far ahead, and of one far behind, at second `at` (1000 Hz). */
export const high = (at: number): number => 2_000_000_000 + at * 1000;
export const low = (at: number): number => 500_000_000 + at * 1000;
