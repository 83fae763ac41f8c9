import type { PartitionQueue } from '../../../core/cluster/cluster-facts.ts';
import { parseRanges } from '../../../core/text/index-ranges.ts';
import { addGpus, sumGpus, type GpuCounts } from '../parse/gres.ts';
import { parseTresGpus, type SlurmPartition } from '../parse/partitions.ts';
import { isInQueue } from '../parse/reasons.ts';

/** Cannot be in a request. */
const SEPARATOR = '\u001f';

const COLUMNS = [
  'JobArrayID',
  'Partition',
  'StateCompact',
  'UserName',
  'QOS',
  'tres-alloc',
  'tres-per-node',
  'tres-per-job',
  'tres-per-task',
  'NumNodes',
  'NumTasks',
  'Reason',
];

/** The question for all jobs that wait or run, of everybody: folded arrays are one row. */
export const LOAD_ARGV: readonly [string, ...string[]] = [
  'squeue',
  '-a',
  '-h',
  '-t',
  'PENDING,RUNNING,SUSPENDED,CONFIGURING,COMPLETING',
  '-O',
  COLUMNS.map((column) => `${column}:${SEPARATOR}`).join(','),
];

/** What of the queue matters to others. */
export interface QueueLoad {
  readonly partitions: readonly PartitionQueue[];
  /** GPUs that this user has, by QOS: that of the job, and that of the partition that it is in. */
  readonly ownGpus: ReadonlyMap<string, GpuCounts>;
}

/**
 * Reads what {@link LOAD_ARGV} printed. A job that waits for one of several partitions counts in each.
 *
 * @param partitions all there are, with their own QOS
 * @param user whose jobs are told apart
 * @param countsGpus whether the cluster counts GPUs at all; without that they are taken from what jobs asked for a node
 */
export function parseQueueLoad(
  text: string,
  partitions: readonly Pick<SlurmPartition, 'name' | 'qos'>[],
  user: string,
  countsGpus: boolean,
): QueueLoad {
  const loads = new Map(partitions.map(({ name }) => [name, newLoad(name)]));
  const qosOf = new Map(partitions.map(({ name, qos }) => [name, qos]));
  const ownGpus = new Map<string, GpuCounts>();
  for (const line of text.split('\n')) {
    const fields = line.split(SEPARATOR).map((field) => field.trim());
    if (fields.length < COLUMNS.length) continue;
    const [id = '', names = '', state = '', owner = '', qos = ''] = fields;
    const reason = fields[11] ?? '';
    const own = owner === user;
    const tasks = tasksIn(id);
    const counts = gpusIn(fields, countsGpus);
    const gpus = sumGpus(counts) * tasks;
    const pending = state === 'PD';
    if (own && !pending) {
      for (const name of new Set([qos, qosOf.get(names) ?? qos])) {
        ownGpus.set(name, addGpus(ownGpus.get(name) ?? {}, counts));
      }
    }
    for (const name of names.split(',')) {
      const load = loads.get(name);
      if (load === undefined) continue;
      if (pending) {
        load.pendingJobs += tasks;
        load.pendingGpus += gpus;
        if (!isInQueue(reason)) load.heldJobs += tasks;
        if (own) load.ownPending += tasks;
      } else {
        load.runningJobs += tasks;
        if (own) load.ownRunning += tasks;
        if (own) load.ownGpus += gpus;
      }
    }
  }
  return { partitions: [...loads.values()], ownGpus };
}

type Load = { -readonly [K in keyof PartitionQueue]-?: Required<PartitionQueue>[K] };

function newLoad(partition: string): Load {
  return {
    partition,
    pendingJobs: 0,
    pendingGpus: 0,
    heldJobs: 0,
    runningJobs: 0,
    ownPending: 0,
    ownRunning: 0,
    ownGpus: 0,
  };
}

/** `7_[0-99%4]` are 100 tasks that wait. */
function tasksIn(id: string): number {
  const folded = /_\[(.*)\]?$/.exec(id)?.[1];
  return folded === undefined ? 1 : (parseRanges(folded.replace(/\]$/, ''))?.length ?? 1);
}

/** Without a total, GPUs are counted from the request of a job: in all, or of each node or task. */
function gpusIn(fields: readonly string[], countsGpus: boolean): GpuCounts {
  const [tres = '', perNode = '', perJob = '', perTask = '', nodes = '', tasks = ''] = fields.slice(5);
  if (countsGpus) return parseTresGpus(tres);
  const inAll = gpusAsked(perJob);
  if (inAll > 0) return { '': inAll };
  const byNode = gpusAsked(perNode) * (Number(nodes) || 1);
  return { '': byNode > 0 ? byNode : gpusAsked(perTask) * (Number(tasks) || 1) };
}

function gpusAsked(text: string): number {
  // Before the name some versions have `gres:` or `gres/`, and some (20.11) nothing.
  const asked = [...text.matchAll(/(?:^|,)(?:gres[/:])?gpu(?:[:=]([^,]*))?(?=,|$)/g)].map(([, words = '']) =>
    // `a100` is one of that type.
    Number(/(?:^|[:=])(\d+)$/.exec(words)?.[1] ?? 1),
  );
  return asked.reduce((sum, count) => sum + count, 0);
}
