import type { Place, Vantage, VantageEvidence } from '../../diagnosis/vantage-place.ts';
import { listed } from '../wording/list.ts';
import { duration } from '../wording/duration.ts';
import type { Sentences } from './tell.ts';
import { tell } from './tell.ts';

const PLACES: Readonly<Record<Exclude<Place, 'unknown'>, string>> = {
  target: 'at the target',
  client: "at the clients' node",
  between: 'on the way, at neither end',
};

const EVIDENCE_CLAUSES: Sentences<VantageEvidence> = {
  delays: ({ replySeconds, acknowledgeSeconds }) =>
    `SYN-ACKs took ${duration(replySeconds)}, the clients' ACKs ${duration(acknowledgeSeconds)}`,
  hops: ({ says }) => HOPS[says],
  'packet-types': ({ says }) => PACKET_TYPES[says],
};

const HOPS: Readonly<Record<Place, string>> = {
  target: 'SYN-ACKs had passed no router, SYNs had',
  client: 'SYNs had passed no router, SYN-ACKs had',
  between: 'both had passed routers',
  unknown: 'routers passed do not tell',
};

const PACKET_TYPES: Readonly<Record<Place, string>> = {
  target: 'the capturing host received the SYNs and sent the SYN-ACKs',
  client: 'the capturing host sent the SYNs and received the SYN-ACKs',
  between: 'the capturing host forwarded both',
  unknown: 'packet types do not tell',
};

/** Where it was captured and what shows that; null when it is not known. */
export function vantageSentence({ place, evidence }: Vantage): string | null {
  if (place === 'unknown') return null;
  const clauses = evidence.filter(({ says }) => says === place).map((each) => tell(EVIDENCE_CLAUSES, each));
  return `Captured ${PLACES[place]}${clauses.length === 0 ? '' : `: ${listed(clauses)}`}.`;
}
