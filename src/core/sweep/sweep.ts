/**
 * Sweeps: search spaces, their members and the names of these.
 *
 *     const space = parseSpace({ grid: ['learning_rate=0.1,0.01', 'seed=1,2,3'] }, read);
 *     const plan = planSweep(space); // checked and counted
 *     const ids = sweepIds(plan, { sweep: 'lrs' }); // all different, or refused
 *     for (const member of expand(plan)) … // made one by one
 *
 * `sweep extend` gives `extendSpace(base, parseSpace(more, read, base))`, whose new members are
 * `expand(planSweep(extended), planSweep(base))`.
 */
export { extendSpace } from './extend.ts';
export { makeSweepIds, makeTrialId, namesTrials, type Naming } from './ids.ts';
export { parseMemberList } from './member-list.ts';
export { parseSpace, type SpaceOptions } from './options.ts';
export { expand, formatMember, planSweep, type SweepPlan } from './plan.ts';
export { readSpace } from './read-space.ts';
export {
  formatSweepValue,
  listVaried,
  type SweepMember,
  type ReadValue,
  type Space,
  type SweepValue,
} from './space.ts';
