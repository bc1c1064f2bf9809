import type { Cause } from '../diagnosis/codes.ts';
import type { Fate } from '../kernel/fate.ts';
import type { Answer } from '../tracking/answer.ts';

/** One TCP segment with SYN set and ACK clear, as `synscope syns` lists it. */
export interface SynRow {
  readonly file: string;
  /** Number of the frame in its file from 1, as Wireshark numbers them. */
  readonly frame: number;
  /** Decimal seconds since the epoch, nine decimals. */
  readonly time: string;
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
  /** Absolute sequence number (the ISN). */
  readonly seq: number;
  readonly tsval: number | null;
  readonly tsecr: number | null;
  /** Number of the attempt (4-tuple and ISN), from 1; shared by retransmissions. */
  readonly attempt: number;
  readonly retransmission: boolean;
  readonly answer: Answer;
  readonly fate: Fate;
  readonly cause: Cause | null;
  /** The frame of which this is a second sighting, or null. A second sighting is not judged again: its cause is null. */
  readonly duplicateOf: number | null;
  /** The stamp the SYN was compared with, where one was known. */
  readonly stampTsval: number | null;
  readonly stampSecond: number | null;
  readonly stampFrame: number | null;
  readonly lagTicks: number | null;
  readonly acceptedFrom: number | null;
}
