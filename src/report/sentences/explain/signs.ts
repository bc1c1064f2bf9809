import type { Expectations } from '../../../diagnosis/expectations.ts';
import type { CauseEvidence, CauseStatus } from '../../../diagnosis/findings.ts';
import type { Place, VantageEvidence } from '../../../diagnosis/vantage-place.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

/** Whether a cause explains some silence. */
export const STATUS_EXPLANATIONS: Readonly<Record<CauseStatus, Explanation>> = {
  found: plain('it explains some of it', 'At least one SYN got no SYN-ACK for this cause.'),
  'ruled-out': plain(
    'something speaks against it',
    'Something was seen that this cause would have prevented.',
  ),
  'not-seen': plain(
    'nothing speaks for it',
    'No SYN is put down to it, and nothing was seen that excludes it.',
  ),
};

/** What speaks for or against a cause, explained. */
export const SIGN_EXPLANATIONS: Readonly<Record<CauseEvidence['code'], Explanation>> = {
  predictions: plain(
    'predictions that came true, and that did not',
    'SYNs that the replay of the check throws away, silent and answered, and the probability of such an agreement by ' +
      "chance (Fisher's exact test over first SYNs of attempts).",
  ),
  'check-absent': plain(
    'there is no such check',
    'The kernel that was given, or the evidence, says that the target makes no such check, and the capture does not object.',
  ),
  'served-meanwhile': plain(
    'served in the same seconds',
    'In the very seconds in which some SYNs met silence the target answered others: it was neither down nor full.',
  ),
  'syn-acks-repeated': plain(
    'SYN-ACKs sent again',
    'A target sends its SYN-ACK again although the client has acknowledged it when its accept queue has no room for ' +
      'the finished handshake.',
  ),
  'requests-open': plain(
    'handshakes under way',
    'How many handshakes of the port were open when SYNs were dropped and when they were answered: more at the drops ' +
      'is what a full queue looks like.',
  ),
  resets: plain('RST in answer', 'SYNs that the target refused with a reset.'),
  'bare-acks': plain(
    'ACK in answer',
    'SYNs that the target answered with an ACK of the connection before on the same addresses and ports.',
  ),
  'time-wait-cost': plain(
    'what TIME-WAIT cost',
    'How long connects that met TIME-WAIT waited for their SYN-ACK, from their first SYN on, and how many never got one.',
  ),
  'peers-never-served': plain(
    'peers never served',
    'Peers that asked more than once and were never answered in any way, while the target served others.',
  ),
  'silent-peers-served': plain(
    'peers served at other times',
    'Peers that met silence and were served as well: no rule on their address drops them.',
  ),
  'at-random': plain(
    'silence at random',
    'Silence fell on SYNs ahead of the remembered timestamp as it did on those behind it.',
  ),
  'live-tuples': plain(
    'open connection on the same ports',
    'SYNs with a new initial sequence number on a connection that had not been closed.',
  ),
  'sent-again-after-syn-ack': plain(
    'SYN after its SYN-ACK',
    'The client sent its SYN again well after the SYN-ACK was captured: it did not get it.',
  ),
  'stamp-from-before': plain(
    'stamp from before the capture',
    'Silent SYNs of the first minute at a target that may make the check. What it remembered of their peer then was ' +
      'written before the capture began: whether it was that, this capture cannot show. One that is longer can.',
  ),
};

/** Where a capture was taken. */
export const PLACE_EXPLANATIONS: Readonly<Record<Place, Explanation>> = {
  target: plain(
    'captured at the target',
    'On the target itself or on its own link: what is silent here is silent.',
  ),
  client: plain(
    "captured at the clients' node",
    'SYNs may be lost, and addresses changed, between this place and the target. The grade is lowered.',
    'Capture on the target.',
  ),
  between: plain(
    'captured on the way',
    'On a router, bridge or mirror between client and target. Near the target that matters little; far from it the grade ' +
      'is lowered.',
    'Capture on the target.',
  ),
  unknown: plain('place not known', 'Nothing says plainly where it was captured. That lowers no grade.'),
};

/** What tells where a capture was taken. */
export const PLACE_SIGN_EXPLANATIONS: Readonly<Record<VantageEvidence['code'], Explanation>> = {
  delays: plain(
    'delays of the handshake',
    'From SYN to SYN-ACK is the way to the target and back, from SYN-ACK to ACK the way to the client and back: the ' +
      'end that answers at once is here.',
  ),
  hops: plain('routers passed', 'Hosts send with a TTL of 64, 128 or 255; each router takes one away.'),
  'packet-types': plain(
    'direction in the cooked header',
    'With -i any the capturing kernel notes whether a packet was sent to it, sent by it, or seen in passing.',
  ),
};

/** Expected sources (--expect) beside those that came. */
export const EXPECTED_EXPLANATIONS: Readonly<Record<Expectations['finding'], Explanation>> = {
  met: plain('all expected sources came', 'Every source named with --expect sent at least one SYN.'),
  missing: plain(
    'an expected source did not come',
    'No SYN of it is in the capture: it never got here, or came under another address.',
    'Look upstream: address and route on the node, the CNI agent, net.bridge.bridge-nf-call-iptables, the rules in ' +
      'between; capture on the node.',
  ),
  'no-snat': plain(
    'pods came instead',
    'Expected sources are missing, and addresses of pods came instead: SNAT does not happen. Each pod is a peer of its ' +
      'own then, with its own remembered timestamp.',
    'Look at the masquerade rule on the nodes (ip-masq-agent, natOutgoing) if SNAT was meant to happen.',
  ),
  'nothing-arrived': plain(
    'nobody came',
    'There is no SYN from anybody in the capture.',
    'Is it the right host, interface and filter? Then look upstream.',
  ),
};
