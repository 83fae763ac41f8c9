/** Names of seeds without the word "seed" at their end: scikit-learn's, NumPy's and Lightning's. */
const KNOWN: ReadonlySet<string> = new Set(['random_state', 'rng', 'seed_everything']);

/** Whether programs commonly call a seed that: `random_state`, or a last word "seed" as in `torch_seed`, `dataSeed`. */
export function isSeedName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.at(-1) === 'seed' || KNOWN.has(words.join('_'));
}
