import type { Cause } from '../../diagnosis/codes.ts';
import type { AdequacyFinding, RemedyStep } from '../../diagnosis/findings.ts';
import { accuses } from '../../diagnosis/grades.ts';
import type { Report } from '../report.ts';
import { CAUSE_ADVICE } from './advice.ts';
import { ADEQUACY_SENTENCES } from './adequacy.ts';
import { counted } from '../wording/number.ts';
import { CAUSE_NAMES } from './causes.ts';
import type { Sentences } from './tell.ts';
import { tell } from './tell.ts';

/** What a renderer shows of one step: what to do, why, and commands to paste, each with what it is for. */
export interface RemedyText {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly commands: readonly RemedyCommands[];
}

export interface RemedyCommands {
  readonly purpose: string;
  /** Shell lines, none wider than 74 columns for any address. */
  readonly lines: readonly string[];
}

/** What the commands are filled in with: the worst target and its worst peer, where the report names any. */
interface RemedyContext {
  readonly report: Report;
  readonly target: string | null;
  readonly peer: string | null;
}

/** The text of one step of the remedy, with the addresses of this report filled in. */
export function remedyText(report: Report, step: RemedyStep): RemedyText {
  const target = report.targets[0]?.address ?? null;
  const peer = report.peers.find((each) => each.target === target && each.rejected > 0)?.address ?? null;
  return tell(REMEDY_TEXTS, step)({ report, target, peer });
}

/** Every step of the remedy there is a text for. */
export function remedyCodes(): readonly string[] {
  return Object.keys(REMEDY_TEXTS);
}

const RECYCLE_FILE = '/proc/sys/net/ipv4/tcp_tw_recycle';

const REMEDY_TEXTS: Sentences<RemedyStep, (context: RemedyContext) => RemedyText> = {
  'disable-tw-recycle':
    () =>
    ({ target }) => ({
      title: `Switch tcp_tw_recycle off on ${target ?? 'the target'}`,
      paragraphs: [
        'It takes effect at once, for every address. Kernels from 4.12 on have no such key; the guard keeps the ' +
          'commands quiet there. Up to Linux 4.10 it is one switch for the whole host, containers included; set it ' +
          'on the host. In 4.11 each network namespace has its own.',
      ],
      commands: [
        {
          purpose: 'Now:',
          lines: [`[ -e ${RECYCLE_FILE} ] \\`, '  && sysctl -w net.ipv4.tcp_tw_recycle=0'],
        },
        {
          purpose: 'After the next boot too:',
          lines: [
            `[ -e ${RECYCLE_FILE} ] \\`,
            "  && echo 'net.ipv4.tcp_tw_recycle = 0' \\",
            '  > /etc/sysctl.d/99-tcp-tw-recycle.conf',
          ],
        },
        {
          purpose: 'Other files that set it (the last one read wins; remove the line there):',
          lines: [
            'grep -rs tcp_tw_recycle /etc/sysctl.conf /etc/sysctl.d \\',
            '  /run/sysctl.d /usr/lib/sysctl.d',
          ],
        },
      ],
    }),
  'verify-paws-passive':
    () =>
    ({ peer }) => ({
      title: 'Check that it helped',
      paragraphs: ['The counter must stop moving. It counts exactly the SYNs that this check throws away.'],
      commands: [
        { purpose: 'On the target, twice, some seconds apart:', lines: ['nstat -az TcpExtPAWSPassive'] },
        {
          purpose: 'The timestamps that it remembers (Linux 3.6 and later):',
          lines: [`ip tcp_metrics show${peer === null ? '' : ` ${peer}`}`],
        },
      ],
    }),
  'keep-timestamps': () => () => ({
    title: 'Leave TCP timestamps on',
    paragraphs: [
      'net.ipv4.tcp_timestamps=0 on some of the clients makes it worse on Linux 3.17 and later and on RHEL 7: ' +
        'there a SYN without a timestamp is thrown away whenever a neighbour with one was remembered. On the ' +
        'server it costs protection against old segments and the measuring of delays.',
    ],
    commands: [],
  }),
  'target-not-yours': () => () => ({
    title: 'If the target is not yours to change',
    paragraphs: [
      'Show its owner this report. Until then, any one of these helps: let the client close first or keep ' +
        'connections open in a pool (the target remembers a timestamp only when it closes first); give every ' +
        'client an address of its own (routable pod addresses, one SNAT address per client); or switch ' +
        'timestamps off for all clients behind the address, never for some of them.',
    ],
    commands: [],
  }),
  'upgrade-kernel': () => () => ({
    title: 'In the long run, upgrade the target',
    paragraphs: [
      'Linux 4.12 and later have no tcp_tw_recycle (RHEL 8, Debian 10, Ubuntu 18.04, SLES 15 and what came after).',
    ],
    commands: [],
  }),
  'tw-reuse-is-different': () => () => ({
    title: 'Do not touch tcp_tw_reuse',
    paragraphs: [
      'net.ipv4.tcp_tw_reuse is another switch with a similar name: it only serves connections that the host ' +
        'itself opens, and never makes it throw an incoming SYN away.',
    ],
    commands: [],
  }),
  'avoid-tuple-reuse': () => () => ({
    title: 'Do not reuse a source port within 60 s',
    paragraphs: [
      'The target still held the same addresses and ports in TIME-WAIT when the SYN came, and its timestamp was ' +
        'behind. Every kernel does this; no sysctl of the target is at fault. The source port came back too ' +
        'soon: widen the port range of the NAT, give it more addresses, or keep connections open longer. A random ' +
        'choice of ports (--random-fully) does not help: it brings some back sooner. If the client closes first, TIME-WAIT stays with the client.',
    ],
    commands: [
      {
        purpose: 'iptables, on the node:',
        lines: ['iptables -t nat -A POSTROUTING ... -p tcp \\', '  -j MASQUERADE --to-ports 1024-65535'],
      },
    ],
  }),
  'start-service': (step) => () => ({
    title: `Start the service on port ${step.port} of ${step.target}`,
    paragraphs: [
      'It answered every SYN to that port with RST: nothing listens there, or a firewall rejects it. If it was never ' +
        'meant to listen there, correct the address or the port of the clients.',
    ],
    commands: [{ purpose: 'On the target:', lines: [`ss -ltn 'sport = :${step.port}'`] }],
  }),
  'capture-again': (step) => (context) => ({
    title: 'Capture again',
    paragraphs: [
      `${limitation(context.report, step.because)}Capture at the target, both directions, everything from SYN to FIN, ` +
        'for some minutes while ' +
        'connections fail.',
    ],
    commands: [
      {
        purpose: 'On the target (ten files of 200 MB at most, the oldest is overwritten):',
        lines: [
          'tcpdump -i any -n -s 128 -C 200 -W 10 -w synscope.pcap \\',
          context.target === null ? "  'tcp'" : `  'tcp and host ${context.target}'`,
        ],
      },
      {
        purpose: 'Before and after it:',
        lines: ['nstat -az TcpExtPAWSPassive TcpExtListenOverflows TcpExtListenDrops'],
      },
    ],
  }),
  'look-elsewhere':
    () =>
    ({ report }) =>
      elsewhere(report),
};

