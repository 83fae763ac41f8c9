import { inputError } from '../../../core/errors.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import { formatTimeLimit } from '../../../core/units.ts';
import type { ClusterConfig } from './config.ts';
import type { SlurmInventory } from './facts.ts';
import { addGpus, countGpus, sumGpus } from '../parse/gres.ts';
import { getLineage, listQosOfJob, findWallLimit } from './limits.ts';
import type { SlurmNode } from '../parse/nodes.ts';
import type { SlurmPartition } from '../parse/partitions.ts';
import { getAccount, findPartitions, computeJobShape, getTimeLimit } from './shape.ts';
import { parseLimitSeconds } from '../parse/times.ts';

const NOW = 'nothing was submitted';
const FOR_EVER = 'Slurm would take the job and never start it';

/**
 * Refuses what no partition asked for can ever give. Slurm takes some of that and keeps it waiting for ever; of
 * the rest it tells less. Only if it is certain: Slurm decides what sheaf does not know.
 *
 * @throws SheafError `resources.time_limit`, `resources.num_gpus`, `resources.gpu_type`, `resources.account`
 */
export function refuseImpossible(resources: Resources, facts: SlurmInventory, config: ClusterConfig): void {
  const partitions = findPartitions(resources, facts.partitions);
  if (partitions.length === 0) return;
  refuseTime(resources, partitions, facts, config);
  refuseGpus(resources, partitions, facts);
  refuseAccount(resources, partitions, facts, config);
}

function refuseTime(
  resources: Resources,
  partitions: readonly SlurmPartition[],
  facts: SlurmInventory,
  config: ClusterConfig,
): void {
  const given = getTimeLimit(resources);
  const asked = given === undefined ? undefined : (parseLimitSeconds(given) ?? Infinity);
  if (asked === undefined) return;
  const wall = findWallLimit(resources, facts, config);
  if (wall !== undefined && asked > wall.seconds) {
    throw inputError('resources.time_limit', `time_limit ${given} is more than ${wall.of} permits`, {
      why: `it permits ${formatTimeLimit(wall.seconds)}; ${FOR_EVER}`,
      fix: `--set time_limit=${formatTimeLimit(wall.seconds)}, or another --set qos=…; sheaf info lists yours`,
      now: NOW,
    });
  }
  const most = Math.max(...partitions.map(({ maxTimeS = Infinity }) => maxTimeS));
  if (asked <= most || mayExceedPartition(resources, partitions, facts, config)) return;
  const longer = facts.partitions.filter(({ hidden, maxTimeS = Infinity }) => !hidden && maxTimeS >= asked);
  const others = longer.length === 0 ? '' : `, or a partition that permits it: ${names(longer)}`;
  throw inputError('resources.time_limit', `time_limit ${given} is more than ${partitionWords(partitions)} permits`, {
    why: `the most there is ${formatTimeLimit(most)}; ${FOR_EVER}`,
    fix: `--set time_limit=${formatTimeLimit(most)}${others}`,
    now: NOW,
  });
}

/** A QOS may lift the limit of a partition; an unknown QOS might. */
function mayExceedPartition(
  resources: Resources,
  partitions: readonly SlurmPartition[],
  { standing }: SlurmInventory,
  { accounting }: ClusterConfig,
): boolean {
  if (!accounting) return false;
  if (standing?.qos === undefined) return true;
  const used = new Set(
    listQosOfJob(
      resources,
      standing,
      partitions.flatMap(({ qos }) => qos ?? []),
    ),
  );
  return standing.qos.some(({ name, flags }) => used.has(name) && flags.includes('PartitionTimeLimit'));
}

