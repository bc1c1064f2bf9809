import { canonicalAddress } from './canonical-address.ts';

/** What is known of the incident when a capture is planned. */
export interface PlanOptions {
  /** Address that receives the SYNs. */
  readonly target?: string | undefined;
  /** Port of the service. It never narrows the capture, see `capturePlan`. */
  readonly port?: number | undefined;
  /** Source addresses as the target sees them; none: all. */
  readonly peers?: readonly string[] | undefined;
  /** Interface of the target; none: the one that holds the target's address, or all. */
  readonly interface?: string | undefined;
}

/** An option that cannot go into a script. */
export interface PlanOptionProblem {
  readonly option: keyof PlanOptions;
  readonly value: string;
}

/** Peers of one filter expression; libpcap compiles many more, but a kernel filter has 4,096 instructions. */
const MAX_PEERS = 100;
/** Interface names of Linux (15 characters at most), and nothing that a shell or tcpdump could take for something else. */
const INTERFACE = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,14}$/;

/** The options that are not what they should be; empty when `capturePlan` accepts them. */
export function checkPlanOptions(options: PlanOptions): PlanOptionProblem[] {
  const problems: PlanOptionProblem[] = [];
  const { target, port, peers = [] } = options;
  if (target !== undefined && canonicalAddress(target) === null) {
    problems.push({ option: 'target', value: target });
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    problems.push({ option: 'port', value: String(port) });
  }
  for (const peer of peers.slice(0, MAX_PEERS)) {
    if (canonicalAddress(peer) === null) {
      problems.push({ option: 'peers', value: peer });
    }
  }
  if (peers.length > MAX_PEERS) {
    problems.push({ option: 'peers', value: String(peers.length) });
  }
  if (options.interface !== undefined && !INTERFACE.test(options.interface)) {
    problems.push({ option: 'interface', value: options.interface });
  }
  return problems;
}
