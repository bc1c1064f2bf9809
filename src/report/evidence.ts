import type { Evidence } from '../evidence/evidence.ts';
import { peerAddressAt, peerAt } from '../tracking/key-parts.ts';
import type { TrackingState } from '../tracking/state.ts';
import { cidrContains, parseCidr } from '../units/address.ts';
import type { Findings } from './findings.ts';
import type { EvidenceReport } from './report.ts';

/** Peers named one by one as pods. */
const POD_PEERS_LISTED = 16;

/** What else was brought along, beside the capture; null when nothing was. */
export function evidenceReport({ evidence, verdicts, state }: Findings): EvidenceReport | null {
  if (evidence === null) return null;
  return {
    findings: verdicts.evidence?.findings ?? [],
    reasons: verdicts.evidence?.reasons ?? [],
    contradictions: verdicts.evidence?.contradictions ?? [],
    podPeers: podPeers(evidence, state),
    problems: evidence.problems,
  };
}

/** Peers whose address a pod CIDR holds and that no node has (tunnel addresses of nodes lie inside pod CIDRs). */
function podPeers({ nodes }: Evidence, { pairs }: TrackingState): EvidenceReport['podPeers'] {
  const found: { address: string; cidr: string; node: string }[] = [];
  if (nodes === null || nodes.podCidrs.length === 0) return found;
  const cidrs = nodes.podCidrs.map((one) => ({ ...one, parsed: parseCidr(one.cidr) }));
  for (let slot = 0; slot < pairs.table.end && found.length < POD_PEERS_LISTED; slot += 1) {
    if (!pairs.table.isUsed(slot)) continue;
    const address = peerAt(pairs, slot);
    if (nodes.byAddress.has(address)) continue;
    const { family, words } = peerAddressAt(pairs, slot);
    const inside = cidrs.find(({ parsed }) => parsed !== null && cidrContains(parsed, family, ...words));
    if (inside !== undefined) found.push({ address, cidr: inside.cidr, node: inside.node });
  }
  return found;
}