function refuseGpus(
  resources: Resources,
  partitions: readonly SlurmPartition[],
  { nodes, partitions: all }: SlurmInventory,
): void {
  const { gpus, gpuType, isCertain } = computeJobShape(resources);
  const own = nodesOf(partitions, nodes);
  if (gpus === 0 || !isCertain || own === undefined) return;
  const where = partitionWords(partitions);
  const most = Math.max(...own.map((node) => countOf(node, gpuType)));
  if (most >= gpus) return;
  const what = gpuType === undefined ? 'GPUs' : `GPUs of type ${gpuType}`;
  const others = all.filter(
    (partition) =>
      !partition.hidden && (nodesOf([partition], nodes) ?? []).some((node) => countOf(node, gpuType) >= gpus),
  );
  const elsewhere = others.length === 0 ? '' : `--set partition=${others[0]?.name} (has such nodes: ${names(others)})`;
  if (most === 0) {
    const types = typesIn(own);
    const sameType = types.find((type) => type.toLowerCase() === gpuType?.toLowerCase());
    const fixes = [sameType === undefined ? '' : `--set gpu_type=${sameType}`, elsewhere].filter((fix) => fix !== '');
    throw inputError(gpuType === undefined ? 'resources.num_gpus' : 'resources.gpu_type', `${where} has no ${what}`, {
      why: types.length === 0 ? 'none of its nodes has a GPU' : `its nodes have: ${types.join(', ')}`,
      fix: [...fixes, ...(types.length === 0 ? [unlistedFix(partitions)] : [])].join(', or '),
      now: NOW,
    });
  }
  throw inputError('resources.num_gpus', `no node of ${where} has ${gpus} ${what}`, {
    why: `the most on one node is ${most}; num_gpus counts those of each node`,
    fix: [`--set num_gpus=${most} (and more num_nodes)`, elsewhere].filter((fix) => fix !== '').join(', or '),
    now: NOW,
  });
}

/** Some sites allocate whole nodes, and list no GPUs. */
function unlistedFix([first]: readonly SlurmPartition[]): string {
  const entry = `${first?.name ?? 'NAME'}: {gpu_type: TYPE, gpus_per_node: N}`;
  return `where its nodes have GPUs that Slurm does not list, write them into sheaf.yaml: cluster: {partitions: {${entry}}}`;
}

function countOf({ gres }: SlurmNode, gpuType: string | undefined): number {
  const counts = countGpus(gres);
  return gpuType === undefined ? sumGpus(counts) : (counts[gpuType] ?? 0);
}

function typesIn(nodes: readonly SlurmNode[]): string[] {
  const types = Object.keys(addGpus(...nodes.map(({ gres }) => countGpus(gres))));
  return types.map((type) => (type === '' ? 'GPUs without a type' : type));
}

/** The nodes of partitions; undefined when not all of them are known. */
function nodesOf(partitions: readonly SlurmPartition[], nodes: readonly SlurmNode[]): readonly SlurmNode[] | undefined {
  const found = partitions.map(({ name }) => nodes.filter((node) => node.partitions.includes(name)));
  const isWhole = partitions.every(({ totalNodes }, i) => totalNodes > 0 && found[i]?.length === totalNodes);
  return isWhole ? [...new Set(found.flat())] : undefined;
}

function refuseAccount(
  resources: Resources,
  partitions: readonly SlurmPartition[],
  { standing, partitions: all }: SlurmInventory,
  { enforces }: ClusterConfig,
): void {
  const account = getAccount(resources);
  if (account === undefined || standing === undefined || enforces?.includes('associations') !== true) return;
  // Where an account is admitted, those below it are.
  const chain = getLineage(account, standing.accounts);
  if (chain.at(-1)?.name !== 'root') return;
  const admits = ({ allowAccounts, denyAccounts }: SlurmPartition): boolean =>
    allowAccounts === undefined
      ? denyAccounts?.includes(account) !== true
      : chain.some(({ name }) => allowAccounts.includes(name));
  if (partitions.some(admits)) return;
  const open = all.filter((partition) => !partition.hidden && admits(partition));
  const allowed = [...new Set(partitions.flatMap(({ allowAccounts = [] }) => allowAccounts))];
  throw inputError('resources.account', `${partitionWords(partitions)} does not admit the account ${account}`, {
    why: `${allowed.length === 0 ? 'this account cannot use the partition' : `admitted: ${allowed.join(', ')}`}; ${FOR_EVER}`,
    fix:
      open.length === 0
        ? 'choose another --set account=…; sheaf info lists yours'
        : `choose another --set account=…, or a partition that admits it: ${names(open)}`,
    now: NOW,
  });
}

function partitionWords(partitions: readonly SlurmPartition[]): string {
  return `${partitions.length === 1 ? 'partition' : 'each of the partitions'} ${names(partitions)}`;
}

const MOST_NAMED = 5;

function names(partitions: readonly SlurmPartition[]): string {
  const shown = partitions.slice(0, MOST_NAMED).map(({ name }) => name);
  return partitions.length > MOST_NAMED ? `${shown.join(', ')}, …` : shown.join(', ');
}
