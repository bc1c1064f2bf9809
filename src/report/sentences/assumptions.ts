import type { Assumption } from '../../diagnosis/findings.ts';
import { counted } from '../wording/number.ts';
import { releasesText } from './releases.ts';
import type { Sentences } from './tell.ts';

/** What the verdict rests on although the capture does not show it. */
export const ASSUMPTION_SENTENCES: Sentences<Assumption> = {
  'stamp-from-served-syns': () =>
    'The timestamp that the target remembered is taken from the SYNs it served: the FINs that would show it are ' +
    'not in the capture.',
  'served-unless-retransmitted': () =>
    'A SYN counts as answered unless it was sent again: the replies are not in the capture.',
  'profile-inferred': ({ profile, candidates }) =>
    `The target's kernel behaves like ${releasesText(candidates.length > 0 ? candidates : [profile])}, as far as its ` +
    'answers show (--target-kernel names it).',
  'close-may-have-written': ({ syns }) =>
    `${counted(syns, 'SYN')} ${syns === 1 ? 'hangs' : 'hang'} on a close of which the capture does not show ` +
    'whether the target took note.',
  'clock-border': ({ syns }) =>
    `${counted(syns, 'SYN')} came in the very second in which the memory of 60 s ran out; the capture's clock ` +
    'does not decide on which side.',
};
