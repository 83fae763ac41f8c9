import { getStatedLimit } from '../../core/experiment/auto.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import { parseTimeLimit } from '../../core/units.ts';
import type { Project } from '../project/project.ts';
import type { Price } from '../project/types.ts';
import { accountOf, countTasks, type Batch } from './submit-plan.ts';
import type { SubmitPlanOptions } from './submit-plan-runner.ts';
import { checkPlanned, type Planned } from './submit.ts';

/** GPU hours at most of one job; undefined without GPUs or without a time limit that is known yet. */
export function getGpuHours({ num_gpus = 0, num_nodes = 1, time_limit }: Resources): number | undefined {
  const limit = getStatedLimit(time_limit);
  if (num_gpus === 0 || limit === undefined) return undefined;
  return (num_gpus * num_nodes * parseTimeLimit(limit)) / 3600;
}

/**
 * What the submission of experiments would take at most; nothing is changed.
 *
 * @throws SheafError for whatever would be refused
 */
export async function priceExperiments(
  project: Project,
  experiments: readonly Experiment[],
  options: SubmitPlanOptions,
): Promise<Price> {
  return pricePlan(project, await checkPlanned(project, experiments, options));
}

/** What a planned submission takes at most. */
export async function pricePlan(project: Project, { batches }: Planned): Promise<Price> {
  const hours = batches.map(hoursOf);
  const known = hours.filter((each) => each !== undefined);
  return {
    jobs: countAll(batches),
    ...(known.length === hours.length ? { gpuHours: known.reduce((sum, each) => sum + each, 0) } : {}),
    limits: [...(await listFullAccounts(project, batches)), ...listThrottles(batches)],
  };
}

function countAll(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + countTasks(batch), 0);
}

/** Of all its jobs; undefined if their time limit is not known. */
function hoursOf(batch: Batch): number | undefined {
  if ((batch.resources.num_gpus ?? 0) === 0) return 0;
  const hours = getGpuHours(batch.resources);
  return hours === undefined ? undefined : hours * countTasks(batch);
}

/** A limit of submitted jobs is one for the account and QOS together. */
async function listFullAccounts(project: Project, batches: readonly Batch[]): Promise<string[]> {
  const scheduler = await project.scheduler();
  const touched: string[] = [];
  for (const [, same] of Map.groupBy(batches, accountOf)) {
    const [first] = same;
    const room = first === undefined ? Infinity : await scheduler.room(first.resources);
    const jobs = countAll(same);
    if (room >= jobs) continue;
    touched.push(
      `the account or QOS permits ${formatCount(room, 'more job')} now: ${groupDigits(jobs - room)} of ${groupDigits(jobs)} are deferred`,
    );
  }
  return touched;
}

function listThrottles(batches: readonly Batch[]): string[] {
  const limited = batches.flatMap(({ members, maxParallel }) =>
    maxParallel === undefined ? [] : [`${members[0]?.experiment.sweep ?? 'the jobs'}: at most ${maxParallel} at once`],
  );
  return [...new Set(limited)];
}
