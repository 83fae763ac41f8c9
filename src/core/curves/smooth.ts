/**
 * The exponential moving average that TensorBoard draws: `s(i) = w s(i-1) + (1-w) y(i)` with `s(0) = 0`, divided by `1 - w^i`
 * so that the first values do not lean towards 0 (the debiasing of Kingma and Ba, Adam, 2015, section 3; TensorBoard,
 * `vz_line_chart2`, `resmoothDataset`). Values that are not finite stay as they are and have no part in the average.
 *
 * @param weight 0 (as it is) to below 1
 */
export function smooth(values: ArrayLike<number>, weight: number): number[] {
  let [sum, count] = [0, 0];
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return value;
    count += 1;
    sum = sum * weight + (1 - weight) * value;
    return weight === 0 ? value : sum / (1 - weight ** count);
  });
}
