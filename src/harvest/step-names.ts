/** What programs call the step, unless a rule names it: the first of them that is there. `_step` is that of W&B. */
export const STEP_NAMES: readonly string[] = ['step', '_step', 'global_step', 'iteration', 'epoch'];
