import type { Site } from '../site.ts';

export const SITE: Site = {
  about:
    'CSC Puhti, Slurm 21.08.7: partitions without TRES=. The partitions with GPUs with all their nodes, test, and six nodes of hugemem',
  cluster: 'puhti',
  atMs: Date.parse('2022-08-01T10:00:00Z'),
  config: `
AccountingStorageEnforce = associations,limits,qos,safe
AccountingStorageTRES   = cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu,gres/gpu:v100,gres/nvme
AccountingStorageType   = accounting_storage/slurmdbd
DefMemPerCPU            = 1000
JobDefaults             = (null)
JobSubmitPlugins        = lua
MaxArraySize            = 1001
PreemptType             = preempt/none
PriorityType            = priority/multifactor
PrivateData             = none
SLURM_VERSION           = 21.08.7-1_issue_803`,
  partitions: `
PartitionName=test DefaultTime=00:05:00 MaxNodes=2 MaxTime=00:15:00 Nodes=r07c[01-06] PriorityTier=1 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=240 TotalNodes=6 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED
PartitionName=hugemem DefaultTime=00:10:00 MaxNodes=4 MaxTime=3-00:00:00 Nodes=r08m[01-06],r07c[57-68] PriorityTier=1 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=720 TotalNodes=18 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED
PartitionName=gputest DefaultTime=00:05:00 MaxNodes=2 MaxTime=00:15:00 Nodes=r01g01,r02g01 PriorityTier=1 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=80 TotalNodes=2 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED
PartitionName=gpu QoS=gputres_accrue DefaultTime=00:10:00 MaxNodes=20 MaxTime=3-00:00:00 Nodes=r01g[03-08],r02g[03-08],r03g[01-08],r04g[01-08],r13g[01-08],r14g[01-08],r15g[01-08],r16g[01-08],r17g[01-08],r18g[01-08] PriorityTier=1 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=3040 TotalNodes=76 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED`,
  nodes: `
r01g01 | gputest | mixed | 14/40 | 98304/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:6(IDX:0-5),nvme:0 | type_gpu
r01g[03,08] | gpu | mixed | 32/40 | 131072/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r01g04,r03g04 | gpu | mixed | 4/40 | 122880/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r01g05,r14g06,r17g05 | gpu | mixed | 10/40 | 352768/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r01g06 | gpu | mixed | 19/40 | 369152/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r01g07,r13g04,r14g[03,05],r16g03 | gpu | mixed | 9/40 | 336384/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r02g01 | gputest | idle | 0/40 | 0/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:0(IDX:N/A),nvme:0 | type_gpu
r02g03 | gpu | mixed | 34/40 | 98304/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r02g04,r14g02 | gpu | mixed | 10/40 | 160000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r02g05,r03g03,r04g07,r17g08 | gpu | allocated | 40/40 | 81920/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r02g06 | gpu | mixed | 26/40 | 151040/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r02g07 | gpu | mixed | 38/40 | 176576/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r02g08 | gpu | mixed | 16/40 | 296192/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r03g01 | gpu | mixed | 32/40 | 272384/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r03g02 | gpu | mixed | 10/40 | 87040/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:1(IDX:0),nvme:0 | type_gpu
r03g05 | gpu | mixed | 1/40 | 16384/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:1(IDX:0),nvme:0 | type_gpu
r03g[06-07],r13g01 | gpu | mixed | 8/40 | 256000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r03g08 | gpu | mixed | 28/40 | 267520/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r04g01 | gpu | allocated | 40/40 | 81920/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:5(IDX:0-4),nvme:0 | type_gpu
r04g02 | gpu | mixed | 15/40 | 241920/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r04g[03,05],r15g02 | gpu | mixed | 2/40 | 256000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r04g04 | gpu | mixed | 9/40 | 98304/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r04g06 | gpu | mixed | 32/40 | 368640/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:1(IDX:0),nvme:0 | type_gpu
r04g08 | gpu | mixed | 27/40 | 175104/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r07c[01-06] | test | idle | 0/40 | 0/190000 | (null) | (null) | type_m
r08m[01,06] | hugemem | mixed | 20/40 | 1433600/1532000 | nvme:5960 | nvme:5960 | type_bigmem
r08m02 | hugemem | mixed | 20/40 | 1024000/1532000 | nvme:5960 | nvme:5960 | type_bigmem
r08m03 | hugemem | mixed | 10/40 | 900000/1532000 | nvme:5960 | nvme:5960 | type_bigmem
r08m[04-05] | hugemem | mixed | 1/40 | 1500000/1532000 | nvme:5960 | nvme:5960 | type_bigmem
r13g02 | gpu | mixed | 3/40 | 49152/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r13g03 | gpu | mixed | 30/40 | 247040/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r13g05 | gpu | mixed | 9/40 | 336384/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r13g06,r15g06 | gpu | mixed | 25/40 | 350464/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r13g07,r16g[01-02] | gpu | mixed | 14/40 | 247040/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:2(IDX:0-1),nvme:0 | type_gpu
r13g08 | gpu | mixed | 1/40 | 16384/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:2(IDX:0-1),nvme:0 | type_gpu
r14g01 | gpu | mixed | 10/40 | 80000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:1(IDX:0),nvme:0 | type_gpu
r14g04,r17g06 | gpu | mixed | 13/40 | 350720/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r14g[07-08],r17g[01-02] | gpu | mixed | 8/40 | 320000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:2(IDX:0-1),nvme:0 | type_gpu
r15g01 | gpu | mixed | 10/40 | 20480/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r15g03 | gpu | mixed | 30/40 | 261120/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r15g04 | gpu | allocated | 40/40 | 348160/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r15g[05,07],r16g04 | gpu | mixed | 24/40 | 334080/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r15g08 | gpu | mixed | 21/40 | 190464/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r16g05 | gpu | mixed | 15/40 | 263424/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r16g06 | gpu | mixed | 9/40 | 256000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r16g07 | gpu | mixed | 2/40 | 32768/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r16g08 | gpu | mixed | 2/40 | 65536/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:1(IDX:0),nvme:0 | type_gpu
r17g03 | gpu | mixed | 7/40 | 296192/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r17g04 | gpu | mixed | 15/40 | 263424/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r17g07 | gpu | mixed | 10/40 | 374272/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g01 | gpu | mixed | 4/40 | 212992/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g02 | gpu | mixed | 4/40 | 152576/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g03 | gpu | mixed | 16/40 | 131072/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g04 | gpu | mixed | 2/40 | 24384/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:3(IDX:0-2),nvme:0 | type_gpu
r18g05 | gpu | mixed | 4/40 | 52224/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g06 | gpu | mixed | 20/40 | 256000/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g07 | gpu | mixed | 3/40 | 29504/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:4(IDX:0-3),nvme:0 | type_gpu
r18g08 | gpu | drained | 0/40 | 0/382000 | gpu:v100:4(S:0-1),nvme:3600 | gpu:v100:0(IDX:N/A),nvme:0 | type_gpu | r18g08_missing_gpu`,
  associations: [{ account: 'project1', qos: 'normal,test', defaultqos: 'normal' }],
  qos: [{ name: 'normal' }, { name: 'test' }, { name: 'gputres_accrue' }],
  queue: [
    ...Array.from({ length: 30 }, (_, i) => ({
      JobArrayID: String(100 + i),
      Partition: 'gpu',
      StateCompact: 'PD',
      UserName: `user${2 + i}`,
      QOS: 'normal',
      'tres-alloc': 'cpu=40,mem=320G,node=1,billing=40,gres/gpu:v100=4',
      'tres-per-node': 'gpu:v100:4',
      NumNodes: '1',
      NumTasks: '1',
      Reason: 'Priority',
    })),
    ...Array.from({ length: 20 }, (_, i) => ({
      JobArrayID: String(200 + i),
      Partition: 'gpu',
      StateCompact: 'R',
      UserName: `user${2 + i}`,
      QOS: 'normal',
      'tres-alloc': 'cpu=10,mem=80G,node=1,billing=10,gres/gpu:v100=1',
      'tres-per-node': 'gpu:v100:1',
      NumNodes: '1',
      NumTasks: '1',
      Reason: 'None',
    })),
  ],
};
