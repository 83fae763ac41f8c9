import type { Site } from '../site.ts';

export const SITE: Site = {
  about: 'The cluster trace of CMU and PSC, Slurm 22.05.11',
  cluster: 'trace',
  atMs: Date.parse('2026-09-01T17:05:47Z'),
  config: `
AccountingStorageEnforce = associations,limits,qos,safe
AccountingStorageTRES   = cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu,gres/gpu:l40s-48,gres/gpu:mi210,gres/gpu:v100,gres/gpu:v100-16,gres/gpu:v100-32
AccountingStorageType   = accounting_storage/slurmdbd
DefMemPerNode           = UNLIMITED
EnforcePartLimits       = ALL
GresTypes               = gpu
JobDefaults             = (null)
JobSubmitPlugins        = lua
MaxArraySize            = 1001
MaxJobCount             = 100000
MaxMemPerNode           = UNLIMITED
MinJobAge               = 200 sec
PreemptMode             = OFF
PreemptType             = preempt/none
PriorityType            = priority/multifactor
PrivateData             = none
SelectType              = select/cons_tres
SelectTypeParameters    = CR_CPU_MEMORY
SLURM_VERSION           = 22.05.11`,
  partitions: `
PartitionName=batch AllowQos=normal,batch QoS=batchpartition DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=trace[01-29] PriorityTier=1 OverSubscribe=FORCE:1 PreemptMode=REQUEUE State=UP TotalCPUs=3712 TotalNodes=29 DefMemPerCPU=8048 MaxMemPerNode=UNLIMITED TRES=cpu=3712,mem=59847300M,node=29,billing=3712,gres/gpu=29
PartitionName=cpuonly AllowGroups=staff1,lab2,staff2,lab3,user7,lab1 DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=2-00:00:00 Nodes=trace[100-122] PriorityTier=1 OverSubscribe=FORCE:1 PreemptMode=GANG,REQUEUE State=UP TotalCPUs=2208 TotalNodes=23 DefMemPerCPU=8048 MaxMemPerNode=UNLIMITED TRES=cpu=2208,mem=17792156M,node=23,billing=2208
PartitionName=cpuonly-debug AllowGroups=staff1,lab2,staff2,lab3,user7,lab1 AllowQos=cpuonly-debug-qos QoS=cpuonly-debug-qos DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=04:00:00 Nodes=trace123 PriorityTier=1 OverSubscribe=FORCE:1 PreemptMode=GANG,REQUEUE State=UP TotalCPUs=96 TotalNodes=1 DefMemPerCPU=8048 MaxMemPerNode=UNLIMITED TRES=cpu=96,mem=773572M,node=1,billing=96
PartitionName=lab1 AllowGroups=lab1 AllowQos=normal,batch QoS=priorityphase1node1 DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=trace[01-29] PriorityTier=20 OverSubscribe=FORCE:1 PreemptMode=GANG,REQUEUE State=UP TotalCPUs=3712 TotalNodes=29 DefMemPerCPU=8048 MaxMemPerNode=UNLIMITED TRES=cpu=3712,mem=59847300M,node=29,billing=3712,gres/gpu=29`,
  nodes: `
trace01 | batch,lab1 | mixed | 124/128 | 1999209/2063700 | gpu:a40:1 | gpu:a40:1(IDX:0)
trace02 | batch,lab1 | allocated | 128/128 | 2063700/2063700 | gpu:a40:1 | gpu:a40:1(IDX:0)
trace07 | batch,lab1 | mixed | 88/128 | 1418793/2063700 | gpu:a40:1 | gpu:a40:1(IDX:0)
trace28 | batch,lab1 | mixed | 102/128 | 1644510/2063700 | gpu:a40:1 | gpu:a40:1(IDX:0)
trace101 | cpuonly | mixed | 32/96 | 257857/773572 | (null) | (null)
trace106 | cpuonly | down* | 0/96 | 0/773572 | (null) | (null)
trace123 | cpuonly-debug | idle | 0/96 | 0/773572 | (null) | (null)`,
  associations: [{ account: 'lab1', qos: 'batchpartition,cpuonly-debug-qos,normal,prioritypartition' }],
  qos: [
    { name: 'normal', priority: '0' },
    { name: 'batchpartition', flags: 'DenyOnLimit', maxwall: '2-00:00:00', priority: '0' },
    { name: 'prioritypartition', flags: 'DenyOnLimit', maxwall: '2-00:00:00', priority: '0' },
    { name: 'batch', priority: '0' },
    { name: 'priorityphase1node1', flags: 'DenyOnLimit', maxwall: '2-00:00:00', priority: '10000' },
    { name: 'priorityphase1node2', flags: 'DenyOnLimit', maxwall: '2-00:00:00', priority: '20000' },
    { name: 'priorityoneandhalfnode', maxwall: '2-00:00:00', maxtres: 'cpu=192,gres/gpu=2', priority: '15000' },
    { name: 'priorityphase1node3', maxtrespu: 'cpu=512,gres/gpu=4', maxtres: 'cpu=512,gres/gpu=4', priority: '30000' },
    { name: 'prioritythreeandhalfnode', maxtres: 'cpu=448,gres/gpu=3', priority: '35000' },
    { name: 'cpuonly-debug', maxjobspu: '1', maxtrespu: 'cpu=24', priority: '0' },
    { name: 'cpuonly-debug-qos', maxtrespu: 'cpu=24', priority: '0' },
    { name: 'priorityquarternode', priority: '2500' },
  ],
  controllerRecords: `
Association Records
ClusterName=trace Account=root UserName= Partition= ID=1 SharesRaw/Norm/Level/Factor=1/0.00/1/0.00 ParentAccount= DefAssoc=No GrpSubmitJobs=N(5) GrpTRES=cpu=N(5),gres/gpu=N(2) MaxJobs= MaxSubmitJobs= MaxWallPJ=
ClusterName=trace Account=lab1 UserName= Partition= ID=2 SharesRaw/Norm/Level/Factor=1/0.25/4/0.00 ParentAccount=root(1) DefAssoc=No GrpSubmitJobs=N(5) GrpTRES=cpu=N(5),gres/gpu=N(2) MaxJobs= MaxSubmitJobs= MaxWallPJ=
ClusterName=trace Account=lab1 UserName=user1(1001) Partition= ID=3 SharesRaw/Norm/Level/Factor=1/0.25/4/0.26 ParentAccount= DefAssoc=Yes GrpSubmitJobs=N(1) GrpTRES=cpu=N(5),gres/gpu=N(2) MaxJobs= MaxSubmitJobs= MaxWallPJ=
QOS Records`,
  groups: 'users lab1',
  trial: (words, atS) => {
    const partition = words.find((word) => word.startsWith('--partition='))?.slice(12);
    const gres = words.find((word) => word.startsWith('--gres='));
    if (gres !== undefined && (partition?.startsWith('cpuonly') || !/gpu:(?:a40:)?1$/.test(gres))) {
      return { stderr: 'allocation failure: Requested node configuration is not available\n', code: 1 };
    }
    return {
      stderr: `sbatch: Job 615442 to start at ${atS + 600} using 1 processors on nodes trace01 in partition ${partition}\n`,
    };
  },
  submit: (script, id) =>
    /^#SBATCH --time=(?:[3-9]|\d\d)-/m.test(script)
      ? {
          stderr:
            "sbatch: error: QOSMaxWallDurationPerJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n",
          code: 1,
        }
      : { stdout: `${id}\n` },
};
