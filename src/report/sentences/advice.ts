import type { Cause } from '../../diagnosis/codes.ts';
import type { InvisibleCause } from '../../diagnosis/findings.ts';

/** What to do about a cause: one or two sentences, and commands that show more. */
export interface Advice {
  readonly text: string;
  readonly commands: readonly AdviceCommands[];
}

export interface AdviceCommands {
  /** Where and what for. */
  readonly purpose: string;
  /** Shell lines of at most 73 columns. */
  readonly lines: readonly string[];
}

/** What to do about each cause; the report and `explain` both say it in these words. */
export const CAUSE_ADVICE: Readonly<Record<Cause, Advice>> = {
  'tw-recycle-reject': {
    text:
      'Set net.ipv4.tcp_tw_recycle to 0 on the target, at once and for the next boot. Leave TCP timestamps on. Linux ' +
      '4.12 and later have neither the switch nor the check.',
    commands: [
      {
        purpose: 'On the target; the counter must stop moving:',
        lines: ['nstat -az TcpExtPAWSPassive'],
      },
    ],
  },
  'time-wait-reject': {
    text:
      'The source port came back within 60 s of the close. Widen the port range of the NAT or give it more addresses, ' +
      'keep connections open longer, or let the client close first. No switch of the target is at fault.',
    commands: [
      {
        purpose: 'On the target, the kernel counts it (PAWSTimewait from Linux 6.16 on):',
        lines: ['nstat -az TcpExtPAWSEstab TcpExtPAWSTimewait \\', '  TcpExtTCPACKSkippedTimeWait'],
      },
    ],
  },
  'accept-queue-overflow': {
    text:
      'The service takes connections too slowly. See what it waits for, give it more workers, and raise its listen ' +
      'backlog together with net.core.somaxconn; a longer queue alone only hides it.',
    commands: [
      {
        purpose: 'On the target; Recv-Q above Send-Q is a full queue:',
        lines: ['ss -ltn', 'nstat -az TcpExtListenOverflows TcpExtListenDrops'],
      },
    ],
  },
  'syn-queue-full': {
    text:
      'Switch SYN cookies on (net.ipv4.tcp_syncookies = 1, the default): then a full queue is answered instead of ' +
      'silent. Then find out why so many handshakes are half open.',
    commands: [
      {
        purpose: 'On the target:',
        lines: [
          'sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog',
          'nstat -az TcpExtTCPReqQFullDrop',
          'ss -tn state syn-recv | wc -l',
        ],
      },
    ],
  },
  'port-closed': {
    text: 'Nothing listens on that port, or a firewall rejects it with RST: start the service, or correct the address.',
    commands: [{ purpose: 'On the target:', lines: ['ss -ltnp'] }],
  },
  'source-filtered': {
    text:
      'Something behind the point of capture drops them: a rule on the target (iptables, nft, eBPF policy), rp_filter, ' +
      'or a full conntrack table.',
    commands: [
      {
        purpose: 'On the target, which rule or table counts up:',
        lines: [
          'iptables -vnL; nft list ruleset',
          'nstat -az TcpExtIPReversePathFilter',
          "dmesg | grep -E 'conntrack: table full|martian'",
        ],
      },
    ],
  },
  'reply-lost': {
    text:
      'The target did answer. Follow the SYN-ACK: the route back, the firewalls on that way, and conntrack on the node ' +
      'that translates addresses (a reply by another way is INVALID there).',
    commands: [
      { purpose: 'On the target, the way back:', lines: ['ip route get PEER'] },
      {
        purpose: 'On the node, whether the SYN-ACK arrives:',
        lines: ["tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0 and host TARGET'"],
      },
    ],
  },
  'tuple-collision': {
    text:
      'The NAT gave a source port away while the target still holds a connection on it. Look for NAT state that is ' +
      'shorter than the connection (conntrack timeouts), for two NATs with one address, or for ports that run out.',
    commands: [
      {
        purpose: 'On the node:',
        lines: ['conntrack -S', 'sysctl net.netfilter.nf_conntrack_tcp_timeout_established'],
      },
    ],
  },
  unexplained: {
    text:
      'Something drops them without a trace that can be told apart here: packet loss behind the point of capture, a ' +
      'busy host, a security module. Capture longer, and at the target itself.',
    commands: [
      {
        purpose: 'On the target, what the network card, the kernel and rules drop:',
        lines: ['ethtool -S INTERFACE | grep -i drop', 'nstat -az | grep -i drop', 'iptables -vnL'],
      },
    ],
  },
};

/** What this place of capture cannot show, and what would. */
export interface InvisibleText {
  readonly name: string;
  /** What it would look like here. */
  readonly here: string;
  readonly commands: AdviceCommands;
}

/** Causes that leave no trace of their own at the target. */
export const INVISIBLE_TEXTS: Readonly<Record<InvisibleCause, InvisibleText>> = {
  'conntrack-insert-race': {
    name: 'two connections that race for one NAT entry',
    here: 'the node drops the first SYN; here only its retry is seen, answered at once',
    commands: {
      purpose: 'on the node, does insert_failed or drop count up?',
      lines: ['conntrack -S'],
    },
  },
  'snat-port-exhaustion': {
    name: 'a NAT that has run out of source ports',
    here: 'the SYN never leaves the node',
    commands: {
      purpose: 'on the node, how many connections against how many ports?',
      lines: ['ss -s; conntrack -C', 'sysctl net.ipv4.ip_local_port_range'],
    },
  },
  'dropped-upstream': {
    name: 'a SYN dropped before it got here',
    here: 'there is nothing to see',
    commands: {
      purpose: 'on the node, do SYNs leave that are missing here?',
      lines: ["tcpdump -ni any 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn'"],
    },
  },
};
