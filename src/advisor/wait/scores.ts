import { countBelow } from '../../core/sorted.ts';
import { QUANTILES } from './quantiles.ts';

/** The number of last scores that count. */
const WINDOW = 300;
/** How far a level moves for one forecast: a p90 that was missed moves it up by 0.9 of this, one that held down by 0.1. */
const STEP = 0.005;

/**
 * How far waits were from what was expected of them: the last scores, and which of their quantiles must be read so that
 * the claimed share of forecasts holds. Each level begins at the share itself and moves slowly with each forecast that came
 * true or not: adaptive conformal inference (Gibbs and Candès, NeurIPS 2021, equation 2).
 */
export class Scores {
  readonly #recent: number[] = [];
  readonly #sorted: number[] = [];
  readonly #levels: number[] = [...QUANTILES];

  add(score: number): void {
    this.#recent.push(score);
    this.#sorted.splice(countBelow(this.#sorted, score), 0, score);
    if (this.#recent.length > WINDOW) this.#sorted.splice(countBelow(this.#sorted, this.#recent.shift() ?? 0), 1);
  }

  count(): number {
    return this.#recent.length;
  }

  /**
   * The score that each of the {@link QUANTILES} stays below.
   *
   * @param open in order; lower bounds of the scores of jobs that wait still
   * @param widened from 0 to 1: by how much of what is missing to the largest score the upper ends are raised
   */
  read(open: Float64Array, widened: number): number[] {
    const n = this.#sorted.length;
    return this.#levels.map((level, i) => {
      const wide = (QUANTILES[i] ?? 0) > 0.5 ? level + widened * (1 - level) : 0;
      return findQuantile(this.#sorted, open, Math.min(1, Math.max(wide, (level * (n + 1)) / n)));
    });
  }

  /** @param isNone a bound of 0 seconds, which always holds if nothing waits: it moves the level no lower than the share */
  learn(quantile: number, { held, isNone }: { readonly held: boolean; readonly isNone: boolean }): void {
    const q = QUANTILES[quantile] ?? 0;
    const level = this.#levels[quantile] ?? q;
    const least = isNone ? Math.min(level, q) : 0;
    this.#levels[quantile] = Math.min(1, Math.max(least, level + STEP * (held ? q - 1 : q)));
  }
}

/**
 * The smallest value that the share `level` stays below, if of some only a lower bound is known (Kaplan and Meier, 1958).
 * Not reached: the largest of all.
 */
function findQuantile(known: readonly number[], open: Float64Array, level: number): number {
  let [above, passed] = [1, 0];
  for (const [i, value] of known.entries()) {
    while (passed < open.length && (open[passed] as number) < value) passed += 1;
    above *= 1 - 1 / (known.length - i + open.length - passed);
    if (1 - above >= level - 1e-9) return value;
  }
  return Math.max(known.at(-1) ?? 0, open.at(-1) ?? -Infinity);
}
