const CENTRE = {
  over: [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ],
  under: [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
    -1.328068155288572e1, 1,
  ],
}
const TAIL = {
  over: [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  under: [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
}
/** Where the tails begin. */
const TAIL_SHARE = 0.02425

/**
 * The number below which a share of the standard normal distribution lies, to a relative error of 1.15e-9.
 *
 * Source: Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
 *
 * @param share above 0 and below 1
 */
export function normalQuantile(share: number): number {
  if (share > 0.5) return -normalQuantile(1 - share)
  if (share < TAIL_SHARE) {
    const q = Math.sqrt(-2 * Math.log(share))
    return polynomial(TAIL.over, q) / polynomial(TAIL.under, q)
  }
  const q = share - 0.5
  return (polynomial(CENTRE.over, q * q) * q) / polynomial(CENTRE.under, q * q)
}

/** @param coefficients from the highest power to the constant */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0)
}
