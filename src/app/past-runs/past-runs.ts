import type { PastRun } from '../../advisor/index.ts';
import { getRequestedMemory } from '../../core/experiment/auto.ts';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { memoize } from '../../core/text/memoize.ts';
import { parseQuery, type Literal, type Query } from '../../core/query/query.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { flatten, areEqual, withoutUndefined, type ValueMap } from '../../core/value.ts';
import { parseMemory } from '../../core/units.ts';
import { nowMs } from '../../system/index.ts';
import { withAccounting, withTraces, type Ended } from './past-usage.ts';
import type { Project } from '../project/project.ts';
import { readJobDirectives } from '../observe/requested-limits.ts';
import { indexOf, isPacked } from '../observe/tasks.ts';

export interface PastRunsRequest {
  readonly template?: string;
  readonly stage?: string;
  /** A query as of `--where`. */
  readonly where?: string | Query;
  /** Parameters that must be these. */
  readonly like?: ValueMap;
  /** Number of newest ones. Default 50. */
  readonly limit?: number;
  /** Whether what they used is looked up, in what the monitor left. Default `records`. */
  readonly usage?: Exclude<Usage, 'accounting'>;
}

/** Where what runs used is looked up; `accounting`: in what the monitor left first. */
type Usage = 'records' | 'accounting' | 'none';

export interface PastRuns {
  readonly runs: readonly PastRun[];
  readonly warnings: readonly string[];
}

const DEFAULT_LIMIT = 50;

/**
 * Attempts that ran and ended, newest end first, of all experiments that are not archived. Never asks the scheduler.
 *
 * @throws SheafError `query.*` for what is wrong in the query
 */
export async function getPastRuns(project: Project, request: PastRunsRequest): Promise<readonly PastRun[]> {
  const { limit = DEFAULT_LIMIT, usage = 'records' } = request;
  const ended = [ACTIVE, ENDED].flatMap((group) => firstEnded(experimentsOf(project, request, group), request, limit));
  return (await describeEnded(project, newestOf(ended, limit), usage)).runs;
}

/**
 * {@link getPastRuns} of these experiments, in their order as far as the limit goes; the newest end first.
 *
 * @param options.usage also `accounting`: the scheduler is asked, once, for what the monitor does not tell
 */
export async function listPastRuns(
  project: Project,
  experiments: Iterable<Experiment>,
  { limit, usage }: { readonly limit: number; readonly usage: Usage },
): Promise<PastRuns> {
  return describeEnded(project, firstEnded(experiments, {}, limit), usage);
}

function firstEnded(experiments: Iterable<Experiment>, request: PastRunsRequest, limit: number): Ended[] {
  const found: Ended[] = [];
  for (const experiment of experiments) {
    found.push(...endedOf(experiment, request));
    if (found.length >= limit) break;
  }
  return newestOf(found, limit);
}

function newestOf(ended: readonly Ended[], limit: number): Ended[] {
  return ended.toSorted((a, b) => b.outcome.endedMs - a.outcome.endedMs).slice(0, limit);
}

function text(value: string): Literal {
  return { kind: 'text', text: value };
}

function isAnyOf(field: string, first: string, ...rest: readonly string[]): Query {
  return { kind: 'in', field, negated: false, literals: [text(first), ...rest.map(text)] };
}

/** Of what runs again, what went before counts: it may have run out of time or memory. Most of it waits for the first time. */
const ACTIVE = { where: isAnyOf('status', 'queued', 'running'), sort: 'submitted', most: 200 } as const;
const ENDED = {
  where: isAnyOf('status', 'completed', 'failed', 'cancelled', 'stopped'),
  sort: 'ended',
  most: -1,
} as const;

/** Newest first; read one batch after the other, as far as they are asked for. */
function experimentsOf(
  { store }: Project,
  { template, where }: PastRunsRequest,
  group: typeof ACTIVE | typeof ENDED,
): Generator<Experiment> {
  const query = typeof where === 'string' ? parseQuery(where) : where;
  const items = [
    isAnyOf('archived', 'false'),
    ...(template === undefined ? [] : [isAnyOf('template', template)]),
    ...(query === undefined ? [] : [query]),
  ];
  return store.select({
    where: { kind: 'and', items: [group.where, ...items] as unknown as [Query, Query] },
    sort: { field: group.sort, descending: true },
    limit: group.most,
    nowMs: nowMs(),
  });
}

function endedOf(experiment: Experiment, { stage, like }: PastRunsRequest): Ended[] {
  if (like !== undefined && !isLike(experiment.config.params, like)) return [];
  return Object.values(experiment.record.attempts).flatMap((attempt): Ended[] => {
    const outcome = getAttemptOutcome(attempt);
    if (!('endedMs' in outcome) || outcome.startedMs === undefined) return [];
    if (stage !== undefined && attempt.stage !== stage) return [];
    return [{ experiment, attempt, outcome: { ...outcome, startedMs: outcome.startedMs } }];
  });
}

function isLike(params: ValueMap, wanted: ValueMap): boolean {
  const known = new Map(flatten(params));
  return [...flatten(wanted)].every(([name, value]) => areEqual(known.get(name), value));
}

