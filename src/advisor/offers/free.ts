import type { FreeNode } from '../offer.ts';
import { countAccessGpusLeft, hasAll } from './allowed.ts';
import type { Candidate } from '../job/job.ts';

/**
 * Whether what it asks for is free now: enough nodes with GPUs, CPUs and memory left, and no limit of the user in the
 * way. Undefined: what is free is not known.
 */
export function isFreeNow(candidate: Candidate): boolean | undefined {
  const jobs = countJobsNow(candidate);
  return jobs === undefined ? undefined : jobs >= 1;
}

/** How many such jobs could start now; undefined: what is free is not known. */
export function countJobsNow(candidate: Candidate): number | undefined {
  const { offer, access, nodes, gpus } = candidate;
  if (offer.free === undefined || candidate.isUnweighed) return undefined;
  const onNodes = offer.free.map((free) => {
    const fits = partsOn(free, candidate);
    return offer.exclusive || nodes > 1 ? Math.min(1, fits) : fits;
  });
  const byNodes = Math.floor(onNodes.reduce((sum, fits) => sum + fits, 0) / nodes);
  const byLimit = access === undefined || gpus === 0 ? Infinity : Math.floor(countAccessGpusLeft(access) / gpus);
  return Math.min(byNodes, byLimit);
}

/** How many such jobs its nodes hold, were they all empty. */
export function countJobsInAll(candidate: Candidate): number {
  const { offer, nodes, gpus, features = [] } = candidate;
  const { gpusPerNode, cpusPerNode: cpus, memoryMibPerNode: memoryMib } = offer;
  const fits = partsOn({ gpus: gpusPerNode, cpus, memoryMib, features }, candidate);
  const perNode = offer.exclusive || nodes > 1 ? Math.min(1, fits) : fits;
  const byNodes = Math.floor((perNode * offer.nodes) / nodes);
  return gpus === 0 ? byNodes : Math.min(byNodes, Math.floor(offer.gpusTotal / gpus));
}

/** How many times what the job asks for on one node is free on this one. */
function partsOn(
  free: FreeNode,
  { gpusPerNode, cpusPerNode, memoryMib = 0, features = [], endsMs }: Candidate,
): number {
  if (!hasAll(free.features ?? [], features)) return 0;
  // It is reserved soon: a job must be over by then.
  if (free.untilMs !== undefined && (endsMs ?? Infinity) > free.untilMs) return 0;
  const by = (has: number, asks: number): number => (asks === 0 ? Infinity : Math.floor(has / asks));
  return Math.min(by(free.gpus, gpusPerNode), by(free.cpus, cpusPerNode), by(free.memoryMib, memoryMib));
}
