import type { Io, Output } from './io.ts';

const DEFAULT_WIDTH = 80;

/** Whether to colour: the option decides, then FORCE_COLOR, then NO_COLOR (as Node does), then the terminal. */
export function wantsColor(env: Io['env'], output: Output, option: boolean | undefined): boolean {
  if (option !== undefined) return option;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return output.isTerminal && env['TERM'] !== 'dumb';
}

/** Columns to lay out for. */
export function widthFor(output: Output, option: number | undefined): number {
  return option ?? output.columns ?? DEFAULT_WIDTH;
}

/** Progress is for people who watch: a terminal that can erase a line, and nothing else being written to it. */
export function wantsProgress({ env, stderr }: Io, option: boolean): boolean {
  return option && stderr.isTerminal && env['TERM'] !== 'dumb';
}
