import { describe, expect, test } from 'vitest';
import { noCache, recordedSlurm } from '../../../../test/support/recorded-slurm.ts';
import { SheafError, type Problem } from '../../../core/errors.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import type { Completed } from '../../scheduler.ts';
import { askClusterConfig, type ClusterConfig } from './config.ts';
import { stateResources } from './defaults.ts';
import { askInventory, type SlurmInventory } from './facts.ts';

const FACTS = (await askInventory(recordedSlurm(), noCache)) as SlurmInventory;
const CONFIG = await askClusterConfig(recordedSlurm(), noCache);
/** Of a cluster that sets no default for memory. */
const { defMemPerCpu: _default, ...BARE } = CONFIG;

function stated(resources: Resources, config: ClusterConfig = CONFIG): Completed {
  return stateResources({ account: 'lab_a', ...resources }, FACTS, config);
}

describe('the time limit', () => {
  test.each<[Resources, string, string]>([
    [{}, '01:00:00', 'the default of partition l40s_public'],
    [{ partition: 'gpumem' }, '2-12:30:00', 'the most that partition gpumem permits'],
    [{ partition: 'long' }, '1-00:00:00', 'partition long has neither a default nor a limit'],
    [{ partition: ['long', 'cpu'] }, '01:00:00', 'the default of partition cpu'],
    [{ partition: 'long', account: 'lab_c' }, '1-00:00:00', 'partition long has neither a default nor a limit'],
    [{ partition: 'gpumem', account: 'lab_c' }, '2-00:00:00', 'the limit of account lab_c'],
    [{ partition: 'long', qos: 'limited' }, '01:00:00', 'the limit of QOS limited'],
  ])('of %j that says none is stated: %s', (resources, time, why) => {
    const { resources: full, notes } = stated(resources);
    expect(full.time_limit).toBe(time);
    expect(notes).toEqual([`no time_limit in the template: sheaf requests ${time} (${why})`]);
  });

  test('is left as it is where it is given', () => {
    const given = { account: 'lab_a', time_limit: '2:00:00', mem: '4G' };
    expect(stated(given)).toEqual({ resources: given, notes: [] });
    expect(stated({ sbatch: { time: '10' }, mem: '4G' }).resources).not.toHaveProperty('time_limit');
  });
});

