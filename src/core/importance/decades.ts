/** Numbers above 0 of which the largest is as many times the smallest are compared by their logarithm. */
const LEAST_RATIO = 50;

/** Whether numbers span so much that only a logarithmic axis shows all of them. Numbers of which any is 0 or below do not. */
export function spansDecades(values: Iterable<number>): boolean {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > 0 && high / low >= LEAST_RATIO;
}
