import type {
  Scenario,
  UnsupportedScenario,
  WhatIf,
  WhatIfAssumption,
} from '../../diagnosis/what-if/result.ts';
import { duration } from '../wording/duration.ts';
import { listed } from '../wording/list.ts';
import { count, counted } from '../wording/number.ts';
import type { Sentences } from './tell.ts';

/** What is changed, as the beginning of a sentence. */
export const PREMISES: Readonly<
  Record<Scenario['code'], (scenario: Pick<Scenario, 'clock' | 'kernel'>, peer: string) => string>
> = {
  'recycle-off': () => 'With tcp_tw_recycle = 0 at the target',
  'timestamps-off': () => 'With TCP timestamps off at every client',
  'timestamps-off-at-clock': ({ clock, kernel }, peer) =>
    `With timestamps off at clock ${clock ?? '?'}${peer === '' ? '' : ` of ${peer}`} alone` +
    (kernel === null ? '' : `, target kernel ${KERNELS[kernel]}`),
  'no-snat': () => 'Without SNAT, each client with an address of its own',
  'clients-close-first': () => 'Had the clients closed every connection first',
};

const KERNELS: Readonly<Record<NonNullable<Scenario['kernel']>, string>> = {
  'up-to-3.16': 'up to 3.16',
  'from-3.17': '3.17 or later, or RHEL 7',
};

/** What would have become of the connects in one scenario. */
export function scenarioSentence(scenario: Scenario, { lost, peer }: WhatIf): string {
  const { rescued, newlyLost, undecided, code } = scenario;
  const end = undecided > 0 ? ` (${count(undecided)} more still trying when the capture ends)` : '';
  const others =
    newlyLost === 0 && undecided === 0
      ? ''
      : `${rescued === 0 ? ', and' : ', but'} ${counted(newlyLost, 'connect')} that worked would have been lost${end}`;
  return `${PREMISES[code](scenario, peer ?? '')}, ${worked(rescued, lost)}${others}.`;
}

function worked(rescued: number, lost: number): string {
  if (lost === 0) return 'no connect would have been rescued, as none was lost';
  if (rescued === 0)
    return lost === 1
      ? 'the lost connect would not have worked'
      : `none of ${count(lost)} lost connects would have worked`;
  if (lost === 1) return 'the lost connect would have worked';
  return rescued === lost
    ? `all ${count(lost)} lost connects would have worked`
    : `${count(rescued)} of ${count(lost)} lost connects would have worked`;
}

/** What the scenarios rest on. */
export const WHAT_IF_ASSUMPTIONS: Sentences<WhatIfAssumption> = {
  'connects-as-observed': () => 'Clients connect when they did, whatever became of the connects before.',
  'closed-like-others': ({ connections, seconds }) =>
    `A rescued connection is closed by the target as the other ${counted(connections, 'connection')} of its ` +
    `listener, after ${duration(seconds)} (the median), and leaves its timestamp there.`,
  'retries-like-others': ({ seconds }) =>
    seconds.length === 0
      ? 'A client that newly meets silence gives up without trying again.'
      : `A client that newly meets silence tries again after ${listed(seconds.map(duration))}, as the others did, ` +
        'then gives up.',
  'other-silence-stays': ({ syns }) =>
    `${counted(syns, 'SYN')} that ${syns === 1 ? 'was' : 'were'} silent for another reason ` +
    `${syns === 1 ? 'stays' : 'stay'} silent.`,
  'stamps-from-before-stay': ({ syns }) =>
    `${counted(syns, 'SYN')} rejected by a timestamp from before the capture ` +
    `${syns === 1 ? 'stays' : 'stay'} rejected.`,
};

export const UNSUPPORTED_REASONS: Readonly<Record<UnsupportedScenario['because'], string>> = {
  'clock-per-connection': 'every connection has a clock of its own, so that hosts cannot be told apart',
  'clocks-unknown': 'the clients behind the address cannot be told apart by their clocks',
  'one-clock': 'only one clock shows behind the address',
};

export const UNSUPPORTED_NAMES: Readonly<Record<Scenario['code'], string>> = {
  'recycle-off': 'tcp_tw_recycle = 0',
  'timestamps-off': 'timestamps off at every client',
  'timestamps-off-at-clock': 'timestamps off at one client',
  'no-snat': 'no SNAT',
  'clients-close-first': 'clients that close first',
};

/** How far the replay itself is off. */
export function replayErrorSentence(error: number): string {
  return (
    `With nothing changed the replay gets ${counted(error, 'connect')} wrong: ` +
    'take the numbers above as good to that many.'
  );
}

/** Why a scenario was left out. */
export function unsupportedSentence({ code, because }: UnsupportedScenario): string {
  return `Not replayed: ${UNSUPPORTED_NAMES[code]}; ${UNSUPPORTED_REASONS[because]}.`;
}
