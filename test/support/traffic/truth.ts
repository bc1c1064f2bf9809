import type { Cause } from '../../../src/diagnosis/codes.ts';

/** What became of a SYN packet: answered (`-`), or why not; a second sighting is `duplicate`. */
export type Fortune = Cause | '-' | 'duplicate';

/** What really happened to every SYN packet, by the number of the packet. */
export class Truth {
  private readonly fortunes = new Map<number, Fortune>();
  private readonly repliesLost = new Set<number>();

  /** The target decided about a SYN. */
  decided(syn: number, fortune: Fortune): void {
    this.fortunes.set(syn, fortune);
  }

  /** The SYN-ACK to this SYN was lost behind the capture point. */
  replyLost(syn: number): void {
    this.repliesLost.add(syn);
  }

  /** The client has no answer to this SYN and sends it again. */
  sentAgain(syn: number): void {
    if (this.repliesLost.has(syn)) this.fortunes.set(syn, 'reply-lost');
  }

  of(syn: number): Fortune {
    return this.fortunes.get(syn) ?? 'unexplained';
  }
}
