import { canonicalAddress } from './canonical-address.ts';
import { checkPlanOptions } from './plan-options.ts';
import type { PlanOptions } from './plan-options.ts';

/** One step of the script: why it is done, and the commands (POSIX shell; bash 4 and dash run them). */
export interface PlanStep {
  readonly id: 'prepare' | 'interface' | 'peers' | 'start' | 'before' | 'wait' | 'after' | 'stop' | 'pack';
  /** Comment lines without `#`. */
  readonly why: readonly string[];
  readonly commands: readonly string[];
}

/** Bytes of each packet: 16 (cooked header) + 40 (IPv6) + 60 (TCP with all options) fit; the payload does not. */
export const PLAN_SNAPLEN = 128;
/** Long enough for stamps of before the capture to expire (60 s) and for a client to give up (127 s). */
export const PLAN_SECONDS = 300;

/**
 * What to run at the target, in order. The counters are read while the capture runs, with the time of each reading, so
 * that their growth can be compared with exactly the packets in between.
 *
 * The filter keeps every port: the kernel's stamp belongs to the peer, not to the port, and a connection to any other
 * service of the host may have written it.
 *
 * @throws RangeError when `checkPlanOptions` finds a problem: nothing that was not checked gets into a script.
 */
export function capturePlan(options: PlanOptions = {}): PlanStep[] {
  const [problem] = checkPlanOptions(options);
  if (problem !== undefined) {
    throw new RangeError(`not a valid ${problem.option}: ${JSON.stringify(problem.value)}`);
  }
  return [
    PREPARE,
    interfaceStep(options),
    ...(options.port === undefined ? [] : [peersStep(options.port)]),
    startStep(options),
    BEFORE,
    WAIT,
    AFTER,
    STOP,
    PACK,
  ];
}

/** The capture filter, in the language of pcap-filter(7). */
export function planFilter({ target, peers = [] }: PlanOptions): string {
  const host = (address: string): string => `host ${canonicalAddress(address) ?? ''}`;
  const either = peers.map(host).join(' or ');
  const parts = ['tcp', target === undefined ? '' : host(target), peers.length > 1 ? `(${either})` : either];
  return parts.filter((part) => part !== '').join(' and ');
}

const PREPARE: PlanStep = {
  id: 'prepare',
  why: [
    'Everything goes into one new directory below OUT (default: here); nothing else is changed.',
    'At most 20 files of 100 MB, and never more than half of the free space: the oldest is overwritten.',
  ],
  commands: [
    'have() { command -v "$1" >/dev/null 2>&1; }',
    'say() { printf \'synscope: %s\\n\' "$*" >&2; }',
    'save() { file=$1; shift; if have "$1"; then "$@" >"$dir/$file" 2>/dev/null </dev/null; fi; }',
    'copy() { if [ -r "$2" ]; then cat "$2" >"$dir/$1"; fi; }',
    'now() { t=$(date +%s.%N); case $t in *N*) t=$(date +%s) ;; esac; echo "$t"; }',
    '[ "$(id -u)" = 0 ] || { say "run this as root"; exit 1; }',
    'have tcpdump || { say "tcpdump is not installed"; exit 1; }',
    `seconds=\${SYNSCOPE_SECONDS:-${PLAN_SECONDS}}`,
    `[ "$seconds" -gt 0 ] 2>/dev/null || seconds=${PLAN_SECONDS}`,
    'base=${OUT:-$PWD}',
    'dir=$base/synscope-$(date -u +%Y%m%dT%H%M%SZ)',
    'umask 077',
    'mkdir "$dir" || { say "cannot write to $base"; exit 1; }',
    'free=$(df -Pk "$base" | awk \'NR == 2 { print int($4 / 200000) }\')',
    'files=20',
    '[ "${free:-0}" -ge 20 ] || files=${free:-0}',
    '[ "$files" -ge 2 ] || { say "too little space in $base: set OUT to another directory"; exit 1; }',
  ],
};

function interfaceStep(options: PlanOptions): PlanStep {
  const target = options.target === undefined ? null : canonicalAddress(options.target);
  const given = options.interface;
  if (given !== undefined || target === null) {
    const why =
      given === undefined
        ? 'All interfaces: no address of the target was given.'
        : 'The interface that was given.';
    return { id: 'interface', why: [why], commands: [`interface='${given ?? 'any'}'`] };
  }
  return {
    id: 'interface',
    why: [
      'The interface that holds the address of the target. An address that only answers for others',
      '(loopback, dummy, IPVS) receives its packets elsewhere: all interfaces then.',
    ],
    commands: [
      `target='${target}'`,
      'interface=$(ip -o addr show 2>/dev/null | awk -v a="$target" \'{ split($4, p, "/"); if (p[1] == a) { print $2; exit } }\')',
      'interface=${interface%%@*}',
      "case $interface in '' | lo | dummy* | kube-ipvs*) interface=any ;; esac",
    ],
  };
}

function peersStep(port: number): PlanStep {
  return {
    id: 'peers',
    why: [
      `Port ${port} serves only to note which peers use it (peers.txt). It is not in the filter: the timestamp that`,
      'the kernel remembers belongs to the peer, whatever the port, so the close that wrote it may be on any port,',
      'and a capture of this port alone would show rejected SYNs without their reason.',
    ],
    commands: [`save peers.txt ss -tan 'sport = :${port}'`],
  };
}

/**
 * Up to Linux 3.13 a stamp belongs to the peer whichever address of the host it talked to, so that a capture of one
 * address may show rejected SYNs without their reason. RHEL 7 calls itself 3.10 and remembers by both addresses.
 */
