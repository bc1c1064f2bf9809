import type { AdequacyFinding } from '../../../diagnosis/findings.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

const WHOLE = 'Capture without a filter on flags, both directions, at the target (synscope plan prints how).';

/** Everything that can limit a capture, explained. */
export const ADEQUACY_EXPLANATIONS: Readonly<Record<AdequacyFinding['code'], Explanation>> = {
  'no-syn': plain('no SYN in it', 'Without a SYN there is nothing to judge.', WHOLE),
  'one-way': plain(
    'one direction only',
    'One side is missing although its connections go on: silence means nothing in such a capture, and no verdict is given.',
    'Usual reasons: a mirror port of one direction, asymmetric routing, a filter on src or dst. ' + WHOLE,
  ),
  'syn-only': plain(
    'filtered to SYNs',
    'The closes that make the target remember a timestamp are missing, and so may be its answers. The timestamp is then ' +
      'taken from the SYNs that were served, and the verdict is "probable" at most.',
    WHOLE,
  ),
  'no-fin': plain(
    'no connection is closed in it',
    'The target remembers a timestamp when it closes a connection first. Without any FIN that moment is not known.',
    WHOLE,
  ),
  short: plain(
    'shorter than a minute',
    'The target remembers a timestamp for 60 s, so until then one from before the capture may decide.',
    'Three minutes or more settle it.',
  ),
  'snaplen-cuts-timestamps': plain(
    'snap length too short',
    'The TCP options, and with them the timestamps, were cut off.',
    'tcpdump -s 128 keeps all headers, with tunnels -s 200.',
  ),
  damaged: plain(
    'damaged',
    'Parts of the file could not be read; what was lost there is not judged.',
    'Let tcpdump end by itself (Ctrl-C or SIGTERM) before copying its file.',
  ),
  'records-lost': plain(
    'packets were lost while capturing',
    'The capturing program says that it missed packets: an answer that is not here may have been sent.',
    'A larger buffer (tcpdump -B 16384), a shorter snap length, a narrower filter on hosts.',
  ),
  gaps: plain(
    'nothing was captured for a while',
    'Between two files, or two sections of one, lies a pause that the traffic itself never makes. What the target ' +
      'remembered from then is not known, nor what was closed: behind it, all is met as at the beginning of a capture.',
    'If a file of the ring is missing, add it. One long capture (tcpdump -C and -W for its files) leaves no gaps.',
  ),
  'state-evicted': plain(
    'more connections than can be followed',
    'Connections were forgotten early to stay within memory. Totals stay exact; single SYNs may be judged with less knowledge.',
    'Look at fewer hosts or a shorter time (editcap -A and -B, tcpdump -r with a filter on hosts).',
  ),
  untimed: plain('packets without time', 'Some packets carry no time (pcapng Simple Packet Blocks).'),
  'time-steps-back': plain(
    'its clock stepped back',
    'The time of the capture went backwards, so that the 60 s cannot be measured across that moment.',
  ),
  'duplicates-folded': plain(
    'packets seen more than once',
    'The same packet was captured on several interfaces (-i any, bridge and veth, outside and inside of a tunnel). It ' +
      'is counted once and never taken for a retransmission.',
  ),
  'not-at-target': plain(
    'captured away from the target',
    'A SYN that goes unanswered at the client or on the way may have been lost behind that point, and NAT behind it may ' +
      'change what the target sees. The grade is lowered.',
    'Capture on the target itself.',
  ),
  'in-between': plain(
    'captured right before the target',
    'On a bridge, hypervisor or router next to the target: what happens behind it is not seen, which hardly ever matters.',
  ),
  partial: plain(
    'read only in part',
    'A limit was reached or the run was interrupted; the rest is not judged.',
  ),
};
