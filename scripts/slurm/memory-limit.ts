/**
 * How a job that takes more memory than it asked for is killed.
 *
 * With control groups the kernel does it, as on a real site: OUT_OF_MEMORY. Elsewhere slurmd looks at its jobs every
 * second and kills them itself: FAILED 0:9. Groups of version 2 are not used: slurmd would have to move the processes
 * of this computer's root group, which a container forbids.
 */
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodes } from './nodes.ts';

export type MemoryLimit = 'cgroup' | 'gather';

const hierarchies = '/sys/fs/cgroup';
const memory: string = join(hierarchies, 'memory');
const claim: string = join(memory, 'sheaf_claim');

/**
 * Slurm names its groups after the nodes, at the root of the hierarchy, and its job ids start at 1 in each cluster: two
 * clusters would mix the jobs of one name. So one cluster of this computer has the groups, and the others do without.
 */
export function takeGroups(dir: string): MemoryLimit {
  try {
    const [holder] = folders(claim);
    if (holder !== undefined && existsSync(decodeURIComponent(holder))) return 'gather';
    if (holder !== undefined) removeGroups();
    if (
      !existsSync(join(memory, 'memory.limit_in_bytes')) ||
      nodes.some(({ name }) => existsSync(groupOf(memory, name)))
    )
      return 'gather';
    mkdirSync(claim);
    mkdirSync(join(claim, encodeURIComponent(dir)));
    return 'cgroup';
  } catch {
    return 'gather';
  }
}

/** For the cluster that has them, when its processes have ended. */
export function giveGroupsBack(dir: string): void {
  if (existsSync(join(claim, encodeURIComponent(dir)))) removeGroups();
}

function removeGroups(): void {
  for (const controller of folders(hierarchies))
    for (const { name } of nodes) removeGroup(groupOf(join(hierarchies, controller), name));
  // What runs still in one keeps the claim, whose holder is gone: the next cluster tries again.
  if (!nodes.some(({ name }) => existsSync(groupOf(memory, name)))) removeGroup(claim);
}

function groupOf(hierarchy: string, node: string): string {
  return join(hierarchy, `slurm_${node}`);
}

function removeGroup(folder: string): void {
  for (const entry of folders(folder)) removeGroup(join(folder, entry));
  try {
    rmdirSync(folder);
  } catch {
    // It is not there, or something runs in it still.
  }
}

function folders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
  } catch {
    return [];
  }
}

export function cgroupConf(limit: MemoryLimit): string {
  if (limit === 'gather') return 'CgroupPlugin=disabled\n';
  return 'CgroupPlugin=cgroup/v1\nIgnoreSystemd=yes\nConstrainRAMSpace=yes\n';
}

/** Lines of slurm.conf. */
export function memorySettings(limit: MemoryLimit): string[] {
  const gather = ['JobAcctGatherType=jobacct_gather/linux', 'JobAcctGatherFrequency=1'];
  if (limit === 'cgroup') return ['TaskPlugin=task/cgroup', ...gather];
  return ['TaskPlugin=task/none', ...gather, 'JobAcctGatherParams=OverMemoryKill'];
}
