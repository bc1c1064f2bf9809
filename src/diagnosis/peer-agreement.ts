import { FATE_PASS, FATE_UNKNOWN } from '../kernel/fate.ts';
import { COUNT } from '../tracking/counters.ts';
import type { CounterTable } from '../tracking/counters.ts';
import type { Cells } from './cells.ts';
import type { Agreement } from './findings.ts';

/** Prediction beside observation, peer by peer. Only a peer to whom something happened has a row of cells. */

/** The counter of a pair for SYN packets that no kernel is thought to reject: `FATE_PASS` or `FATE_UNKNOWN` under all. */
export function plainField(fate: number, silent: boolean): number {
  return COUNT.plain + (fate === FATE_PASS ? 0 : 2) + (silent ? 0 : 1);
}

/** What the replay of kernel `variant` foresaw for the SYN packets of a pair, beside what came of them. */
export function agreementOfPeer(pairs: CounterTable, pair: number, cells: Cells, variant: number): Agreement {
  const judged = cells.agreement(pairs.count(pair, COUNT.detail) - 1, variant);
  const plain = (fate: number, silent: boolean): number => pairs.count(pair, plainField(fate, silent));
  return {
    ...judged,
    passSilent: judged.passSilent + plain(FATE_PASS, true),
    passAnswered: judged.passAnswered + plain(FATE_PASS, false),
    unknownSilent: judged.unknownSilent + plain(FATE_UNKNOWN, true),
    unknownAnswered: judged.unknownAnswered + plain(FATE_UNKNOWN, false),
  };
}