function anyAddress(options: PlanOptions): string[] {
  if (options.target === undefined) return [];
  const { target: _, ...others } = options;
  const face = options.interface === undefined ? 'interface=any; ' : '';
  return [
    'case $(uname -r) in',
    '  *.el7* | *.el7) ;;',
    `  2.* | 3.[0-9].* | 3.1[0-3].*) ${face}filter='${planFilter(others)}' ;;`,
    'esac',
  ];
}

function startStep(options: PlanOptions): PlanStep {
  return {
    id: 'start',
    why: [
      ...(options.target === undefined
        ? []
        : [
            'Kernels up to 3.13 remember a peer for all addresses of the host together: all are captured there.',
          ]),
      `Both directions, ${PLAN_SNAPLEN} bytes of each packet: headers and TCP options, hardly any payload.`,
      'tcpdump.log keeps what tcpdump says at its end, "packets dropped by kernel" above all.',
      '-p: what is for other hosts does not matter. -Z root: some builds give up root and cannot rotate files then.',
    ],
    commands: [
      `filter='${planFilter(options)}'`,
      ...anyAddress(options),
      `set -- -i "$interface" -p -nn -s ${PLAN_SNAPLEN} -C 100 -W "$files" -w "$dir/target.pcap"`,
      'usage=$(tcpdump -h 2>&1 </dev/null)',
      'case $usage in *\'-B size\'*) set -- -B 16384 "$@" ;; esac',
      'case $usage in *\'-Z user\'*) set -- -Z root "$@" ;; esac',
      'left=$seconds',
      "trap 'left=0' INT TERM HUP",
      'tcpdump "$@" "$filter" >/dev/null 2>"$dir/tcpdump.log" </dev/null &',
      'tcpdump=$!',
      'for try in 1 2 3 4 5 6 7 8 9 10; do',
      '  if grep -q \'listening on\' "$dir/tcpdump.log"; then break; fi',
      '  sleep 1',
      'done',
      'kill -0 "$tcpdump" 2>/dev/null || { say "tcpdump did not start:"; cat "$dir/tcpdump.log" >&2; exit 1; }',
    ],
  };
}

const SNAPSHOT_WHY =
  'PAWSPassive in netstat must grow by exactly the number of rejected SYNs if this is the cause.';

function snapshot(moment: 'before' | 'after'): string[] {
  return [
    `copy netstat-${moment}.txt /proc/net/netstat`,
    `echo "${moment} $(now)" >>"$dir/times.txt"`,
    `copy snmp-${moment}.txt /proc/net/snmp`,
    `[ -r /proc/net/netstat ] || save nstat-${moment}.txt nstat -asz`,
    `save tcp-metrics-${moment}.txt ip tcp_metrics show`,
    `save ss-${moment}.txt ss -ltnm`,
  ];
}

const BEFORE: PlanStep = {
  id: 'before',
  why: [
    'Counters, settings and the stamps that the kernel holds now.',
    SNAPSHOT_WHY,
    'nstat only where /proc cannot be read: it prints the same counters (-s leaves its history file alone).',
  ],
  commands: [
    'sleep 1',
    ...snapshot('before'),
    'save uname.txt uname -r',
    'save sysctl.txt sysctl -a',
    '[ -s "$dir/sysctl.txt" ] || save sysctl.txt grep -rs . /proc/sys/net/ipv4 /proc/sys/net/core /proc/sys/kernel/osrelease',
    'save addresses.txt ip -o addr show',
  ],
};

const WAIT: PlanStep = {
  id: 'wait',
  why: [
    'Let the connections fail meanwhile. Under 3 minutes little can be proven: what the kernel remembered before',
    'the capture is unknown for its first 60 seconds. Ctrl-C ends the wait early and still keeps everything.',
  ],
  commands: [
    'say "capturing on $interface for $seconds s into $dir"',
    'while [ "$left" -gt 0 ] && kill -0 "$tcpdump" 2>/dev/null; do sleep 1; left=$((left - 1)); done',
  ],
};

const AFTER: PlanStep = {
  id: 'after',
  why: ['The same again, while the capture still runs.'],
  commands: [
    ...snapshot('after'),
    'if have dmesg; then',
    '  dmesg 2>/dev/null | grep -E \'SYN flooding|conntrack: table full|martian|bucket table overflow\' | tail -n 50 >"$dir/dmesg.txt"',
    'fi',
    'sleep 1',
  ],
};

const STOP: PlanStep = {
  id: 'stop',
  why: ['Asks tcpdump to end; it writes what it still holds and how many packets it missed.'],
  commands: [
    'kill "$tcpdump" 2>/dev/null || say "tcpdump had ended by itself, see $dir/tcpdump.log"',
    'wait "$tcpdump"',
    'cat "$dir/tcpdump.log" >&2',
  ],
};

const PACK: PlanStep = {
  id: 'pack',
  why: [
    'One file to carry away. In a cluster add, from where kubectl works: kubectl get nodes -o json > nodes.json',
  ],
  commands: [
    'tar -czf "$dir.tar.gz" -C "$base" "${dir##*/}" || say "tar failed; take the directory $dir"',
    'if [ -n "${SUDO_UID:-}" ]; then chown -R "$SUDO_UID" "$dir" "$dir.tar.gz"; fi',
    'say "done: $dir.tar.gz"',
    'say "then: synscope analyze ${dir##*/}/target.pcap* --evidence ${dir##*/}"',
  ],
};
