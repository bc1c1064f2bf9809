/** One mutation after the other, each made from its number alone, so that a finding can be made again. */
import { anatomyOf } from './anatomy.ts';
import type { Seed } from './corpus.ts';
import { Dice } from './dice.ts';
import { MUTATIONS } from './mutations.ts';
import type { Outcome } from './pipeline.ts';
import { examine } from './pipeline.ts';
import { examineSeveral, pairOf } from './several.ts';

export interface Mutant {
  readonly bytes: Uint8Array;
  /** The captures it was made of, and what was done. */
  readonly parents: readonly [Seed, Seed];
  readonly done: readonly string[];
}

export interface Finding {
  readonly number: number;
  readonly what: string;
  readonly parents: readonly string[];
  readonly done: readonly string[];
}

const NAMES = [...MUTATIONS.keys()];
const MOST_MUTATIONS = 5;
/** A repeated repetition must not fill the memory of the fuzzer itself. */
const MOST_BYTES = 4_000_000;

export function mutantOf(number: number, corpus: readonly Seed[]): Mutant {
  const dice = new Dice(number);
  const seed = dice.pick(corpus);
  const donor = dice.pick(corpus);
  return { ...damaged(seed, donor, dice), parents: [seed, donor] };
}

function damaged(seed: Seed, donor: Seed, dice: Dice): Pick<Mutant, 'bytes' | 'done'> {
  let { bytes, anatomy } = seed;
  const done: string[] = [];
  for (let count = 1 + dice.below(MOST_MUTATIONS); count > 0; count -= 1) {
    const name = dice.pick(NAMES);
    const mutated = MUTATIONS.get(name)?.({ bytes, anatomy, dice, donor }) ?? bytes;
    if (mutated.length > MOST_BYTES) continue;
    done.push(name);
    bytes = mutated;
    // What the damage left readable is where the next one can hit something.
    anatomy = anatomyOf(bytes);
  }
  return { bytes, done };
}

/** What the sound captures of a corpus accuse of, found out once for each. */
export class Baseline {
  private readonly known = new Map<Seed, Promise<Outcome>>();

  accusation(seed: Seed): Promise<number> {
    let outcome = this.known.get(seed);
    if (outcome === undefined) {
      outcome = examine(
        seed.bytes,
        { cramped: false, rows: false, renderings: false, chunks: false },
        new Dice(0),
      );
      this.known.set(seed, outcome);
    }
    return outcome.then(({ accusation }) => accusation);
  }
}

/** Makes the mutant of that number, analyses it, and says what is wrong with the result; null when nothing is. */
export async function trial(
  number: number,
  corpus: readonly Seed[],
  baseline: Baseline,
): Promise<Finding | null> {
  const mutant = mutantOf(number, corpus);
  const { parents, done } = mutant;
  const faults: string[] = [];
  try {
    const scrutiny = {
      cramped: number % 3 === 0,
      rows: number % 2 === 0,
      renderings: number % 5 === 0,
      chunks: number % 7 === 0,
    };
    const outcome = await examine(mutant.bytes, scrutiny, new Dice(number));
    faults.push(...outcome.faults);
    const [first, second] = parents;
    const allowed = Math.max(await baseline.accusation(first), await baseline.accusation(second));
    if (outcome.accusation > allowed) faults.push(`accusation ${outcome.accusation} instead of ${allowed}`);
    if (number % 10 === 1) {
      const dice = new Dice(~number);
      const sibling = damaged(first, second, dice).bytes;
      const several = await examineSeveral(pairOf(mutant.bytes, sibling, first, dice), dice);
      faults.push(...several.faults.map((fault) => `of several: ${fault}`));
      if (several.accusation > allowed)
        faults.push(`of several: accusation ${several.accusation} instead of ${allowed}`);
    }
  } catch (error) {
    faults.push(error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error));
  }
  if (faults.length === 0) return null;
  return { number, what: faults.join('; '), parents: parents.map(({ name }) => name), done };
}
