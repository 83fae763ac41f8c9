import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { recorded } from '../../../../test/support/recorded-jobs.ts';
import { openCache } from '../ask/cache.ts';
import type { SlurmCommands } from '../ask/commands.ts';
import { askClusterConfig, getClusterName, getConfigMark, parseConfig, type ClusterConfig } from './config.ts';

const never = (): never => {
  throw new Error('nobody is to be asked');
};

function answering(stdout: string | undefined): SlurmCommands & { readonly asked: string[] } {
  const asked: string[] = [];
  const ask: SlurmCommands['ask'] = async (argv) => {
    asked.push(argv.join(' '));
    return stdout === undefined
      ? { kind: 'failed', said: 'Unable to contact slurm controller', durationMs: 1 }
      : { kind: 'answer', stdout, durationMs: 1 };
  };
  return { asked, ask, control: never, tell: never, submit: never };
}

const other = async (): Promise<ClusterConfig> => parseConfig('ClusterName = Other\n');

describe('how a cluster is set up', () => {
  test('as the controller tells it', () => {
    expect(parseConfig(recorded('config.txt'))).toEqual({
      cluster: 'sheaf_rec_4054',
      version: '24.11.5',
      maxArraySize: 1001,
      accounting: true,
      defMemPerCpu: 2000,
      countsGpus: true,
      enforces: ['associations', 'limits', 'qos'],
      hides: [],
      jobSubmit: [],
      hasFairshare: false,
    });
  });

  test.each(['(null)', 'accounting_storage/none'])('a site without accounting: %s, and no limit of memory', (none) => {
    const text = `AccountingStorageType   = ${none}\nAccountingStorageEnforce = none\nDefMemPerNode = UNLIMITED\n`;
    expect(parseConfig(text)).toEqual({
      cluster: 'cluster',
      version: '',
      maxArraySize: 1001,
      accounting: false,
      enforces: [],
      hides: [],
      jobSubmit: [],
      hasFairshare: false,
    });
  });

  test.each([
    ['max_array_tasks=500', 500],
    ['bf_interval=30,max_array_tasks=500,defer', 500],
    ['max_array_tasks=5000', 1001],
    ['bf_max_job_array_resv=20', 1001],
    ['(null)', 1001],
  ])('an array may have fewer tasks than indices: SchedulerParameters=%s', (parameters, most) => {
    const text = `MaxArraySize            = 1001\nSchedulerParameters     = ${parameters}\n`;
    expect(parseConfig(text).maxArraySize).toBe(most);
  });

  test.each([
    ['CR_CORE_MEMORY', true],
    ['CR_CPU_MEMORY', true],
    ['CR_MEMORY', true],
    ['CR_CORE_MEMORY,CR_LLN', true],
    ['CR_CPU', false],
    ['CR_CORE,CR_PACK_NODES', false],
    ['NONE', false],
  ])('memory is allocated with SelectTypeParameters=%s: %s', (parameters, counts) => {
    const text = `SelectType              = select/cons_tres\nSelectTypeParameters    = ${parameters}\n`;
    expect(parseConfig(text).countsMemory).toBe(counts);
  });

  test.each([
    ['cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu', true],
    ['cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu:v100,gres/nvme', true],
    ['cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpumem', false],
    ['cpu,mem,energy,node,billing,fs/disk,vmem,pages', false],
  ])('GPUs are counted where AccountingStorageTRES=%s: %s', (tres, counts) => {
    expect(parseConfig(`AccountingStorageTRES   = ${tres}\n`).countsGpus).toBe(counts);
  });

  test('is asked once', async () => {
    const commands = answering(recorded('config.txt'));
    const cache = openCache(join(temporaryFolder(), 'cache'));
    const config = await askClusterConfig(commands, cache);
    expect(await askClusterConfig(commands, cache)).toEqual(config);
    expect(commands.asked).toEqual(['scontrol show config']);
  });

  test('that it cannot be asked is an error in words, and is not kept', async () => {
    const cache = openCache(join(temporaryFolder(), 'cache'));
    await expect(askClusterConfig(answering(undefined), cache)).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: 'slurm.unreachable', said: 'Unable to contact slurm controller' })],
    });
    await expect(askClusterConfig(answering(recorded('config.txt')), cache)).resolves.toMatchObject({
      maxArraySize: 1001,
    });
  });
});

describe('the name of the cluster', () => {
  test('is in its configuration file, which asks nobody', async () => {
    const file = join(temporaryFolder(), 'slurm.conf');
    writeFileSync(file, '# ClusterName=not\n  clustername = Torch # ours\n');
    expect(await getClusterName({ SLURM_CONF: file }, never)).toBe('torch');
  });

  test('is asked for where no file tells it', async () => {
    const file = join(temporaryFolder(), 'slurm.conf');
    writeFileSync(file, 'Include other.conf\n');
    expect(await getClusterName({ SLURM_CONF: file }, other)).toBe('other');
  });

  test('a file that is not there is an error at once', async () => {
    const file = join(temporaryFolder(), 'missing.conf');
    await expect(getClusterName({ SLURM_CONF: file }, never)).rejects.toMatchObject({
      problems: [expect.objectContaining({ said: `SLURM_CONF=${file}: there is no such file` })],
    });
    mkdirSync(file);
    await expect(getClusterName({ SLURM_CONF: file }, never)).rejects.toThrow('the cluster does not answer');
  });
});

test('what is kept does not outlive a change of the configuration', () => {
  const file = join(temporaryFolder(), 'slurm.conf');
  writeFileSync(file, 'ClusterName=a\n');
  const mark = getConfigMark({ SLURM_CONF: file });
  expect(getConfigMark({ SLURM_CONF: file })).toBe(mark);
  writeFileSync(file, 'ClusterName=other\n');
  expect(getConfigMark({ SLURM_CONF: file })).not.toBe(mark);
});
