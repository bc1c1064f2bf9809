/** Anything the program found, told apart by its code. */
interface Coded {
  readonly code: string;
}

interface Teller<Finding, Said> {
  tell(finding: Finding): Said;
}

/** The members of a union that may have this code; a member may stand for several codes. */
type ByCode<Finding extends Coded, Code> = Finding extends unknown
  ? Code extends Finding['code']
    ? Finding
    : never
  : never;

/**
 * What to say for each code of a union of findings. A code without a sentence does not compile. The sentence is
 * typed as a method on purpose: methods are compared in both directions, which lets `tell` look one up by its code.
 */
export type Sentences<Finding extends Coded, Said = string> = {
  readonly [Code in Finding['code']]: Teller<ByCode<Finding, Code>, Said>['tell'];
};

/** What `sentences` has to say about `finding`. */
export function tell<Finding extends Coded, Said>(
  sentences: Sentences<Finding, Said>,
  finding: Finding,
): Said;
export function tell<Finding extends Coded, Said>(
  sentences: Readonly<Record<string, Teller<Finding, Said>['tell']>>,
  finding: Finding,
): Said | undefined {
  return sentences[finding.code]?.(finding);
}
