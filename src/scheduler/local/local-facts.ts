import type { ClusterFacts, NodeGpus } from '../../core/cluster/cluster-facts.ts';
import { hostName, nowMs, runCommand } from '../../system/index.ts';
import { listJobIds, readQueuedJob } from './spool/job-file.ts';
import { readLog } from './spool/job-log.ts';
import { readQueueFile } from './spool/queue-file.ts';
import { readFreeMemory, readMachineMemory, type MachineCapacity } from './spool/slots.ts';
import type { Spool } from './spool/spool.ts';

/** The one partition of this machine: jobs need not name it. */
const NAME = 'local';
const NVIDIA_SMI_LIMIT_MS = 10_000;

interface Load {
  cpus: number;
  gpus: Set<string>;
  running: number;
  pending: number;
  pendingGpus: number;
}

/** This machine as a cluster of one node: what its jobs leave free, and what its GPUs are. */
export async function getLocalFacts(id: string, spool: Spool, machine: MachineCapacity): Promise<ClusterFacts> {
  const names = machine.gpus.length === 0 ? new Map<string, string>() : await gpuNames();
  const load = loadOf(spool);
  const memoryMib = readMachineMemory();
  return {
    id,
    atMs: nowMs(),
    partitions: [{ name: NAME, default: true, state: 'up', priorityTier: 1, exclusive: false }],
    nodes: [
      {
        name: hostName(),
        partitions: [NAME],
        state: load.running === 0 ? 'idle' : 'mixed',
        takesJobs: true,
        cpus: machine.cpus,
        cpusFree: Math.max(0, machine.cpus - load.cpus),
        memoryMib: memoryMib ?? 0,
        ...withFree(readFreeMemory()),
        gpus: gpusOf(machine, names, load),
        features: [],
      },
    ],
    queue: [
      {
        partition: NAME,
        pendingJobs: load.pending,
        pendingGpus: load.pendingGpus,
        runningJobs: load.running,
        ownPending: load.pending,
        ownRunning: load.running,
        ownGpus: load.gpus.size,
      },
    ],
    accountsHold: false,
    unknown: [
      ...(memoryMib === undefined ? ['This machine does not tell how much memory it has.'] : []),
      ...(machine.gpus.some((gpu) => !names.has(gpu)) ? ['nvidia-smi does not tell what all of its GPUs are.'] : []),
      ...(machine.gpus.length === 0 ? [] : ['What programs that sheaf did not start do on its GPUs is not counted.']),
    ],
  };
}

function withFree(memoryFreeMib: number | undefined): { readonly memoryFreeMib?: number } {
  return memoryFreeMib === undefined ? {} : { memoryFreeMib };
}

function gpusOf(machine: MachineCapacity, names: ReadonlyMap<string, string>, { gpus: inUse }: Load): NodeGpus[] {
  const byType = Map.groupBy(machine.gpus, (gpu) => names.get(gpu) ?? '');
  return [...byType].map(([type, ids]) => ({
    type,
    total: ids.length,
    free: ids.filter((gpu) => !inUse.has(gpu)).length,
  }));
}

function loadOf(spool: Spool): Load {
  const load: Load = { cpus: 0, gpus: new Set(), running: 0, pending: 0, pendingGpus: 0 };
  const { firstOpen } = readQueueFile(spool);
  for (const id of listJobIds(spool).filter((each) => each >= firstOpen)) {
    const submitted = readQueuedJob(spool, id);
    if (submitted === undefined) continue;
    for (const state of readLog(spool, id, submitted).states.values()) {
      if (state.kind === 'running') {
        load.running += 1;
        load.cpus += state.cpus;
        for (const gpu of state.gpus) load.gpus.add(gpu);
      } else if (state.kind === 'pending') {
        load.pending += 1;
        load.pendingGpus += submitted.gpus;
      }
    }
  }
  return load;
}

/** By their ids. */
async function gpuNames(): Promise<Map<string, string>> {
  const argv = ['nvidia-smi', '--query-gpu=index,name', '--format=csv,noheader'] as const;
  const { exitCode, stdout } = await runCommand(argv, { timeoutMs: NVIDIA_SMI_LIMIT_MS });
  const lines = exitCode === 0 ? stdout.split('\n') : [];
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, index, name] = /^(\d+),\s*(.+?)\s*$/.exec(line) ?? [];
      return index === undefined || name === undefined ? [] : [[index, name]];
    }),
  );
}
