import { SheafError } from '../../core/errors.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { Selector, SubmitOptions, Submitted, SweepMade } from '../project/types.ts';
import { selectAll } from '../experiments/select.ts';
import { decidesSweep, openAdaptiveSweep } from '../search/adaptive-sweep.ts';
import { findRoom } from '../search/room.ts';
import { beginSweeps } from '../search/take-part.ts';
import { submitExperiments } from '../submit/submit.ts';
import { membersOf } from './show-sweep.ts';

/** Submits the chosen experiments. A sweep that is chosen and proposes its members begins, also if it has none yet. */
export async function submitChosen(project: Project, chosen: Selector, options: SubmitOptions): Promise<Submitted> {
  const submitted = await submitExperiments(project, selectAll(project, chosen), options);
  return beginSweeps(project, chosen.sweep === undefined ? [] : [chosen.sweep], submitted, options);
}

/** How many members {@link submitChosen} lets a sweep propose now. */
export function countProposals(project: Project, { sweep: name }: Selector): number {
  const sweep = name === undefined ? undefined : openAdaptiveSweep(project, project.store.sweep(name));
  return sweep === undefined || !decidesSweep(sweep) ? 0 : findRoom(sweep, true).count;
}

/**
 * Submits a sweep whose members were just made. If it was extended, only members that never ran are submitted: what
 * failed earlier is for `retry`.
 *
 * @throws SheafError that says that they were created and not submitted, and how to submit or to remove them
 */
export async function submitMade(project: Project, made: SweepMade, options: SubmitOptions): Promise<Submitted> {
  const all = [...project.store.select({ where: membersOf(made.name), nowMs: nowMs() })].toReversed();
  const isExtended = made.total !== undefined;
  const members = isExtended ? all.filter(({ record }) => getExperimentStatus(record).status === 'created') : all;
  const then = submitOrRemove(made);
  let submitted: Submitted;
  try {
    submitted = await beginSweeps(project, [made.name], await submitExperiments(project, members, options), options);
  } catch (error) {
    if (!(error instanceof SheafError) || made.created === 0) throw error;
    const [first, ...rest] = error.problems;
    const fix = [...(first.fix === undefined ? [] : [`${first.fix}, then:`]), ...then].join('\n');
    const now = `${formatCount(made.created, 'experiment')} ${made.created === 1 ? 'was' : 'were'} created but not submitted`;
    throw new SheafError([{ ...first, fix, now }, ...rest], error.exitCode, { cause: error });
  }
  const refused = submitted.submissions.filter(({ outcome }) => outcome.kind === 'refused');
  const count = refused.reduce((sum, submission) => sum + submission.members.length, 0);
  if (count === 0 || made.created === 0) return submitted;
  const words = `${formatCount(count, 'experiment')} ${count === 1 ? 'was' : 'were'} created but not submitted`;
  return { ...submitted, warnings: [...submitted.warnings, [`${words}:`, ...then].join('\n  ')] };
}

/** Commands for the members of a sweep that were not submitted. */
function submitOrRemove({ name, existed }: SweepMade): string[] {
  const which = existed === 0 ? `--sweep ${name}` : `--sweep ${name} --where "status = created"`;
  return [`submit them: sheaf submit ${which}`, `or remove them: sheaf rm ${which}`];
}
