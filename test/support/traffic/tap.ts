import {
  ethernet,
  ipv4,
  ipv6,
  linuxSynOptions,
  mss,
  nop,
  sackPermitted,
  sll,
  tcp,
  timestamps,
  windowScale,
  zeros,
} from '../packet-builder.ts';
import type { PcapPacket } from '../pcap-writer.ts';
import { writePcap } from '../pcap-writer.ts';
import { ipv4Word, ipv6Words } from './address.ts';
import type { Packet } from './packet.ts';
import { ACK, FIN, has, isSyn, RST, SYN } from './packet.ts';
import type { Chance } from './random.ts';
import type { Fortune, Truth } from './truth.ts';

/** What is captured, of all that passes the target's interface. */
export interface TapPlan {
  readonly from: number;
  readonly to: number;
  readonly keeps:
    'everything' | 'SYNs' | 'SYNs and SYN-ACKs' | 'SYNs and FINs and RSTs' | 'packets to the target';
  /** Each packet is written this often: `-i any`. */
  readonly sightings: number;
  /** Captured on the node that does SNAT: each packet is seen with the pod's address and with the node's. */
  readonly atSnat: boolean;
  /** Share of records that the capture lost. */
  readonly loses: number;
}

interface Sighting {
  readonly syn: number | null;
  readonly again: boolean;
}

const LINKTYPE_LINUX_SLL = 113;
const SIGHTINGS_APART = 8e-6;

/** The capture just in front of the target: what `tcpdump` there would write, and what became of each SYN in it. */
export class Tap {
  private readonly plan: TapPlan;
  private readonly chance: Chance;
  private readonly records: PcapPacket[] = [];
  private readonly frames: Sighting[] = [];

  constructor(plan: TapPlan, chance: Chance) {
    this.plan = plan;
    this.chance = chance;
  }

  /** A packet passes at simulated second `now`; the clock that stamps it says `wall`, epoch seconds. */
  see(packet: Packet, now: number, wall: number, toTarget: boolean): void {
    const { plan } = this;
    if (now < plan.from || now > plan.to || !KEEPS[plan.keeps](packet, toTarget)) return;
    const inside = packet.pod;
    const addresses = plan.atSnat && inside !== null ? [null, inside] : [null];
    if (toTarget) addresses.reverse();
    let copy = 0;
    for (const pod of addresses) {
      for (let sighting = 0; sighting < plan.sightings; sighting += 1) {
        if (!this.chance.happens(plan.loses)) {
          this.write(packet, pod, toTarget, wall + copy * SIGHTINGS_APART, sighting > 0 || pod !== null);
        }
        copy += 1;
      }
    }
  }

  /** The capture as a pcap file. */
  capture(): Uint8Array {
    const linkType = this.plan.sightings > 1 ? LINKTYPE_LINUX_SLL : 1;
    return writePcap(this.records, { nanoseconds: true, linkType });
  }

  /** What became of the SYN in each frame that holds one, by frame number from 1. */
  truth(truth: Truth): Map<number, Fortune> {
    const fortunes = new Map<number, Fortune>();
    this.frames.forEach(({ syn, again }, index) => {
      if (syn !== null) fortunes.set(index + 1, again ? 'duplicate' : truth.of(syn));
    });
    return fortunes;
  }

  private write(packet: Packet, pod: string | null, toTarget: boolean, wall: number, again: boolean): void {
    const shown = pod === null ? packet : { ...packet, [toTarget ? 'src' : 'dst']: pod };
    const ip = encode(shown);
    const seconds = Math.floor(wall);
    const nanoseconds = Math.min(Math.round((wall - seconds) * 1e9), 999_999_999);
    const data = this.plan.sightings > 1 ? sll(ip, toTarget ? 0 : 4) : ethernet(ip);
    this.records.push({ seconds, fraction: nanoseconds, data });
    this.frames.push({ syn: isSyn(packet) ? packet.id : null, again });
  }
}

const KEEPS: Readonly<Record<TapPlan['keeps'], (packet: Packet, toTarget: boolean) => boolean>> = {
  everything: () => true,
  SYNs: isSyn,
  'SYNs and SYN-ACKs': (packet) => has(packet, SYN),
  'SYNs and FINs and RSTs': (packet) => has(packet, SYN) || has(packet, FIN) || has(packet, RST),
  'packets to the target': (_, toTarget) => toTarget,
};

/** True for the name of what a filter keeps. */
export function isKept(what: string | undefined): what is TapPlan['keeps'] {
  return what !== undefined && Object.hasOwn(KEEPS, what);
}

function encode(packet: Packet): Uint8Array {
  const segment = tcp({
    srcPort: packet.srcPort,
    dstPort: packet.dstPort,
    seq: packet.seq,
    ack: packet.ack,
    flags: packet.flags,
    options: options(packet),
    payload: zeros(packet.payload),
  });
  if (packet.src.includes(':')) {
    return ipv6(segment, { src: ipv6Words(packet.src), dst: ipv6Words(packet.dst) });
  }
  return ipv4(segment, { src: ipv4Word(packet.src), dst: ipv4Word(packet.dst), id: packet.id & 0xffff });
}

function options(packet: Packet): readonly Uint8Array[] {
  const { ts } = packet;
  if (has(packet, SYN)) {
    if (ts === null) return [mss(1460), nop, nop, sackPermitted, nop, windowScale(7)];
    return linuxSynOptions(ts.val, has(packet, ACK) ? ts.ecr : 0);
  }
  return ts === null ? [] : [nop, nop, timestamps(ts.val, ts.ecr)];
}
