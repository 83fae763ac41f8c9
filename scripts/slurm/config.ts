/** The files that the daemons read, and the folders and device nodes that these name. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cgroupConf, memorySettings, type MemoryLimit } from './memory-limit.ts';
import { nodes, partitions, type NodeKind } from './nodes.ts';
import type { Process } from './processes.ts';

/** What distinguishes one cluster from another; kept in `cluster.json`. */
export interface Settings {
  readonly dir: string;
  readonly name: string;
  readonly portBase: number;
  readonly maxArraySize: number;
  /** Seconds that an ended job stays in the controller's answers. */
  readonly minJobAge: number;
  readonly slurmdTimeout: number;
  readonly accounting: boolean;
  readonly memoryLimit: MemoryLimit;
  /** The cluster is a remnant when this process has ended. Without one it stays until it is taken down. */
  readonly boundTo?: Process;
}

/** Controller, database daemon, and one for each node. */
export const portCount: number = 2 + nodes.length;

export const confOf = (dir: string): string => join(dir, 'slurm.conf');
export const mungeSocket = (dir: string): string => join(dir, 'munge', 'munge.socket');
export const databaseSocket = (dir: string): string => join(dir, 'database', 'socket');
export const stateFolder = (dir: string): string => join(dir, 'state');

export function writeConfig(settings: Settings): void {
  const { dir } = settings;
  for (const folder of ['state', 'spool', 'logs', 'pids', 'devices', 'munge', 'database', 'home'])
    mkdirSync(join(dir, folder), { recursive: true, mode: 0o755 });
  for (const { name } of nodes) mkdirSync(join(dir, 'spool', name), { recursive: true });
  writeFileSync(confOf(dir), slurmConf(settings));
  writeFileSync(join(dir, 'gres.conf'), gresConf(dir));
  writeFileSync(join(dir, 'cgroup.conf'), cgroupConf(settings.memoryLimit));
  writeFileSync(join(dir, 'slurmdbd.conf'), slurmdbdConf(settings), { mode: 0o600 });
}

function slurmConf(settings: Settings): string {
  const { dir, name, portBase } = settings;
  return lines([
    `ClusterName=${name}`,
    `SlurmctldHost=${hostname()}(127.0.0.1)`,
    `SlurmctldPort=${portBase}`,
    'SlurmUser=root',
    // Each daemon binds its own address, where it has one in this file, instead of all of the machine's.
    'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
    'AuthType=auth/munge',
    // cred_expire: a requeued job may start again after 6 s instead of 2 minutes.
    `AuthInfo=socket=${mungeSocket(dir)},cred_expire=5`,
    `StateSaveLocation=${stateFolder(dir)}`,
    `SlurmctldPidFile=${dir}/slurmctld.pid`,
    `SlurmctldLogFile=${dir}/logs/slurmctld.log`,
    `SlurmdSpoolDir=${dir}/spool/%n`,
    `SlurmdPidFile=${dir}/slurmd.%n.pid`,
    `SlurmdLogFile=${dir}/logs/slurmd.%n.log`,
    // This computer has fewer processors and less memory than the nodes pretend.
    'SlurmdParameters=config_overrides',
    'ProctrackType=proctrack/linuxproc',
    ...memorySettings(settings.memoryLimit),
    'MpiDefault=none',
    'ReturnToService=2',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core_Memory',
    // As most sites have it: without it a job that names no memory takes all of a node, and jobs run one by one.
    'DefMemPerCPU=2000',
    'GresTypes=gpu',
    'PreemptType=preempt/partition_prio',
    'PreemptMode=REQUEUE',
    'SchedulerType=sched/backfill',
    'SchedulerParameters=bf_interval=1,sched_interval=2,batch_sched_delay=0,sched_min_interval=0',
    `MaxArraySize=${settings.maxArraySize}`,
    'MaxJobCount=50000',
    `MinJobAge=${settings.minJobAge}`,
    // What a job does when it is asked to end takes a busy machine seconds.
    'KillWait=10',
    'SlurmctldTimeout=10',
    `SlurmdTimeout=${settings.slurmdTimeout}`,
    'InactiveLimit=0',
    ...accountingSettings(settings),
    ...nodes.map((node, index) => nodeLine(node, portBase + 2 + index)),
    ...partitions.map((line) => `${line} MaxTime=7-00:00:00 DefaultTime=1:00:00 State=UP`),
  ]);
}

function accountingSettings({ dir, accounting, portBase }: Settings): string[] {
  if (!accounting) return ['AccountingStorageType=accounting_storage/none'];
  return [
    'AccountingStorageType=accounting_storage/slurmdbd',
    'AccountingStorageHost=127.0.0.1',
    `AccountingStoragePort=${portBase + 1}`,
    `AccountingStoragePass=${mungeSocket(dir)}`,
    'AccountingStorageEnforce=associations,limits,qos',
    'AccountingStorageTRES=gres/gpu',
  ];
}

function nodeLine({ name, cpus, memoryMb, gpu }: NodeKind, port: number): string {
  const gres = gpu === undefined ? '' : ` Gres=gpu:${gpu.type}:${gpu.count}`;
  const cores = `CPUs=${cpus} Boards=1 SocketsPerBoard=2 CoresPerSocket=${cpus / 2} ThreadsPerCore=1`;
  return `NodeName=${name} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${port} ${cores} RealMemory=${memoryMb}${gres} State=UNKNOWN`;
}

/** A null device stands in for each GPU. */
function gresConf(dir: string): string {
  return lines(
    nodes.flatMap(({ name, gpu }) => {
      if (gpu === undefined) return [];
      const devices = Array.from({ length: gpu.count }, (_, index) => join(dir, 'devices', `${name}_gpu${index}`));
      for (const device of devices) spawnSync('mknod', ['--mode=666', device, 'c', '1', '3'], { stdio: 'ignore' });
      const file = `${dir}/devices/${name}_gpu[0-${gpu.count - 1}]`;
      return [`NodeName=${name} Name=gpu Type=${gpu.type} File=${file}`];
    }),
  );
}

/** The database listens on no port: root reaches it over its socket, without a password. */
function slurmdbdConf({ dir, portBase }: Settings): string {
  return lines([
    'DbdHost=localhost',
    'DbdAddr=127.0.0.1',
    `DbdPort=${portBase + 1}`,
    'SlurmUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${mungeSocket(dir)}`,
    'CommunicationParameters=NoInAddrAny',
    'StorageType=accounting_storage/mysql',
    'StorageHost=localhost',
    'StorageUser=root',
    'StorageLoc=slurm_acct_db',
    `PidFile=${dir}/slurmdbd.pid`,
    `LogFile=${dir}/logs/slurmdbd.log`,
  ]);
}

function lines(words: readonly string[]): string {
  return `${words.join('\n')}\n`;
}
