import type { ClockRegime, UndeterminedReason } from '../../../clocks/index.ts';
import type { InvisibleCause } from '../../../diagnosis/findings.ts';
import { INVISIBLE_CAUSES } from '../../../diagnosis/findings.ts';
import type { Fate } from '../../../kernel/fate.ts';
import type { Answer } from '../../../tracking/answer.ts';
import { INVISIBLE_TEXTS } from '../advice.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

/** What the model says of a SYN. */
export const FATE_EXPLANATIONS: Readonly<Record<Fate, Explanation>> = {
  unknown: plain(
    'not known (fate)',
    'What the target remembered before the capture decides, and that is not known in its first 60 s.',
  ),
  pass: plain('let through', 'The check lets this SYN through to the listener.'),
  'possible-reject': plain(
    'perhaps thrown away',
    'The capture leaves open whether the check throws this SYN away.',
  ),
  reject: plain('thrown away', 'The check must throw this SYN away, without an answer.'),
};

/** What came back for a SYN. */
export const ANSWER_EXPLANATIONS: Readonly<Record<Answer, Explanation>> = {
  none: plain('no answer', 'Nothing came back, and the capture went on long enough to know.'),
  'syn-ack': plain('SYN-ACK', 'The target answered with a SYN-ACK that belongs to this very SYN packet.'),
  rst: plain('RST', 'The target refused with a reset.'),
  ack: plain(
    'bare ACK',
    'The target answered with an ACK of an older connection on the same addresses and ports.',
  ),
  unknown: plain(
    'not known (answer)',
    'The capture ends too early to tell, or holds no answers of the target at all.',
  ),
};

/** How clocks behind an address behave. */
export const REGIME_EXPLANATIONS: Readonly<Record<ClockRegime, Explanation>> = {
  'shared-clock': {
    title: 'one clock',
    meaning:
      'All timestamps of the address lie on one line. That is one host, or several that share a clock, as all pods of a ' +
      'node do up to Linux 4.9 and with tcp_timestamps = 2.',
    recognised: ['TSval = offset + rate x time, one offset for all connections.'],
    kernel: 'Up to 4.9 the clock is that of the node, in ticks of its HZ, with no offset.',
    advice: null,
  },
  'per-host-pair': {
    title: 'a clock for each host',
    meaning:
      'Parallel lines: each host (or pod) behind the address has its own offset. The lines can be counted, and the one ' +
      'that is ahead starves the others.',
    recognised: ['Lines with the same rate and different offsets, each with several connections.'],
    kernel:
      'Linux 4.10.17 up to about 6.18.16 draw the offset from source and destination address before SNAT, so pods of ' +
      'one node differ; 1000 ticks a second from 4.13 on (secure_seq.c).',
    advice: null,
  },
  'per-connection': {
    title: 'a new clock for each connection',
    meaning:
      'Every connection has an offset of its own, so hosts cannot be counted. Against a target with tcp_tw_recycle any ' +
      'such client loses about half of its connects, NAT or not.',
    recognised: ['Far more attempts stand alone than a node full of pods would explain.'],
    kernel:
      'Linux from 6.18.17, 6.19 and 7.0 on hash the ports into the offset again (as early 4.10 did); FreeBSD and macOS ' +
      'do likewise.',
    advice: null,
  },
  'no-timestamps': {
    title: 'no timestamps',
    meaning:
      'No SYN of the address carries the option. Such SYNs are never compared up to Linux 3.16; from 3.17 on and in ' +
      'RHEL 7 they are thrown away while a timestamp of a neighbour behind the same address is remembered.',
    recognised: ['SYNs without TCP option 8.'],
    kernel: 'Client: tcp_timestamps = 0, Windows by default, or a device that strips the option.',
    advice: null,
  },
  undetermined: plain('clocks not told', 'Too few connections, or a mixture that does not allow a count.'),
};

/** Why the clocks behind an address are not told. */
export const UNDETERMINED_EXPLANATIONS: Readonly<Record<UndeterminedReason, Explanation>> = {
  'too-few-attempts': plain(
    'too few connections',
    'There are too few connections to tell one clock from several.',
  ),
  'too-many-alone': plain(
    'too many on clocks of their own',
    'Some connections share a clock, but so many stand alone that more clocks are likely than were seen twice.',
  ),
  mixed: plain(
    'two kinds of clients',
    'Clocks of hosts lie beside connections that each have a clock of their own: counted and uncountable clients mixed.',
  ),
};

/** A cause that a capture at the target cannot show. */
export function explainInvisible(code: InvisibleCause): Explanation {
  const { name, here, commands } = INVISIBLE_TEXTS[code];
  return {
    title: name,
    meaning: `Not visible at the target: ${here}.`,
    recognised: [],
    kernel: null,
    advice: { text: 'Look where it happens.', commands: [commands] },
  };
}

export { INVISIBLE_CAUSES };
