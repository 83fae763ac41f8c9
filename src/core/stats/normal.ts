/** The standard normal distribution (Abramowitz and Stegun 26.2.11 and 26.2.14). */
export function normalCdf(z: number): number {
  if (z < -38) return 0;
  if (z > 8.5) return 1;
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/** Of z from 0: a power series near 0, a continued fraction beyond. */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let k = 60; k > 0; k -= 1) fraction = z + k / fraction;
    return density / fraction;
  }
  let [term, sum] = [z, z];
  for (let k = 3; term > 1e-17 * sum; k += 2) sum += term *= (z * z) / k;
  return 0.5 - density * sum;
}
