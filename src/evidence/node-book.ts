import { canonicalAddress, canonicalCidr } from './canonical-address.ts';
import { note } from './problem.ts';
import type { Expectation, LineProblem } from './problem.ts';

/** The addresses that a node gives to its pods. */
export interface PodCidr {
  /** Canonical, `10.244.1.0/24`; understood by `parseCidr`. */
  readonly cidr: string;
  readonly node: string;
}

export interface NodeList {
  /** Node name by canonical address. */
  readonly byAddress: ReadonlyMap<string, string>;
  readonly podCidrs: readonly PodCidr[];
  readonly problems: readonly LineProblem[];
}

/** Kubernetes is tested up to 5,000 nodes. */
const MAX_ENTRIES = 131_072;
/** Longest name of a Kubernetes object, RFC 1123 subdomain. */
const MAX_NAME = 253;

/** Collects what a node list says; the first name given to an address stays. */
export class NodeBook {
  private readonly byAddress = new Map<string, string>();
  private readonly podCidrs = new Map<string, string>();
  private readonly problems: LineProblem[] = [];

  address(text: string, name: string, line: number): void {
    this.add(this.byAddress, canonicalAddress(text), name, line);
  }

  podCidr(text: string, name: string, line: number): void {
    this.add(this.podCidrs, canonicalCidr(text), name, line);
  }

  problem(line: number, expected: Expectation): void {
    note(this.problems, line, expected);
  }

  private add(names: Map<string, string>, key: string | null, name: string, line: number): void {
    const known = key === null ? undefined : names.get(key);
    if (key === null || name === '' || name.length > MAX_NAME) {
      this.problem(line, key === null ? 'address' : 'address-and-name');
    } else if (known !== undefined && known !== name) {
      this.problem(line, 'one-name-per-address');
    } else if (known === undefined && names.size >= MAX_ENTRIES) {
      this.problem(line, 'fewer-entries');
    } else {
      names.set(key, name);
    }
  }

  finish(): NodeList {
    return {
      byAddress: this.byAddress,
      podCidrs: [...this.podCidrs].map(([cidr, node]) => ({ cidr, node })),
      problems: this.problems,
    };
  }
}
