/** What programs call the step, unless a rule names it: the first of them that is there. `_step` is that of W&B. */
export const STEP_NAMES: readonly string[] = ['step', '_step', 'global_step', 'iteration', 'epoch'];

/** What the source calls the steps of a series; undefined when it has no name for them. */
export type StepNames = Set<string | undefined>;

export function makeStepNames(): StepNames {
  return new Set();
}

/** What the steps of a series count, when all of them count the same. */
export function countsOf(names: ReadonlySet<string | undefined>): { counts?: string } {
  const [counts] = names;
  return names.size === 1 && counts !== undefined ? { counts } : {};
}
