/** How far the level moves for one forecast: a p90 that was missed moves it up by 0.9 of this, one that held down by 0.1. */
const STEP = 0.04;

/** Which quantile of the history has to be read so that the requested share of forecasts holds. */
export interface Level {
  value(): number;
  /** @returns how many were missed one after the other */
  learn(held: boolean): number;
}

/**
 * Begins at the quantile itself, and is moved by each forecast that came true or not, so that over time the share `q`
 * holds whatever the waits do: adaptive conformal inference (Gibbs and Candès, NeurIPS 2021, equation 2).
 */
export function openLevel(q: number): Level {
  let level = q;
  let missed = 0;
  return {
    value: () => level,
    learn: (held) => {
      level = Math.min(1, Math.max(0, level + STEP * (held ? q - 1 : q)));
      missed = held ? 0 : missed + 1;
      return missed;
    },
  };
}
