import { forEachLine, wordsOf } from './lines.ts';
import { note } from './problem.ts';
import type { LineProblem } from './problem.ts';

/** The release of a kernel as text, `3.10.0-1160.el7.x86_64`; what it means is for the kernel room to say. */
export interface KernelReleaseText {
  readonly release: { readonly value: string; readonly line: number } | null;
  readonly problems: readonly LineProblem[];
}

const RELEASE = /^\d{1,3}\.\d{1,4}[\w.+~-]{0,100}$/;

/** Reads `uname -r`, `uname -a` or /proc/version: the first word that has the shape of a release. Never throws. */
export function parseKernelRelease(text: string): KernelReleaseText {
  const problems: LineProblem[] = [];
  let release: { value: string; line: number } | null = null;
  forEachLine(text, (line, number) => {
    if (release === null && line !== null) {
      const value = wordsOf(line).find((word) => RELEASE.test(word));
      release = value === undefined ? null : { value, line: number };
    }
  });
  if (release === null) {
    note(problems, 0, 'kernel-release');
  }
  return { release, problems };
}
