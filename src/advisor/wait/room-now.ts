import type { Access, Offer } from '../offer.ts';
import type { WaitingJob } from './past-wait.ts';

/** Whether the job could start on what is free now. Undefined: not known. */
export function fitsNow(
  { free, gpusFree }: Offer,
  { nodes, gpusPerNode, cpus = 1, memoryMib = 0 }: WaitingJob,
): boolean | undefined {
  if (free !== undefined) {
    const fitting = free.filter((node) => node.gpus >= gpusPerNode && node.cpus >= cpus && node.memoryMib >= memoryMib);
    return fitting.length >= nodes;
  }
  if (gpusFree === undefined || gpusPerNode === 0) return undefined;
  return gpusFree < nodes * gpusPerNode ? false : undefined;
}

/** Why no number can be given, however free the machine is: a limit, or no way in. */
export function standsInTheWay(offer: Offer, job: WaitingJob): string | undefined {
  if (offer.closed !== undefined) return offer.closed;
  if (offer.accounts?.length === 0) return `none of your accounts may use ${offer.partition}`;
  if (offer.maxTimeS !== undefined && (job.timeLimitS ?? 0) > offer.maxTimeS) {
    return `its time limit is above the limit of ${offer.partition}`;
  }
  const gpus = job.nodes * job.gpusPerNode;
  if (gpus > offer.gpusTotal) return `${offer.partition} has ${offer.gpusTotal} GPUs of this type in all`;
  const access = wayIn(offer, job);
  return access === undefined ? undefined : limitReached(access, gpus);
}

function wayIn({ accounts = [] }: Offer, { account }: WaitingJob): Access | undefined {
  if (account !== undefined) return accounts.find((access) => access.account === account);
  return accounts.find((access) => access.default) ?? accounts[0];
}

function limitReached(
  { qos, account, maxGpusPerJob, maxGpusPerUser, gpusInUse }: Access,
  gpus: number,
): string | undefined {
  const where = qos === undefined ? `account ${account}` : `QOS ${qos}`;
  if (maxGpusPerJob !== undefined && gpus > maxGpusPerJob) return `${where} allows ${maxGpusPerJob} GPUs a job`;
  if (maxGpusPerUser === undefined) return undefined;
  if (gpus > maxGpusPerUser) return `${where} allows ${maxGpusPerUser} GPUs a user`;
  if (gpusInUse === undefined || gpusInUse + gpus <= maxGpusPerUser) return undefined;
  return `you have ${gpusInUse} of the ${maxGpusPerUser} GPUs that ${where} allows: it waits for your own jobs`;
}
