import {
  adviseMemoryLimit,
  adviseTimeLimit,
  formatMemory,
  THRESHOLDS,
  type LimitQuestion,
  type PastRun,
} from '../../advisor/index.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { isAuto, getStatedLimit, type FoundLimit, type FoundLimits } from '../../core/experiment/auto.ts';
import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { listAskedGpuTypes, findAskedPartitions } from '../../core/cluster/partitions-asked.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { formatDuration, formatTimeLimit } from '../../core/units.ts';
import { withoutUndefined, type ValueMap } from '../../core/value.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import { getFactsIfThere, makeGpuNames, type GpuNames } from '../cluster/cluster-facts.ts';
import { getPastRuns, listPastRuns } from './past-runs.ts';
import type { Project } from '../project/project.ts';

/** Resources with limits in place of `auto`, and what these are. */
export interface ResolvedLimits {
  readonly resources: Resources;
  readonly found?: FoundLimits;
}

/** Finds limits for attempts that say `auto`. */
export interface LimitFinder {
  readonly of: (experiment: Experiment, stage: string, resources: Resources) => ResolvedLimits;
  /** What was found, or why nothing was, for people. */
  readonly notes: ReadonlySet<string>;
}

/** Past runs that a limit is found from. */
const MOST_RUNS = 100;

/**
 * Reads what limits are to be found from: past runs of the same templates and stages, and the limits of partitions. Reads
 * nothing when nothing says `auto`.
 *
 * @param set resources of this call, as texts
 */
export async function limitFinder(
  project: Project,
  scheduler: Pick<Scheduler, 'facts'>,
  experiments: readonly Experiment[],
  set: { readonly [resource: string]: string } = {},
): Promise<LimitFinder> {
  const notes = new Set<string>();
  const asking = experiments.filter((experiment) => saysAuto(experiment, set));
  if (asking.length === 0) return { of: (_experiment, _stage, resources) => ({ resources }), notes };
  const past = new Map<string, readonly PastRun[]>();
  for (const template of new Set(asking.map(({ config }) => config.template))) {
    past.set(template, await getPastRuns(project, { template, limit: MOST_RUNS }));
  }
  const retried = asking.filter(({ record }) =>
    Object.values(record.attempts).some((each) => getAttemptOutcome(each).status === 'failed'),
  );
  const own = Map.groupBy(
    (await listPastRuns(project, retried, { limit: Infinity, usage: 'records' })).runs,
    ({ expId }) => expId,
  );
  const facts = await getFactsIfThere(scheduler);
  const kindOf = await makeGpuNames(project);
  return {
    of: (experiment, stage, resources) => {
      if (!isAuto(resources.time_limit) && !isAuto(resources.mem)) return { resources };
      const told = distinct([...(own.get(experiment.expId) ?? []), ...(past.get(experiment.config.template) ?? [])]);
      const runs = told.map((run) => withGpuName(run, facts));
      const typed = { ...resources, ...gpuTypeFor(resources, facts) };
      const { expId, config } = experiment;
      const { template, params } = config;
      const question = limitQuestion({ expId, template, params, stage, resources: typed }, runs, kindOf);
      const found: FoundLimits = withoutUndefined({
        time_limit: isAuto(resources.time_limit)
          ? foundTime(question, resources, mostTimeS(resources, facts))
          : undefined,
        mem: isAuto(resources.mem) ? foundMemory(question, resources) : undefined,
      });
      recordLimits(notes, experiment, stage, resources, found);
      return {
        resources: withoutUndefined({
          ...resources,
          time_limit: found.time_limit?.value ?? getStatedLimit(resources.time_limit),
          mem: found.mem?.value ?? getStatedLimit(resources.mem),
        }),
        ...(Object.keys(found).length === 0 ? {} : { found }),
      };
    },
    notes,
  };
}

function saysAuto({ settings }: Experiment, set: { readonly [resource: string]: string }): boolean {
  if (isAuto(set['time_limit']) || isAuto(set['mem'])) return true;
  return stagesOf(settings).some(({ resources }) => isAuto(resources.time_limit) || isAuto(resources.mem));
}

