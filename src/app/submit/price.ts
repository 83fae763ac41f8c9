import { getStatedLimit } from '../../core/experiment/auto.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import { parseTimeLimit } from '../../core/units.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { Project } from '../project/project.ts';
import { cpusOf, gpusOf } from '../past-runs/past-runs.ts';
import type { Price } from '../project/types.ts';
import { accountOf, countTasks, type Batch } from './submit-plan.ts';
import type { SubmitPlanOptions } from './submit-plan-runner.ts';
import { checkPlanned, type Planned } from './submit.ts';

/** GPU hours and CPU hours at most; undefined if a time limit is missing, or options of sbatch ask for them. */
interface Hours {
  readonly gpuHours: number | undefined;
  /** Of jobs without GPUs. */
  readonly cpuHours: number | undefined;
}

/** What one job takes at most. */
export function getHours(resources: Resources): Hours {
  const { num_nodes: nodes = 1, time_limit } = resources;
  const limit = getStatedLimit(time_limit);
  const over = (count: number | undefined): number | undefined =>
    limit === undefined || count === undefined ? undefined : (count * parseTimeLimit(limit)) / 3600;
  const gpus = gpusOf(resources, nodes);
  return gpus === 0
    ? { gpuHours: 0, cpuHours: over(cpusOf(resources, nodes)) }
    : { gpuHours: over(gpus), cpuHours: gpus === undefined ? undefined : 0 };
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

/** How many experiments one that is planned stands for. */
type CountOf = (experiment: Experiment) => number;

/** A batch with its jobs, of which each task of an array is one. */
interface Counted {
  readonly batch: Batch;
  readonly jobs: number;
}

/**
 * What a planned submission takes at most.
 *
 * @param countOf if one experiment was planned for many that are alike; default: each for itself
 */
export async function pricePlan(project: Project, { batches }: Planned, countOf?: CountOf): Promise<Price> {
  const counted = batches.map((batch) => ({ batch, jobs: countJobs(batch, countOf) }));
  const hours = counted.map(({ batch, jobs: count }) => ({ count, ...getHours(batch.resources) }));
  const jobs = sumJobs(counted);
  return {
    jobs,
    ...withoutUndefined({
      gpuHours: sumKnown(hours.map(({ gpuHours, count }) => gpuHours && gpuHours * count)),
      cpuHours: sumKnown(hours.map(({ cpuHours, count }) => cpuHours && cpuHours * count)),
    }),
    limits: [...(await listFullAccounts(project, counted)), ...listThrottles(batches)],
  };
}

function countJobs(batch: Batch, countOf: CountOf | undefined): number {
  if (countOf === undefined) return countTasks(batch);
  const runs = batch.members.reduce((sum, { experiment }) => sum + countOf(experiment), 0);
  return Math.ceil(runs / (batch.resources.pack?.size ?? 1));
}

function sumJobs(counted: readonly Counted[]): number {
  return counted.reduce((sum, { jobs }) => sum + jobs, 0);
}

/** Undefined if one of them is. */
function sumKnown(hours: readonly (number | undefined)[]): number | undefined {
  const known = hours.filter((each) => each !== undefined);
  return known.length === hours.length ? known.reduce((sum, each) => sum + each, 0) : undefined;
}

/** A limit of submitted jobs is one for the account and QOS together. */
async function listFullAccounts(project: Project, counted: readonly Counted[]): Promise<string[]> {
  const scheduler = await project.scheduler();
  const touched: string[] = [];
  for (const [, same] of Map.groupBy(counted, ({ batch }) => accountOf(batch))) {
    const [first] = same;
    const room = first === undefined ? Infinity : await scheduler.room(first.batch.resources);
    const jobs = sumJobs(same);
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
