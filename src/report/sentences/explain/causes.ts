import type { Cause } from '../../../diagnosis/codes.ts';
import { CAUSE_ADVICE } from '../advice.ts';
import { CAUSE_NAMES } from '../causes.ts';
import type { Explanation } from './entry.ts';

type CauseFacts = Pick<Explanation, 'meaning' | 'recognised' | 'kernel'>;

const FACTS: Readonly<Record<Cause, CauseFacts>> = {
  'tw-recycle-reject': {
    meaning:
      'With net.ipv4.tcp_tw_recycle = 1 the target remembers, for each address, the timestamp of the newest connection ' +
      'that it closed first. For 60 s after that it throws away, without any answer, every SYN from the same address ' +
      'whose timestamp is behind by more than one tick. Hosts behind one NAT address have clocks that differ by days, ' +
      'so the one with the highest clock shuts the others out.',
    recognised: [
      'The replay of the rule over this capture predicts the SYN to be thrown away, and it got no answer.',
      'SYNs of the same address whose timestamp is ahead are answered in the same seconds.',
      'It begins after a close by the target, and ends 60 s after the last one.',
      'TcpExt.PAWSPassive grows by exactly these SYN packets, retransmissions included. ListenDrops grows too from ' +
        'about Linux 3.8 on; ListenOverflows does not.',
    ],
    kernel:
      'tcp_v4_conn_request (tcp_ipv4.c) up to 3.16, tcp_conn_request (tcp_input.c) from 3.17 to 4.11 and in RHEL 7. The ' +
      'timestamp is kept by inet_peer up to 3.5 and by tcp_metrics from 3.6 on; from 3.14 on (and RHEL 7) for each pair of local and ' +
      'remote address. From 3.17 on, and in RHEL 7, a SYN without a timestamp is thrown away as well while one is ' +
      'remembered. Removed in 4.12.',
  },
  'time-wait-reject': {
    meaning:
      'The target still held a connection with the same addresses and ports in TIME-WAIT, and the timestamp of the new ' +
      'SYN was behind that connection. It answers with the last ACK of the old one; the client resets that and sends ' +
      'its SYN again about a second later. Costs a second, rarely more. Not a matter of tcp_tw_recycle.',
    recognised: [
      'The same 4-tuple was closed less than 60 s before.',
      'SYN, then a bare ACK with old numbers, then RST, then SYN again and SYN-ACK.',
      'It can be silent: the second such ACK within 500 ms is left out (TCPACKSkippedTimeWait).',
    ],
    kernel:
      'tcp_timewait_state_process (tcp_minisocks.c), every kernel from 2.6.18 to today. Counted in PAWSEstab, from ' +
      '6.16 on in PAWSTimewait. The limit of 500 ms (tcp_invalid_ratelimit) is in 4.1 and in RHEL 7, not in 3.18.',
  },
  'accept-queue-overflow': {
    meaning:
      'The service did not accept its connections fast enough; the queue of finished handshakes was full. The target ' +
      'ignores the last ACK of the handshake, or the SYN itself.',
    recognised: [
      'A SYN-ACK is sent again although the client has acknowledged it.',
      'All sources of one port are hit, in bursts, whatever their timestamps.',
      'ListenOverflows grows together with ListenDrops.',
    ],
    kernel:
      'tcp_v4_conn_request, tcp_conn_request; "full" is sk_acceptq_is_full (sock.h). Up to 4.9 a SYN is dropped only when more than one young request waits ' +
      'as well; from 4.10 on a full queue is enough. Before about 3.8 the dropped SYN moved no counter at all.',
  },
  'syn-queue-full': {
    meaning:
      'Too many handshakes were half open and SYN cookies are off: the target drops new SYNs without an answer.',
    recognised: [
      'Silence for all sources of a port while many handshakes are half open.',
      'TCPReqQFullDrop grows; the kernel log says "Possible SYN flooding".',
    ],
    kernel:
      'tcp_v4_conn_request, tcp_conn_request. TCPReqQFullDrop exists from 3.2 on, not in RHEL 6. With cookies off the ' +
      'last quarter of the queue is kept for peers that are known already.',
  },
  'port-closed': {
    meaning: 'The target answered the SYN with RST: nothing listens on that port.',
    recognised: ['RST in answer to the SYN.'],
    kernel: 'tcp_v4_rcv finds no socket and sends a reset; any kernel.',
  },
  'source-filtered': {
    meaning:
      'SYNs are dropped behind the point of capture by something that does not look at timestamps: a firewall rule, a ' +
      'policy, rp_filter, a full conntrack table.',
    recognised: [
      'A source or a port that is never answered while others are; or silence spread at random over SYNs that the ' +
        'check would treat alike.',
      'It does not end 60 s after the last close.',
    ],
    kernel:
      'Netfilter, routing (IPReversePathFilter counts rp_filter from 3.2 on) and conntrack stand before TCP; tcpdump ' +
      'sees the packet first.',
  },
  'reply-lost': {
    meaning:
      'The target answered with SYN-ACK, and the client sent its SYN again all the same: the answer got lost.',
    recognised: ['A SYN sent again after its SYN-ACK, and no ACK of the handshake.'],
    kernel: 'None: the loss is on the way back.',
  },
  'tuple-collision': {
    meaning:
      'The SYN met a connection that is still open on the same addresses and ports. The target answers with an ACK that ' +
      'challenges it, or with a repeated ACK.',
    recognised: ['A second initial sequence number on a connection that has not been closed.'],
    kernel: 'tcp_validate_incoming, any kernel; TCPSYNChallenge or PAWSEstab counts it.',
  },
  unexplained: {
    meaning: 'The SYN got no SYN-ACK, and none of the other causes fits what the capture shows.',
    recognised: ['What is left when every other cause has been tried.'],
    kernel: null,
  },
};

/** Every cause, explained. */
export function explainCause(cause: Cause): Explanation {
  return { title: CAUSE_NAMES[cause], ...FACTS[cause], advice: CAUSE_ADVICE[cause] };
}
