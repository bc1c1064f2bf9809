import { capturePlan } from '../evidence/plan.ts';
import type { PlanOptionProblem, PlanOptions } from '../evidence/plan-options.ts';
import { checkPlanOptions } from '../evidence/plan-options.ts';
import { renderPlanScript } from '../evidence/plan-script.ts';
import { EXIT } from './exit-code.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { withOutput } from './output.ts';

export interface PlanArguments {
  readonly target: string | undefined;
  readonly port: number | undefined;
  readonly peer: readonly string[] | undefined;
  readonly interface: string | undefined;
  readonly output: string | undefined;
}

const WANTED: Readonly<Record<keyof PlanOptions, string>> = {
  target: '--target needs an address (names are not looked up)',
  port: '--port needs a number from 1 to 65535',
  peers: '--peer needs an address (names are not looked up), and at most 100 of them',
  interface: '--interface needs the name of an interface',
};

/** `synscope plan`: a script for the target. Returns the exit code. */
export async function plan(io: Io, args: PlanArguments): Promise<number> {
  const options: PlanOptions = {
    target: args.target,
    port: args.port,
    peers: args.peer ?? [],
    interface: args.interface,
  };
  const [problem] = checkPlanOptions(options);
  if (problem !== undefined) throw new UsageError(complaint(problem));
  return withOutput(io, args.output, [], (output) => {
    output.write(renderPlanScript(capturePlan(options)));
    return EXIT.clean;
  });
}

function complaint({ option, value }: PlanOptionProblem): string {
  return `${WANTED[option]}, not "${value}"`;
}
