import {
  findLongestJobS,
  listFreeGpus,
  listGpuKinds,
  listOwnLimits,
  search,
  summarizeWaitsByHour,
  trackRecord,
  type Forecast,
  type FreeGpus,
  type GpuKind,
  type Job,
  type Need,
  type Offer,
  type OwnLimit,
  type TrackRow,
  type WaitsByHour,
} from '../../advisor/index.ts';
import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import { SheafError } from '../../core/errors.ts';
import type { ExpId, Key } from '../../core/ids.ts';
import { withoutUndefined } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import { readJob } from '../advise/advise-job.ts';
import { hasPartitions } from '../advise/advise-sources.ts';
import { getAdviceTarget } from '../advise/advise-target.ts';
import { openWaitForecaster, schedulerOf, type WaitForecaster } from '../advise/forecasts.ts';
import { getSettledForecasts } from '../advise/track-record.ts';
import { describeSilence, getOffers, readCatalogue, type ClusterOffers } from '../cluster/cluster-facts.ts';
import { openSelection } from '../experiments/select.ts';
import { makeStatusLine } from '../jobs/status-line.ts';
import type { Observed } from '../observe/observe-jobs.ts';
import { catchUp } from '../project/catch-up.ts';
import type { Project } from '../project/project.ts';
import type { StatusLine } from '../project/types.ts';

/** A cluster as it is now for its user. Nothing that is not known is in it as zero: `unknown` lists what is not. */
export interface ClusterNow {
  /** With when it was asked; if it did not answer, `partitions` of it are empty. */
  readonly facts: ClusterFacts;
  /** Why it could not be asked. */
  readonly problem?: string;
  /** Undefined: not known. */
  readonly nodes?: NodeCounts;
  /** The GPUs of the cluster by type. */
  readonly free: readonly FreeGpus[];
  /** If neither the cluster nor `sheaf.yaml` says what there is: the GPUs that sheaf knows of. */
  readonly knownGpus: readonly GpuKind[];
  /** Each type of GPU in each partition, as `partitions` gives them; as written in `sheaf.yaml` if the cluster did not answer. */
  readonly places: readonly PlaceNow[];
  /** What {@link PlaceNow.wait} is for. */
  readonly like: JobLikeMine;
  /** Undefined: not known. */
  readonly limits?: readonly OwnLimit[];
  /** Of this user, of all projects; undefined: not known. */
  readonly running?: { readonly jobs: number; readonly gpus: number };
  /** The newest experiments of this project that wait, and how many there are in all. */
  readonly waiting: { readonly total: number; readonly newest: readonly WaitingExperiment[] };
  /** How long jobs like mine waited, by the hour of the day in this machine's time zone; undefined: nothing is known of past waits. */
  readonly byHour?: WaitsByHour;
  /** How forecasts of waits came true, by kind. */
  readonly track: readonly TrackRow[];
  /** One sentence each. */
  readonly unknown: readonly string[];
}

/** The nodes of a cluster; those that are `away` take no jobs now, and their CPUs do not count. */
export interface NodeCounts {
  readonly total: number;
  readonly away: number;
  readonly cpus: number;
  /** Undefined: not known. */
  readonly cpusFree?: number;
}

/** A type of GPU in a partition, and how long a job like mine would wait for it. */
export interface PlaceNow {
  readonly offer: Offer;
  /** Seconds that a job of this user may run there; Infinity: there is no limit. */
  readonly longestS: number;
  readonly wait?: Forecast;
  /** Why such a job cannot go there. */
  readonly whyNot?: string;
}

/** The job that waits are forecast for. */
export interface JobLikeMine {
  readonly job: Job;
  /** It asks for what this experiment asks for, in any partition: the one submitted last. Absent: it is one GPU, or one CPU. */
  readonly expId?: ExpId;
}

export interface ClusterNowOptions {
  /** Why tasks wait, as {@link Observed.reasons} says it now; without it, as far as it is on record. */
  readonly reasons?: Observed['reasons'];
}

/** An experiment that waits; its line says why, as far as it is known. */
export interface WaitingExperiment {
  readonly key: Key;
  readonly line: StatusLine;
}

const MOST_WAITING = 50;
const UNKNOWN_NEED: Need = { verdict: 'unknown', basis: 'memory is not judged here' };

/**
 * How the cluster is now for its user. Asks the scheduler once for what it has, and once for past waits, unless another command
 * was answered a moment ago; it tries no jobs, and records nothing.
 *
 * @throws SheafError `cluster.catalogue` for what is wrong in `sheaf.yaml`, but not if the cluster does not answer
 */
