/**
 * # Clocks behind an address
 *
 * A host stamps each TCP segment with TSval = offset + rate * time, modulo 2^32 (RFC 7323 section 3). Plotted
 * over time the TSvals of one host's connections lie on one straight line. Behind NAT several hosts share a
 * source address, and since Linux 4.10.17 draws a random offset per (source, destination) pair *before* SNAT,
 * each host shows as a line of its own: same slope, another height. Counting lines counts hosts.
 *
 * ## Why greedy assignment is enough
 * Finding lines among points is hard in general, but here the circle is huge and the lines are thin. A point
 * is at most seconds late, a few thousand ticks of 4.3e9. A random TSval falls on a given line with a chance
 * of one in a million. So a point that fits a line is on it, a point that fits none opens one, and neither
 * decision needs revision. It also follows that two clocks nearer than the window (two seconds) are seen as
 * one; with random offsets that happens to one pair in a million.
 *
 * ## The rate
 * One point has no slope. A young line is tested against every nominal rate at once, through its first point
 * (the anchor). Each further point strikes out the rates that it contradicts: 100 and 1000 Hz part after two
 * seconds, 250 and 300 Hz after twelve. A retransmission is on the line of its connection whatever it shows,
 * so it may also prove that the rate is none of the nominal ones; then the slope is measured. A line with
 * several points predicts by its own slope too. The one weak moment is a lone point: see `tryRates` in `learn.ts`
 * for the stranger that meets it by chance.
 *
 * ## Delay and drift
 * A packet may be late but not early. So once the rate is known the line rides on its least delayed points:
 * a point above lifts it at once, a point below lowers it by the drift of two bad crystals and no more.
 *
 * ## Counting
 * Where offsets are random per connection (6.18.17+, FreeBSD, macOS) each attempt is a line of one point, and
 * counting lines would invent hosts. `regime.ts` holds that judgement. The unit there is the attempt, because
 * retransmissions lie on a line with their own connection under any regime.
 *
 * ## Memory
 * Nothing is allocated per packet. A peer that was observed costs 64 bytes, each peer number 4, and a line 103, all in
 * typed arrays that double up to a ceiling; beyond it the line silent for longest is dropped and counted. Lines of a
 * peer are listed most recent first, so that a single clock is found at once and k clocks after about k/2 steps.
 */
import { i32 } from '../units/table.ts';
import type { PeerClocks } from './clock.ts';
import { describePeer } from './describe.ts';
import { nearestLine } from './fit.ts';
import { accept, vote } from './learn.ts';
import { BLOCK, LineTable, PRIOR, TIME } from './line-table.ts';
import { CLOCK_LIMITS, type ClockCeilings } from './limits.ts';
import { LONE, PEER, PEER_RATE, PeerTable } from './peer-table.ts';

/**
 * Follows the TSval clocks of all peers. A peer is a small integer chosen by the caller for one source address
 * as seen by one target address: offsets may differ by destination, so two targets are two peers.
 *
 * @example
 * const clocks = new ClockTracker();
 * const clock = clocks.observe(0, 1700000000, 5e6, tsval, sourcePort << 16 | destinationPort);
 * clocks.confirm(0, clock, 1700000001, 6e6, tsvalOfRetransmission);
 * clocks.peer(0)?.regime;
 */
export class ClockTracker {
  private readonly peers: PeerTable;
  private readonly lines: LineTable;
  /** By row of a peer with many lines: the first of a list of slots that its next lines get. */
  private readonly spare = new Map<number, number>();
  private epoch = 0;
  private started = false;

  constructor(ceilings: ClockCeilings = {}) {
    this.peers = new PeerTable(ceilings.peers ?? CLOCK_LIMITS.peers);
    this.lines = new LineTable(
      ceilings.lines ?? CLOCK_LIMITS.lines,
      ceilings.regressions ?? CLOCK_LIMITS.regressions,
    );
  }

  /** Bytes held by the tables. */
  get bytes(): number {
    return this.peers.bytes + this.lines.bytes;
  }

