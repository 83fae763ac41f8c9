import { SheafError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { withoutUndefined } from '../../core/value.ts';
import { archive, note, tag } from '../experiments/edit.ts';
import { cloneExperiment, createNewExperiment } from '../experiments/new.ts';
import { selectAll } from '../experiments/select.ts';
import { harvestExperiments } from '../harvest/harvest.ts';
import { cancel, hold, release, requeue, retry, stop } from '../jobs/job-actions.ts';
import { throttleSweep } from '../jobs/throttle.ts';
import type { Project } from '../project/project.ts';
import { describeEffect } from '../project/rounds.ts';
import type { Acted, Created, HarvestReport, Submitted, SweepMade } from '../project/types.ts';
import { submitExperiments } from '../submit/submit.ts';
import { createSweep, extendSweep } from '../sweeps/make-sweep.ts';
import { submitChosen, submitMade } from '../sweeps/submit-sweep.ts';
import {
  isSoftStop,
  type Action,
  type ActionOfMaking,
  type ActionOnExperiments,
  type ActionOutcome,
  type Throttling,
} from './action.ts';
import { toNewExperiment, toNewSweep, toSets, toSpaceTexts } from './plan-making.ts';
import { groupReasons } from './group-reasons.ts';
import { getSubmitOptions } from './submit-options.ts';

/** Does it, by the same use cases as the command line. @throws SheafError for what they refuse */
export async function performAction(project: Project, action: Action): Promise<ActionOutcome> {
  if (action.kind === 'throttle') return throttle(project, action);
  return 'which' in action ? actOn(project, action) : make(project, action);
}

async function actOn(project: Project, action: ActionOnExperiments): Promise<ActionOutcome> {
  const chosen = selectAll(project, action.which);
  switch (action.kind) {
    case 'tag':
      return tellActed('Tagged', await tag(project, chosen, action.add ?? [], action.remove ?? []));
    case 'note':
      return tellActed('Added a note to', await note(project, chosen, action.text));
    case 'archive': {
      const undo = action.undo === true;
      return tellActed(undo ? 'Unarchived' : 'Archived', await archive(project, chosen, !undo));
    }
    case 'cancel':
      return isSoftStop(action)
        ? tellActed('Stopping', await stop(project, chosen, action.stop))
        : tellActed('Cancelled', await cancel(project, chosen));
    case 'hold':
      return tellActed('Held', await hold(project, chosen));
    case 'release':
      return tellActed('Released', await release(project, chosen));
    case 'requeue':
      return tellActed('Requeued', await requeue(project, chosen));
    case 'harvest':
      return tellHarvested(await harvestExperiments(project, action.which, {}));
    case 'submit':
      return tellSubmitted(await submitChosen(project, action.which, getSubmitOptions(action)));
    case 'retry':
      return tellSubmitted(await retry(project, chosen, getSubmitOptions(action)));
  }
}

async function throttle(project: Project, { name, maxParallel }: Throttling): Promise<ActionOutcome> {
  const { arrays, warnings } = await throttleSweep(project, name, maxParallel === 0 ? undefined : maxParallel);
  const queued = arrays.length === 0 ? '' : `, also of ${formatCount(arrays.length, 'array')} in the queue`;
  return {
    title: `Changed the limit of sweep ${name}${queued}`,
    expIds: [],
    sweep: name,
    lines: [],
    problems: [],
    warnings,
  };
}

async function make(project: Project, action: ActionOfMaking): Promise<ActionOutcome> {
  if (action.kind === 'sweep' || action.kind === 'extend') return makeSweep(project, action);
  const { id, newId, description, tags } = { id: '', newId: undefined, ...action };
  const created =
    action.kind === 'new'
      ? await createNewExperiment(project, toNewExperiment(action))
      : await cloneExperiment(project, id, newId, { ...toSets(action), ...withoutUndefined({ description, tags }) });
  return withSubmission(tellCreated(created), action.submit === true, () =>
    submitExperiments(project, [created.experiment], {}),
  );
}

async function makeSweep(
  project: Project,
  action: Extract<ActionOfMaking, { readonly kind: 'sweep' | 'extend' }>,
): Promise<ActionOutcome> {
  const options = withoutUndefined({ maxParallel: action.maxParallel });
  const made =
    action.kind === 'sweep'
      ? await createSweep(project, toNewSweep(action), options)
      : await extendSweep(project, action.name, toSpaceTexts(action), options);
  return withSubmission(tellMade(made), action.submit === true, () => submitMade(project, made, options));
}

/** What was made stays made, whatever becomes of its submission. */
async function withSubmission(
  made: ActionOutcome,
  isWanted: boolean,
  submit: () => Promise<Submitted>,
): Promise<ActionOutcome> {
  if (!isWanted) return made;
  try {
    const submitted = tellSubmitted(await submit());
    return {
      ...made,
      title: `${made.title}. ${submitted.title}`,
      lines: [...made.lines, ...submitted.lines],
      problems: submitted.problems,
      warnings: [...made.warnings, ...submitted.warnings],
    };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return { ...made, title: `${made.title}, but did not submit it`, problems: error.problems };
  }
}

/** More names are not sent. */
const MOST_NAMES = 1_000;

function tellActed(verb: string, { done, skipped, failed, warnings }: Acted): ActionOutcome {
  return {
    title: `${verb} ${formatCount(done.length, 'experiment')}`,
    expIds: done.slice(0, MOST_NAMES),
    lines: groupReasons(skipped),
    problems: failed.map(({ problem }) => problem),
    warnings,
  };
}

function tellSubmitted({ submissions, nothingToDo, deferred, rounds = [], warnings }: Submitted): ActionOutcome {
  const accepted = submissions.filter(({ outcome }) => outcome.kind === 'accepted').flatMap(({ members }) => members);
  const names = [...new Set(accepted.map(({ expId }) => expId))];
  return {
    title: `Submitted ${formatCount(names.length, 'experiment')}`,
    expIds: names.slice(0, MOST_NAMES),
    lines: [
      ...rounds.map(describeEffect),
      ...groupReasons(nothingToDo),
      ...groupReasons(deferred.map(({ expId, why }) => ({ expId, why: `deferred: ${why}` }))),
    ],
    problems: submissions.flatMap(({ outcome }) => (outcome.kind === 'accepted' ? [] : [outcome.problem])),
    warnings,
  };
}

function tellHarvested({ lines, problems, warnings }: HarvestReport): ActionOutcome {
  const read = lines.filter(({ kind }) => kind === 'harvested' || kind === 'unchanged');
  return {
    title: `Harvested ${formatCount(read.length, 'experiment')}`,
    expIds: read.map(({ expId }) => expId).slice(0, MOST_NAMES),
    lines: groupReasons(
      lines.filter((line) => !read.includes(line)).map(({ expId, kind }) => ({ expId, why: WHY_NOT[kind] ?? kind })),
    ),
    problems,
    warnings,
  };
}

const WHY_NOT: { readonly [kind: string]: string } = {
  not_run: 'it never ran',
  running: 'it is still running',
  incomplete: 'a required metric is missing',
  no_rules: 'its template has no harvest rules',
};

function tellCreated({ experiment, warnings }: Created): ActionOutcome {
  return { title: `Created ${experiment.expId}`, expIds: [experiment.expId], lines: [], problems: [], warnings };
}

function tellMade({ name, created, firstId, search, warnings }: SweepMade): ActionOutcome {
  if (search?.search.propose !== undefined) {
    const title = `Created sweep ${name}, which proposes its members as slots become free`;
    return { title, expIds: [], sweep: name, lines: [], problems: [], warnings };
  }
  const title = `Created ${formatCount(created, 'experiment')} of sweep ${name}`;
  return { title, expIds: [firstId], sweep: name, lines: [], problems: [], warnings };
}
