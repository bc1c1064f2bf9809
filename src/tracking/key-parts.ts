import { formatAddress } from '../units/address.ts';
import type { Address } from '../units/address.ts';
import { i32 } from '../units/table.ts';
import type { CounterTable } from './counters.ts';

/** Where the parts of a counter's key begin, in words. */
const TARGET = 0;
const PEER = 4;
const PORT = 8;

/** The address of a slot's target as text. */
export function targetAt(table: CounterTable, slot: number): string {
  return textOf(addressAt(table, slot, TARGET));
}

/** The address of a pair's peer as text. */
export function peerAt(pairs: CounterTable, slot: number): string {
  return textOf(peerAddressAt(pairs, slot));
}

/** The address of a pair's peer. */
export function peerAddressAt(pairs: CounterTable, slot: number): Address {
  return addressAt(pairs, slot, PEER);
}

/** The port of a listener. Its key holds one more, as that of a target without a port holds 0. */
export function portAt(listeners: CounterTable, slot: number): number {
  return i32(listeners.words, listeners.keyAt(slot) + PORT) - 1;
}

function addressAt(table: CounterTable, slot: number, part: number): Address {
  const { words } = table;
  const at = table.keyAt(slot) + part;
  const family = table.family(slot);
  const third = family === 4 ? 0 : i32(words, at + 2);
  return { family, words: [i32(words, at), i32(words, at + 1), third, i32(words, at + 3)] };
}

function textOf({ family, words }: Address): string {
  return formatAddress(family, ...words);
}
