import type { RemedyStep } from '../../../diagnosis/findings.ts';
import type {
  ScenarioCode,
  UnsupportedScenario,
  WhatIfAssumption,
} from '../../../diagnosis/what-if/result.ts';
import { UNSUPPORTED_NAMES, UNSUPPORTED_REASONS } from '../what-if.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

/** Steps of the remedy; the report gives the commands with its own addresses. */
export const STEP_EXPLANATIONS: Readonly<Record<RemedyStep['code'], Explanation>> = {
  'disable-tw-recycle': plain(
    'switch tcp_tw_recycle off',
    'On the target, at once and for the next boot. It costs nothing but TIME-WAIT sockets that last their 60 s again.',
    'synscope explain tw-recycle-reject has the commands.',
  ),
  'verify-paws-passive': plain(
    'see that it helped',
    'PAWSPassive counts exactly the SYNs that the check throws away, so it must stop moving.',
    'On the target, twice: nstat -az TcpExtPAWSPassive',
  ),
  'keep-timestamps': plain(
    'leave timestamps on',
    'Off at some of the clients makes it worse on Linux 3.17 and later and on RHEL 7, where SYNs without a timestamp ' +
      'are thrown away while a neighbour with one is remembered.',
  ),
  'target-not-yours': plain(
    'ways round a target that cannot be changed',
    'Clients that close first, connections kept open, an address for each client, or timestamps off at all of them.',
  ),
  'upgrade-kernel': plain('upgrade the target', 'Linux 4.12 and later have no such check.'),
  'tw-reuse-is-different': plain(
    'tcp_tw_reuse is another switch',
    'It serves connections that the host itself opens, and never throws an incoming SYN away.',
  ),
  'avoid-tuple-reuse': plain(
    'keep source ports apart',
    'A source port that comes back within 60 s meets TIME-WAIT on every kernel.',
    'synscope explain time-wait-reject says what to do.',
  ),
  'start-service': plain(
    'start the service',
    'Every SYN to the port was answered with RST, and none was served: nothing listens there.',
    'On the target: ss -ltnp',
  ),
  'capture-again': plain(
    'capture again',
    'What would decide is not in this capture.',
    'synscope plan prints a script for the target that gets it.',
  ),
  'look-elsewhere': plain(
    'see to the other causes',
    'The report lists what it found besides the timestamp check, or the usual order of looking where it found nothing.',
  ),
};

/** Changed rules under which the capture is replayed. */
export const SCENARIO_EXPLANATIONS: Readonly<Record<ScenarioCode, Explanation>> = {
  'recycle-off': plain(UNSUPPORTED_NAMES['recycle-off'], 'The target compares and remembers no timestamp.'),
  'timestamps-off': plain(
    UNSUPPORTED_NAMES['timestamps-off'],
    'No client sends timestamps, so nothing is remembered and nothing compared.',
  ),
  'timestamps-off-at-clock': plain(
    UNSUPPORTED_NAMES['timestamps-off-at-clock'],
    'One of the clients behind the address sends none and the others do: it passes up to Linux 3.16, and is thrown away ' +
      'on 3.17 and later and on RHEL 7 while one of the others is remembered.',
  ),
  'no-snat': plain(
    UNSUPPORTED_NAMES['no-snat'],
    'Each clock behind an address gets an address of its own, and so a remembered timestamp of its own.',
  ),
  'clients-close-first': plain(
    UNSUPPORTED_NAMES['clients-close-first'],
    'The target never closes a connection first, and so never remembers a timestamp.',
  ),
};

/** Why a scenario is not replayed. */
export const UNSUPPORTED_EXPLANATIONS: Readonly<Record<UnsupportedScenario['because'], Explanation>> = {
  'clock-per-connection': plain(
    'not replayed: no clock to follow',
    sentence(UNSUPPORTED_REASONS['clock-per-connection']),
  ),
  'clocks-unknown': plain('not replayed: clocks not told', sentence(UNSUPPORTED_REASONS['clocks-unknown'])),
  'one-clock': plain('not replayed: one clock only', sentence(UNSUPPORTED_REASONS['one-clock'])),
};

/** What a replay under changed rules assumes. */
export const WHAT_IF_ASSUMPTION_EXPLANATIONS: Readonly<Record<WhatIfAssumption['code'], Explanation>> = {
  'connects-as-observed': plain(
    'connects as observed',
    'Clients connect when they did, whatever became of the connects before; those that retry as a program does are ' +
      'connects of their own.',
  ),
  'closed-like-others': plain(
    'closed like the others',
    'A connection that was lost in the capture lives as long as the median of its listener, and is closed by the target.',
  ),
  'retries-like-others': plain(
    'retries like the others',
    'A connect that newly meets silence sends its SYN again when the lost connects of the capture did.',
  ),
  'other-silence-stays': plain(
    'other silence stays',
    'What was silent for another reason than the timestamp check stays silent.',
  ),
  'stamps-from-before-stay': plain(
    'timestamps from before stay',
    'What a timestamp from before the capture threw away stays thrown away, since that timestamp is not known.',
  ),
};

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