/** The steps that people take before they look at timestamps, for when it is none of the causes that can be seen. */
const USUAL_ORDER =
  'The usual order: is the address right; can the node reach the service, and the container (ping, telnet); does the ' +
  'SYN arrive at the target at all (if not, look upstream: route, CNI agent, net.bridge.bridge-nf-call-iptables = 1); ' +
  'does something listen (RST); is a firewall or rp_filter in between; does the SYN-ACK find its way back?';

/** Back to the step that the capture points at: what to do about each cause it shows, the most frequent first. */
function elsewhere({ causes, verdict, remedy }: Report): RemedyText {
  const started = remedy.some(({ code }) => code === 'start-service');
  const found = causes
    .filter(({ code, syns }) => syns > 0 && !HAS_STEPS.has(code) && !(started && code === 'port-closed'))
    .toSorted((a, b) => b.syns - a.syns);
  const advice = found.map(({ code, syns }) => ({
    text: `${counted(syns, 'SYN')} met ${CAUSE_NAMES[code]}. ${CAUSE_ADVICE[code].text}`,
    commands: CAUSE_ADVICE[code].commands,
  }));
  const known = started || found.some(({ code }) => code !== 'unexplained');
  return {
    title: accuses(verdict.grade) ? 'See to the other causes as well' : 'Look elsewhere',
    paragraphs: [...advice.map(({ text }) => text), ...(known ? [] : [USUAL_ORDER])],
    commands: advice.flatMap(({ commands }) => commands),
  };
}

/** Causes for which the remedy has steps of their own. */
const HAS_STEPS: ReadonlySet<Cause> = new Set<Cause>(['tw-recycle-reject', 'time-wait-reject']);

function limitation(report: Report, code: AdequacyFinding['code']): string {
  const finding = report.adequacy.findings.find((each) => each.code === code);
  return finding === undefined
    ? ''
    : `This capture cannot answer more, because ${tell(ADEQUACY_SENTENCES, finding).because}. `;
}
