import type { Command, Cost, Meter } from './measure.ts';

/** A program's medians, and how its CPU compares with that of the first program, taken within each round. */
export interface Row extends Cost {
  readonly name: string;
  readonly runs: number;
  /** CPU of the first program divided by this one's, and the reverse: the median of the rounds' ratios. */
  readonly firstPerThis: number;
  readonly thisPerFirst: number;
}

/**
 * Runs the commands in turn, `rounds` times over, so that whatever else the machine does falls on all of them alike.
 * A command that took longer than `patience` seconds is not repeated.
 */
export function compare(meter: Meter, commands: readonly Command[], rounds: number, patience = 30): Row[] {
  const costs: Cost[][] = commands.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, command] of commands.entries()) {
      const own = costs[index] ?? [];
      if (round > 0 && (own[0]?.wall ?? 0) > patience) continue;
      own.push(meter.run(command));
    }
  }
  const first = costs[0] ?? [];
  return commands.map(({ name }, index) => {
    const own = costs[index] ?? [];
    const ratios = own.flatMap(({ cpu }, round) => {
      const reference = first[round];
      return reference === undefined ? [] : [reference.cpu / cpu];
    });
    return {
      name,
      runs: own.length,
      cpu: median(own.map(({ cpu }) => cpu)),
      wall: median(own.map(({ wall }) => wall)),
      resident: median(own.map(({ resident }) => resident)),
      firstPerThis: median(ratios),
      thisPerFirst: 1 / median(ratios),
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}
