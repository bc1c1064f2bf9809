import type { Advice } from '../advice.ts';

/** What `synscope explain` says of one code. */
export interface Explanation {
  /** The code in a few words, lower case. */
  readonly title: string;
  readonly meaning: string;
  /** How it is recognised, in capture or evidence; empty where there is nothing to add. */
  readonly recognised: readonly string[];
  /** What in the kernel stands behind it, with the versions; null where no kernel is concerned. */
  readonly kernel: string | null;
  /** What to do; null where there is nothing to be done. */
  readonly advice: Advice | null;
}

/** An explanation that is only a few words and a sentence. */
export function plain(title: string, meaning: string, advice: string | null = null): Explanation {
  return {
    title,
    meaning,
    recognised: [],
    kernel: null,
    advice: advice === null ? null : { text: advice, commands: [] },
  };
}