/** GPUs that no monitor saw are, as for the job, those that the partition has. */
function withGpuName(run: PastRun, facts: ClusterFacts | undefined): PastRun {
  const { gpuName, gpus, resources, partition = resources.partition } = run;
  if (gpuName !== undefined || gpus === 0) return run;
  const { gpu_type: type } = gpuTypeFor(partition === undefined ? {} : { partition }, facts);
  return type === undefined ? run : { ...run, gpuName: type };
}

function distinct(runs: readonly PastRun[]): PastRun[] {
  return [...new Map(runs.map((run) => [`${run.expId} ${run.stage} ${run.n}`, run])).values()];
}

/** What is to run, as far as its limits depend on it. */
interface Limitable {
  readonly expId: string;
  readonly template: string;
  readonly params: ValueMap;
  readonly stage: string;
  readonly resources: Resources;
}

export function limitQuestion(
  { expId, template, params, stage, resources }: Limitable,
  pastRuns: readonly PastRun[],
  kindOf: GpuNames,
): LimitQuestion {
  const { num_gpus = 0, num_nodes: nodes = 1, gpu_type: gpuName } = resources;
  const gpu = gpuName === undefined ? undefined : kindOf(gpuName);
  return {
    expId,
    job: { template, stage, params, gpus: num_gpus * nodes, nodes, ...withoutUndefined({ gpuName }) },
    pastRuns,
    kindOf,
    ...withoutUndefined({ gpu }),
  };
}

function foundTime(question: LimitQuestion, { requeue }: Resources, mostS: number | undefined): FoundLimit | undefined {
  const goesOn = typeof requeue === 'object' && requeue.on.includes('timeout');
  const advised = adviseTimeLimit(question, goesOn);
  if (advised === undefined) return undefined;
  const { value, basis } = advised;
  return mostS === undefined || value <= mostS
    ? { value: formatTimeLimit(value), basis }
    : {
        value: formatTimeLimit(mostS),
        basis: `${basis}; more than the ${formatDuration(mostS)} that its partition permits`,
      };
}

/** A job that several share gets as much for each. */
function foundMemory(question: LimitQuestion, { pack }: Resources): FoundLimit | undefined {
  const advised = adviseMemoryLimit(question);
  const size = pack?.size ?? 1;
  const times = size === 1 ? '' : `, times ${size} for those that share the job`;
  return advised && { value: formatMemory(advised.value * size), basis: `${advised.basis}${times}` };
}

function recordLimits(
  notes: Set<string>,
  { config }: Experiment,
  stage: string,
  resources: Resources,
  found: FoundLimits,
): void {
  const of = `${config.template}, ${stage}`;
  for (const name of ['time_limit', 'mem'] as const) {
    if (!isAuto(resources[name])) continue;
    const limit = found[name];
    notes.add(
      limit === undefined
        ? `${name}: auto has no past runs to go by yet (${of}: ${MISSING[name]}): the job gets the default of the scheduler`
        : `${name}: auto is ${limit.value} for ${of}, ${limit.basis}`,
    );
  }
}

const MISSING = {
  time_limit: 'no finished run can be compared',
  mem: `the monitor has looked at no finished run as often as it takes, ${THRESHOLDS.fewestSamples.value} times`,
} as const;

/** What a job of these resources may have at most, by its partitions; undefined when the cluster cannot be asked. */
function mostTimeS({ partition }: Resources, facts: ClusterFacts | undefined): number | undefined {
  const limits = findAskedPartitions(partition, facts?.partitions ?? []).flatMap(({ maxTimeS }) => maxTimeS ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** A job that names no type of GPU gets the one that its partitions have; where they have several it is not known. */
function gpuTypeFor(resources: Resources, facts: ClusterFacts | undefined): Pick<Resources, 'gpu_type'> {
  const [type, ...others] = facts === undefined ? [] : listAskedGpuTypes(resources, facts);
  return type === undefined || others.length > 0 ? {} : { gpu_type: type };
}
