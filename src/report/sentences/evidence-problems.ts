import type { EvidenceProblem } from '../../evidence/evidence.ts';
import type { Expectation } from '../../evidence/problem.ts';

/** What was not understood at that place. */
export const EXPECTATION_CLAUSES: Readonly<Record<Expectation, string>> = {
  evidence: 'none of the kinds of evidence that are read',
  'before-or-after': 'counters, but the name says neither "before" nor "after"',
  'one-file': 'a second file of its kind; the first one was used',
  'sysctl-setting': 'not a setting (name = value)',
  'whole-number': 'not a whole number',
  'safe-number': 'a number too large to be compared',
  'counter-line': 'not a line of counters',
  'value-line': 'names of counters without their values',
  'as-many-values-as-names': 'not as many values as names',
  'one-snapshot': 'the same counter twice with different values; it was not used',
  stamp: 'not a timestamp with its age',
  address: 'not an address',
  'address-and-name': 'not an address with a name',
  'one-name-per-address': 'a second name for the same address; the first one was used',
  json: 'not valid JSON',
  'node-list': 'not a list of nodes',
  'kernel-release': 'not a kernel release',
  'epoch-seconds': 'not a time in seconds since 1970',
  'shorter-line': 'a line too long to be read',
  'fewer-entries': 'too many entries; the rest was left out',
};

/** `line 12: not a setting (name = value)`: one place in a file of evidence, without the name of the file. */
export function evidenceProblemClause({ line, expected }: EvidenceProblem): string {
  return `${line > 0 ? `line ${line}: ` : ''}${EXPECTATION_CLAUSES[expected]}`;
}
