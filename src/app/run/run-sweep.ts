import type { Experiment } from '../../core/experiment/experiment.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import { recordField } from '../../core/fields/record-fields.ts';
import { formatFieldLabel, type KnownNames } from '../../core/fields/fields.ts';
import { listVaried, readSpace } from '../../core/sweep/sweep.ts';
import { withoutUndefined } from '../../core/value.ts';
import { openTemplate, saveTemplate } from '../experiments/open-template.ts';
import { nowMs } from '../../system/index.ts';
import { getKnownNames, selectAll } from '../experiments/select.ts';
import { summarizeProgress } from '../jobs/progress.ts';
import { watchAndRead } from '../jobs/wait.ts';
import { findSweep } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { listSweepParts } from '../project/sweep-parts.ts';
import type { Submitted, SweepPreview } from '../project/types.ts';
import { openRounds } from '../search/take-part.ts';
import { createSweep } from '../sweeps/make-sweep.ts';
import { planNewSweep } from '../sweeps/preview-sweep.ts';
import { submitMade } from '../sweeps/submit-sweep.ts';
import { compareGroups, type ComparedGroups } from '../tables/compare-groups.ts';
import type { RunEvent, RunExperimentOptions, RunSweepRequest } from './run.ts';
import { mayRun } from './run-experiment.ts';

/** Makes the members of a sweep and runs them: its progress, and then a table over the seeds. */
export async function* runSweep(
  project: Project,
  request: RunSweepRequest,
  options: RunExperimentOptions,
): AsyncGenerator<RunEvent> {
  const { signal, harvest, submit } = options;
  const during = { ...(signal && { signal }), ...(options.progress && { progress: options.progress }) };
  yield { kind: 'planned', sweep: await planRunOfSweep(project, request, options) };
  const { name: template, path } = await saveTemplate(project, request.template);
  if (path !== undefined) yield { kind: 'template', path };
  const { maxParallel } = submit ?? {};
  const made = await createSweep(
    project,
    { ...request, template },
    { ...during, ...withoutUndefined({ maxParallel }) },
  );
  yield { kind: 'swept', made };
  signal?.throwIfAborted();

  const submitted = await submitMade(project, made, { ...submit, ...during });
  yield { kind: 'submitted', submitted, folder: project.store.paths.experiments };
  const { name } = made;
  if (options.detach || !(mayRun(submitted) || wentOn(project, name, submitted))) return;

  const watch = watchAndRead(
    project,
    { sweep: name },
    { ...(signal && { signal }), ...(harvest === false && { harvest }), rounds: openRounds(project) },
  );
  let step = await watch.next();
  for (; !step.done; step = await watch.next()) yield { kind: 'progress', report: step.value };
  const { results, retry, ...report } = step.value;
  const members = selectAll(project, { sweep: name });
  const byId = new Map(members.map((member) => [member.expId, member]));
  const experiments = report.lines.map((line) => {
    const found = byId.get(line.expId)?.record.harvest?.value.harvest;
    return { line, ...(found && { harvest: found }) };
  });
  const progress = summarizeProgress(members, nowMs());
  const groups = await groupMembers(project, name, members);
  yield {
    kind: 'result',
    result: { sweep: name, template, experiments, report, results, progress, ...withoutUndefined({ retry, groups }) },
  };
}

/** Whether the same run was begun before: it is followed as if it had begun now, or its outcome is shown again. */
function wentOn(project: Project, sweep: string, { submissions }: Submitted): boolean {
  if (submissions.length > 0) return false;
  return selectAll(project, { sweep }).some(({ record }) => getExperimentStatus(record).status !== 'created');
}

/** What the sweep would be. @throws SheafError for what would keep its members from being made or submitted */
export async function planRunOfSweep(
  project: Project,
  request: RunSweepRequest,
  { submit }: RunExperimentOptions,
): Promise<SweepPreview> {
  const template = await openTemplate(project, request.template);
  return planNewSweep(project, { ...request, template: template.name }, { ...submit }, template);
}

/** By all that the sweep varies but the seeds; undefined without metrics, or if groups cannot be told apart. */
async function groupMembers(
  project: Project,
  sweep: string,
  members: readonly Experiment[],
): Promise<ComparedGroups | undefined> {
  const parts = listSweepParts(findSweep(project, sweep));
  const names = parts.flatMap(({ space }) => listVaried(readSpace(space)));
  const seeds = new Set(members.flatMap(({ config }) => config.seeds));
  const varied = [...new Set(names)].filter((name) => name !== 'exp_id' && !seeds.has(name));
  const known = getKnownNames(project.store);
  const fields = varied.map((name) => findField(name, known));
  if (!fields.every((field) => field !== undefined)) return undefined;
  const groups = await compareGroups(project, { sweep, groupBy: fields.length === 0 ? ['sweep'] : fields });
  return groups.metrics.length === 0 ? undefined : groups;
}

/** What a varied name is called among the columns; undefined for a setting that is no column, such as `mem`. */
function findField(name: string, known: KnownNames): string | undefined {
  if (known.params.includes(name)) return formatFieldLabel({ source: 'params', name }, known);
  return recordField(name) === undefined ? undefined : name;
}