  /**
   * The first SYN of an attempt, with TSval.
   *
   * @param peer   0 .. ceiling - 1; anything else is ignored
   * @param tsval  32 bits, signed or not
   * @param ports  the client's port and the target's, `source << 16 | destination`
   * @returns the id of its clock within the peer (0, 1, ...), or -1 when it could not be followed
   */
  observe(peer: number, seconds: number, nanoseconds: number, tsval: number, ports: number): number {
    const row = this.peers.admit(peer);
    if (row < 0) return -1;
    this.take(row, seconds, nanoseconds);
    const word = tsval | 0;
    const { lines, peers } = this;
    const before = peers.count(row, PEER.attempts);
    if (before > 0 && ((word - peers.word(row, PEER.lastTsval)) | 0) < 0) peers.add(row, PEER.stepsBack, 1);
    peers.set(row, PEER.lastTsval, word);
    peers.add(row, PEER.attempts, 1);
    peers.add(row, PEER.points, 1);

    const line = this.nearest(row, word);
    if (line < 0) {
      if (before < CLOCK_LIMITS.voteWithin) vote(lines, peers, row, word);
      return this.openLine(row, word, ports);
    }
    lines.attempts[line] = i32(lines.attempts, line) + 1;
    if (i32(lines.ports, line) !== ports) {
      lines.ports[line] = ports;
      const independent = i32(lines.independent, line) + 1;
      lines.independent[line] = independent;
      if (independent === 2) peers.add(row, PEER.held, -LONE);
    }
    accept(lines, peers, row, line, word, false);
    return i32(lines.id, line);
  }

  /**
   * A later TSval of an attempt: a retransmitted SYN, or any segment of the connection from the client. It
   * never opens a line; it refines the one it is on.
   *
   * @param clock what `observe` returned for the attempt, or -1 when unknown
   * @returns the clock, or -1 when it is unknown and the point fits none
   */
  confirm(peer: number, clock: number, seconds: number, nanoseconds: number, tsval: number): number {
    const row = this.peers.admit(peer);
    if (row < 0) return -1;
    this.take(row, seconds, nanoseconds);
    const word = tsval | 0;
    this.peers.add(row, PEER.points, 1);
    const line = clock < 0 ? this.nearest(row, word) : this.lineOf(row, clock);
    if (line < 0) return clock;
    accept(this.lines, this.peers, row, line, word, clock >= 0);
    return i32(this.lines.id, line);
  }

  /** The first SYN of an attempt without the timestamps option (and with its options captured whole). */
  observeWithout(peer: number): void {
    const row = this.peers.admit(peer);
    if (row >= 0) this.peers.add(row, PEER.without, 1);
  }

  /** Frees all that is kept of a peer, so that its number may be used for another address. */
  forget(peer: number): void {
    const row = this.peers.find(peer);
    if (row < 0) return;
    this.releaseAll(this.peers.word(row, PEER.head));
    this.releaseAll(this.spare.get(row) ?? -1);
    this.spare.delete(row);
    this.peers.remove(peer);
  }

  /** What is known of a peer, as plain data; null when it was never observed. */
  peer(peer: number): PeerClocks | null {
    const { peers } = this;
    const row = peers.find(peer);
    if (row < 0) return null;
    const attempts = peers.count(row, PEER.attempts);
    const withoutTimestamps = peers.count(row, PEER.without);
    if (attempts + withoutTimestamps === 0) return null;
    return describePeer(
      {
        attempts,
        withoutTimestamps,
        points: peers.count(row, PEER.points),
        stepsBack: peers.count(row, PEER.stepsBack),
        loneDropped: peers.count(row, PEER.loneDropped),
        linesDropped: peers.count(row, PEER.linesDropped),
        attemptsDropped: peers.count(row, PEER.attemptsDropped),
      },
      this.lines,
      peers.word(row, PEER.head),
      this.epoch,
    );
  }

  /** The line that a point of a new connection lies on, moved to the front of the peer's list, or -1. */
  private nearest(row: number, tsval: number): number {
    const line = nearestLine(this.lines, this.peers.word(row, PEER.head), tsval);
    if (line >= 0) this.peers.set(row, PEER.head, line);
    return line;
  }

