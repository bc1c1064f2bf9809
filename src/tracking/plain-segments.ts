import type { CaptureRecord } from '../capture/record.ts';
import { IPV4_LENGTH, plainSegmentAt } from '../packet/plain.ts';
import { serialDistance } from '../units/serial.ts';
import { i32 } from '../units/table.ts';
import { PLAUSIBLE_TICKS } from './connection-tracker.ts';
import {
  ACK_KNOWN,
  ATTEMPT_CONNECTED,
  ATTEMPT_FROM_1,
  BETWEEN,
  below,
  CONNECTION_TIME,
  ESTABLISHED,
  NEXT_KNOWN,
  NO_TIMESTAMPS,
  SIDE,
  sideOf,
  TRANSLATED,
  TS_DOUBTFUL,
  TS_KNOWN,
} from './connections.ts';
import type { Connections } from './connections.ts';
import type { TrackingTotals } from './events.ts';
import type { KeyedTable } from './keyed-table.ts';
import { LEAP_SECONDS } from './limits.ts';
import type { TrackingState } from './state.ts';

/** Flags of a connection that one of its plain segments depends on, by the side of the sender. */
const ASKED = BETWEEN | TRANSLATED | ACK_KNOWN | (ACK_KNOWN << 1);
const EXPECTED = ESTABLISHED | ACK_KNOWN | (ACK_KNOWN << 1);

/**
 * The short way for nearly every packet of nearly every capture: a segment in the midst of a connection of which all is
 * known that there is to know. It moves the numbers of its connection on, and that is all.
 *
 * Technique: no decoded segment, no calls but the lookup. The few words that matter are read where they lie, in the
 * window of the walker, and used at once. Whatever is not plain, or would do more than move numbers on, is left alone
 * and takes the general way (`PacketDecoder`, `Tracker.segment`), which gives the same for these, only later: a test
 * compares the two.
 */
export class PlainSegments {
  private readonly state: TrackingState;
  private readonly connections: Connections;
  private readonly table: KeyedTable;
  private readonly totals: TrackingTotals;

  constructor(state: TrackingState) {
    this.state = state;
    this.connections = state.connections;
    this.table = state.connections.table;
    this.totals = state.totals;
  }

  /** True when the record was such a segment, and all is done. */
  take(record: CaptureRecord): boolean {
    const tcp = plainSegmentAt(record);
    if (tcp < 0 || !record.timed) return false;
    const { state, connections, table, totals } = this;
    const time = record.seconds + record.nanoseconds * 1e-9;
    if (!(time >= state.now && time - state.now <= LEAP_SECONDS)) return false;

    const { view } = record;
    const source = view.getInt32(tcp - 8);
    const destination = view.getInt32(tcp - 4);
    const ports = view.getInt32(tcp);
    const back = (ports << 16) | (ports >>> 16);
    const isLower = source === destination ? ports >>> 16 <= (ports & 0xffff) : below(source, destination);
    const side = isLower ? 0 : 1;
    const slot = isLower
      ? table.findIpv4(source, destination, ports)
      : table.findIpv4(destination, source, back);
    if (slot < 0) return false;

    const { words, times } = connections;
    const at = connections.at(slot);
    const flags = i32(words, at);
    const sender = at + sideOf(side);
    const receiver = at + sideOf(1 - side);
    if ((flags & (ASKED | (NEXT_KNOWN << side))) !== (EXPECTED | (NEXT_KNOWN << side))) return false;
    const hasTsval = view.getUint8(tcp + 12) >= 0x80;
    const tsval = hasTsval ? view.getInt32(tcp + 24) : 0;
    let ahead = -1;
    if (hasTsval) {
      const known = TS_KNOWN << (1 - side);
      if ((flags & (known | (TS_DOUBTFUL << (1 - side)) | NO_TIMESTAMPS)) !== known) return false;
      ahead = serialDistance(tsval, i32(words, receiver + SIDE.tsRecent));
      if (ahead > PLAUSIBLE_TICKS || ahead < -PLAUSIBLE_TICKS) return false;
    }

    state.now = time;
    state.time = time;
    totals.segments += 1;
    totals.others += 1;
    if (hasTsval) totals.withTsval += 1;
    if ((flags & ATTEMPT_CONNECTED) !== 0) {
      if (((flags & ATTEMPT_FROM_1) !== 0) === (side === 1)) totals.fromPeers += 1;
      else totals.fromTargets += 1;
    }
    const seq = view.getInt32(tcp + 4);
    const ack = view.getInt32(tcp + 8);
    const payload = view.getUint16(tcp - IPV4_LENGTH + 2) - IPV4_LENGTH - (hasTsval ? 32 : 20);
    const end = (seq + payload) | 0;
    if (serialDistance(end, i32(words, sender + SIDE.sndNext)) > 0) words[sender + SIDE.sndNext] = end;
    if (serialDistance(ack, i32(words, sender + SIDE.ackHigh)) > 0) words[sender + SIDE.ackHigh] = ack;
    const timesAt = connections.timesAt(slot);
    if (ahead >= 0 && serialDistance(seq, i32(words, receiver + SIDE.ackHigh)) <= 0) {
      words[receiver + SIDE.tsRecent] = tsval;
      words[receiver + SIDE.tsRecentOrdinal] = state.ordinalBase + record.frame;
      times[timesAt + CONNECTION_TIME.tsRecent + 1 - side] = time;
    }
    times[timesAt + CONNECTION_TIME.lastSeen] = time;
    return true;
  }
}
