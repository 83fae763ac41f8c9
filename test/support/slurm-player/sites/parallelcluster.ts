import type { Site } from '../site.ts';

export const SITE: Site = {
  about: 'AWS ParallelCluster, Slurm 20.11.8: RealMemory=1, no accounting, nodes that are switched off',
  cluster: 'parallelcluster',
  atMs: Date.parse('2022-02-23T17:55:00Z'),
  config: `
AccountingStorageType   = accounting_storage/none
MaxArraySize            = 1001
SLURM_VERSION           = 20.11.8
SelectType              = select/cons_tres
SelectTypeParameters    = CR_CPU
DefMemPerNode           = UNLIMITED
MaxMemPerNode           = UNLIMITED
PriorityType            = priority/multifactor
PrivateData             = cloud
JobSubmitPlugins        = (null)`,
  partitions: `
PartitionName=queue1 Default=YES DefaultTime=NONE MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=queue1-dy-compute-resource-1-[1-2] PriorityTier=1 OverSubscribe=NO PreemptMode=OFF State=UP TotalCPUs=16 TotalNodes=2 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED`,
  nodes: `
queue1-dy-compute-resource-1-[1-2] | queue1 | idle~ | 0/8 | 0/1 | (null) | (null) | dynamic,c5n.4xlarge,compute-resource-1`,
  associations: [],
  qos: [],
};
