import type { Experiment } from '../../core/experiment/experiment.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { checkTags } from '../experiments/edit.ts';
import { selectAll } from '../experiments/select.ts';
import { chooseTried, requireReason } from '../jobs/job-actions.ts';
import type { Project } from '../project/project.ts';
import { pricePlan } from '../submit/price.ts';
import { checkPlanned } from '../submit/submit.ts';
import { countProposals } from '../sweeps/submit-sweep.ts';
import { isSoftStop, type Action, type ActionOnExperiments, type ActionPlan } from './action.ts';
import { writeActionCommand } from './action-command.ts';
import { groupReasons } from './group-reasons.ts';
import { planMaking } from './plan-making.ts';
import { makePlanId } from './plan-id.ts';
import { planThrottle } from './plan-throttle.ts';
import { getSubmitOptions } from './submit-options.ts';
import { makeTarget, statusOf } from './targets.ts';

/**
 * What an action would do, as the record shows the project now; nothing is changed and no job is touched.
 *
 * @throws SheafError for whatever would be refused
 */
export async function planAction(project: Project, action: Action): Promise<ActionPlan> {
  await project.store.refresh();
  if (action.kind === 'throttle') return planThrottle(project, action);
  if (!('which' in action)) return planMaking(project, action);
  const chosen = selectAll(project, action.which);
  const found =
    action.kind === 'submit' || action.kind === 'retry'
      ? await planJobs(project, chosen, action)
      : planChanges(chosen, action);
  const verb = isSoftStop(action) ? 'Stop' : VERBS[action.kind];
  const title = `${verb} ${formatCount(found.changed.length + (found.proposed ?? 0), 'experiment')}`;
  const command = writeActionCommand(action);
  const { changed, proposed = 0, how = [], ...shown } = found;
  const stamp = project.store.stampOf([...new Set([...chosen, ...changed].map(({ key }) => key))]);
  const names = changed.map(({ expId }) => expId);
  return { ...shown, count: names.length + proposed, title, command, id: makePlanId(action, names, how, stamp) };
}

const VERBS: { readonly [kind in ActionOnExperiments['kind']]: string } = {
  tag: 'Tag',
  note: 'Add a note to',
  archive: 'Archive',
  cancel: 'Cancel',
  hold: 'Hold',
  release: 'Release',
  requeue: 'Requeue',
  harvest: 'Harvest',
  submit: 'Submit',
  retry: 'Retry',
};

interface Found extends Pick<ActionPlan, 'lines' | 'price' | 'warnings'> {
  readonly changed: readonly Experiment[];
  /** Members that a sweep proposes then; they have no names yet. */
  readonly proposed?: number;
  /** What else decides what is done. Lines do not: some have times that go on. */
  readonly how?: unknown;
}

/** Names that a line shows. */
const MOST_NAMES = 10;

function planChanges(
  chosen: readonly Experiment[],
  action: Exclude<ActionOnExperiments, { readonly kind: 'submit' | 'retry' }>,
): Found {
  if (action.kind === 'tag') checkTags(action.add ?? []);
  if (isSoftStop(action)) requireReason(action.stop);
  const { fits, otherwise } = makeTarget(action);
  const changed = chosen.filter(fits);
  const rest = chosen.length - changed.length;
  return {
    changed,
    lines: [
      ...describeChange(action),
      ...[...Map.groupBy(changed, statusOf)].map(
        ([status, same]) => `${formatCount(same.length, status, status)}: ${nameAll(same)}`,
      ),
      ...(rest === 0 ? [] : [`${formatCount(rest, 'experiment')} left as before: ${otherwise}`]),
    ],
    warnings: [],
  };
}

function describeChange(action: ActionOnExperiments): string[] {
  if (action.kind === 'note') return [`Note: ${action.text}`];
  if (isSoftStop(action))
    return [`Reason: ${action.stop}`, 'They end softly and keep what they have, with the status stopped'];
  if (action.kind === 'archive') return action.undo === true ? ['Show them in lists again'] : [];
  if (action.kind !== 'tag') return [];
  const { add = [], remove = [] } = action;
  return [[...add.map((tag) => `+${tag}`), ...remove.map((tag) => `-${tag}`)].join(' ')];
}

async function planJobs(
  project: Project,
  chosen: readonly Experiment[],
  action: Extract<ActionOnExperiments, { readonly kind: 'submit' | 'retry' }>,
): Promise<Found> {
  const isRetry = action.kind === 'retry';
  const { tried, neverRan } = isRetry ? chooseTried(project, chosen) : { tried: chosen, neverRan: [] };
  const plan = await checkPlanned(project, tried, { ...getSubmitOptions(action), ...(isRetry && { again: true }) });
  const members = plan.batches.flatMap((batch) => batch.members);
  const submitted = new Map(members.map(({ experiment }) => [experiment.key, experiment]));
  const idle = groupReasons([
    ...plan.nothingToDo.map(({ experiment: { expId }, why }) => ({ expId, why })),
    ...neverRan.map(({ expId }) => ({ expId, why: 'was never submitted' })),
  ]);
  const proposed = isRetry ? 0 : countProposals(project, action.which);
  return {
    changed: [...submitted.values()],
    proposed,
    how: [proposed, ...plan.batches.map(({ stage, resources, code }) => [stage, resources, code])],
    lines: [
      ...(proposed === 0 ? [] : [`Sweep ${action.which.sweep} proposes ${formatCount(proposed, 'member')}`]),
      ...(submitted.size === 0 ? [] : [nameAll([...submitted.values()])]),
      ...(isRetry && action.fresh === true
        ? ['With command, environment, resources and code as they are now; without a checkpoint']
        : []),
      ...Object.entries(action.resources ?? {}).map(([name, text]) => `${name}: ${text}, for these attempts only`),
      ...idle,
    ],
    price: await pricePlan(project, plan),
    warnings: plan.notes,
  };
}

function nameAll(experiments: readonly Experiment[]): string {
  return formatList(
    experiments.map(({ expId }) => expId),
    MOST_NAMES,
  );
}
