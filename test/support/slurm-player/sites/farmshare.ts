import type { Site } from '../site.ts';

export const SITE: Site = {
  about: 'Stanford FarmShare, Slurm 26.05.1: GPUs without a type, told by features; Exclusive=',
  cluster: 'farmshare',
  atMs: Date.parse('2026-08-01T19:10:23Z'),
  config: `
AccountingStorageEnforce = associations,limits,qos
AccountingStorageTRES   = cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu,gres/gpumem,gres/gpuutil
AccountingStorageType   = accounting_storage/slurmdbd
DefMemPerNode           = UNLIMITED
EnforcePartLimits       = ALL
GresTypes               = gpu
MaxArraySize            = 1024
MaxJobCount             = 16384
MaxMemPerNode           = UNLIMITED
PreemptMode             = OFF
PriorityType            = priority/multifactor
SelectType              = select/cons_tres
SelectTypeParameters    = CR_CORE_MEMORY
SLURM_VERSION           = 26.05.1`,
  partitions: `
PartitionName=normal AllowQos=normal,long,interactive,dev Default=YES QoS=normal DefaultTime=02:00:00 Exclusive=NO MaxNodes=UNLIMITED MaxTime=2-00:00:00 Nodes=barley-[01-04],oat-[01-06],rye-[01-02],wheat-[01-08] PriorityTier=1 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=2560 TotalNodes=20 DefMemPerCPU=2400 MaxMemPerCPU=4000 TRES=cpu=2560,mem=7672000M,node=20,billing=2560,gres/gpu=24
PartitionName=bigmem QoS=bigmem DefaultTime=02:00:00 Exclusive=NO MaxNodes=UNLIMITED MaxTime=2-00:00:00 Nodes=rye-[01-02] PriorityTier=3 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=1024 TotalNodes=2 DefMemPerCPU=3000 MaxMemPerCPU=3000 TRES=cpu=1024,mem=3000G,node=2,billing=1024
PartitionName=gpu QoS=gpu DefaultTime=02:00:00 Exclusive=NO MaxNodes=UNLIMITED MaxTime=2-00:00:00 Nodes=oat-[01-06] PriorityTier=5 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=384 TotalNodes=6 DefMemPerCPU=4000 MaxMemPerCPU=4000 TRES=cpu=384,mem=1500G,node=6,billing=384,gres/gpu=24`,
  nodes: `
oat-[01,04] | normal,gpu | mixed | 46/64 | 172032/256000 | gpu:4(S:0-1) | gpu:3(IDX:0-2) | CPU_MNF:INTEL,CPU_GEN:SPR,CPU_SKU:6426Y,CPU_FRQ:2.50GHz,GPU_GEN:LOV,GPU_BRD:TESLA,GPU_SKU:L40S,GPU_MEM:48GB,GPU_CC:8.9,CLASS:SH4_G4FP32
oat-02 | normal,gpu | mixed | 30/64 | 100000/256000 | gpu:4(S:0-1) | gpu:2(IDX:0-1) | CPU_MNF:INTEL,CPU_GEN:SPR,CPU_SKU:6426Y,CPU_FRQ:2.50GHz,GPU_GEN:LOV,GPU_BRD:TESLA,GPU_SKU:L40S,GPU_MEM:48GB,GPU_CC:8.9,CLASS:SH4_G4FP32
oat-03 | normal,gpu | allocated | 64/64 | 256000/256000 | gpu:4(S:0-1) | gpu:4(IDX:0-3) | CPU_MNF:INTEL,CPU_GEN:SPR,CPU_SKU:6426Y,CPU_FRQ:2.50GHz,GPU_GEN:LOV,GPU_BRD:TESLA,GPU_SKU:L40S,GPU_MEM:48GB,GPU_CC:8.9,CLASS:SH4_G4FP32
oat-05 | normal,gpu | mixed | 40/64 | 172032/256000 | gpu:4(S:0-1) | gpu:3(IDX:0-2) | CPU_MNF:INTEL,CPU_GEN:SPR,CPU_SKU:6426Y,CPU_FRQ:2.50GHz,GPU_GEN:LOV,GPU_BRD:TESLA,GPU_SKU:L40S,GPU_MEM:48GB,GPU_CC:8.9,CLASS:SH4_G4FP32
oat-06 | normal,gpu | mixed | 30/64 | 100000/256000 | gpu:4(S:0-1) | gpu:4(IDX:0-3) | CPU_MNF:INTEL,CPU_GEN:SPR,CPU_SKU:6426Y,CPU_FRQ:2.50GHz,GPU_GEN:LOV,GPU_BRD:TESLA,GPU_SKU:L40S,GPU_MEM:48GB,GPU_CC:8.9,CLASS:SH4_G4FP32
barley-[01-04] | normal | mixed | 8/128 | 16000/384000 | (null) | (null)
rye-[01-02] | normal,bigmem | idle | 8/512 | 16000/1536000 | (null) | (null)
wheat-[01,04,06-08] | normal | mixed | 8/80 | 16000/191000 | (null) | (null)
wheat-[02-03,05] | normal | drained* | 8/80 | 16000/191000 | (null) | (null)`,
  associations: [{ account: 'operator', qos: 'bigmem,caddyshack,dev,gpu,interactive,long,normal' }],
  qos: [
    {
      name: 'normal',
      flags: 'DenyOnLimit',
      maxjobspu: '128',
      maxsubmitpu: '1024',
      maxtrespu: 'cpu=512,gres/gpu=1',
      priority: '100',
    },
    {
      name: 'interactive',
      flags: 'DenyOnLimit',
      maxjobspu: '4',
      maxsubmitpu: '4',
      maxtrespu: 'cpu=16,mem=64G',
      priority: '200',
    },
    {
      name: 'dev',
      flags: 'DenyOnLimit',
      maxwall: '08:00:00',
      maxjobspu: '1',
      maxsubmitpu: '1',
      maxtrespu: 'cpu=8,mem=32G',
      priority: '300',
    },
    {
      name: 'long',
      flags: 'DenyOnLimit,PartitionTimeLimit',
      maxwall: '7-00:00:00',
      maxjobspu: '4',
      maxsubmitpu: '32',
      maxtrespu: 'cpu=128',
      priority: '0',
    },
    {
      name: 'caddyshack',
      flags: 'DenyOnLimit',
      maxjobspu: '1',
      maxsubmitpu: '1',
      maxtrespu: 'cpu=8,mem=32G',
      priority: '400',
    },
    {
      name: 'bigmem',
      flags: 'DenyOnLimit',
      maxjobspu: '4',
      maxsubmitpu: '32',
      maxtrespu: 'mem=1.50T',
      priority: '300',
    },
    { name: 'gpu', flags: 'DenyOnLimit', maxjobspu: '4', maxsubmitpu: '32', maxtrespu: 'gres/gpu=4', priority: '500' },
  ],
  queue: [
    {
      JobArrayID: '1671330',
      Partition: 'gpu',
      StateCompact: 'PD',
      UserName: 'user2',
      QOS: 'normal',
      'tres-per-node': 'gres/gpu:1',
      NumNodes: '1',
      NumTasks: '1',
      Reason: 'Dependency',
    },
    {
      JobArrayID: '1671337',
      Partition: 'gpu',
      StateCompact: 'PD',
      UserName: 'user3',
      QOS: 'normal',
      'tres-per-node': 'gres/gpu:2',
      NumNodes: '1',
      NumTasks: '1',
      Reason: 'Dependency',
    },
    {
      JobArrayID: '1671186',
      Partition: 'gpu',
      StateCompact: 'PD',
      UserName: 'user3',
      QOS: 'normal',
      'tres-per-node': 'gres/gpu:3',
      NumNodes: '1',
      NumTasks: '1',
      Reason: 'JobHeldUser',
    },
    {
      JobArrayID: '1669343',
      Partition: 'gpu',
      StateCompact: 'R',
      UserName: 'user4',
      QOS: 'normal',
      'tres-alloc': 'cpu=32,mem=128G,node=1,billing=32,gres/gpu=4',
      NumNodes: '1',
      NumTasks: '1',
      Reason: 'None',
    },
    {
      JobArrayID: '1671384',
      Partition: 'gpu',
      StateCompact: 'R',
      UserName: 'user5',
      QOS: 'normal',
      'tres-alloc': 'cpu=32,mem=128G,node=2,billing=32,gres/gpu=4',
      NumNodes: '2',
      NumTasks: '2',
      Reason: 'None',
    },
  ],
  // Since 25.05, another word follows the time.
  trial: (words, atS) => {
    const gpus = Number(/^--gres=gpu:(\d+)$/m.exec(words.join('\n'))?.[1] ?? 0);
    if (gpus > 4) {
      return {
        stderr:
          "sbatch: error: QOSMaxGRESPerUser\nallocation failure: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n",
        code: 1,
      };
    }
    const partition = words.find((word) => word.startsWith('--partition='))?.slice(12);
    return {
      stderr: `sbatch: Job 1671430 to start at ${atS + 3600} a using 8 processors on nodes oat-05 in partition ${partition}\n`,
    };
  },
  submit: (script, id) =>
    /^#SBATCH --nodes=2$/m.test(script)
      ? {
          stderr:
            "sbatch: error: QOSMaxGRESPerUser\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n",
          code: 1,
        }
      : { stdout: `${id}\n` },
};
