/** What a line of an evidence file should have held and did not. The report makes the sentence. */
export type Expectation =
  | 'evidence' // a file that is one of the kinds in role.ts
  | 'before-or-after' // counters whose file name says neither, beside others that do
  | 'one-file' // two files for one role: the first one is used
  | 'sysctl-setting'
  | 'whole-number'
  | 'safe-number' // a counter above 2^53 - 1: its column counts as present, its value is not used
  | 'counter-line'
  | 'value-line' // a header line of /proc/net without the line of numbers behind it
  | 'as-many-values-as-names'
  | 'one-snapshot' // a counter twice with different numbers: it is not used
  | 'stamp' // `tw_ts TSVAL/AGE ago`
  | 'address'
  | 'address-and-name'
  | 'one-name-per-address'
  | 'json'
  | 'node-list'
  | 'kernel-release'
  | 'epoch-seconds'
  | 'shorter-line'
  | 'fewer-entries';

/** One place in one text that was not understood; the rest of the text still counts. */
export interface LineProblem {
  /** 1-based; 0 when the text as a whole is meant. */
  readonly line: number;
  readonly expected: Expectation;
}

/** Problems kept for one text: a hostile file has millions of bad lines. */
export const MAX_PROBLEMS = 20;

/** Appends while there is room. */
export function note(problems: LineProblem[], line: number, expected: Expectation): void {
  if (problems.length < MAX_PROBLEMS) {
    problems.push({ line, expected });
  }
}
