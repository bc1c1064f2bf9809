import type { Agreement } from './findings.ts';

/** An agreement, count by count. */
export function agreementOf(count: (of: keyof Agreement) => number): Agreement {
  return {
    rejectSilent: count('rejectSilent'),
    rejectAnswered: count('rejectAnswered'),
    passSilent: count('passSilent'),
    passAnswered: count('passAnswered'),
    possibleSilent: count('possibleSilent'),
    possibleAnswered: count('possibleAnswered'),
    unknownSilent: count('unknownSilent'),
    unknownAnswered: count('unknownAnswered'),
  };
}