  private lineOf(row: number, clock: number): number {
    let line = this.peers.word(row, PEER.head);
    while (line >= 0 && i32(this.lines.id, line) !== clock) line = i32(this.lines.next, line);
    return line;
  }

  private openLine(row: number, tsval: number, ports: number): number {
    const id = this.peers.word(row, PEER.nextId);
    this.peers.set(row, PEER.nextId, id + 1);
    this.makeRoom(row);
    let line = this.slotFor(row);
    if (line < 0) {
      const victim = this.lines.victim();
      if (victim < 0) return -1;
      this.drop(victim);
      line = this.lines.allocate();
    }
    this.lines.open(line, row, id, tsval, ports);
    this.lines.next[line] = this.peers.word(row, PEER.head);
    this.peers.set(row, PEER.head, line);
    this.peers.add(row, PEER.held, 1 + LONE);
    return id;
  }

  /** A slot for a line of the peer, -1 at the ceiling. */
  private slotFor(row: number): number {
    const { lines, spare } = this;
    if (this.peers.held(row) < BLOCK) return lines.allocate();
    let line = spare.get(row) ?? -1;
    if (line < 0 && !lines.hasFree) line = lines.allocateBlock();
    if (line < 0) return lines.allocate();
    spare.set(row, i32(lines.next, line));
    return line;
  }

  private releaseAll(head: number): void {
    for (let line = head; line >= 0;) {
      const next = i32(this.lines.next, line);
      this.lines.release(line);
      line = next;
    }
  }

  /** Drops the oldest lines of a peer that is at its own ceilings. */
  private makeRoom(row: number): void {
    const dropped = this.peers.count(row, PEER.loneDropped);
    const attempts = this.peers.count(row, PEER.attempts);
    const joined = attempts - this.peers.word(row, PEER.nextId);
    const randomised = dropped > CLOCK_LIMITS.randomisedAfter && dropped > 8 * joined;
    const rarely = joined * CLOCK_LIMITS.hardlyJoined < attempts;
    const loneRoom = randomised
      ? CLOCK_LIMITS.loneLinesWhenRandomised
      : rarely
        ? CLOCK_LIMITS.loneLinesWhenHardlyJoined
        : CLOCK_LIMITS.loneLinesPerPeer;
    while (this.peers.lone(row) >= loneRoom) this.drop(this.oldest(row, true));
    const room = randomised ? CLOCK_LIMITS.linesWhenRandomised : CLOCK_LIMITS.linesPerPeer;
    while (this.peers.held(row) >= room) this.drop(this.oldest(row, false));
  }

  /** The last line of the list, which is the least recently used; of those with one attempt if asked. */
  private oldest(row: number, lone: boolean): number {
    let found = -1;
    for (let line = this.peers.word(row, PEER.head); line >= 0; line = i32(this.lines.next, line)) {
      if (!lone || i32(this.lines.independent, line) <= 1) found = line;
    }
    return found;
  }

  private drop(line: number): void {
    const lines = this.lines;
    const row = i32(lines.peer, line);
    const next = i32(lines.next, line);
    if (this.peers.word(row, PEER.head) === line) {
      this.peers.set(row, PEER.head, next);
    } else {
      let before = this.peers.word(row, PEER.head);
      while (i32(lines.next, before) !== line) before = i32(lines.next, before);
      lines.next[before] = next;
    }
    const independent = i32(lines.independent, line);
    if (independent <= 1) {
      this.peers.add(row, PEER.held, -1 - LONE);
      this.peers.add(row, PEER.loneDropped, 1);
    } else {
      this.peers.add(row, PEER.held, -1);
      this.peers.add(row, PEER.linesDropped, 1);
      this.peers.add(row, PEER.attemptsDropped, independent);
    }
    lines.release(line);
  }

  /** Sets the point in hand. Times count from the first one seen: small numbers keep nanoseconds in a double. */
  private take(row: number, seconds: number, nanoseconds: number): void {
    if (!this.started) {
      this.started = true;
      this.epoch = seconds;
    }
    this.lines.point[TIME] = seconds - this.epoch + nanoseconds * 1e-9;
    this.lines.point[PRIOR] = this.peers.rate(row, PEER_RATE.measured);
  }
}
