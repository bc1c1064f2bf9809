/**
 * The tick rates that TSval clocks have.
 *
 * 100, 250, 300 and 1000 Hz are the HZ values of Linux kernels up to 4.12; from 4.13 on every Linux counts
 * milliseconds (TCP_TS_HZ), as macOS and FreeBSD do; 1 MHz is Linux 6.7+ with the route feature
 * `tcp_usec_ts`. Anything else is measured.
 */
export const NOMINAL_RATES = [100, 250, 300, 1000, 1_000_000] as const;

/** A nominal tick rate in ticks per second. */
export type NominalRate = (typeof NOMINAL_RATES)[number];

/** Bits of a set of nominal rates, bit i for `NOMINAL_RATES[i]`. */
export const ALL_RATES = 0b11111;
/** The rates up to `FASTEST_COARSE`, and the one above. */
export const COARSE_RATES = 0b01111;
export const FASTEST_COARSE = 1000;
export const FINE = 4;
/** The bit for a rate that is none of these. */
export const ANY_RATE = 0b100000;

/**
 * How far a point may lie from a line, in seconds.
 *
 * `meet`: another connection's point against a line of unknown rate. `same`: a later point of the same
 * connection, for which no coincidence needs fearing. `follow`: another connection's point against a line
 * whose rate is known. `reach`: the longest silence in seconds over which `meet` is tried.
 *
 * Two seconds covers a capture on a starved virtual machine (1.0 s seen) at a chance of 1e-6 per line. At
 * 1 MHz the same window would cover a thousandth of the circle and join strangers, so it is narrower: 2.3e-5
 * to meet, 1.2e-4 to follow; and since drift widens it with time, and the circle comes round after 4295 s, lone
 * points meet within an hour only, at which it is 2e-4.
 */
export interface RateWindows {
  readonly meet: number;
  readonly same: number;
  readonly follow: number;
  readonly reach: number;
}

/** Windows of clocks up to `FINE_FROM` ticks per second. */
export const COARSE_WINDOWS: RateWindows = { meet: 2, same: 2, follow: 2, reach: Infinity };
/** Windows of clocks from `FINE_FROM` ticks per second. */
export const FINE_WINDOWS: RateWindows = { meet: 0.05, same: 0.5, follow: 0.25, reach: 3600 };
/** Ticks per second between the fastest coarse clock and the fine one. */
export const FINE_FROM = 20_000;

/** The nominal rate of the lowest bit set in `mask`. */
export function rateOfMask(mask: number): number {
  return NOMINAL_RATES[31 - Math.clz32(mask & -mask)] ?? FASTEST_COARSE;
}

/**
 * The nominal rate that a measured one stands for, or null when it is none of them.
 *
 * @param rate  measured ticks per second
 * @param error its standard error in ticks per second; three of them are allowed, and 1000 ppm at least
 */
export function nominalOf(rate: number, error: number): NominalRate | null {
  let best: NominalRate | null = null;
  let distance = Infinity;
  for (const nominal of NOMINAL_RATES) {
    const off = Math.abs(rate - nominal);
    if (off < distance && off <= Math.max(nominal * 1e-3, 3 * error)) {
      best = nominal;
      distance = off;
    }
  }
  return best;
}
