/**
 * Timestamps of pcapng: a 64-bit count of ticks, the tick being 10^-k or 2^-k seconds (if_tsresol), made into
 * seconds and nanoseconds exactly (rounded down), in two 32-bit words and doubles, with no BigInt.
 *
 * The way is chosen once per interface:
 * - decimal, k = 4 .. 9, the usual ones: the quotient is estimated in a double. It may be off by one; the remainder,
 *   computed modulo 2^32, is still exact, shows by how much, and corrects it.
 * - decimal otherwise: long division in 16-bit digits. Every partial dividend is below 10^9 * 2^16 + 2^16 < 2^46, so
 *   each step is exact. Units finer than 1 ns are first divided down to nanoseconds (floor of a floor is the floor).
 * - binary: seconds are the upper bits; the fraction times 10^9 is summed digit by digit.
 *
 * Only seconds beyond 2^53, which 10^-3 s and coarser ticks can express, are rounded.
 * Source: draft-ietf-opsawg-pcapng, "Interface Description Block", options if_tsresol and if_tsoffset.
 */
import type { CaptureRecord } from './record.ts';

/** if_tsresol of a capture that names none, and the clock of classic pcap: microseconds. */
export const MICROSECONDS = 6;
export const NANOSECONDS = 9;

const WORD = 2 ** 32;
const DIGIT = 2 ** 16;
const NANO = 1e9;
const FINEST_DECIMAL = 20;
const FINEST_BINARY = 64;

/** Numbers, not strings, because the choice is looked at for every packet. */
const BY_ESTIMATE = 0;
const BY_LONG_DIVISION = 1;
const BY_BITS = 2;

/** `1e-6 s`, `2^-10 s` for an if_tsresol byte. */
export function nameOfResolution(tsresol: number): string {
  const power = tsresol & 0x7f;
  return tsresol & 0x80 ? `2^-${power} s` : `1e-${power} s`;
}

/** False for units so fine that 64 bits of them last less than a second: computed all the same, but nobody means them. */
export function isSensibleResolution(tsresol: number): boolean {
  return (tsresol & 0x7f) <= (tsresol & 0x80 ? FINEST_BINARY : FINEST_DECIMAL);
}

/** Converts the ticks of one interface at a time. */
export class TickClock {
  private way = BY_ESTIMATE;
  private power = MICROSECONDS;
  /** Ticks per second, at most 10^9; the excess of finer units is in `excess`. */
  private perSecond = 1e6;
  private secondsPerTick = 1e-6;
  private nanosecondsPerTick = 1e3;
  /** Powers of ten to divide by before nanoseconds are reached. */
  private excess = 0;
  private offset = 0;
  private quotientHigh = 0;
  private quotientLow = 0;

  /**
   * Sets the clock of an interface.
   * @param tsresol if_tsresol: bit 7 set, power of two; clear, power of ten; the other bits the negative exponent
   * @param offset if_tsoffset, seconds to add
   */
  set(tsresol: number, offset: number): void {
    this.power = tsresol & 0x7f;
    this.offset = offset;
    if (tsresol & 0x80) {
      this.way = BY_BITS;
      return;
    }
    const power = Math.min(this.power, NANOSECONDS);
    this.way = this.power >= 4 && this.power <= NANOSECONDS ? BY_ESTIMATE : BY_LONG_DIVISION;
    this.perSecond = 10 ** power;
    this.secondsPerTick = 1 / this.perSecond;
    this.nanosecondsPerTick = 10 ** (NANOSECONDS - power);
    this.excess = this.power - power;
  }

  /** Writes the time of `high * 2^32 + low` ticks into `record`. */
  read(high: number, low: number, record: CaptureRecord): void {
    if (this.way === BY_ESTIMATE) {
      const perSecond = this.perSecond;
      let seconds = Math.floor((high * WORD + low) * this.secondsPerTick);
      // |remainder| < 2^31, so its low 32 bits, as a signed word, are all of it.
      let remainder = (low - Math.imul(seconds, perSecond)) | 0;
      if (remainder < 0) {
        seconds--;
        remainder += perSecond;
      } else if (remainder >= perSecond) {
        seconds++;
        remainder -= perSecond;
      }
      record.seconds = seconds + this.offset;
      record.nanoseconds = remainder * this.nanosecondsPerTick;
    } else if (this.way === BY_LONG_DIVISION) {
      this.readDecimal(high, low, record);
    } else {
      this.readBinary(high, low, record);
    }
  }

  private readDecimal(high: number, low: number, record: CaptureRecord): void {
    this.quotientHigh = high;
    this.quotientLow = low;
    for (let excess = this.excess; excess > 0; excess -= NANOSECONDS) {
      this.divide(10 ** Math.min(excess, NANOSECONDS));
    }
    const remainder = this.divide(this.perSecond);
    record.seconds = this.quotientHigh * WORD + this.quotientLow + this.offset;
    record.nanoseconds = remainder * this.nanosecondsPerTick;
  }

  /** Divides the 64-bit quotient by at most 10^9, leaves the new quotient, returns the remainder. */
  private divide(divisor: number): number {
    const high = Math.floor(this.quotientHigh / divisor);
    const upper = (this.quotientHigh - high * divisor) * DIGIT + (this.quotientLow >>> 16);
    const upperDigit = Math.floor(upper / divisor);
    const lower = (upper - upperDigit * divisor) * DIGIT + (this.quotientLow & 0xffff);
    const lowerDigit = Math.floor(lower / divisor);
    this.quotientHigh = high;
    this.quotientLow = upperDigit * DIGIT + lowerDigit;
    return lower - lowerDigit * divisor;
  }

  private readBinary(high: number, low: number, record: CaptureRecord): void {
    const power = this.power;
    // The fraction, lower `power` bits of the count, is moved to the top of two words.
    let seconds = 0;
    let fractionHigh = high;
    let fractionLow = low;
    if (power === 0) {
      seconds = high * WORD + low;
      fractionHigh = 0;
      fractionLow = 0;
    } else if (power < 32) {
      seconds = high * 2 ** (32 - power) + (low >>> power);
      fractionHigh = (low << (32 - power)) >>> 0;
      fractionLow = 0;
    } else if (power === 32) {
      seconds = high;
      fractionHigh = low;
      fractionLow = 0;
    } else if (power < 64) {
      seconds = high >>> (power - 32);
      fractionHigh = ((high << (64 - power)) | (low >>> (power - 32))) >>> 0;
      fractionLow = (low << (64 - power)) >>> 0;
    }
    let carry = Math.floor(((fractionLow & 0xffff) * NANO) / DIGIT);
    carry = Math.floor(((fractionLow >>> 16) * NANO + carry) / DIGIT);
    carry = Math.floor(((fractionHigh & 0xffff) * NANO + carry) / DIGIT);
    carry = Math.floor(((fractionHigh >>> 16) * NANO + carry) / DIGIT);
    record.seconds = seconds + this.offset;
    record.nanoseconds = power > 64 ? Math.floor(carry / 2 ** (power - 64)) : carry;
  }
}
