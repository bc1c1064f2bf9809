/** Traffic in short words, replayed by the model of the target's kernel. */
import { FATES, fateOf, timeWaitOf } from '../../src/kernel/fate.ts';
import type { Fate } from '../../src/kernel/fate.ts';
import { KernelModel } from '../../src/kernel/model.ts';
import { kernelProfile } from '../../src/kernel/profiles.ts';
import type { KernelProfile } from '../../src/kernel/profiles.ts';
import { ROW, ROW_TIME } from '../../src/tracking/syn-ring.ts';
import type { End } from '../tracking/wire.ts';
import { Talk, Wire } from '../tracking/wire.ts';

/** A wire whose segments a model of the target's kernel replays. */
export class Replayed extends Wire {
  readonly model: KernelModel;
  /** Fates of the SYNs in capture order, by variant. */
  readonly fates: Fate[][] = [];

  constructor(profile: KernelProfile | null = null) {
    super();
    this.model = new KernelModel(this.tracker.state, 11, profile);
  }

  override syn(serial: number): void {
    super.syn(serial);
    this.model.syn(serial);
    const packed = this.tracker.state.ring.word(serial, ROW.fates);
    this.fates.push(this.model.variants.map((_, v) => FATES[fateOf(packed, v)] ?? 'unknown'));
  }

  override decided(serial: number): void {
    super.decided(serial);
    this.model.decided(serial);
  }

  override stampWritten(...args: Parameters<Wire['stampWritten']>): void {
    super.stampWritten(...args);
    this.model.stampWritten(...args);
  }

  /** What a TIME-WAIT that the latest SYN may have met does with it: a row's bits. */
  lastTimeWait(): number {
    const { ring } = this.tracker.state;
    return timeWaitOf(ring.word(ring.head - 1, ROW.fates));
  }

  /** The stamps that the latest SYN was compared with: of the pair of addresses, and of the peer alone. */
  lastStamps(): readonly { readonly tsval: number; readonly frame: number; readonly time: number }[] {
    const { ring } = this.tracker.state;
    const serial = ring.head - 1;
    return [
      {
        tsval: ring.word(serial, ROW.stampT) >>> 0,
        frame: ring.word(serial, ROW.stampOrdinal),
        time: ring.time(serial, ROW_TIME.stamp),
      },
      {
        tsval: ring.word(serial, ROW.peerStampT) >>> 0,
        frame: ring.word(serial, ROW.peerStampOrdinal),
        time: ring.time(serial, ROW_TIME.peerStamp),
      },
    ];
  }

  /** The fate of the latest SYN under one profile, the only one or the one named. */
  last(id?: string): Fate | undefined {
    const variant = id === undefined ? 0 : this.model.variants.findIndex((profile) => profile.id === id);
    return this.fates.at(-1)?.[variant];
  }
}

export function replay(id: string | null = '3.17'): Replayed {
  const wire = new Replayed(id === null ? null : kernelProfile(id));
  // The capture begins long before: no stamp from before it can count.
  wire.send({ at: 0, from: '9:1', to: '8:1', flags: 'A', seq: 0, ts: 1 });
  return wire;
}

/** Host 1 connects with `ts` at `at` and is closed by the target: the stamp is (ts + 1000, at + 1). */
export function serverClosed(
  wire: Wire,
  at: number,
  ts: number,
  from: End = '1:40000',
  to: End = '200:80',
): Talk {
  const talk = new Talk(wire, from, to).open(at, ts);
  talk.fromTarget(at + 0.9, 'FA');
  talk.fromClient(at + 1, 'FA', ts + 1000);
  talk.fromTarget(at + 1.001, 'A');
  return talk;
}
