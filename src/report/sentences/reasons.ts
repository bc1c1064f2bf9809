import type { VerdictReason } from '../../diagnosis/findings.ts';
import { count, counted, probability, times } from '../wording/number.ts';
import { CAUSE_NAMES } from './causes.ts';
import { GRADE_NAMES } from './grades.ts';
import type { Sentences } from './tell.ts';

/** Why the verdict has its grade, one sentence per reason. */
export const REASON_SENTENCES: Sentences<VerdictReason> = {
  'no-syns': () => 'The capture holds no SYN at all.',
  'nothing-silent': ({ syns }) =>
    syns === 1 ? 'The one SYN did not meet silence.' : `None of the ${counted(syns, 'SYN')} met silence.`,
  'predicted-and-silent': ({ syns, attempts }) =>
    `The kernel model, replayed over this capture, throws away ${counted(syns, 'SYN')} ` +
    `(${counted(attempts, 'attempt')}), and the target was silent on ${all(syns)}.`,
  'stamped-elsewhere': ({ through, all: every, sampleFrame }) =>
    `${every ? 'The timestamps' : 'Some of the timestamps'} that shut them out were remembered from connections to ` +
    `${through === null ? 'other addresses' : `${through}, another address`} of the same host, for example at frame ` +
    `${sampleFrame}: its kernel keeps one for each peer, whichever address the peer talked to (Linux up to 3.13).`,
  'assumed-and-silent': ({ syns, silent }) =>
    `${
      syns === silent && syns > 1
        ? `All ${counted(silent, 'unanswered SYN')} were`
        : `Of ${counted(silent, 'unanswered SYN')}, ${count(syns)} ${syns === 1 ? 'was' : 'were'}`
    } behind a timestamp that the same address had shown shortly before.`,
  contradicted: ({ syns, sampleFrame }) =>
    `${counted(syns, 'SYN')} ${syns === 1 ? 'was' : 'were'} answered as no host answers with the check at work, ` +
    `for example frame ${sampleFrame}.`,
  'silent-but-not-predicted': ({ syns, sampleFrame }) =>
    `${counted(syns, 'SYN')} got no answer although the check would have let ${syns === 1 ? 'it' : 'them'} pass, ` +
    `for example frame ${sampleFrame}.`,
  'served-while-behind': ({ stepsBack, served }) =>
    `The TSval of an address stepped back ${times(stepsBack)}, and ${outOf(served, stepsBack)} served all the same.`,
  'switch-turned': ({ to, afterFrame, syns }) =>
    `The check was switched ${to} while the capture ran, after frame ${afterFrame}: ` +
    `${to === 'off' ? 'from then on' : 'until then'} ${counted(syns, 'SYN')} that it would have thrown away ` +
    `${syns === 1 ? 'was' : 'were'} served.`,
  'no-server-first-close': () =>
    'The target never closed a connection first, so it had no reason to remember a timestamp.',
  'few-predictions': ({ syns, needed, attempts, neededAttempts }) =>
    `Only ${counted(syns, 'predicted SYN')} (${counted(attempts, 'connect')}) met silence; it takes ${count(needed)} of ` +
    `${count(neededAttempts)} connects to be sure.`,
  'beyond-chance': ({ pValue }) =>
    `The probability that prediction and silence agree this well by chance is ${probability(pValue)}.`,
  'within-chance': ({ pValue }) =>
    `Prediction and silence agree no better than by chance (probability ${probability(pValue)}).`,
  'capped-by-adequacy': ({ limit, adequacy }) =>
    limit === 'cannot-tell'
      ? `No verdict can be had from this capture (${adequacy}, see below).`
      : `With this capture the verdict can be "${GRADE_NAMES[limit]}" at most (${adequacy}, see below).`,
  'kernel-without-check': ({ profile }) =>
    `A ${profile} kernel, which was given, no longer has this check: it was removed in Linux 4.12.`,
  'kernel-against-capture': ({ syns }) =>
    `Yet ${counted(syns, 'SYN')} ${syns === 1 ? 'falls' : 'fall'} just as the check would make them: is that the kernel ` +
    'of this target?',
  'other-cause': ({ cause, syns }) =>
    `${counted(syns, 'SYN')} ${syns === 1 ? 'has' : 'have'} another cause: ${CAUSE_NAMES[cause]}.`,
};

function all(syns: number): string {
  if (syns === 1) return 'it';
  return syns === 2 ? 'both' : `all ${count(syns)}`;
}

function outOf(part: number, whole: number): string {
  if (whole === 1) return part === 1 ? 'that SYN was' : 'that SYN was not';
  if (part === 0) return 'none of those SYNs were';
  return part === whole
    ? 'all of those SYNs were'
    : `${count(part)} of those SYNs ${part === 1 ? 'was' : 'were'}`;
}
