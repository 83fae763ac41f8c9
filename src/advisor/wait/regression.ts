/** What older values count, for each newer one: 0.999 halves the weight every 693 values. */
const FORGETTING = 0.999;
/** Variance of each weight before anything was learned. */
const PRIOR = 0.1;
/** No direction that is never seen is forgotten beyond this. */
const MOST_TRACE = 1e4;

/**
 * Linear regression that learns from one value after the other and forgets slowly: recursive least squares (Ljung and
 * Söderström, 1983).
 */
export class Regression {
  readonly #weights: Float64Array;
  /** Covariance of the weights, row by row. */
  readonly #spread: Float64Array;
  readonly #gain: Float64Array;
  /** The range of each number that was learned from. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  /** @param weights what is believed before anything was learned */
  constructor(weights: readonly number[]) {
    const n = weights.length;
    this.#weights = Float64Array.from(weights);
    this.#gain = new Float64Array(n);
    this.#low = new Float64Array(n).fill(Infinity);
    this.#high = new Float64Array(n).fill(-Infinity);
    this.#spread = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? PRIOR : 0));
  }

  /** Numbers beyond what was learned from count as the nearest that was: a line says nothing of what lies beyond. */
  predict(x: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < x.length; i += 1) {
      const [low, high] = [this.#low[i] as number, this.#high[i] as number];
      const value = low <= high ? Math.min(high, Math.max(low, x[i] as number)) : (x[i] as number);
      sum += (this.#weights[i] as number) * value;
    }
    return sum;
  }

  learn(x: Float64Array, y: number): void {
    const [n, weights, spread, gain] = [x.length, this.#weights, this.#spread, this.#gain];
    let [noise, trace] = [FORGETTING, 0];
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let j = 0; j < n; j += 1) sum += (spread[i * n + j] as number) * (x[j] as number);
      gain[i] = sum;
      noise += sum * (x[i] as number);
      trace += spread[i * (n + 1)] as number;
    }
    for (let i = 0; i < n; i += 1) {
      this.#low[i] = Math.min(this.#low[i] as number, x[i] as number);
      this.#high[i] = Math.max(this.#high[i] as number, x[i] as number);
    }
    const error = y - this.predict(x);
    const kept = trace > MOST_TRACE ? 1 : FORGETTING;
    for (let i = 0; i < n; i += 1) {
      const step = (gain[i] as number) / noise;
      weights[i] = (weights[i] as number) + step * error;
      for (let j = 0; j < n; j += 1) {
        spread[i * n + j] = ((spread[i * n + j] as number) - step * (gain[j] as number)) / kept;
      }
    }
  }
}
