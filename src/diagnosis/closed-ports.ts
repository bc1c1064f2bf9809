import { COUNT } from '../tracking/counters.ts';
import type { TrackingState } from '../tracking/state.ts';
import { formatAddress } from '../units/address.ts';
import { i32 } from '../units/table.ts';

/** A port that was never served and answered with RST. */
export interface ClosedPort {
  readonly target: string;
  readonly port: number;
  /** SYN packets answered with RST. */
  readonly syns: number;
}

/** Ports where nothing listens: every answer was RST. Those with the most SYNs first. */
export function closedPorts({ listeners }: TrackingState): ClosedPort[] {
  const found: ClosedPort[] = [];
  for (let slot = 0; slot < listeners.table.end; slot += 1) {
    if (!listeners.table.isUsed(slot)) continue;
    const syns = listeners.count(slot, COUNT.refused);
    if (syns === 0 || listeners.count(slot, COUNT.answered) > 0) continue;
    const keys = listeners.words;
    const at = listeners.keyAt(slot);
    const family = listeners.family(slot);
    const third = family === 4 ? 0 : i32(keys, at + 2);
    const target = formatAddress(family, i32(keys, at), i32(keys, at + 1), third, i32(keys, at + 3));
    found.push({ target, port: i32(keys, at + 8) - 1, syns });
  }
  return found.sort((a, b) => b.syns - a.syns || a.port - b.port);
}
