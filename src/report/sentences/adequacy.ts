import type { AdequacyFinding } from '../../diagnosis/findings.ts';
import { duration } from '../wording/duration.ts';
import { count, counted, times } from '../wording/number.ts';
import type { Sentences } from './tell.ts';

/** What limits the capture: in short, to follow "because", and in full. */
export interface AdequacyText {
  readonly because: string;
  readonly sentence: string;
  /** Notes are worth knowing, but take nothing away from the verdict. */
  readonly note: boolean;
}

/** What limits what a capture can answer, by finding. */
export const ADEQUACY_SENTENCES: Sentences<AdequacyFinding, AdequacyText> = {
  'no-syn': () => limit('it holds no SYN', 'The capture holds no SYN: there is nothing to judge.'),
  'one-way': ({ segments, silentSide }) =>
    limit(
      `it holds only ${silentSide === 'target' ? 'what the clients sent' : 'what the target sent'}`,
      `One way only: ${counted(segments, 'segment')} in one direction and none in the other, yet the ` +
        `connections go on. What ${silentSide === 'target' ? 'the target answered' : 'the clients sent'} was ` +
        'not captured, so silence means nothing here.',
    ),
  'syn-only': () =>
    limit(
      'it was filtered to SYNs',
      'Only SYNs were captured, or SYNs and their answers. The FINs that make the target remember a timestamp are ' +
        'missing.',
    ),
  'no-fin': () =>
    limit(
      'it shows no connection being closed',
      'No FIN was captured: which timestamp the target remembered, and when, is not known.',
    ),
  short: ({ seconds }) =>
    limit(
      `its TCP traffic spans only ${underAMinute(seconds)}`,
      `The TCP traffic here spans ${underAMinute(seconds)}. The target remembers a timestamp for 60 s, so what it ` +
        'remembered before the capture matters all the way through.',
    ),
  'snaplen-cuts-timestamps': ({ segments, snaplen }) =>
    limit(
      'its snap length cuts the timestamps off',
      `The timestamp option of ${counted(segments, 'segment')} is cut off` +
        `${snaplen === null ? '' : ` (snap length ${count(snaplen)})`}; 128 bytes keep it.`,
    ),
  damaged: ({ problems }) =>
    limit(
      'it is damaged',
      `The capture is damaged in ${counted(problems, 'place')}; what was lost there is not judged (see Problems).`,
    ),
  'records-lost': ({ records }) =>
    limit(
      'packets were lost while capturing',
      `${counted(records, 'packet was', 'packets were')} lost while capturing: a reply that is missing here may ` +
        'have been sent.',
    ),
  gaps: ({ count: gaps, longestSeconds }) =>
    limit(
      'nothing was captured for a while in between',
      (gaps === 1
        ? `Nothing was captured for ${duration(longestSeconds)} in between.`
        : `Nothing was captured for a while in ${count(gaps)} places, for ${duration(longestSeconds)} at most.`) +
        ' What the target remembered from then is not known: the minute behind is judged like the first one of a ' +
        'capture.',
    ),
  'state-evicted': ({ entries }) =>
    limit(
      'it has more connections than can be followed at once',
      `${counted(entries, 'connection')} had to be forgotten early to stay within memory. Totals are exact, ` +
        'single SYNs may be judged with less knowledge.',
    ),
  untimed: ({ packets }) =>
    limit(
      'its packets carry no time',
      `${counted(packets, 'packet carries', 'packets carry')} no time and ${packets === 1 ? 'is' : 'are'} not ` +
        'compared with anything.',
    ),
  'time-steps-back': ({ count: steps, largestSeconds }) =>
    limit(
      'its clock stepped back',
      `The clock of the capture stepped back ${times(steps)}, by ` +
        `${duration(largestSeconds)}${steps === 1 ? '' : ' at most'}.`,
    ),
  'duplicates-folded': ({ segments }) =>
    note(`${counted(segments, 'segment was', 'segments were')} captured more than once and counted once.`),
  'not-at-target': ({ place, replySeconds }) =>
    limit(
      'it was not captured at the target',
      (place === 'client' ? "Captured at the clients' node" : 'Captured on the way') +
        `${replySeconds === null ? '' : `, ${duration(replySeconds)} from the target and back`}: a SYN that went ` +
        'unanswered may have been lost behind this point, and NAT behind it may change what the target sees.',
    ),
  'in-between': () =>
    note(
      'Captured by a router or bridge before the target, not on the target itself; what happens behind is not seen.',
    ),
  partial: ({ limit: by }) => limit('it was read only in part', PARTIAL_SENTENCES[by]),
};

const PARTIAL_SENTENCES = {
  packets: 'Only a part was read: the limit on packets was reached.',
  seconds: 'Only a part was read: the limit on time was reached.',
  bytes: 'Only a part was read: the limit on bytes was reached.',
  interrupted: 'Only a part was read: the run was interrupted.',
} as const;

function limit(because: string, sentence: string): AdequacyText {
  return { because, sentence, note: false };
}

function note(sentence: string): AdequacyText {
  return { because: '', sentence, note: true };
}

/** What is short of a minute is not rounded up to one. */
function underAMinute(seconds: number): string {
  return duration(Math.min(seconds, 59));
}
