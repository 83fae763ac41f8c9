/**
 * Student's t distribution, with any number of degrees of freedom above 0, also fractions.
 *
 * P(|T| > t) is the regularized incomplete beta function I_x(df/2, 1/2) at x = df / (df + t²) (Abramowitz and Stegun
 * 26.7.1), which the continued fraction DLMF 8.17.22 gives, evaluated by Lentz's method (Press et al., Numerical Recipes,
 * 6.4).
 */

/** P(T ≤ t). */
export function studentCdf(t: number, df: number): number {
  const tail = studentTails(t, df) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** P(|T| > |t|): the two-sided p-value of a statistic t. */
export function studentTails(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  if (t === 0) return 1;
  if (!Number.isFinite(t)) return 0;
  // With y = 1 - x, each of them without a difference; front is x^(df/2) · y^(1/2) / B(df/2, 1/2).
  const ratio = (t / Math.sqrt(df)) ** 2;
  const x = 1 / (1 + ratio);
  const y = 1 / (1 + 1 / ratio);
  const front = power(t, df, df / 2) * Math.sqrt(y) * betaFactor(df / 2);
  return x < (df / 2 + 1) / (df / 2 + 2.5)
    ? (front / (df / 2)) * fraction(df / 2, 0.5, x)
    : 1 - 2 * front * fraction(0.5, df / 2, y);
}

/**
 * The t below which T is with probability p: P(T ≤ t) = p.
 *
 * @param p above 0 and below 1
 */
export function studentQuantile(p: number, df: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, df);
  if (p === 0.5) return 0;
  return solve(
    (t) => studentTails(t, df) - 2 * (1 - p),
    (t) => -2 * density(t, df),
  );
}

function density(t: number, df: number): number {
  return (power(t, df, (df + 1) / 2) * betaFactor(df / 2)) / Math.sqrt(df);
}

/** (1 + t²/df)^-exponent, with all digits even if t²/df is tiny or beyond what a number can be. */
function power(t: number, df: number, exponent: number): number {
  const root = Math.abs(t) / Math.sqrt(df);
  return Math.exp(-exponent * (root > 1e100 ? 2 * Math.log(root) : Math.log1p(root * root)));
}

/** The zero above 0 of a falling function: Newton's method, kept within bounds that always hold it. */
function solve(value: (t: number) => number, slope: (t: number) => number): number {
  let [low, high] = [0, 1];
  while (value(high) > 0) [low, high] = [high, high * 2];
  let t = (low + high) / 2;
  for (let i = 0; i < MOST_STEPS; i += 1) {
    const error = value(t);
    if (error > 0) low = t;
    else high = t;
    const newton = t - error / slope(t);
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 1e-15 * next) return next;
    t = next;
  }
  return t;
}

const MOST_STEPS = 200;

/**
 * 1 / B(a, 1/2) = Γ(a + 1/2) / (Γ(a) √π).
 *
 * By its series in 1/a (DLMF 5.11.13), for a large enough, where the difference of two logarithms of Γ would lose all
 * digits; smaller a are brought there by Γ(a + 1) = a Γ(a).
 */
function betaFactor(a: number): number {
  let [factor, large] = [1, a];
  for (; large < 20; large += 1) factor *= large / (large + 0.5);
  const u = 1 / large;
  const series = u * (-1 / 8 + u * u * (1 / 192 + u * u * (-1 / 640 + u * u * (17 / 14_336))));
  return factor * Math.sqrt(large / Math.PI) * Math.exp(series);
}

const [TINY, ENOUGH, MOST_TERMS] = [1e-300, 1e-16, 100_000];

/** The continued fraction of I_x(a, b), which converges fast for x < (a + 1) / (a + b + 2). */
function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < MOST_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) <= ENOUGH) break;
  }
  return result;
}

/** Away from 0, by which nothing can be divided. */
function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
