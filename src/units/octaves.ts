const MICROSECOND = 1e-6;
/** Over half an hour; what is longer is counted as this. */
const LONGEST = 2 ** 31 - 1;
/** As many steps as there are: the longest delay lies in the 31st octave. */
export const QUARTER_OCTAVES = 4 * 31;
const QUARTERS = [2 ** 0.25, 2 ** 0.5, 2 ** 0.75] as const;

/**
 * How many quarters of an octave a delay in seconds is above 1 us, in whole steps: 0 up to 2^0.25 us, 4 from 2 us, 8
 * from 4 us on; -1 when the delay is not known (NaN). Delays are counted by these steps; a logarithm would be a call
 * out of compiled code for every SYN.
 */
export function quarterOctaves(delay: number): number {
  if (!(delay > MICROSECOND)) return delay <= MICROSECOND ? 0 : -1;
  const micros = Math.min(delay / MICROSECOND, LONGEST);
  const octave = 31 - Math.clz32(micros);
  const part = micros / (1 << octave);
  const quarter = part < QUARTERS[1] ? (part < QUARTERS[0] ? 0 : 1) : part < QUARTERS[2] ? 2 : 3;
  return 4 * octave + quarter;
}
