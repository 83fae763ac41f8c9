import { compareTexts } from '../../core/text/compare-texts.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { formatDuration } from '../../core/units.ts';
import type { Access, Offer } from '../offer.ts';
import type { Shape } from './counts.ts';
import type { Dropped, Job } from '../job/job.ts';
import { computeNodeMemory } from './share.ts';

type Refusal = Pick<Dropped, 'kind' | 'why' | 'fix'>;

/** Why a job may not go to an offer at all, whatever its size; undefined: it may. */
export function checkOffer(job: Job, offer: Offer): Refusal | undefined {
  if (offer.closed !== undefined) return { kind: 'closed', why: offer.closed };
  return (
    gpuRefusal(job, offer) ??
    featureRefusal(job, offer) ??
    accessRefusal(job, offer) ??
    reservationRefusal(job, offer) ??
    timeRefusal(job, offer)
  );
}

function reservationRefusal({ reservation }: Job, offer: Offer): Refusal | undefined {
  return reservation === undefined || offer.reservation === reservation
    ? undefined
    : { kind: 'access', why: `reservation ${reservation} is asked for`, fix: 'leave reservation out' };
}

function gpuRefusal(job: Job, offer: Offer): Refusal | undefined {
  const { gpuType, gpu } = offer;
  if (job.device === 'cpu') return undefined;
  if (gpuType === undefined || offer.gpusPerNode === 0) return { kind: 'gpu', why: 'it has no GPUs' };
  if (job.gpuType !== undefined && !isSameType(job, offer)) {
    return { kind: 'gpu', why: `gpu_type ${job.gpuType} is asked for`, fix: 'leave gpu_type out' };
  }
  const { precision } = job;
  if (precision !== undefined && precision !== 'fp32' && gpu !== undefined && !gpu.supports.includes(precision)) {
    return { kind: 'precision', why: `${gpu.name} has no ${precision}` };
  }
  return undefined;
}

function isSameType({ gpuType, gpuKindId }: Job, offer: Offer): boolean {
  if (gpuType?.toLowerCase() === offer.gpuType?.toLowerCase()) return true;
  return gpuKindId !== undefined && gpuKindId === offer.gpu?.id;
}

function featureRefusal(job: Job, offer: Offer): Refusal | undefined {
  return job.features.length === 0 || nodesFor(job, offer) > 0
    ? undefined
    : { kind: 'features', why: `no node of it has ${job.features.join(' and ')}, as constraint asks` };
}

/** Nodes that have what is requested; all of them when that is unknown. */
function nodesFor(job: Job, { nodes, nodesByFeatures }: Offer): number {
  if (job.features.length === 0 || nodesByFeatures === undefined) return nodes;
  return nodesByFeatures
    .filter(({ features }) => hasAll(features, job.features))
    .reduce((sum, group) => sum + group.nodes, 0);
}

export function hasAll(features: readonly string[], asked: readonly string[]): boolean {
  return asked.every((feature) => features.includes(feature));
}

function accessRefusal(job: Job, offer: Offer): Refusal | undefined {
  if (offer.accounts === undefined) return undefined;
  if (offer.accounts.length === 0) return { kind: 'access', why: offer.keptOut ?? 'none of your accounts may use it' };
  if (waysIn(job, offer).length > 0) return undefined;
  const asked = [
    ...(job.account === undefined ? [] : [`account ${job.account}`]),
    ...(job.qos === undefined ? [] : [`QOS ${job.qos}`]),
  ].join(' with ');
  const others = [...new Set(offer.accounts.map(({ account }) => account))];
  const [first = ''] = others;
  const isForAccount = job.account === undefined || others.includes(job.account);
  return {
    kind: 'access',
    why: `${asked} may not use it; ${others.join(', ')} may`,
    fix: isForAccount ? 'leave qos out' : `--set account=${first}`,
  };
}

function timeRefusal(job: Job, offer: Offer): Refusal | undefined {
  const { timeLimitS } = job;
  if (timeLimitS === undefined) return undefined;
  const ways = waysIn(job, offer);
  const most = Math.min(
    offer.maxTimeS ?? Infinity,
    ways.length === 0 ? Infinity : Math.max(...ways.map(({ maxWallS }) => maxWallS ?? Infinity)),
  );
  if (timeLimitS <= most) return undefined;
  return {
    kind: 'time',
    why: `asks for ${formatDuration(timeLimitS)}, and ${formatDuration(most)} is the most there`,
    fix: `--set time_limit=${Math.floor(most / 60)}`,
  };
}

/** The ways in that the job's own account and QOS leave. */
function waysIn(job: Job, offer: Offer): readonly Access[] {
  return (offer.accounts ?? []).filter(
    ({ account, qos }) =>
      (job.account === undefined || account === job.account) &&
      (job.qos === undefined || qos === undefined || qos === job.qos),
  );
}

