import type { AdequacyFinding } from './findings.ts';

/**
 * Where a capture was taken: on the target (or its own link), at the clients' node, or somewhere in between.
 * Only what speaks plainly counts; otherwise the place is unknown, and that lowers no grade.
 */
export type Place = 'target' | 'client' | 'between' | 'unknown';

/** What was looked at, and the place that it speaks for by itself. */
export type VantageEvidence =
  | {
      readonly code: 'delays';
      readonly says: Place;
      readonly handshakes: number;
      /** SYN to SYN-ACK, and SYN-ACK to the client's ACK: what a tenth of the handshakes stay below, seconds. */
      readonly replySeconds: number;
      readonly acknowledgeSeconds: number;
    }
  | {
      readonly code: 'hops';
      readonly says: Place;
      /** SYNs, and SYN-ACKs, that had passed no router, one, and more. */
      readonly syns: Three;
      readonly synAcks: Three;
    }
  | {
      readonly code: 'packet-types';
      readonly says: Place;
      /** SYNs, and SYN-ACKs, that were sent to the capturing host, sent by it, and bridged past it. */
      readonly syns: Three;
      readonly synAcks: Three;
    };

export interface Vantage {
  readonly place: Place;
  readonly evidence: readonly VantageEvidence[];
}

type Three = readonly [number, number, number];
interface Delays {
  readonly count: number;
  /** Seconds. */
  readonly floor: number;
}

/** What was measured for one target. */
export interface VantageFacts {
  readonly synHops: Three;
  readonly synAckHops: Three;
  readonly synTypes: Three;
  readonly synAckTypes: Three;
  readonly replies: Delays;
  readonly acknowledges: Delays;
}

/** Fewer than this are an anecdote. */
const ENOUGH = 5;
/** Nearly all. */
const MOST = 0.9;
/** A delay from here on is distance; below it may be a virtual machine or a busy CPU as well. Seconds. */
const FAR = 0.002;
/** The near end answers at least this many times quicker than the far one. */
const QUICKER = 8;

/**
 * Weighs what was measured. The packet type comes from the capturing kernel itself and outweighs the rest; delays and
 * hops have to agree when both speak.
 */
export function placeOf(facts: VantageFacts): Vantage {
  const evidence: VantageEvidence[] = [];
  const { synHops, synAckHops, synTypes, synAckTypes, replies, acknowledges } = facts;
  let types: Place = 'unknown';
  let hops: Place = 'unknown';
  let delays: Place = 'unknown';
  if (sum(synTypes) >= ENOUGH) {
    types = byPacketTypes(facts);
    evidence.push({ code: 'packet-types', says: types, syns: synTypes, synAcks: synAckTypes });
  }
  if (Math.min(replies.count, acknowledges.count) >= ENOUGH) {
    delays = byDelays(facts);
    evidence.push({
      code: 'delays',
      says: delays,
      handshakes: Math.min(replies.count, acknowledges.count),
      replySeconds: replies.floor,
      acknowledgeSeconds: acknowledges.floor,
    });
  }
  if (sum(synHops) >= ENOUGH && sum(synAckHops) >= ENOUGH) {
    hops = byHops(facts);
    evidence.push({ code: 'hops', says: hops, syns: synHops, synAcks: synAckHops });
  }
  return { place: types === 'unknown' ? agreed(delays, hops) : types, evidence };
}

/**
 * What the place takes away from the answer. A SYN that is silent at the clients' node, or well away from the target,
 * may have been lost on the rest of the way, and SNAT may change what the target sees. Right before the target (a
 * bridge, a hypervisor) nothing is lost that the target would not have seen.
 */
export function vantageFindings({ place, evidence }: Vantage): AdequacyFinding[] {
  if (place !== 'client' && place !== 'between') return [];
  const delays = evidence.find((one) => one.code === 'delays');
  const replySeconds = delays?.code === 'delays' ? delays.replySeconds : null;
  const near = replySeconds === null || replySeconds < FAR;
  if (place === 'between' && near) return [{ code: 'in-between' }];
  return [{ code: 'not-at-target', place, replySeconds }];
}

/**
 * A target receives SYNs and sends SYN-ACKs; a client the reverse. A router sees both ways come in; it stands at the
 * clients' node when SYNs come from no hop away while SYN-ACKs come from further.
 */
function byPacketTypes({ synTypes, synAckTypes, synHops, synAckHops }: VantageFacts): Place {
  const [synToUs, synByUs, synBridged] = shares(synTypes);
  const [ackToUs, ackByUs, ackBridged] = shares(synAckTypes);
  if (synToUs >= MOST && ackByUs >= MOST) return 'target';
  const nearClient = synHops[0] > 0 && shares(synAckHops)[0] <= 1 - MOST;
  if (synByUs >= MOST && ackToUs >= MOST) return shares(synHops)[0] >= MOST ? 'client' : 'between';
  const both = Math.min(synToUs, synByUs) > 1 - MOST;
  if (both || (synToUs >= MOST && ackToUs >= MOST)) {
    if (nearClient) return 'client';
    // Neither has passed a router: two hosts on one link each, or both ends on this host (loopback).
    return shares(synHops)[0] >= MOST && shares(synAckHops)[0] >= MOST ? 'unknown' : 'between';
  }
  return synBridged >= MOST || ackBridged >= MOST ? 'between' : 'unknown';
}

/** The end that answers at once is here. Distance is not believed when the SYN-ACKs have passed no router. */
function byDelays({ replies, acknowledges, synAckHops }: VantageFacts): Place {
  const toTarget = replies.floor;
  const toClient = acknowledges.floor;
  if (toClient >= FAR && toTarget <= toClient / QUICKER) return 'target';
  if (toTarget < FAR || shares(synAckHops)[0] > 1 - MOST) return 'unknown';
  if (toClient <= toTarget / QUICKER) return 'client';
  return toClient >= FAR ? 'between' : 'unknown';
}

/** One hop may be a container's bridge on the same host: only none, and more than one, speak. */
function byHops({ synHops, synAckHops }: VantageFacts): Place {
  const [, , synFar] = shares(synHops);
  const [ackHere, , ackFar] = shares(synAckHops);
  if (ackHere >= MOST && synFar >= 0.5) return 'target';
  if (ackFar < MOST) return 'unknown';
  if (synFar <= 1 - MOST) return 'client';
  return synFar >= MOST ? 'between' : 'unknown';
}

function agreed(a: Place, b: Place): Place {
  if (a === 'unknown' || a === b) return b;
  return b === 'unknown' ? a : 'unknown';
}

function shares(three: Three): Three {
  const all = Math.max(sum(three), 1);
  return [three[0] / all, three[1] / all, three[2] / all];
}

function sum([a, b, c]: Three): number {
  return a + b + c;
}