export async function readClusterNow(project: Project, { reasons }: ClusterNowOptions = {}): Promise<ClusterNow> {
  await catchUp(project);
  const { facts, offers, notes, problem } = await askCluster(project);
  const settled = getSettledForecasts(project).filter(({ of }) => of === 'wait');
  const like = await findJobLikeMine(project, offers);
  const waits = problem === undefined ? await openWaitForecaster(await schedulerOf(project), settled) : undefined;
  return withoutUndefined({
    facts,
    problem,
    nodes: facts.nodes.length === 0 ? undefined : countNodes(facts),
    free: listFreeGpus(facts, offers),
    knownGpus: offers.length === 0 && problem !== undefined ? listGpuKinds() : [],
    places: offers.map((offer) => describePlace(offer, facts, like.job, waits?.forecast)),
    like,
    limits: problem === undefined ? listOwnLimits(facts, offers) : undefined,
    running: countRunning(facts),
    waiting: listWaiting(project, reasons),
    byHour: waits?.waits && summarizeByHour(waits.waits, like),
    track: trackRecord(settled),
    unknown: [...facts.unknown, ...notes, ...(waits?.note === undefined ? [] : [waits.note])],
  });
}

/** @param forecast undefined: what is free and who waits is not known */
function describePlace(
  offer: Offer,
  facts: ClusterFacts,
  job: Job,
  forecast: WaitForecaster['forecast'] | undefined,
): PlaceNow {
  const place = { offer, longestS: findLongestJobS(offer, facts) };
  const { candidates, dropped } = search(job, [offer], () => UNKNOWN_NEED);
  const [candidate] = candidates;
  if (candidate === undefined) return withoutUndefined({ ...place, whyNot: dropped[0]?.why });
  return forecast === undefined ? place : { ...place, wait: forecast(candidate) };
}

/** A cluster that does not answer is a state to show, not an error; what is wrong in `sheaf.yaml` is one. */
async function askCluster(project: Project): Promise<ClusterOffers> {
  await readCatalogue(await project.config());
  try {
    return await getOffers(project);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const facts = { id: 'catalogue', atMs: nowMs(), partitions: [], nodes: [], unknown: [] };
    return { facts, offers: [], notes: [], problem: describeSilence(error) };
  }
}

/** What the experiment that was submitted last asks for, wherever it is to run. */
async function findJobLikeMine(project: Project, offers: readonly Offer[]): Promise<JobLikeMine> {
  const hasGpus = offers.some(({ gpusPerNode }) => gpusPerNode > 0);
  const sort = { field: 'submitted', descending: true };
  const [newest] = project.store.select({ sort, limit: 1, nowMs: nowMs() });
  const anywhere = (await hasPartitions(project)) ? {} : { noPartitions: true as const };
  if (newest === undefined || Object.keys(newest.record.attempts).length === 0)
    return { job: { ...PLAIN_JOB, device: hasGpus ? 'gpu' : 'cpu', ...anywhere } };
  const { batch: _, ...asked } = readJob(getAdviceTarget(newest), {}, undefined, hasGpus).job;
  return { job: { ...asked, mayChangeGpus: false, ...anywhere }, expId: newest.expId };
}

const PLAIN_JOB: Omit<Job, 'device'> = { mayChangeGpus: false, shardings: ['none'], features: [], tasks: 1 };

function summarizeByHour(waits: NonNullable<WaitForecaster['waits']>, { job: { device } }: JobLikeMine): WaitsByHour {
  const hourOf = (ms: number): number => new Date(ms).getHours();
  return summarizeWaitsByHour(waits, { device, nowMs: nowMs(), hourOf });
}

function countNodes({ nodes }: ClusterFacts): NodeCounts {
  const open = nodes.filter(({ takesJobs }) => takesJobs);
  const free = open.map(({ cpusFree }) => cpusFree);
  const isCounted = free.every((count) => count !== undefined);
  return withoutUndefined({
    total: nodes.length,
    away: nodes.length - open.length,
    cpus: open.reduce((sum, { cpus }) => sum + cpus, 0),
    cpusFree: isCounted ? free.reduce((sum, count) => sum + count, 0) : undefined,
  });
}

function countRunning({ queue }: ClusterFacts): ClusterNow['running'] {
  return queue?.reduce((sum, { ownRunning, ownGpus }) => ({ jobs: sum.jobs + ownRunning, gpus: sum.gpus + ownGpus }), {
    jobs: 0,
    gpus: 0,
  });
}

function listWaiting(project: Project, reasons: ClusterNowOptions['reasons']): ClusterNow['waiting'] {
  const waiting = openSelection(project, { status: ['queued'], limit: MOST_WAITING });
  return {
    total: waiting.count(),
    newest: [...waiting.rows()].map((experiment) => ({
      key: experiment.key,
      line: makeStatusLine(project, experiment, reasons),
    })),
  };
}
