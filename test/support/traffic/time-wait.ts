import type { Packet } from './packet.ts';
import { ahead, FIN, has, isSyn, RST, ACK, word } from './packet.ts';
import type { World } from './world.ts';

export interface TimeWaitPlan {
  /** The peer's last TSval; null without timestamps. */
  readonly tsRecent: number | null;
  readonly rcvNxt: number;
  /** The peer has not closed yet: FIN-WAIT-2. */
  readonly awaitsFin: boolean;
  readonly shortLife: number;
  readonly rfc1337: boolean;
  readonly world: World;
  acknowledge(): void;
  /** The peer's FIN has come; returns how long TIME-WAIT lasts. */
  finReceived(fin: Packet): number;
  end(): void;
  reopen(syn: Packet): void;
}

const FULL_LIFE = 60;
const ACK_EVERY = 0.5;

/** A 4-tuple in TIME-WAIT (or FIN-WAIT-2), and what it does with what still comes: kernel-wide the same to this day. */
export class TimeWait {
  tsRecent: number | null;
  rcvNxt: number;
  private awaitsFin: boolean;
  private ends = 0;
  private lastAck = -Infinity;
  private readonly plan: TimeWaitPlan;

  constructor(plan: TimeWaitPlan) {
    this.plan = plan;
    this.tsRecent = plan.tsRecent;
    this.rcvNxt = plan.rcvNxt;
    this.awaitsFin = plan.awaitsFin;
    this.live(this.awaitsFin ? FULL_LIFE : plan.shortLife);
  }

  receive(packet: Packet): void {
    const { plan } = this;
    const old =
      packet.ts !== null &&
      this.tsRecent !== null &&
      this.tsRecent !== 0 &&
      ahead(packet.ts.val, this.tsRecent) < 0;
    const bare = packet.payload === 0 && !has(packet, FIN) && !isSyn(packet);
    if (!old && packet.seq === this.rcvNxt && (bare || has(packet, RST))) {
      if (has(packet, RST)) {
        if (!plan.rfc1337) this.die();
        return;
      }
      this.tsRecent = packet.ts?.val ?? this.tsRecent;
      if (!this.awaitsFin) this.live(FULL_LIFE);
      return;
    }
    if (!old && this.awaitsFin && has(packet, FIN) && packet.seq === this.rcvNxt) {
      this.rcvNxt = word(this.rcvNxt + 1);
      this.awaitsFin = false;
      this.tsRecent = packet.ts?.val ?? this.tsRecent;
      this.live(plan.finReceived(packet));
      plan.acknowledge();
      return;
    }
    if (isSyn(packet) && !old && !this.awaitsFin && this.isNewer(packet)) {
      this.ends = Infinity;
      plan.reopen(packet);
      return;
    }
    if (has(packet, RST)) return;
    if (old || has(packet, ACK)) this.live(FULL_LIFE);
    const now = plan.world.timeline.now;
    if (isSyn(packet)) plan.world.truth.decided(packet.id, 'time-wait-reject');
    const limited = (isSyn(packet) || packet.payload === 0) && !has(packet, FIN);
    if (limited && now - this.lastAck < ACK_EVERY) return;
    if (limited) this.lastAck = now;
    plan.acknowledge();
  }

  private isNewer(syn: Packet): boolean {
    if (ahead(syn.seq, this.rcvNxt) > 0) return true;
    return syn.ts !== null && this.tsRecent !== null && ahead(syn.ts.val, this.tsRecent) > 0;
  }

  private live(seconds: number): void {
    const { timeline } = this.plan.world;
    const ends = timeline.now + seconds;
    this.ends = ends;
    timeline.at(ends, () => {
      if (this.ends === ends) this.die();
    });
  }

  private die(): void {
    this.ends = Infinity;
    this.plan.end();
  }
}
