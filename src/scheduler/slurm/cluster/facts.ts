import { askAccountStanding, type Standing } from './accounts.ts';
import type { Cache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { askClusterConfig } from './config.ts';
import { toSlurmNode, NODES_ARGV, parseNodes, type SlurmNode, type NodeUse } from '../parse/nodes.ts';
import { parsePartitions, type SlurmPartition } from '../parse/partitions.ts';

/** What a cluster has that does not change with the hour. */
export interface SlurmInventory {
  readonly partitions: readonly SlurmPartition[];
  readonly nodes: readonly SlurmNode[];
  /** What accounting has about this user; undefined without accounting. */
  readonly standing?: Standing;
}

/** Nodes are added and partitions changed rarely. */
const MAX_AGE_MS = 3_600_000;

/** As `scontrol -a -o` takes it. */
export const PARTITIONS_QUESTION = 'show partition';
const PARTITIONS_ARGV = ['scontrol', '-a', '-o', 'show', 'partition'] as const;

/**
 * What the cluster has, at most an hour old; without asking anyone where that is kept. Undefined when it cannot
 * be asked.
 *
 * @throws SheafError `slurm.unreachable` if not even its configuration is available
 */
export async function askInventory(commands: SlurmCommands, cache: Cache): Promise<SlurmInventory | undefined> {
  const { accounting, cluster } = await askClusterConfig(commands, cache);
  const [hardware, standing] = await Promise.all([
    hardwareFacts(commands, cache),
    accounting ? askAccountStanding(commands, cache, cluster) : undefined,
  ]);
  return hardware && { ...hardware, ...(standing === undefined ? {} : { standing }) };
}

type Hardware = Pick<SlurmInventory, 'partitions' | 'nodes'>;

async function hardwareFacts(commands: SlurmCommands, cache: Cache): Promise<Hardware | undefined> {
  const kept = cache.read<Hardware>('nodes', MAX_AGE_MS);
  if (kept !== undefined) return kept;
  const asked = await askHardware(commands);
  return asked.kind === 'answer' ? keepHardware(cache, asked) : undefined;
}

/** Keeps what does not change of an answer. */
export function keepHardware(cache: Cache, { partitions, nodes }: HardwareUse): Hardware {
  const hardware = { partitions, nodes: nodes.map(toSlurmNode) };
  cache.write('nodes', hardware);
  return hardware;
}

export interface HardwareUse {
  readonly partitions: readonly SlurmPartition[];
  readonly nodes: readonly NodeUse[];
}

/** Asks for partitions and nodes now: two questions. */
export async function askHardware(
  commands: SlurmCommands,
): Promise<({ readonly kind: 'answer' } & HardwareUse) | { readonly kind: 'failed'; readonly said: string }> {
  const [partitions, nodes] = await Promise.all([commands.ask(PARTITIONS_ARGV), commands.ask(NODES_ARGV)]);
  if (partitions.kind === 'failed') return partitions;
  if (nodes.kind === 'failed') return nodes;
  return { kind: 'answer', partitions: parsePartitions(partitions.stdout), nodes: parseNodes(nodes.stdout) };
}
