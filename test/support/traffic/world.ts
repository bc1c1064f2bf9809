import type { Packet } from './packet.ts';
import type { Chance } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Truth } from './truth.ts';

/** What every host of an incident shares. */
export interface World {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly truth: Truth;
  /** The wall clock at the target, epoch seconds: it may be set back while the incident runs. */
  wallClock(): number;
  /** Returns the number of the packet. */
  fromClient(packet: NewPacket): number;
  fromServer(packet: NewPacket): number;
}

/** A packet that gets its number when it is sent. */
export type NewPacket = Omit<Packet, 'id'>;
