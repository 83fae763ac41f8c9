/**
 * How `{{ flags }}` writes the parameters `learning_rate: 0.1` and `sizes: [1, 2]`: `--learning-rate 0.1 --sizes 1 2`,
 * `--learning_rate 0.1 --sizes 1 2`, `-learning_rate 0.1 -sizes 1 2`, or `--learning_rate=0.1 --sizes=1,2`.
 */
export const FLAG_STYLES = ['hyphen', 'underscore', 'single-dash', 'equals'] as const;

export type FlagStyle = (typeof FLAG_STYLES)[number];
