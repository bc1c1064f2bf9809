import type { Layer } from './layer.ts';
import { STOP } from './layer.ts';

/** Every value of a 16-bit field. */
const VALUES = 0x10000;

/**
 * A table from the values of a 16-bit field (ethertype, port, link type) to layers, STOP for those not named.
 * One byte for each value instead of a Map: these are looked up for every packet off the straight line.
 */
export function layerTable(rows: readonly (readonly [value: number, layer: Layer])[]): Uint8Array {
  const table = new Uint8Array(VALUES).fill(STOP);
  for (const [value, layer] of rows) table[value] = layer;
  return table;
}
