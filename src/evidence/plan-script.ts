import type { PlanStep } from './plan.ts';

const HEAD = [
  '#!/bin/sh',
  '# Capture and evidence for synscope: run as root on the host that does not answer.',
  '# Is the server in a container, run it in the network namespace of that container (nsenter -t PID -n sh FILE).',
  '# Reads settings and counters, changes none. Can be pasted: the parentheses keep it from your own shell.',
  '# SYNSCOPE_SECONDS and OUT, when set, choose the length and the place.',
];

/**
 * The plan as a shell script that ends with a line end. Fit to be pasted: one subshell that is read whole before it
 * runs, no tab (completion), no `!` after the first line (history expansion).
 */
export function renderPlanScript(plan: readonly PlanStep[]): string {
  const body = plan.flatMap(({ why, commands }) => ['', ...why.map((line) => `# ${line}`), ...commands]);
  return `${[...HEAD, '(', 'set -u', 'LC_ALL=C', 'export LC_ALL', ...body, ')'].join('\n')}\n`;
}
