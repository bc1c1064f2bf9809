import type { UndecodedReport } from '../report.ts';
import { hex } from '../escape/unsafe.ts';

/** What a packet was instead of a TCP segment, by layer and reason; `#` stands for its number. */
const UNDECODED_PHRASES: ReadonlyMap<string, string> = new Map([
  ['link unsupported', 'link type #, which is not read'],
  ['link not-data', 'link-layer frame without data'],
  ['link encrypted', 'encrypted link-layer frame'],
  ['link fragment', 'fragment of a link-layer frame'],
  ['link not-ip', 'not IP: LLC service #'],
  ['network not-ip', 'not IP: ethertype #'],
  ['transport not-tcp', 'not TCP: IP protocol #'],
  ['transport fragment', 'later fragment of an IP packet'],
  ['tunnel too-deep', 'tunnels nested too deep'],
  ['tcp bad-options', 'TCP options that make no sense (the segment was used)'],
]);

/** For reasons that every layer shares. */
const SHARED_PHRASES: ReadonlyMap<string, string> = new Map([
  ['truncated', 'header cut off by the snap length'],
  ['incomplete', 'packet too short for its header'],
  ['bad-header', 'header that makes no sense'],
]);

const ETHERTYPES: ReadonlyMap<number, string> = new Map([
  [0x0806, 'ARP'],
  [0x8809, 'LACP'],
  [0x888e, 'EAPOL'],
  [0x88cc, 'LLDP'],
  [0x88f7, 'PTP'],
]);

const IP_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [17, 'UDP'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [132, 'SCTP'],
]);

/** What packets of one kind were: `not TCP: IP protocol 17 (UDP)`. Layer and reason are this program's own words. */
export function undecodedPhrase({ layer, reason, number }: UndecodedReport): string {
  const phrase = UNDECODED_PHRASES.get(`${layer} ${reason}`);
  if (phrase === undefined) return `${layer}: ${SHARED_PHRASES.get(reason) ?? reason}`;
  return phrase.replace('#', number === null ? 'other' : numberWords(layer, number));
}

function numberWords(layer: string, number: number): string {
  const isEthertype = layer === 'network';
  const name = layer === 'link' ? undefined : (isEthertype ? ETHERTYPES : IP_PROTOCOLS).get(number);
  const digits = isEthertype ? `0x${hex(number, 4)}` : String(number);
  return name === undefined ? digits : `${digits} (${name})`;
}
