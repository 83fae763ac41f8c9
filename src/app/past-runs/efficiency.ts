import {
  computeEfficiency,
  THRESHOLDS,
  type EfficiencyGroup,
  type OtherGpu,
  type PastRun,
} from '../../advisor/index.ts';
import { SheafError } from '../../core/errors.ts';
import { groupDigits } from '../../core/text/phrases.ts';
import { listPastRuns } from './past-runs.ts';
import type { Project } from '../project/project.ts';
import type { Selector } from '../project/types.ts';
import { isSelective, openSelection } from '../experiments/select.ts';

export interface EfficiencyRequest extends Selector {
  /** The number of newest runs; what they used is read for them alone. Default 200. */
  readonly limit?: number;
}

export interface EfficiencyReport {
  /** Those that wasted most GPU hours first. */
  readonly groups: readonly EfficiencyGroup[];
  /** Runs that were read. */
  readonly runs: number;
  /** Experiments that were named, and of which no run has ended. */
  readonly notRun: readonly string[];
  readonly warnings: readonly string[];
}

const DEFAULT_LIMIT = 200;

/**
 * What runs used of what they asked for, with what to ask for next time. Asks accounting, once, for what the monitor does not
 * tell.
 *
 * @throws SheafError as `openSelection`
 */
export async function reportEfficiency(project: Project, request: EfficiencyRequest): Promise<EfficiencyReport> {
  const { limit = DEFAULT_LIMIT, ...selector } = request;
  const selection = openSelection(project, { ...selector, sort: { field: 'ended', descending: true } });
  const { runs, warnings } = await listPastRuns(project, selection.rows(), { limit, usage: 'accounting' });
  const { groups } = computeEfficiency(runs, await otherGpus(project, runs));
  const ran = new Set(runs.map(({ expId }) => expId));
  const cut =
    runs.length < limit
      ? []
      : [`sheaf read only the newest ${groupDigits(limit)} runs: --limit reads more, --where others`];
  return {
    groups,
    runs: runs.length,
    notRun: isSelective({ ids: selector.ids ?? [] }) ? (selector.ids ?? []).filter((id) => !ran.has(id)) : [],
    warnings: [...selection.warnings, ...warnings, ...cut],
  };
}

/** GPUs that this user may ask for; the cluster is only asked where one that was had is hardly used. */
async function otherGpus(project: Project, runs: readonly PastRun[]): Promise<readonly OtherGpu[]> {
  if (!runs.some(({ gpus, usage }) => gpus === 1 && (usage?.gpuUtil ?? 1) < THRESHOLDS.gpuLow.value)) return [];
  try {
    const { getOffers } = await import('../cluster/cluster-facts.ts');
    return (await getOffers(project)).offers.flatMap(({ gpu, gpuType, partition, accounts, closed }): OtherGpu[] => {
      const isOpen = closed === undefined && accounts?.length !== 0;
      return gpu === undefined || gpuType === undefined || gpuType === '' || !isOpen
        ? []
        : [{ kind: gpu, gpuType, partition }];
    });
  } catch (error) {
    // Without the cluster it is not known what there is.
    if (error instanceof SheafError) return [];
    throw error;
  }
}
