import { COUNT } from '../tracking/counters.ts';
import { peerAddressAt, peerAt } from '../tracking/key-parts.ts';
import type { TrackingState } from '../tracking/state.ts';
import type { Address, Cidr } from '../units/address.ts';
import { cidrContains, parseCidr } from '../units/address.ts';

/** A source that the engineer expects to see, as given, and as a block of addresses. */
export interface ExpectedSource {
  readonly text: string;
  readonly block: Cidr;
}

/** What came from one expected source. */
export interface ExpectedSeen {
  readonly expected: string;
  /** Addresses of the block that sent a SYN, and their SYN packets. 0: it sent none at all. */
  readonly peers: number;
  readonly syns: number;
}

/** A source that sent SYNs and was not expected. */
export interface UnexpectedSource {
  readonly address: string;
  readonly syns: number;
  /** Inside a pod block of the cluster: its SYNs arrived without SNAT. */
  readonly pod: boolean;
}

/** Expected sources beside those that sent SYNs. */
export interface Expectations {
  readonly sources: readonly ExpectedSeen[];
  /**
   * `met`: every expected source sent a SYN. `missing`: some did not, look upstream of the capture for those.
   * `no-snat`: some did not, and pod addresses came instead: SNAT was expected and does not happen.
   * `nothing-arrived`: there was no SYN from anybody.
   */
  readonly finding: 'met' | 'missing' | 'no-snat' | 'nothing-arrived';
  readonly others: {
    readonly peers: number;
    readonly syns: number;
    /** Those of them inside a pod block. */
    readonly pods: number;
    /** The busiest of them, at most 16. */
    readonly busiest: readonly UnexpectedSource[];
  };
  /** False when peers had to be forgotten: then a source that seems missing may have been one of them. */
  readonly complete: boolean;
}

const BUSIEST = 16;

/**
 * Reads expected sources: addresses or blocks such as `10.0.0.4` or `10.0.0.0/24`.
 * @throws RangeError for anything else
 */
export function parseExpected(texts: readonly string[]): ExpectedSource[] {
  return texts.map((text) => {
    const block = parseCidr(text.trim());
    if (block === null) throw new RangeError(`--expect ${text}: neither an address nor a block of addresses`);
    return { text: text.trim(), block };
  });
}

/**
 * Compares what was expected with the peers of a finished state.
 *
 * @param podBlocks the cluster's pod addresses
 * @param nodes addresses of nodes: those of tunnels lie inside pod blocks, and are no pods
 */
export function checkExpectations(
  state: TrackingState,
  expected: readonly ExpectedSource[],
  podBlocks: readonly Cidr[] = [],
  nodes: ReadonlyMap<string, unknown> = new Map(),
): Expectations {
  const peers = peersOf(state);
  const others = peers.filter((peer) => !expected.some(({ block }) => holds(block, peer)));
  const sources = expected.map(({ text, block }) => {
    const inside = peers.filter((peer) => holds(block, peer));
    return { expected: text, peers: inside.length, syns: sum(inside) };
  });
  const unexpected = others
    .map((peer) => ({
      address: peer.address,
      syns: peer.syns,
      pod: !nodes.has(peer.address) && podBlocks.some((block) => holds(block, peer)),
    }))
    .sort((a, b) => b.syns - a.syns || (a.address < b.address ? -1 : 1));
  const pods = unexpected.filter(({ pod }) => pod).length;
  const missing = sources.some(({ syns }) => syns === 0);
  return {
    sources,
    finding: peers.length === 0 ? 'nothing-arrived' : !missing ? 'met' : pods > 0 ? 'no-snat' : 'missing',
    others: {
      peers: others.length,
      syns: sum(others),
      pods,
      busiest: unexpected.slice(0, BUSIEST),
    },
    complete: state.pairs.evicted === 0,
  };
}

interface Peer extends Address {
  readonly address: string;
  syns: number;
}

/** The sources of SYNs; one that asked several targets counts once. */
function peersOf({ pairs }: TrackingState): Peer[] {
  const peers = new Map<string, Peer>();
  for (let slot = 0; slot < pairs.table.end; slot += 1) {
    if (!pairs.table.isUsed(slot)) continue;
    const address = peerAt(pairs, slot);
    const syns = pairs.count(slot, COUNT.syns);
    const known = peers.get(address);
    if (known === undefined) peers.set(address, { ...peerAddressAt(pairs, slot), address, syns });
    else known.syns += syns;
  }
  return [...peers.values()];
}

function holds(block: Cidr, { family, words }: Peer): boolean {
  return cidrContains(block, family, ...words);
}

function sum(peers: readonly { readonly syns: number }[]): number {
  return peers.reduce((total, { syns }) => total + syns, 0);
}
