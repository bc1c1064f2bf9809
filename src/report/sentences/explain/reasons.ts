import type { Assumption, EvidenceReason, VerdictReason } from '../../../diagnosis/findings.ts';
import { CERTAIN_ATTEMPTS, CERTAIN_SYNS } from '../../../diagnosis/grades.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

/** What a verdict can rest on, explained. */
export const REASON_EXPLANATIONS: Readonly<Record<VerdictReason['code'], Explanation>> = {
  'no-syns': plain('no SYN', 'The capture holds no SYN at all.'),
  'nothing-silent': plain('no silence', 'Every SYN got some answer, so there is no silence to explain.'),
  'predicted-and-silent': plain(
    'predicted, and silent',
    'The rule of the kernel, replayed over the capture, throws these SYNs away, and the target was silent on them.',
  ),
  'stamped-elsewhere': {
    title: 'remembered through another address of the target',
    meaning:
      'The SYNs were sent to one address of the target, and the timestamp that shut them out was remembered from ' +
      'connections of the same peer to another. To switch services or addresses does not help then.',
    recognised: [
      'No close on the address that they were sent to explains the silence, closes on the other one do.',
    ],
    kernel:
      'Up to 3.13 the timestamp is kept by peer address alone (inet_peer up to 3.5, tcp_metrics from 3.6); from 3.14 on ' +
      '(and RHEL 7) by local and peer address.',
    advice: null,
  },
  'assumed-and-silent': plain(
    'behind a timestamp that was served',
    'The remembered timestamp is assumed from SYNs that were served, since the closes are not in the capture; these ' +
      'unanswered SYNs were behind it.',
  ),
  contradicted: plain(
    'answered against the prediction',
    'The target answered SYNs that the check must have thrown away. One may be a forgotten entry; several refute it.',
  ),
  'silent-but-not-predicted': plain(
    'silent for another reason',
    'SYNs that the check would have let through got no answer: something else is at work, alone or beside it.',
  ),
  'served-while-behind': plain(
    'served although behind',
    'Timestamps of an address stepped back and the SYNs were served: usual traffic behind NAT, and harmless to a target without the check.',
  ),
  'switch-turned': plain(
    'the switch was turned during the capture',
    'Up to one moment every prediction came true and after it none, or the reverse: tcp_tw_recycle was switched off or on.',
  ),
  'no-server-first-close': plain(
    'the target never closes first',
    'A timestamp is remembered only when the target closes first, so the check had nothing to compare with.',
  ),
  'few-predictions': plain(
    'too few cases',
    `Fewer than ${CERTAIN_SYNS} silent SYNs of ${CERTAIN_ATTEMPTS} connects were predicted, which certainty needs.`,
    'Capture longer.',
  ),
  'beyond-chance': plain(
    'not by chance',
    "Prediction and silence agree far better than chance (Fisher's exact test over first SYNs of attempts).",
  ),
  'within-chance': plain('may be chance', 'Prediction and silence could agree this well by chance.'),
  'capped-by-adequacy': plain(
    'held down by the capture',
    'The capture lacks something without which the grade goes no higher.',
  ),
  'kernel-without-check': plain(
    'a kernel without the check',
    'From Linux 4.12 on neither the switch nor the check exists.',
  ),
  'kernel-against-capture': plain(
    'the capture against the kernel that was given',
    'The kernel that was given (--target-kernel, or uname in the evidence) has no such check, and yet SYNs fall just as ' +
      'the check would make them: is it the kernel of this very target, and not of a client or a load balancer?',
    'uname -r on the host that holds the address.',
  ),
  'other-cause': plain('another cause', 'These SYNs have another cause than the timestamp check.'),
};

/** What a verdict may have to assume, explained. */
export const ASSUMPTION_EXPLANATIONS: Readonly<Record<Assumption['code'], Explanation>> = {
  'stamp-from-served-syns': plain(
    'remembered timestamp assumed',
    'The timestamp that the target remembered is taken from the SYNs that it served.',
  ),
  'served-unless-retransmitted': plain(
    'answers assumed',
    'A SYN counts as answered unless it was sent again, since the answers were not captured.',
  ),
  'profile-inferred': plain(
    'kernel inferred',
    'The rules of kernels differ; the one whose rules fit the answers was used.',
    '--target-kernel names it.',
  ),
  'close-may-have-written': plain(
    'a close that may have counted',
    'Whether the target took note of the timestamp at a close cannot be seen in the capture.',
  ),
  'clock-border': plain(
    'on the border of 60 s',
    'The kernel counts whole seconds of its own clock, so in the very second in which the memory runs out either is possible.',
  ),
};

/** What evidence can say about a verdict, explained. */
export const EVIDENCE_EXPLANATIONS: Readonly<Record<EvidenceReason['code'], Explanation>> = {
  'recycle-is-on': plain(
    'the switch is on',
    'The running kernel of the target has tcp_tw_recycle switched on.',
  ),
  'recycle-is-off': plain(
    'the switch is off',
    'tcp_tw_recycle = 0 on the running kernel: the check is not made.',
  ),
  'kernel-lacks-key': plain(
    'the switch does not exist',
    'A whole listing of settings without net.ipv4.tcp_tw_recycle: Linux 4.12 or later, or another network namespace ' +
      'than that of the host.',
  ),
  'kernel-lacks-counter': plain(
    'the counter does not exist',
    'TcpExt has no column PAWSPassive: Linux 4.12 or later, without the check.',
  ),
  'counter-agrees': plain(
    'the counter agrees',
    'PAWSPassive grew by exactly the SYN packets that the capture shows as rejected. That is proof.',
  ),
  'counter-near': plain(
    'the counter agrees but for the edges',
    'PAWSPassive grew by nearly as many as the capture shows as rejected; it was read some moments before and after.',
  ),
  'counter-still': plain(
    'the counter stood still',
    'PAWSPassive did not move: the check threw nothing away.',
  ),
  'counter-grew': plain(
    'the counter grew',
    'PAWSPassive grew although the capture accuses nobody: the rejected SYNs are not in it, or it cannot show them.',
  ),
  'counter-against-capture': plain(
    'counter against capture',
    'PAWSPassive and the capture do not fit together: other traffic, another time, another host or another network namespace.',
    'Take the counters on the same host right before and after the capture.',
  ),
  'settings-against-capture': plain(
    'settings against capture',
    'The settings say that there is no such check, the capture shows rejected SYNs: were both taken on the same host?',
  ),
};
