/** Sound captures to start from: those shipped, and those of the public where they lie beside the checkout. */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { listCaptures } from '../support/shared-captures.ts';
import type { Anatomy } from './anatomy.ts';
import { anatomyOf } from './anatomy.ts';

export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly anatomy: Anatomy;
}

/** Beyond this a mutation hits too little of the file for its cost. */
const MOST_BYTES = 120_000;

/** Every capture below the two roots, large ones shortened to whole records. The order is always the same. */
export function readCorpus(root: string): Seed[] {
  return [...seedsIn(resolve(root, 'fixtures')), ...seedsIn(resolve(root, '../shared/captures/public'))];
}

/** Captures below `directory`, and a compressed one of each tenth. */
export function seedsIn(directory: string): Seed[] {
  const seeds: Seed[] = [];
  for (const [index, path] of listCaptures(directory).entries()) {
    const file = join(directory, path);
    if (statSync(file).size === 0) continue;
    const raw = readFileSync(file);
    const whole = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
    const seed = seedOf(path, whole);
    seeds.push(seed);
    if (index % 10 === 0) seeds.push(seedOf(`${path}.gz`, gzipSync(seed.bytes)));
  }
  return seeds;
}

function seedOf(name: string, raw: Uint8Array): Seed {
  const whole = Uint8Array.from(raw);
  if (whole.length <= MOST_BYTES) return { name, bytes: whole, anatomy: anatomyOf(whole) };
  const last = anatomyOf(whole).pieces.findLast(({ end }) => end <= MOST_BYTES);
  const bytes = whole.slice(0, last?.end ?? MOST_BYTES);
  return { name, bytes, anatomy: anatomyOf(bytes) };
}
