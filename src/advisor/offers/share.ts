import type { Offer } from '../offer.ts';
import type { Shape } from './counts.ts';
import type { Job } from '../job/job.ts';

/** More CPUs for each GPU are not proposed: what feeds a GPU seldom needs more. */
const MOST_CPUS_PER_GPU = 8;

/** Share of a node's memory that its GPUs may have together: the system needs some. */
const MEMORY_SHARE = 0.9;

/** CPUs that a job has on each node, and how many are proposed for a task by default. */
export interface CpuShare {
  readonly cpusPerNode: number;
  readonly cpusPerTask?: number;
}

/**
 * The CPUs that go with its GPUs: no more than their share of the node, so that the other GPUs of it stay usable. A job
 * that says how many keeps them.
 */
export function computeCpuShare(job: Job, offer: Offer, { gpusPerNode }: Shape): CpuShare {
  const tasks = job.tasksPerNode ?? 1;
  const isUnknown = !Number.isFinite(offer.cpusPerNode);
  if (job.cpusPerTask !== undefined || gpusPerNode === 0 || isUnknown)
    return { cpusPerNode: (job.cpusPerTask ?? 1) * tasks };
  const perGpu = Math.min(MOST_CPUS_PER_GPU, Math.floor(offer.cpusPerNode / offer.gpusPerNode));
  const perTask = Math.max(1, Math.floor((perGpu * gpusPerNode) / tasks));
  return { cpusPerNode: perTask * tasks, ...(perTask > 1 ? { cpusPerTask: perTask } : {}) };
}

/** Less is not stated for a job that asks for none. */
const LEAST_MEMORY_MIB = 1024;

/** MiB of host memory on each node: as the job says, otherwise as it is given; undefined: unknown. */
export function computeNodeMemory(
  { memoryMib, memoryPer = {} }: Job,
  offer: Offer,
  { gpusPerNode }: Shape,
  cpusAsked: number,
): number | undefined {
  const most = offer.memoryMibPerNode;
  if (memoryMib === Infinity) return Number.isFinite(most) ? most : undefined;
  if (memoryMib !== undefined) return memoryMib;
  const cpus = offer.exclusive && Number.isFinite(offer.cpusPerNode) ? offer.cpusPerNode : cpusAsked;
  if (memoryPer.gpu !== undefined) return memoryPer.gpu * gpusPerNode;
  if (memoryPer.cpu !== undefined) return memoryPer.cpu * cpus;
  if (offer.defaultMemory === undefined) return undefined;
  const { perGpuMib, perCpuMib, perNodeMib } = offer.defaultMemory;
  if (gpusPerNode > 0 && perGpuMib !== undefined) return Math.min(most, perGpuMib * gpusPerNode);
  if (perCpuMib !== undefined) return Math.min(most, perCpuMib * cpus);
  if (perNodeMib !== undefined) return Math.min(most, perNodeMib);
  if (!Number.isFinite(most)) return undefined;
  const part = Math.max(cpus / Math.max(1, offer.cpusPerNode), gpusPerNode / Math.max(1, offer.gpusPerNode));
  return Math.min(most, Math.max(LEAST_MEMORY_MIB, Math.floor(most * part)));
}

/** What a job that takes more than the share of its GPUs should know: it strands the others of the node. */
export function shareWarnings(job: Job, offer: Offer, { gpusPerNode }: Shape): string[] {
  if (gpusPerNode === 0 || gpusPerNode >= offer.gpusPerNode) return [];
  const part = gpusPerNode / offer.gpusPerNode;
  const of = `${gpusPerNode} of ${offer.gpusPerNode} GPUs of a node`;
  const cpus = (job.cpusPerTask ?? 0) * (job.tasksPerNode ?? 1);
  const memory = Math.min(job.memoryMib ?? 0, offer.memoryMibPerNode);
  const memoryShare = Math.floor(MEMORY_SHARE * part * offer.memoryMibPerNode);
  return [
    ...(cpus > part * offer.cpusPerNode
      ? [`asks for ${cpus} CPUs with ${of}, whose share is ${Math.floor(part * offer.cpusPerNode)}: it waits longer`]
      : []),
    ...(memory > memoryShare
      ? [`asks for ${gibText(memory)} of memory with ${of}, whose share is ${gibText(memoryShare)}: it waits longer`]
      : []),
  ];
}

function gibText(mib: number): string {
  return `${Math.round(mib / 102.4) / 10} GiB`;
}
