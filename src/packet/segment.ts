/** TCP flag bits (RFC 9293 section 3.1). */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

/**
 * One decoded TCP segment: innermost IP, TCP header, timestamps option.
 *
 * A single instance is reused for every packet, so the hot path allocates nothing. Every 32-bit word is held
 * as a signed integer, which the engine keeps unboxed; print it with `unsigned()`.
 */
export class Segment {
  /** Where it was captured: see `CaptureRecord`. */
  frame = 0;
  interfaceIndex = 0;
  seconds = 0;
  nanoseconds = 0;
  timed = true;

  /** IP version of the innermost header. */
  family: 4 | 6 = 4;
  /**
   * Addresses as four big-endian words. IPv4 uses the last word only; the first three are then 0, so that
   * (family, words) is the identity of an address.
   */
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** IPv4 identification, or 0 for IPv6: tells a second sighting of a packet from a retransmission. */
  ipId = 0;
  /** TTL or hop limit of the innermost IP header. */
  ttl = 0;

  srcPort = 0;
  dstPort = 0;
  seq = 0;
  ack = 0;
  /** The flag byte (CWR..FIN). */
  flags = 0;
  window = 0;
  /** Payload bytes by the IP length (not by what was captured); 0 when the IP header gives no length (TSO). */
  payload = 0;
  /** True when a whole, well-formed timestamps option was captured at least as far as its TSval. */
  hasTsval = false;
  tsval = 0;
  /** True when TSecr was captured too; a snaplen of 68 cuts it off. */
  hasTsecr = false;
  tsecr = 0;
  /** True when the snaplen cut the TCP options, so that a missing timestamps option means nothing. */
  optionsCut = false;
  /**
   * True when the TCP header says it is shorter than 20 bytes or longer than its IP packet. Ports, numbers and
   * flags are given as they stand; Linux throws such a packet away unseen (`tcp_v4_rcv`, bad_packet).
   */
  malformed = false;
  /** SLL/SLL2 packet type (0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 sent by us); -1 elsewhere. */
  direction = -1;
}
