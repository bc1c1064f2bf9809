import { KERNEL_PROFILES } from '../../kernel/profiles.ts';
import { listed } from '../wording/list.ts';

/**
 * Kernel profiles (ids) as releases of Linux, neighbours as one range: `2.6.18 to 3.13`. Ids that are none are told as
 * they are, and have to be escaped by whoever prints them.
 */
export function releasesText(ids: readonly string[]): string {
  const known = KERNEL_PROFILES.map(({ id }) => id);
  const places = ids
    .map((id) => known.indexOf(id))
    .filter((place) => place >= 0)
    .toSorted((a, b) => a - b);
  const runs: { first: number; last: number }[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run !== undefined && place <= run.last + 1) run.last = place;
    else runs.push({ first: place, last: place });
  }
  const strange = ids.filter((id) => !known.includes(id));
  return listed([...runs.map(({ first, last }) => releases(first, last)), ...strange]);
}

function releases(first: number, last: number): string {
  const from = KERNEL_PROFILES[first]?.id ?? '';
  const end = KERNEL_PROFILES[last]?.to?.join('.') ?? null;
  return end === null || end === from ? from : `${from} to ${end}`;
}
