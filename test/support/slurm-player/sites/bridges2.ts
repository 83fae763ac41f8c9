import type { Site } from '../site.ts';

export const SITE: Site = {
  about: 'PSC Bridges-2, Slurm 22.05.11: nodes of each kind (one of a kind where many are alike)',
  cluster: 'bridges2',
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
PartitionName=RM AllowQos=rm,rminteract,low,push,unlimited Default=YES QoS=rmpartition DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=r[005-488] PriorityTier=1 OverSubscribe=EXCLUSIVE PreemptMode=OFF State=UP TotalCPUs=61952 TotalNodes=484 DefMemPerNode=240000 MaxMemPerNode=240000 TRES=cpu=61952,mem=121000G,node=484,billing=61952
PartitionName=RM-shared AllowQos=rm,rminteract,low,push,unlimited QoS=rmsharedpartition DefaultTime=01:00:00 MaxNodes=1 MaxTime=UNLIMITED Nodes=r[005-400] PriorityTier=1 OverSubscribe=YES:4 PreemptMode=OFF State=UP TotalCPUs=50688 TotalNodes=396 DefMemPerCPU=1900 MaxMemPerNode=UNLIMITED TRES=cpu=50688,mem=99000G,node=396,billing=50688
PartitionName=RM-small AllowQos=rm,rminteract,low,push,unlimited QoS=rmsmallpartition DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=r[001-004] PriorityTier=1 OverSubscribe=YES:4 PreemptMode=OFF State=UP TotalCPUs=512 TotalNodes=4 DefMemPerCPU=1900 MaxMemPerNode=UNLIMITED TRES=cpu=512,mem=1000G,node=4,billing=512
PartitionName=GPU AllowQos=gpu,gpuinteract,low,push,unlimited QoS=gpupartition DefaultTime=01:00:00 MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=gl[001-003],v[002-034],w[001-010] PriorityTier=1 OverSubscribe=EXCLUSIVE PreemptMode=OFF State=UP TotalCPUs=2992 TotalNodes=46 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=2992,mem=38702000M,node=46,billing=2992,gres/gpu=376,gres/gpu:l40s-48=24,gres/gpu:v100-16=72,gres/gpu:v100-32=200
PartitionName=GPU-shared AllowQos=gpu,gpuinteract,low,push,unlimited QoS=gpusharedpartition DefaultTime=01:00:00 MaxNodes=1 MaxTime=UNLIMITED Nodes=gl[001-003],v[002-034],w[001-010] PriorityTier=1 OverSubscribe=YES:4 PreemptMode=OFF State=UP TotalCPUs=2992 TotalNodes=46 JobDefaults=DefMemPerGPU=63000 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=2992,mem=38702000M,node=46,billing=2992,gres/gpu=376,gres/gpu:l40s-48=24,gres/gpu:v100-16=72,gres/gpu:v100-32=200
PartitionName=HACC AllowQos=hacc,push,unlimited QoS=hacc DefaultTime=NONE MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=hacc-gm[001-005] PriorityTier=1 OverSubscribe=YES:4 PreemptMode=OFF State=UP TotalCPUs=960 TotalNodes=5 JobDefaults=DefMemPerGPU=180000 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=960,mem=3770000M,node=5,billing=960,gres/gpu=16,gres/gpu:mi210=16
PartitionName=GPU-dev AllowQos=gpudev,gpudevinteract,push,unlimited QoS=gpudevpartition DefaultTime=NONE MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=a001 PriorityTier=1 OverSubscribe=YES:4 PreemptMode=OFF State=UP TotalCPUs=48 TotalNodes=1 JobDefaults=DefMemPerGPU=31800 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=48,mem=515000M,node=1,billing=48,gres/gpu=1`,
  nodes: `
a001 | GPU-dev | idle | 0/48 | 0/515000 | gpu:a100:1 | gpu:a100:0(IDX:N/A)
gl001 | GPU,GPU-shared | mixed | 76/192 | 407708/1030000 | gpu:l40s-48:8 | gpu:l40s-48:3(IDX:0-2) | l40s
gl002 | GPU,GPU-shared | mixed | 40/192 | 214583/1030000 | gpu:l40s-48:8 | gpu:l40s-48:2(IDX:0-1) | l40s
gl003 | GPU-shared,GPU | mixed | 85/192 | 455989/1030000 | gpu:l40s-48:8 | gpu:l40s-48:4(IDX:0-3) | l40s
hacc-gm001 | HACC | down* | 0/192 | 0/754000 | gpu:mi210:4 | gpu:mi210:0(IDX:N/A) | mi210,hacc
hacc-gm005 | HACC | down* | 0/192 | 0/754000 | (null) | (null) | hacc
r004 | RM-small | drained | 0/128 | 0/256000 | (null) | (null) | PERF
r005 | RM,RM-shared | allocated | 128/128 | 256000/256000 | (null) | (null) | PERF
r017 | RM,RM-shared | down* | 0/128 | 0/256000 | (null) | (null) | PERF
r058 | RM,RM-shared | drained* | 0/128 | 0/256000 | (null) | (null) | PERF,RM-overlap
v005 | GPU-shared,GPU | mixed | 25/40 | 321875/515000 | gpu:v100-32:8 | gpu:v100-32:5(IDX:0-4) | v100,v100-32
v006 | GPU-shared,GPU | completing | 0/40 | 0/515000 | gpu:v100-32:8 | gpu:v100-32:0(IDX:N/A) | v100,v100-32
v007 | GPU-shared,GPU | allocated | 40/40 | 515000/515000 | gpu:v100-32:8 | gpu:v100-32:8(IDX:0-7) | v100,v100-32
v025 | GPU-shared,GPU | allocated | 40/40 | 192000/192000 | gpu:v100-16:8 | gpu:v100-16:8(IDX:0-7) | v100,v100-16
v028 | GPU-shared,GPU | drained* | 0/40 | 0/192000 | gpu:v100-16:8 | gpu:v100-16:0(IDX:N/A) | v100,v100-16
v034 | GPU-shared,GPU | drained* | 0/96 | 0/1400000 | gpu:v100-32:16(S:0-95) | gpu:v100-32:0(IDX:N/A) | v100,v100-32,dgx-2
w001 | GPU-shared,GPU | reserved | 0/104 | 0/2063900 | gpu:h100-80:8 | gpu:h100-80:0(IDX:N/A) | h100,h100-80
w002 | GPU-shared,GPU | allocated | 104/104 | 2063900/2063900 | gpu:h100-80:8 | gpu:h100-80:8(IDX:0-7) | h100,h100-80
w005 | GPU-shared,GPU | mixed | 67/104 | 1329627/2063900 | gpu:h100-80:8 | gpu:h100-80:5(IDX:0-4) | h100,h100-80`,
  associations: [{ account: 'project1', qos: 'ft,gpu,gpuinteract,low,push,unlimited' }],
  qos: [
    { name: 'normal', priority: '0' },
    { name: 'rm', maxsubmitpu: '5000', maxtrespu: 'cpu=25600', priority: '1000000' },
    { name: 'gpu', maxsubmitpu: '5000', maxtrespu: 'gres/gpu=128', priority: '1000000' },
    { name: 'ft', priority: '1000000' },
    { name: 'em', maxsubmitpu: '5000', priority: '1000000' },
    {
      name: 'rmpartition',
      flags: 'DenyOnLimit',
      maxwall: '3-00:00:00',
      maxtrespu: 'node=256',
      maxtres: 'node=64',
      priority: '0',
    },
    {
      name: 'rmsharedpartition',
      flags: 'DenyOnLimit',
      maxwall: '3-00:00:00',
      maxtrespu: 'cpu=25600',
      maxtres: 'cpu=64,node=1',
      priority: '0',
    },
    { name: 'gpupartition', flags: 'DenyOnLimit', maxwall: '2-00:00:00', maxtres: 'gres/gpu=64,node=8', priority: '0' },
    { name: 'gpusharedpartition', flags: 'DenyOnLimit', maxwall: '2-00:00:00', priority: '0' },
    {
      name: 'gpusmallpartition',
      flags: 'DenyOnLimit',
      maxwall: '08:00:00',
      maxjobspu: '2',
      maxsubmitpu: '10',
      maxtres: 'gres/gpu=16',
      priority: '0',
    },
    {
      name: 'empartition',
      flags: 'DenyOnLimit',
      maxwall: '5-00:00:00',
      maxtrespu: 'cpu=288',
      maxtres: 'node=1',
      priority: '0',
    },
    {
      name: 'rmsmallpartition',
      flags: 'DenyOnLimit',
      maxwall: '08:00:00',
      maxjobspu: '2',
      maxsubmitpu: '5',
      maxtres: 'node=2',
      priority: '0',
    },
    {
      name: 'rminteract',
      flags: 'DenyOnLimit,OverPartQOS',
      maxwall: '08:00:00',
      maxjobspu: '2',
      maxsubmitpu: '2',
      maxtres: 'node=16',
      priority: '50000000',
    },
    {
      name: 'gpuinteract',
      flags: 'DenyOnLimit,OverPartQOS',
      maxwall: '08:00:00',
      maxjobspu: '1',
      maxsubmitpu: '1',
      maxtrespu: 'gres/gpu=8',
      maxtres: 'gres/gpu=8,node=1',
      priority: '50000000',
    },
    {
      name: 'eminteract',
      flags: 'DenyOnLimit,OverPartQOS',
      maxwall: '08:00:00',
      maxjobspu: '2',
      maxsubmitpu: '2',
      maxtres: 'node=1',
      priority: '50000000',
    },
    { name: 'rm512partition', flags: 'DenyOnLimit', maxwall: '3-00:00:00', maxtres: 'node=2', priority: '0' },
    { name: 'push', priority: '200000000' },
    {
      name: 'unlimited',
      flags: 'PartitionMaxNodes,OverPartQOS,PartitionTimeLimit',
      maxwall: '7-00:00:00',
      maxtrespu: 'cpu=62464,gres/gpu=192,node=488',
      maxtres: 'gres/gpu=192,node=488',
      priority: '1000000',
    },
    { name: 'low', flags: 'NoReserve,OverPartQOS', maxtrespu: 'cpu=62464,gres/gpu=192,node=488', priority: '0' },
    { name: 'gpudevpartition', flags: 'DenyOnLimit', maxwall: '2-00:00:00', priority: '0' },
    { name: 'gpudev', flags: 'DenyOnLimit', priority: '1000000' },
    { name: 'robo', flags: 'DenyOnLimit', maxwall: '7-00:00:00', priority: '0' },
    { name: 'hacc', priority: '0' },
  ],
  controllerRecords: `
Association Records
ClusterName=bridges2 Account=root UserName= Partition= ID=1 SharesRaw/Norm/Level/Factor=1/0.00/1/0.00 ParentAccount= DefAssoc=No GrpSubmitJobs=N(5) GrpTRES=cpu=N(5),gres/gpu=N(2) MaxJobs= MaxSubmitJobs= MaxWallPJ=
ClusterName=bridges2 Account=project1 UserName= Partition= ID=2 SharesRaw/Norm/Level/Factor=1/0.25/4/0.00 ParentAccount=root(1) DefAssoc=No GrpSubmitJobs=N(5) GrpTRES=cpu=N(5),gres/gpu=N(2) MaxJobs= MaxSubmitJobs= MaxWallPJ=
ClusterName=bridges2 Account=project1 UserName=user1(1001) Partition= ID=3 SharesRaw/Norm/Level/Factor=1/0.25/4/0.26 ParentAccount= DefAssoc=Yes GrpSubmitJobs=N(1) GrpTRES=cpu=N(5),gres/gpu=N(2) MaxJobs= MaxSubmitJobs= MaxWallPJ=
QOS Records`,
  // This account has QOS of the GPU partitions alone.
  trial: (words, atS) => {
    const partition = words.find((word) => word.startsWith('--partition='))?.slice(12);
    return /^GPU(?!-dev)/.test(partition ?? '')
      ? {
          stderr: `sbatch: Job 1 to start at ${atS + 7200} using 1 processors on nodes v005 in partition ${partition}\n`,
        }
      : { stderr: 'allocation failure: Invalid qos specification\n', code: 1 };
  },
};
