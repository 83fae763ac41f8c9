import { formatTimeLimit } from '../../core/units.ts';
import type { ScoredCandidate } from './score-candidate.ts';
import type { Job } from '../job/job.ts';

/**
 * A choice as resources that go over those of an experiment, as texts like those of `--set`. What the job says itself,
 * and what the scheduler gives anyway, is left out.
 *
 * @param isAlone the partition has GPUs of one type alone
 */
export function formatChoice(job: Job, candidate: ScoredCandidate, isAlone: boolean): { [resource: string]: string } {
  const { offer, access, nodes, gpusPerNode, cpusPerTask, asksTimeS } = candidate;
  const special = access !== undefined && !access.default;
  const typed =
    gpusPerNode > 0 && !isAlone && offer.gpuType !== undefined && offer.gpuType !== '' && job.gpuType === undefined;
  return {
    ...(job.noPartitions ? {} : { partition: offer.partition }),
    ...(special && job.account === undefined ? { account: access.account } : {}),
    ...(special && access.qos !== undefined && job.qos === undefined ? { qos: access.qos } : {}),
    ...(offer.reservation === undefined || offer.reservation === job.reservation
      ? {}
      : { reservation: offer.reservation }),
    ...(nodes === (job.nodes ?? 1) ? {} : { num_nodes: String(nodes) }),
    ...(gpusPerNode === (job.gpusPerNode ?? 0) ? {} : { num_gpus: String(gpusPerNode) }),
    ...(typed ? { gpu_type: offer.gpuType ?? '' } : {}),
    ...(cpusPerTask === undefined ? {} : { cpus_per_task: String(cpusPerTask) }),
    ...(asksTimeS === undefined ? {} : { time_limit: formatTimeLimit(asksTimeS) }),
  };
}
