import type { EvidenceReason } from '../../diagnosis/findings.ts';
import { count, counted } from '../wording/number.ts';
import type { Sentences } from './tell.ts';

/** What the evidence says for or against the verdict, one sentence per reason. */
export const EVIDENCE_REASON_SENTENCES: Sentences<EvidenceReason> = {
  'recycle-is-on': ({ line }) => `tcp_tw_recycle is on there: line ${line} of the settings.`,
  'recycle-is-off': ({ line }) => `tcp_tw_recycle is off there: line ${line} of the settings.`,
  'kernel-lacks-key': () =>
    'The settings list no tcp_tw_recycle: Linux 4.12 or later, which no longer has this check.',
  'kernel-lacks-counter': () =>
    'The kernel has no counter PAWSPassive: Linux 4.12 or later, which no longer has this check.',
  'counter-agrees': ({ syns }) =>
    `The kernel's own counter agrees: PAWSPassive grew by ${count(syns)}, which is exactly the ` +
    `${syns === 1 ? 'SYN that was' : 'SYNs that were'} thrown away here.`,
  'counter-near': ({ delta, syns }) =>
    `The kernel's own counter nearly agrees: PAWSPassive grew by ${count(delta)}, and ${counted(syns, 'SYN')} ` +
    `${syns === 1 ? 'was' : 'were'} thrown away here; ` +
    (delta > syns
      ? `the other ${count(delta - syns)} came before or after the capture, or met another cause as well.`
      : 'it was read some moments after the capture began, or before it ended.'),
  'counter-still': () => "The kernel's own counter stood still: PAWSPassive did not move.",
  'counter-grew': ({ delta }) =>
    `The kernel counted ${counted(delta, 'SYN')} that it threw away (PAWSPassive), though the capture by itself ` +
    'accuses nobody.',
  'counter-against-capture': ({ delta, syns }) =>
    `The kernel counted ${counted(delta, 'SYN')} that it threw away (PAWSPassive), the capture shows ${count(syns)}: ` +
    'the counters are from another time, host or network namespace, or other traffic was hit as well.',
  'settings-against-capture': ({ syns }) =>
    `By its settings the target does not check timestamps, yet ${counted(syns, 'SYN')} ` +
    `${syns === 1 ? 'falls' : 'fall'} just as the check would make them: are settings and capture of the same host ` +
    'and the same time?',
};
