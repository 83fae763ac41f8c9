import { expect, test } from 'vitest';
import type { Resources } from '../../core/settings/settings.ts';
import { computeDemand } from './spool/job-file.ts';
import { listShortages } from './shortage.ts';

/** On a machine with 4 CPUs, one GPU and 16 GiB. */
function lacks(resources: Resources): readonly object[] {
  return listShortages(resources, computeDemand(resources), { cpus: 4, gpus: ['0'] }, 16_384);
}

test('what the machine has may be asked for, all of it, too', () => {
  expect(lacks({ cpus_per_task: 4, num_gpus: 1, mem: '16G' })).toEqual([]);
  expect(lacks({ mem: 0 })).toEqual([]);
});

test('what it does not have is reported, with both remedies', () => {
  expect(lacks({ num_gpus: 8, cpus_per_task: 2, num_nodes: 2 })).toEqual([
    {
      code: 'resources.num_gpus',
      message: 'it asks for 16 GPUs, and this machine has 1 GPU',
      why: 'for the local scheduler all of its 2 nodes are this one machine',
      fix: 'ask for less with --set num_gpus=1; pretend, with cluster: {local: {gpus: 16}} in sheaf.yaml; or run it on a cluster, in a project with scheduler: slurm',
      now: 'nothing was submitted',
    },
  ]);
  expect(lacks({ cpus_per_task: 5, mem: '17G' })).toMatchObject([
    { code: 'resources.cpus_per_task', message: 'it asks for 5 CPUs, and this machine has 4 CPUs' },
    { code: 'resources.mem', message: 'it asks for 17.0 GiB of memory, and this machine has 16.0 GiB' },
  ]);
});
