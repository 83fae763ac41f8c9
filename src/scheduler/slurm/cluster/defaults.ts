import type { Resources } from '../../../core/settings/settings.ts';
import { findNearest } from '../../../core/text/nearest.ts';
import { formatTimeLimit } from '../../../core/units.ts';
import type { Completed } from '../../scheduler.ts';
import type { GpusByPartition } from '../../kind.ts';
import type { ClusterConfig } from './config.ts';
import type { SlurmInventory } from './facts.ts';
import { refuseImpossible } from './impossible.ts';
import { cannotAskForGpus, removeGpuOptions, withUnlistedGpus } from './no-gres.ts';
import type { SlurmPartition } from '../parse/partitions.ts';
import { removeMemory } from './refused-memory.ts';
import { listPartitionNames, findPartitions, saysNoMemory, computeJobShape, getTimeLimit } from './shape.ts';
import { chooseStatedMemory, type Stated } from './stated-memory.ts';
import { findWallLimit, type WallLimit } from './limits.ts';

/** What a job without a time limit gets where no partition names one. */
export const DEFAULT_TIME_S: number = 24 * 3600;

/**
 * Sets memory and time, which Slurm would otherwise choose: all of a node, or as long as a partition permits.
 *
 * @throws SheafError `resources.*` for what the partitions can never give, though Slurm might take it
 */
export function stateResources(
  resources: Resources,
  facts: SlurmInventory | undefined,
  config: ClusterConfig,
  { gpus = new Map(), refusesMemory = false }: SiteRules = {},
): Completed {
  const asked = refusesMemory ? removeMemory(resources) : { resources, notes: [] };
  const seen = facts && { ...facts, nodes: withUnlistedGpus(facts.nodes, gpus) };
  const stated = statedLimits(asked.resources, seen, config);
  const notes = [...asked.notes, ...stated.notes];
  const hasGpus = computeJobShape(resources).gpus > 0;
  if (facts === undefined || !hasGpus || !cannotAskForGpus(resources, facts, gpus)) return { ...stated, notes };
  return { resources: removeGpuOptions(stated.resources), notes: [...notes, UNLISTED_NOTE] };
}

/** What is known of a site beside what its Slurm tells. */
export interface SiteRules {
  /** GPUs that the project writes of. */
  readonly gpus?: GpusByPartition;
  /** Jobs that state memory are refused. */
  readonly refusesMemory?: boolean;
}

const UNLISTED_NOTE =
  'Slurm lists no GPUs there: they are taken as sheaf.yaml says, and nothing is asked for with --gres or --gpus';

function statedLimits(resources: Resources, facts: SlurmInventory | undefined, config: ClusterConfig): Completed {
  const [noTime, noMemory] = [getTimeLimit(resources) === undefined, saysNoMemory(resources)];
  if (facts === undefined) {
    const missing = [...(noTime ? ['time_limit'] : []), ...(noMemory ? ['mem'] : [])];
    const note = `the cluster could not be asked: it decides ${missing.join(' and ')} by itself`;
    return { resources, notes: missing.length === 0 ? [] : [note] };
  }
  refuseImpossible(resources, facts, config);
  const partitions = findPartitions(resources, facts.partitions);
  if (partitions.length === 0 && (noTime || noMemory))
    return { resources, notes: [unknownPartition(resources, facts.partitions)] };
  const time = noTime ? statedTime(partitions, findWallLimit(resources, facts, config)) : undefined;
  const memory = noMemory ? chooseStatedMemory(resources, partitions, facts.nodes, config) : undefined;
  return {
    resources: { ...resources, ...time?.stated, ...memory?.stated },
    notes: [time?.note, memory?.note].filter((note) => note !== undefined),
  };
}

function unknownPartition(resources: Resources, partitions: readonly SlurmPartition[]): string {
  const names = listPartitionNames(resources);
  const known = partitions.map(({ name }) => name);
  const [near] = (names ?? []).flatMap((name) => findNearest(name, known));
  const which = names === undefined ? 'no partition is the default' : `the partition ${names.join(', ')} is not known`;
  if (near !== undefined) return `${which}; did you mean --set partition=${near}?`;
  return `${which}: Slurm chooses time_limit and mem if they are not set`;
}

/** What all of the partitions, and the limits of QOS and account, permit. */
function statedTime(partitions: readonly SlurmPartition[], wall: WallLimit | undefined): Stated {
  const choices = partitions.map(({ name, defaultTimeS, maxTimeS }) => {
    if (defaultTimeS !== undefined)
      return { seconds: Math.min(defaultTimeS, maxTimeS ?? Infinity), why: `the default of partition ${name}` };
    if (maxTimeS !== undefined) return { seconds: maxTimeS, why: `the most that partition ${name} permits` };
    return { seconds: DEFAULT_TIME_S, why: `partition ${name} has neither a default nor a limit` };
  });
  const all = wall === undefined ? choices : [...choices, { seconds: wall.seconds, why: `the limit of ${wall.of}` }];
  const { seconds, why } = all.reduce((least, each) => (each.seconds < least.seconds ? each : least));
  const text = formatTimeLimit(seconds);
  return { stated: { time_limit: text }, note: `no time_limit in the template: sheaf requests ${text} (${why})` };
}