async function describeEnded(project: Project, ended: readonly Ended[], usage: Usage): Promise<PastRuns> {
  const stated = newStated(project);
  const plain = ended.map((each) => plainRun(project, each, stated(each)));
  if (usage === 'none') return { runs: plain, warnings: [] };
  const runs = await withTraces(project, ended, plain);
  return usage === 'records' ? { runs, warnings: [] } : withAccounting(project, ended, runs);
}

/** A script is read once for all tasks of an array. */
function newStated(project: Project): (ended: Ended) => ReadonlyMap<string, string> {
  return memoize(
    ({ attempt }) => attempt.token?.value ?? '',
    ({ attempt }) => readJobDirectives(project, attempt),
  );
}

function plainRun(
  project: Project,
  { experiment, attempt, outcome }: Ended,
  stated: ReadonlyMap<string, string>,
): PastRun {
  const { expId, sweep, config } = experiment;
  const resources = getAskedResources({ experiment, attempt }, stated);
  const nodes = resources.num_nodes ?? 1;
  const single = typeof resources.partition === 'string' && !resources.partition.includes(',');
  return {
    expId,
    stage: attempt.stage,
    n: attempt.n,
    template: config.template,
    params: config.params,
    resources,
    status: outcome.status,
    startedMs: outcome.startedMs,
    endedMs: outcome.endedMs,
    nodes,
    ...withoutUndefined({
      sweep,
      cause: outcome.status === 'failed' ? outcome.cause : undefined,
      submittedMs: attempt.submittedMs,
      partition: single ? (resources.partition as string) : undefined,
      gpus: gpusOf(resources, nodes),
      gpuName: resources.gpu_type,
      cpus: cpusOf(resources, nodes),
      packed: packedOf(project, { experiment, attempt }),
    }),
  };
}

/** What an attempt asked for of each node: cores, and memory in GiB. Absent: not stated, or shared with others of a pack. */
export function findAskedLimits(
  project: Project,
  { experiment, attempt }: Pick<Ended, 'experiment' | 'attempt'>,
): { readonly cpus?: number; readonly memoryGib?: number } {
  if (packedOf(project, { experiment, attempt }) !== undefined) return {};
  const resources = getAskedResources({ experiment, attempt }, readJobDirectives(project, attempt));
  const mem = hasOption(resources, 'mem-per-cpu', 'mem-per-gpu', 'exclusive')
    ? undefined
    : getRequestedMemory(resources);
  // Of 0, Slurm makes all of the node.
  const mib = mem === undefined ? 0 : parseMemory(mem);
  return withoutUndefined({
    cpus: resources.cpus_per_task === undefined ? undefined : cpusOf(resources, 1),
    memoryGib: mib === 0 ? undefined : mib / 1024,
  });
}

/** What was requested, with what its script states: overrides of one attempt and what the scheduler was left to choose. */
function getAskedResources(
  { experiment, attempt }: Pick<Ended, 'experiment' | 'attempt'>,
  stated: ReadonlyMap<string, string>,
): Resources {
  const { settings } = experiment.config;
  const written = stagesOf(settings).find(({ name }) => name === attempt.stage)?.resources ?? {};
  const count = (option: string): number | undefined => {
    const value = stated.get(option) ?? '';
    return /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const gpus = /^gpu:(?:([^:,]+):)?(\d+)$/.exec(stated.get('gres') ?? '');
  return {
    ...written,
    ...withoutUndefined({
      partition: stated.get('partition'),
      account: stated.get('account'),
      qos: stated.get('qos'),
      num_nodes: count('nodes'),
      num_gpus: gpus === null ? undefined : Number(gpus[2]),
      gpu_type: gpus?.[1],
      cpus_per_task: count('cpus-per-task'),
      ntasks_per_node: count('ntasks-per-node'),
      mem: stated.get('mem'),
      time_limit: stated.get('time'),
    }),
  };
}

/** How many experiments shared its job; undefined when it had it for itself. */
export function packedOf(
  { store }: Project,
  { experiment, attempt }: Pick<Ended, 'experiment' | 'attempt'>,
): number | undefined {
  const submission = attempt.token && store.submission(attempt.token.value);
  if (!isPacked(submission)) return undefined;
  const own = indexOf(submission, experiment.key, attempt.stage);
  const sharing = submission?.request?.value.members.filter(({ index }) => index === own).length ?? 1;
  return sharing === 1 ? undefined : sharing;
}

/** Options of sbatch that ask for GPUs or CPUs in ways of their own: how many that is, Slurm decides. */
function hasOption({ sbatch = {} }: Resources, ...names: readonly string[]): boolean {
  return names.some((name) => (sbatch[name] ?? false) !== false);
}

/** GPUs that a job asks for; undefined if it does so by options of sbatch of its own. */
export function gpusOf(resources: Resources, nodes: number): number | undefined {
  if (hasOption(resources, 'gpus', 'gpus-per-node', 'gpus-per-task', 'gpus-per-socket', 'gres')) return undefined;
  return (resources.num_gpus ?? 0) * nodes;
}

/** CPU cores that a job asks for, one for each task if it says nothing; undefined if it does so by options of sbatch. */
export function cpusOf(resources: Resources, nodes: number): number | undefined {
  const foreign = ['exclusive', 'ntasks', 'cpus-per-task', 'cpus-per-gpu', 'ntasks-per-node', 'nodes', 'gpus-per-task'];
  if (hasOption(resources, ...foreign)) return undefined;
  return (resources.cpus_per_task ?? 1) * (resources.ntasks_per_node ?? 1) * nodes;
}
