/**
 * Fisher's exact test on a two-by-two table, one-sided: the probability that rows and columns agree at least this
 * well by chance alone, with the margins as they are (R. A. Fisher, The Design of Experiments, 1935).
 *
 * @param a predicted and silent
 * @param b predicted and answered
 * @param c not predicted and silent
 * @param d not predicted and answered
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const total = a + b + c + d;
  const predicted = a + b;
  const silent = a + c;
  const most = Math.min(predicted, silent);
  const constant =
    logFactorial(predicted) +
    logFactorial(total - predicted) +
    logFactorial(silent) +
    logFactorial(total - silent) -
    logFactorial(total);
  let probability = 0;
  for (let x = a; x <= most; x += 1) {
    const log =
      constant -
      logFactorial(x) -
      logFactorial(predicted - x) -
      logFactorial(silent - x) -
      logFactorial(total - predicted - silent + x);
    const term = Math.exp(log);
    probability += term;
    // Beyond the mode the terms only shrink.
    if (term < probability * 1e-16) break;
  }
  return Math.min(1, probability);
}

const SMALL: number[] = [0];

/** ln(n!), exact sums for small n, Stirling's series beyond (relative error below 1e-12). */
function logFactorial(n: number): number {
  if (n < 256) {
    for (let i = SMALL.length; i <= n; i += 1) SMALL.push((SMALL[i - 1] ?? 0) + Math.log(i));
    return SMALL[n] ?? 0;
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
