import { COUNT } from '../tracking/counters.ts';
import { portAt, targetAt } from '../tracking/key-parts.ts';
import type { TrackingState } from '../tracking/state.ts';

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
    found.push({ target: targetAt(listeners, slot), port: portAt(listeners, slot), syns });
  }
  return found.sort((a, b) => b.syns - a.syns || a.port - b.port);
}