/** Why a job of this shape may not go there; undefined: it may. */
export function checkShape(job: Job, offer: Offer, { nodes, gpusPerNode }: Shape): Refusal | undefined {
  const gpus = nodes * gpusPerNode;
  const refuse = (why: string, fix?: string): Refusal => ({ kind: 'size', why, ...(fix === undefined ? {} : { fix }) });
  const most = Math.min(nodesFor(job, offer), offer.maxNodes ?? Infinity);
  if (nodes > most) return refuse(`asks for ${formatCount(nodes, 'node')}, and ${most} are the most there`);
  const { minNodes = 1 } = offer;
  if (nodes < minNodes)
    return refuse(`a job there must have at least ${formatCount(minNodes, 'node')}`, `--set num_nodes=${minNodes}`);
  if (gpusPerNode > offer.gpusPerNode) {
    return refuse(
      `asks for ${gpusPerNode} GPUs on a node, and a node has ${offer.gpusPerNode}`,
      `--set num_gpus=${offer.gpusPerNode}`,
    );
  }
  if (job.device === 'gpu' && offer.gpu?.mig !== undefined && gpus > 1) {
    return { kind: 'slice', why: 'slices of a GPU cannot work on one model together' };
  }
  if (gpus < (offer.minGpus ?? 0))
    return refuse(`a job there must have at least ${formatCount(offer.minGpus ?? 0, 'GPU')}`);
  return nodeRefusal(job, offer, { nodes, gpusPerNode }, refuse) ?? limitRefusal(job, offer, gpus, refuse);
}

type Refuse = (why: string, fix?: string) => Refusal;

function nodeRefusal(job: Job, offer: Offer, shape: Shape, refuse: Refuse): Refusal | undefined {
  const { cpusPerTask = 1, tasksPerNode = 1 } = job;
  const cpus = cpusPerTask * tasksPerNode;
  const memoryMib = computeNodeMemory(job, offer, shape, cpus) ?? 0;
  if (cpus > offer.cpusPerNode) return refuse(`asks for ${cpus} CPUs on a node, and a node has ${offer.cpusPerNode}`);
  return memoryMib > offer.memoryMibPerNode
    ? refuse(`asks for ${memoryMib} MiB of memory, and a node has ${offer.memoryMibPerNode}`)
    : undefined;
}

function limitRefusal(job: Job, offer: Offer, gpus: number, refuse: Refuse): Refusal | undefined {
  if (offer.accounts === undefined || findAccess(job, offer, gpus) !== undefined) return undefined;
  const most = Math.max(...longEnough(job, offer).map(mostGpus));
  return refuse(`you may have ${formatCount(most, 'GPU')} there at most`);
}

function mostGpus({ maxGpusPerJob = Infinity, maxGpusPerUser = Infinity }: Access): number {
  return Math.min(maxGpusPerJob, maxGpusPerUser);
}

/** GPUs of this user that may still start now. */
export function countAccessGpusLeft({ maxGpusPerUser, gpusInUse = 0 }: Access): number {
  return maxGpusPerUser === undefined ? Infinity : Math.max(0, maxGpusPerUser - gpusInUse);
}

/**
 * The way in for a number of GPUs: the user's default if it does, since another one charges others; otherwise one with room now,
 * then that of the best fairshare, then the QOS that the account has by default. Undefined: none allows that many, or it is not known who gets in.
 */
export function findAccess(job: Job, offer: Offer, gpus: number): Access | undefined {
  const [best] = allowing(job, offer, gpus).toSorted(
    (a, b) =>
      Number(b.default) - Number(a.default) ||
      Number(countAccessGpusLeft(b) >= gpus) - Number(countAccessGpusLeft(a) >= gpus) ||
      (b.fairshare ?? 0) - (a.fairshare ?? 0) ||
      Number(b.defaultQos ?? false) - Number(a.defaultQos ?? false) ||
      compareTexts(nameOf(a), nameOf(b)),
  );
  return best;
}

/** If the user's own jobs use up the way in: another one that has room now, in words. */
export function suggestOtherAccess(job: Job, offer: Offer, gpus: number): string | undefined {
  const best = findAccess(job, offer, gpus);
  if (best === undefined || countAccessGpusLeft(best) >= gpus) return undefined;
  const other = allowing(job, offer, gpus).find((access) => countAccessGpusLeft(access) >= gpus);
  const used = `you have ${best.gpusInUse ?? 0} of the ${best.maxGpusPerUser ?? 0} GPUs that ${nameOf(best)} may have`;
  return other === undefined ? used : `${used}; ${nameOf(other)} has room now`;
}

function allowing(job: Job, offer: Offer, gpus: number): Access[] {
  return longEnough(job, offer).filter((access) => gpus <= mostGpus(access));
}

/** The ways in that permit its time limit. */
function longEnough(job: Job, offer: Offer): Access[] {
  return waysIn(job, offer).filter(({ maxWallS = Infinity }) => (job.timeLimitS ?? 0) <= maxWallS);
}

function nameOf({ account, qos }: Access): string {
  return qos === undefined ? `account ${account}` : `account ${account} with QOS ${qos}`;
}
