import { inputError, SheafError } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import { withoutUndefined } from '../../core/value.ts';
import { findStartsOnce, withStart } from '../checkpoints/start-point.ts';
import type { Draft } from '../experiments/create.ts';
import { composeDraft, createNewExperiment } from '../experiments/new.ts';
import { findNextName } from '../experiments/numbered-names.ts';
import { openTemplate, saveTemplate } from '../experiments/open-template.ts';
import { waitFor } from '../jobs/wait.ts';
import { reportStatus } from '../jobs/status.ts';
import { followLogs } from '../logs/follow-logs.ts';
import { findExperiment } from '../project/find.ts';
import { parseExpId } from '../../core/ids.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import type { DryRun, Submitted } from '../project/types.ts';
import { checkSubmit, planDryRun, previewExperiment, submitExperiments } from '../submit/submit.ts';
import type { RunEvent, RunExperimentOptions, RunExperimentRequest } from './run.ts';

/** Makes one experiment and runs it: its log, stage after stage, and then its results. */
export async function* runExperiment(
  project: Project,
  request: RunExperimentRequest,
  options: RunExperimentOptions,
): AsyncGenerator<RunEvent> {
  const { signal, harvest, submit } = options;
  const during = { ...(signal && { signal }) };
  await checkSubmit(project, [await composeNamed(project, request)], { ...submit });
  const { name, path } = await saveTemplate(project, request.template);
  if (path !== undefined) yield { kind: 'template', path };
  const created = await createNewExperiment(project, { ...request, template: name });
  yield { kind: 'created', created };

  const { expId } = created.experiment;
  const submitted = await submitExperiments(project, [created.experiment], { ...submit, ...during });
  yield { kind: 'submitted', submitted, folder: experimentFolder(project, expId) };
  if (options.detach || !mayRun(submitted)) return;

  for await (const chunk of followLogs(project, expId, {
    fromFirst: true,
    update: () => updateRecord(project, expId),
    ...(signal && { signal }),
  })) {
    yield { kind: 'log', chunk };
  }
  const { results, retry, ...report } = await waitFor(
    project,
    { ids: [expId] },
    { ...during, ...(harvest === false && { harvest }) },
  );
  const found = findExperiment(project, expId).record.harvest?.value.harvest;
  const experiments = report.lines.map((line) => ({ line, ...(found && { harvest: found }) }));
  yield { kind: 'result', result: { template: name, experiments, report, ...withoutUndefined({ retry }), results } };
}

/** The scripts of an experiment that is not made. */
export async function planRunOfExperiment(
  project: Project,
  request: RunExperimentRequest,
  { submit }: RunExperimentOptions,
): Promise<DryRun> {
  return planDryRun(project, [previewExperiment(await composeNamed(project, request))], { ...submit });
}

async function composeNamed(
  project: Project,
  request: RunExperimentRequest,
): Promise<Draft & { readonly expId: NonNullable<Draft['expId']> }> {
  const template = await openTemplate(project, request.template);
  const draft = composeDraft(template, request);
  const expId = parseExpId(draft.expId ?? findNextName(project, template.name));
  const known = project.store.find(expId);
  if (known !== undefined) throw alreadyExists(known, template.name);
  return { ...(await withStart(draft, findStartsOnce(project))), expId };
}

/** Names the command that goes on with it. */
function alreadyExists({ expId, config, record }: Experiment, template: string): Error {
  const { status } = getExperimentStatus(record);
  const other = config.template === template ? '' : `, from the template ${config.template}`;
  return inputError('experiment.exists', `${expId} exists already and ${STATE_WORDS[status]}${other}`, {
    why: 'an experiment is never overwritten',
    fix: `${GO_ON[status]} ${expId}\nfor a new one, without a name: sheaf run ${template}`,
    now: 'nothing was made',
  });
}

const STATE_WORDS: Readonly<Record<Status, string>> = {
  created: 'was not submitted',
  queued: 'is queued',
  running: 'is running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'was cancelled',
  stopped: 'was stopped',
};

const GO_ON: Readonly<Record<Status, string>> = {
  created: 'to submit it: sheaf submit',
  queued: 'to follow it: sheaf wait',
  running: 'to follow it: sheaf wait',
  completed: 'to look at it: sheaf show',
  failed: 'to run it again: sheaf retry',
  cancelled: 'to run it again: sheaf retry',
  stopped: 'to run it again: sheaf retry',
};

/** Whether there may be a job, now or when the scheduler has room. */
export function mayRun({ submissions, deferred }: Submitted): boolean {
  return deferred.length > 0 || submissions.some(({ outcome }) => outcome.kind === 'accepted');
}

/** Submits what was deferred and retries by rule, too. @returns what a person should know of it */
async function updateRecord(project: Project, expId: string): Promise<readonly string[]> {
  try {
    const { warnings } = await reportStatus(project, () => [findExperiment(project, expId)]);
    return warnings.filter((warning) => !project.store.warnings.includes(warning));
  } catch (error) {
    if (error instanceof SheafError) return [`whether it still runs is not known: ${error.message}`];
    throw error;
  }
}
