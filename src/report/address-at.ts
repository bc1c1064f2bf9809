import type { CounterTable } from '../tracking/counters.ts';
import { formatAddress } from '../units/address.ts';
import { i32 } from '../units/table.ts';

/** The address at word 0 (the target) or 4 (the peer) of a slot's key, as text. */
export function addressAt(table: CounterTable, slot: number, word: 0 | 4): string {
  const keys = table.words;
  const at = table.keyAt(slot) + word;
  const family = table.family(slot);
  const third = family === 4 ? 0 : i32(keys, at + 2);
  return formatAddress(family, i32(keys, at), i32(keys, at + 1), third, i32(keys, at + 3));
}
