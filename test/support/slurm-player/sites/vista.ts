import type { Site } from '../site.ts';

const BANNER = `
-----------------------------------------------------------------
           Welcome to the Vista Supercomputer
-----------------------------------------------------------------

No reservation for this job
--> Verifying valid submit host (login1)...OK
--> Verifying valid jobname...OK
--> Verifying access to desired queue (gh)...OK
--> Checking available allocation (project1)...OK
`;

/** What the program of the site wants of every job. GRES it does not know. */
function refusal(words: string): string | undefined {
  if (!/--nodes=/.test(words)) return '--> Submission error: please define total node count with the "-N" option\n';
  if (!/--partition=/.test(words)) return '--> Submission error: all jobs must have a queue name specified with "-p"\n';
  if (!/--time=/.test(words)) return '--> Submission error: all jobs must have a maximum runlimit defined with "-t"\n';
  if (/--(?:gres|gpus)/.test(words))
    return 'sbatch: error: Batch job submission failed: Invalid generic resource (gres) specification\n';
  return undefined;
}

export const SITE: Site = {
  about: 'TACC Vista: no GRES on nodes with GPUs; a program of the site that prints on stdout, refusals too',
  cluster: 'vista',
  atMs: Date.parse('2026-08-01T10:00:00Z'),
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
SLURM_VERSION           = 23.11.1`,
  partitions: `
PartitionName=gh DefaultTime=NONE MaxNodes=64 MaxTime=2-00:00:00 Nodes=c621-061 PriorityTier=1 OverSubscribe=EXCLUSIVE PreemptMode=OFF State=UP TotalCPUs=72 TotalNodes=1 DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED TRES=cpu=72,mem=214000M,node=1,billing=1`,
  architecture: 'aarch64',
  nodes: `
c621-061 | gh,gh-dev | idle | 0/72 | 0/214000 | (null) | (null)`,
  associations: [{ account: 'project1', qos: 'normal', defaultqos: 'normal' }],
  qos: [{ name: 'normal' }],
  trial: (words, atS) => {
    const refused = refusal(words.join(' '));
    return refused === undefined
      ? {
          stdout: BANNER,
          stderr: `sbatch: Job 1 to start at ${atS + 60} using 72 processors on nodes c621-061 in partition gh\n`,
        }
      : { stdout: refused, code: 1 };
  },
  submit: (script, id) => {
    const refused = refusal(script);
    return refused === undefined ? { stdout: `${BANNER}Submitted batch job ${id}\n` } : { stdout: refused, code: 1 };
  },
};