describe('memory', () => {
  const memory = (resources: Resources, config?: ClusterConfig): unknown =>
    stated({ time_limit: '5', ...resources }, config).resources.mem;

  test.each<[Resources, string | undefined]>([
    [{}, '2000M'],
    [{ cpus_per_task: 4, ntasks_per_node: 2 }, '16000M'],
    [{ partition: 'long', cpus_per_task: 4 }, '8000M'],
    [{ partition: 'gpumem', num_gpus: 2 }, '128000M'],
    [{ partition: 'gpumem', sbatch: { gres: 'nic:1,gpu:h200:2' } }, '128000M'],
    [{ partition: 'gpumem', sbatch: { 'gpus-per-node': 2 } }, '128000M'],
    [{ partition: 'gpumem' }, '2000M'],
    [{ partition: 'excl' }, '64000M'],
    [{ mem: 0 }, undefined],
    [{ sbatch: { 'mem-per-cpu': '1G' } }, undefined],
    [{ partition: ['long', 'cpu'], cpus_per_task: 8 }, '8000M'],
  ])('of %j is a default of the partition, otherwise of the cluster: %s', (resources, mem) => {
    expect(memory(resources)).toEqual(mem ?? resources.mem);
  });

  test('is stated for each CPU or GPU where Slurm spreads the job over nodes', () => {
    expect(stated({ sbatch: { ntasks: 8 } }).resources.sbatch).toEqual({ ntasks: 8, 'mem-per-cpu': '2000M' });
    const spread = stated({ partition: 'gpumem', sbatch: { gpus: 'h200:2' } });
    expect(spread.resources.sbatch).toEqual({ gpus: 'h200:2', 'mem-per-gpu': '64000M' });
    expect(stated({ num_nodes: 2, sbatch: { ntasks: 8 } }).resources.mem).toBe('8000M');
  });

  test.each<[Resources, string]>([
    [{}, '8000M'],
    [{ partition: 'cpu', cpus_per_task: 16 }, '64000M'],
    [{ num_gpus: 1, cpus_per_task: 8 }, '128000M'],
    [{ num_gpus: 4 }, '0'],
    [{ cpus_per_task: 64 }, '0'],
    [{ sbatch: { exclusive: true } }, '0'],
  ])('of %j is a fair share of a node where Slurm would take all of it: %s', (resources, mem) => {
    expect(memory(resources, BARE)).toBe(mem);
    expect(stated({ time_limit: '5', ...resources }, BARE).notes).toEqual([
      expect.stringMatching(
        /^no mem in the template: sheaf requests .* \(partition \w+ has no default, and Slurm would/,
      ),
    ]);
  });
});

describe('memory that Slurm does not count', () => {
  /** A node whose memory Slurm does not know: seen with 20.02 (Parallel Works), 21.08 and 22.05 (Azure). */
  const untold: SlurmInventory = { ...FACTS, nodes: FACTS.nodes.map((node) => ({ ...node, memoryMib: 0 })) };
  const given = { account: 'lab_a', time_limit: '5' };

  test.each([{}, { cpus_per_task: 64 }, { num_gpus: 4 }, { sbatch: { exclusive: true } }])(
    'is not stated for %j where nodes do not tell what they have',
    (resources) => {
      const asked = { ...given, ...resources };
      expect(stateResources(asked, untold, BARE)).toEqual({ resources: asked, notes: [] });
    },
  );

  test('is not stated where the cluster does not hand it out, whatever its defaults are', () => {
    for (const config of [CONFIG, BARE]) {
      const core = { ...config, countsMemory: false };
      expect(stateResources(given, FACTS, core)).toEqual({ resources: given, notes: [] });
      expect(stateResources({ ...given, mem: '4G' }, FACTS, core).resources.mem).toBe('4G');
    }
  });
});

describe('a site that refuses jobs that state memory', () => {
  const rules = { refusesMemory: true };

  test('gets no request for it, regardless of the template', () => {
    const asked = { account: 'lab_a', time_limit: '5' };
    expect(stateResources(asked, FACTS, CONFIG, rules)).toEqual({ resources: { ...asked, mem: 'none' }, notes: [] });
    const given = { ...asked, mem: '4G', sbatch: { 'mem-per-gpu': '1G', nice: 5 } };
    expect(stateResources(given, FACTS, CONFIG, rules)).toEqual({
      resources: { ...asked, mem: 'none', sbatch: { nice: 5 } },
      notes: [expect.stringContaining('the site refuses jobs that state memory: mem is left out')],
    });
  });

  test('is what a template says with mem: none', () => {
    expect(stated({ time_limit: '5', mem: 'none' })).toEqual({
      resources: { account: 'lab_a', time_limit: '5', mem: 'none' },
      notes: [],
    });
  });
});

/** As on TACC Vista: whole nodes, one GPU each, and no GRES. */
describe('a partition whose nodes have GPUs that Slurm does not list', () => {
  const bare: SlurmInventory = { ...FACTS, nodes: FACTS.nodes.map((node) => ({ ...node, gres: [] })) };
  const gpus = new Map([['cpu', { type: 'GH200', perNode: 1 }]]);
  const asked = { account: 'lab_a', partition: 'cpu', time_limit: '5', mem: '4G', num_gpus: 1 };
  const complete = (more: Resources, rules = { gpus }): Completed =>
    stateResources({ ...asked, ...more }, bare, CONFIG, rules);

  test('takes jobs with GPUs as the project writes of it, and is asked for none', () => {
    expect(complete({})).toEqual({
      resources: { ...asked, sbatch: { gres: false } },
      notes: [expect.stringContaining('nothing is asked for with --gres or --gpus')],
    });
    const sbatch = { gpus: 4, 'gpus-per-task': 1, gres: 'gpu:1,nvme:100', nice: 5 };
    expect(complete({ sbatch }).resources.sbatch).toEqual({ nice: 5, gres: 'nvme:100' });
    expect(complete({ num_gpus: 0 }).resources).not.toHaveProperty('sbatch');
  });

  test('has no more than is written', () => {
    expect(() => complete({ num_gpus: 2 })).toThrow('no node of partition cpu has 2 GPUs');
    expect(() => complete({ gpu_type: 'h100' })).toThrow('partition cpu has no GPUs of type h100');
    expect(complete({ gpu_type: 'GH200' }).resources.gpu_type).toBe('GH200');
  });

  test('has none if nothing describes it, and the message says how to fix that', () => {
    try {
      complete({}, { gpus: new Map() });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      expect(error.problems[0].message).toBe('partition cpu has no GPUs');
      expect(error.problems[0].fix).toContain(
        'write them into sheaf.yaml: cluster: {partitions: {cpu: {gpu_type: TYPE, gpus_per_node: N}}}',
      );
    }
  });

  test('is like the others if none of its nodes is known', () => {
    const unseen = { ...bare, nodes: bare.nodes.filter(({ partitions }) => !partitions.includes('cpu')) };
    expect(stateResources(asked, unseen, CONFIG, { gpus })).toEqual({ resources: asked, notes: [] });
  });

  test('is one like the others where Slurm does list them', () => {
    const written = new Map([['a100_public', { perNode: 8 }]]);
    const resources = { ...asked, partition: 'a100_public' };
    expect(stateResources(resources, FACTS, CONFIG, { gpus: written })).toEqual({ resources, notes: [] });
  });
});

describe('what is refused, since it would wait for ever', () => {
  function refusal(
    resources: Resources,
    facts: SlurmInventory = FACTS,
    config: ClusterConfig = CONFIG,
  ): Problem | undefined {
    try {
      stateResources({ account: 'lab_a', ...resources }, facts, config);
      return undefined;
    } catch (error) {
      if (!(error instanceof SheafError) || error.exitCode !== 2) throw error;
      return error.problems[0];
    }
  }

  test('a time limit above that of the partition', () => {
    expect(refusal({ time_limit: '8-00:00:00', partition: 'cpu' })).toEqual({
      code: 'resources.time_limit',
      message: 'time_limit 8-00:00:00 is more than partition cpu permits',
      why: 'the most there is 7-00:00:00; Slurm would take the job and never start it',
      fix: '--set time_limit=7-00:00:00, or a partition that permits it: long',
      now: 'nothing was submitted',
    });
    expect(refusal({ time_limit: 'UNLIMITED' })?.code).toBe('resources.time_limit');
    expect(refusal({ time_limit: '8-00:00:00', partition: ['cpu', 'long'] })).toBeUndefined();
  });

  test('but not where a QOS may lift it, or might', () => {
    expect(refusal({ time_limit: '3-00:00:00', partition: 'gpumem' })?.code).toBe('resources.time_limit');
    expect(refusal({ time_limit: '3-00:00:00', partition: 'gpumem', qos: 'long' })).toBeUndefined();
    const { qos: _unknown, ...standing } = FACTS.standing ?? { own: [], accounts: [], missing: [] };
    expect(refusal({ time_limit: '3-00:00:00', partition: 'gpumem' }, { ...FACTS, standing })).toBeUndefined();
  });

  test('a time limit above that of QOS or account', () => {
    expect(refusal({ time_limit: '2:00:00', qos: 'limited' })).toMatchObject({
      message: 'time_limit 2:00:00 is more than QOS limited permits',
      why: 'it permits 01:00:00; Slurm would take the job and never start it',
    });
    expect(refusal({ time_limit: '3-00:00:00', account: 'lab_c' })?.message).toContain('account lab_c');
  });

  test('more GPUs than any node has', () => {
    expect(refusal({ num_gpus: 8, partition: 'a100_public' })).toMatchObject({
      code: 'resources.num_gpus',
      message: 'no node of partition a100_public has 8 GPUs',
      why: 'the most on one node is 4; num_gpus counts those of each node',
      fix: '--set num_gpus=4 (and more num_nodes)',
    });
    expect(refusal({ num_gpus: 1, partition: 'cpu' })).toMatchObject({ message: 'partition cpu has no GPUs' });
    expect(refusal({ num_gpus: 4, partition: 'gpumem' })).toBeUndefined();
  });

  test('a type of GPU that no node has, which is told apart by case', () => {
    expect(refusal({ num_gpus: 1, gpu_type: 'A100', partition: 'a100_public' })).toMatchObject({
      code: 'resources.gpu_type',
      message: 'partition a100_public has no GPUs of type A100',
      why: 'its nodes have: a100',
      fix: '--set gpu_type=a100',
    });
    expect(refusal({ num_gpus: 1, gpu_type: 'h200' })?.fix).toBe(
      '--set partition=h200_tandon (has such nodes: h200_tandon, gpumem)',
    );
  });

  test('an account that the partition does not admit; one below an admitted one is', () => {
    expect(refusal({ account: 'lab_b', partition: 'hier' })).toMatchObject({
      code: 'resources.account',
      message: 'partition hier does not admit the account lab_b',
      why: 'admitted: dept; Slurm would take the job and never start it',
    });
    expect(refusal({ account: 'lab_b', partition: 'gpumem' })?.why).toContain('this account cannot use the partition');
    expect(refusal({ account: 'lab_c', partition: 'hier' })).toBeUndefined();
    expect(refusal({ account: 'of_others', partition: 'hier' })).toBeUndefined();
  });

  test('nothing of which the facts are not whole', () => {
    const partly = { ...FACTS, nodes: FACTS.nodes.slice(1) };
    expect(refusal({ num_gpus: 8, partition: 'a100_public' }, partly)).toBeUndefined();
    expect(refusal({ num_gpus: 8, partition: 'unheard_of' })).toBeUndefined();
    expect(refusal({ account: 'lab_b', partition: 'hier' }, FACTS, { ...CONFIG, enforces: [] })).toBeUndefined();
  });
});

test('a cluster that does not answer decides itself, with a note', () => {
  expect(stateResources({ mem: '1G' }, undefined, CONFIG)).toEqual({
    resources: { mem: '1G' },
    notes: ['the cluster could not be asked: it decides time_limit by itself'],
  });
  expect(stateResources({ mem: '1G', time_limit: 5 }, undefined, CONFIG).notes).toEqual([]);
  expect(stated({ partition: 'unheard_of' }).notes).toEqual([
    'the partition unheard_of is not known: Slurm chooses time_limit and mem if they are not set',
  ]);
  expect(stated({ partition: 'l40s_pubic' }).notes).toEqual([
    'the partition l40s_pubic is not known; did you mean --set partition=l40s_public?',
  ]);
});
